/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPI1 of the SPI MEM kind, driven by its registers alone. Sources: ESP32-S3 TRM, chapter 'SPI Controller'; esp-idf
 * spi_mem_reg.h and spimem_flash_ll.h, those of the ESP32-C3 too.
 */
#include "agent/spi_mem.h"

#include "agent/reg.h"
#include "regs/spi_mem.h"
#include "regs/spi_nor.h"

#define SPI1(offset) (SPI_MEM_OF(s)->spi1 + (offset)) /* of the struct spi *s */
#define CTRL_BASE    (SPI_MEM_CTRL_WP | SPI_MEM_CTRL_RESANDRES | SPI_MEM_CTRL_FASTRD_MODE)

enum {
    CACHE_WAIT = REG_LOOKS(100000), /* at a cache that does not get idle: it hangs, and is switched off all the same */
    TRANSFER_WAIT = REG_LOOKS(1000000), /* at CMD */
    ALL_INTERRUPTS = 0x1F,
};

/* What the agent uses, and what would bend its transfers: delays, suspend by itself (the ESP32-C3 has its two registers the
   other way round). A chip's record adds its own. */
static const uint8_t saved_offsets[] = {
    SPI_MEM_ADDR,      SPI_MEM_CTRL,        SPI_MEM_CTRL1,       SPI_MEM_CTRL2,     SPI_MEM_CLOCK,
    SPI_MEM_USER,      SPI_MEM_USER1,       SPI_MEM_USER2,       SPI_MEM_MOSI_DLEN, SPI_MEM_MISO_DLEN,
    SPI_MEM_RD_STATUS, SPI_MEM_MISC,        SPI_MEM_CACHE_FCTRL, SPI_MEM_WAITI,     SPI_MEM_SUS_CMD,
    SPI_MEM_SUS_CTRL,  SPI_MEM_TIMING_CALI, SPI_MEM_DIN_MODE,    SPI_MEM_DIN_NUM,   SPI_MEM_DOUT_MODE,
};
enum { OFFSETS = sizeof saved_offsets, WORDS = SPI_CHUNK / 4 };
_Static_assert(OFFSETS + SPI_MEM_OWN + WORDS <= SPI_MEM_SAVED, "room for what is saved");

/* Values to work with; what is named neither here nor by the chip's record is set with each transfer. */
static const struct spi_mem_own known[] = {
    {SPI_MEM_CTRL1, 0},       {SPI_MEM_CTRL2, 0},    {SPI_MEM_MISC, SPI_MEM_MISC_CS1_DIS},
    {SPI_MEM_CACHE_FCTRL, 0}, {SPI_MEM_SUS_CTRL, 0}, {SPI_MEM_SUS_CMD, 0},
    {SPI_MEM_TIMING_CALI, 0}, {SPI_MEM_DIN_MODE, 0}, {SPI_MEM_DIN_NUM, 0},
    {SPI_MEM_DOUT_MODE, 0},
};

/* --- the chip around --- */

static uint32_t poke_one(struct spi *s, const struct spi_mem_poke *p)
{
    uint32_t value = reg_get(s, p->addr);
    reg_set(s, p->addr, (value & ~p->clear) | p->set);
    return value;
}

static unsigned poke(struct spi *s, const struct spi_mem_poke *list, unsigned at)
{
    for (; list && list->addr; list++)
        s->chip_saved[at++] = poke_one(s, list);
    return at;
}

static unsigned put_back(struct spi *s, const struct spi_mem_poke *list, unsigned at)
{
    for (; list && list->addr; list++)
        reg_set(s, list->addr, s->chip_saved[at++]);
    return at;
}

/* A cache that is being refilled would share the bus with us; so each is switched off when it is idle. What it holds stays,
   of external RAM too. */
static void caches_off(struct spi *s)
{
    for (unsigned i = 0; i < SPI_MEM_CACHES; i++) {
        const struct spi_mem_cache *c = &SPI_MEM_OF(s)->caches[i];
        s->cache[i] = c->ctrl ? reg_get(s, c->ctrl) : 0;
        if (!(s->cache[i] & c->enable))
            continue;
        for (uint32_t n = 0; n < CACHE_WAIT && (reg_get(s, c->state) & c->state_mask) != c->idle; n++)
            ;
        reg_set(s, c->ctrl, s->cache[i] & ~c->enable);
    }
}

static void synchronise(struct spi *s, const struct spi_mem_cache *c, uint32_t what)
{
    if (!what)
        return;
    const uint32_t address = reg_get(s, c->sync + 4), size = reg_get(s, c->sync + 8);
    reg_set(s, c->sync + 4, 0);
    reg_set(s, c->sync + 8, 0); /* all of it */
    reg_set(s, c->sync, what);
    for (uint32_t n = 0; n < CACHE_WAIT && !(reg_get(s, c->sync) & c->done); n++)
        ;
    reg_set(s, c->sync + 4, address); /* of a program that was about to start an operation of its own */
    reg_set(s, c->sync + 8, size);
}

/* What a cache holds of external RAM and has not written there goes there first. */
static void caches_back(struct spi *s, bool with_flush)
{
    for (unsigned i = 0; i < SPI_MEM_CACHES; i++) {
        const struct spi_mem_cache *c = &SPI_MEM_OF(s)->caches[i];
        if (!(s->cache[i] & c->enable))
            continue; /* not touched; whoever enables it flushes it first */
        reg_set(s, c->ctrl, s->cache[i]);
        if (with_flush) {
            synchronise(s, c, c->write_back);
            synchronise(s, c, c->invalidate);
        }
    }
}

static uint32_t clock_divided_by(uint32_t n)
{
    uint32_t clock = field_put(SPI_MEM_CLOCK_N, 0, n - 1);
    return field_put(SPI_MEM_CLOCK_L, field_put(SPI_MEM_CLOCK_H, clock, n / 2 - 1), n - 1);
}

/* --- attach and release --- */

/* Register n of those that are saved. */
static uint32_t saved_at(const struct spi *s, unsigned n)
{
    if (n < OFFSETS)
        return SPI1(saved_offsets[n]);
    n -= OFFSETS;
    return n < SPI_MEM_OF(s)->own_count ? SPI1(SPI_MEM_OF(s)->own[n].offset)
                                        : SPI1(SPI_MEM_W0 + 4 * (n - SPI_MEM_OF(s)->own_count));
}

static unsigned saved_count(const struct spi *s)
{
    return OFFSETS + SPI_MEM_OF(s)->own_count + WORDS;
}

static void save(struct spi *s)
{
    for (unsigned i = 0; i < saved_count(s); i++)
        s->saved[i] = reg_get(s, saved_at(s, i));
}

static void set_all(struct spi *s, const struct spi_mem_own *list, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        reg_set(s, SPI1(list[i].offset), list[i].value);
}

/* A transfer that a program has begun goes on: it is waited for; one that does not end is given up. */
static void end_transfer(struct spi *s)
{
    for (uint32_t n = 0; n < TRANSFER_WAIT; n++) {
        if (!reg_get(s, SPI1(SPI_MEM_CMD)))
            return;
    }
    uint32_t ctrl2 = reg_get(s, SPI1(SPI_MEM_CTRL2));
    reg_set(s, SPI1(SPI_MEM_CTRL2), ctrl2 | SPI_MEM_CTRL2_SYNC_RESET);
    reg_set(s, SPI1(SPI_MEM_CTRL2), ctrl2);
}

static bool is_octal(struct spi *s)
{
    return SPI_MEM_OF(s)->octal_efuse && reg_get(s, SPI_MEM_OF(s)->octal_efuse) & SPI_MEM_OF(s)->octal_mask;
}

static void set_pins(struct spi *s, unsigned at)
{
    bool is_attached = reg_get(s, SPI_MEM_OF(s)->spi0 + SPI_MEM_CACHE_FCTRL) & SPI_MEM_CACHE_FLASH_USR_CMD;
    s->most_lines = is_octal(s) ? 8 : 4;
    s->has_pins = !is_attached;
    if (is_attached)
        return;
    at = poke(s, SPI_MEM_OF(s)->pins, at);
    if (s->most_lines == 8)
        poke(s, SPI_MEM_OF(s)->octal_pins, at);
}

void spi_attach(struct spi *s)
{
    for (const struct spi_mem_poke *p = SPI_MEM_OF(s)->watchdogs_off; p && p->addr; p++)
        (void)poke_one(s, p);
    caches_off(s);
    unsigned at = poke(s, SPI_MEM_OF(s)->before, 0);
    end_transfer(s);
    save(s); /* with what that transfer has brought */
    set_all(s, known, sizeof known / sizeof known[0]);
    set_all(s, SPI_MEM_OF(s)->own, SPI_MEM_OF(s)->own_count);
    set_pins(s, at);
    uint32_t divider = SPI_MEM_OF(s)->dividers[reg_get(s, SPI_MEM_OF(s)->spi0 + SPI_MEM_OF(s)->core_clk) & 3];
    s->clock_in = clock_divided_by(divider);
    s->clock_out = clock_divided_by(divider / 2);
    spi_clock_for_reading(s);
}

void spi_release(struct spi *s, bool with_flush)
{
    reg_set(s, SPI1(SPI_MEM_OF(s)->int_clr), ALL_INTERRUPTS);
    for (unsigned i = saved_count(s); i-- > 0;)
        reg_set(s, saved_at(s, i), s->saved[i]);
    unsigned at = put_back(s, SPI_MEM_OF(s)->before, 0);
    if (s->has_pins) {
        at = put_back(s, SPI_MEM_OF(s)->pins, at);
        if (s->most_lines == 8)
            put_back(s, SPI_MEM_OF(s)->octal_pins, at);
    }
    caches_back(s, with_flush);
}

void spi_clock_for_reading(struct spi *s)
{
    reg_set(s, SPI1(SPI_MEM_CLOCK), s->clock_in);
}

void spi_clock_for_writing(struct spi *s)
{
    reg_set(s, SPI1(SPI_MEM_CLOCK), s->clock_out);
}

unsigned spi_most_lines(const struct spi *s)
{
    return s->most_lines;
}

/* --- transfers --- */

static uint32_t ctrl_of(const struct spi_transfer *t)
{
    uint32_t ctrl = CTRL_BASE;
    ctrl |= t->opcode_lines == 8 ? SPI_MEM_CTRL_FCMD_OCT : t->opcode_lines == 4 ? SPI_MEM_CTRL_FCMD_QUAD : 0;
    ctrl |= t->address_lines == 8 ? SPI_MEM_CTRL_FADDR_OCT : 0;
    if (t->data_lines == 8)
        return ctrl | SPI_MEM_CTRL_FDIN_OCT | SPI_MEM_CTRL_FDOUT_OCT;
    if (t->data_lines == 4)
        return ctrl | (t->address_lines == 4 ? SPI_MEM_CTRL_FREAD_QIO : SPI_MEM_CTRL_FREAD_QUAD);
    return ctrl | (t->data_lines == 2 ? SPI_MEM_CTRL_FREAD_DUAL : 0);
}

static uint32_t user_of(const struct spi_transfer *t)
{
    uint32_t user = SPI_MEM_USER_COMMAND | SPI_MEM_USER_CS_SETUP | SPI_MEM_USER_CS_HOLD;
    user |= t->address_bytes ? SPI_MEM_USER_ADDR : 0;
    user |= t->dummy_clocks ? SPI_MEM_USER_DUMMY : 0;
    user |= t->in ? SPI_MEM_USER_MISO : 0;
    user |= t->out ? SPI_MEM_USER_MOSI : 0;
    if (t->out && t->data_lines == 4)
        user |= t->address_lines == 4 ? SPI_MEM_USER_FWRITE_QIO : SPI_MEM_USER_FWRITE_QUAD;
    return user;
}

static void set_rate(struct spi *s, bool is_ddr)
{
    if (SPI_MEM_OF(s)->ddr)
        reg_set(s, SPI1(SPI_MEM_OF(s)->ddr), is_ddr ? SPI_MEM_DDR_EN | field_put(SPI_MEM_DDR_OUTMINBYTELEN, 0, 1) : 0);
}

void spi_start(struct spi *s, const struct spi_transfer *t)
{
    uint32_t opcode = t->opcode | (t->has_second ? (uint32_t)t->second_opcode << 8 : 0);
    uint32_t dummies = t->is_ddr ? 2U * t->dummy_clocks : t->dummy_clocks; /* at double rate in halves */
    uint32_t user1 = field_put(SPI_MEM_USER1_ADDR_BITLEN, 0, 8U * t->address_bytes - 1);
    if (t->out)
        reg_set(s, SPI1(SPI_MEM_MOSI_DLEN), t->out * 8 - 1);
    if (t->in)
        reg_set(s, SPI1(SPI_MEM_MISO_DLEN), t->in * 8 - 1);
    reg_set(s, SPI1(SPI_MEM_ADDR), t->address);
    set_rate(s, t->is_ddr);
    reg_set(s, SPI1(SPI_MEM_CTRL), ctrl_of(t));
    reg_set(s, SPI1(SPI_MEM_USER), user_of(t));
    reg_set(s, SPI1(SPI_MEM_USER1), field_put(SPI_MEM_USER1_DUMMY_CYCLES, user1, dummies - 1));
    reg_set(s, SPI1(SPI_MEM_USER2), field_put(SPI_MEM_USER2_COMMAND_BITS, opcode, t->has_second ? 15 : 7));
    reg_set(s, SPI1(SPI_MEM_CMD), SPI_MEM_CMD_USR);
}

void spi_start_again(struct spi *s, uint32_t address)
{
    reg_set(s, SPI1(SPI_MEM_ADDR), address);
    reg_set(s, SPI1(SPI_MEM_CMD), SPI_MEM_CMD_USR);
}

bool spi_wait(struct spi *s)
{
    for (uint32_t n = 0; n < TRANSFER_WAIT; n++) {
        if (!reg_get(s, SPI1(SPI_MEM_CMD)))
            return true;
    }
    return false;
}

/* The controller's own commands go on the lines that the last transfer has left. */
static void on_one_line(struct spi *s)
{
    set_rate(s, false);
    reg_set(s, SPI1(SPI_MEM_CTRL), CTRL_BASE);
}

void spi_write_enable(struct spi *s)
{
    on_one_line(s);
    reg_set(s, SPI1(SPI_MEM_CMD), SPI_MEM_CMD_WREN);
    (void)spi_wait(s);
}

uint8_t spi_status(struct spi *s)
{
    on_one_line(s);
    reg_set(s, SPI1(SPI_MEM_RD_STATUS), NOR_SR1_WIP); /* busy, should the controller not finish */
    reg_set(s, SPI1(SPI_MEM_CMD), SPI_MEM_CMD_RDSR);
    (void)spi_wait(s);
    return (uint8_t)reg_get(s, SPI1(SPI_MEM_RD_STATUS));
}

void spi_put(struct spi *s, const uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        reg_set(s, SPI1(SPI_MEM_W0) + 4 * i, words[i]);
}

void spi_get(struct spi *s, uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        words[i] = reg_get(s, SPI1(SPI_MEM_W0) + 4 * i);
}

void spi_pause(struct spi *s)
{
    reg_pause(s);
}
