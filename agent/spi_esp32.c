/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ESP32's SPI1, driven by its registers alone: no ROM call, because the ROM's own state may not be there. Sources: TRM,
 * chapter 'SPI Controller'; the order of the steps in regs/esp32.h's headers of esp-idf.
 */
#include "agent/spi_esp32.h"

#include "regs/esp32.h"
#include "regs/spi_nor.h"

#define SPI1(offset) (ESP32_SPI1_BASE + (offset))
#define W(n)         (SPI1(ESP32_SPI_W0) + 4 * (n))

enum {
    CACHE_WAIT = 100000, /* looks at a cache that does not get idle: it hangs, and is switched off all the same */
    TRANSFER_WAIT =
        1000000, /* looks at CMD: a transfer of 64 bytes at the slowest clock takes fewer than 100000 cycles */
    PIN_FUNCTION_SPI = 1,
    PIN_DRIVE = 2,
};

/* Named here because nothing else uses them: spi_reg.h; dport_reg.h. */
#define SPI_PIN_CS1_DIS   BIT(1)
#define SPI_PIN_CS2_DIS   BIT(2)
#define SLAVE_SPI_ENCRYPT (BIT(8) | BIT(0)) /* DPORT_SLAVE_SPI_CONFIG: encryption on the way out */
#define SPI_CTRL1_RESET   0x5FFF0000        /* the time that chip select stays high */
#define SPI_CTRL2_RESET   0x11              /* chip select is held for a clock */
#define SPI_CTRL_BASE     (ESP32_SPI_CTRL_WP | ESP32_SPI_CTRL_RESANDRES | ESP32_SPI_CTRL_FASTRD_MODE)

static inline uint32_t get(uint32_t addr)
{
    return *(volatile uint32_t *)addr;
}

static inline void set(uint32_t addr, uint32_t value)
{
    *(volatile uint32_t *)addr = value;
}

/* What is saved, changed and put back, in this order; put back in reverse. First what has to be so that the controller's
   registers can be reached, last the pins: see is_attached. */
// clang-format off
static const uint32_t saved_registers[SPI_ESP32_SAVED] = {
    ESP32_DPORT_PERIP_CLK_EN, ESP32_DPORT_PERIP_RST_EN, ESP32_DPORT_SLAVE_SPI_CONFIG,
    SPI1(ESP32_SPI_ADDR), SPI1(ESP32_SPI_CTRL), SPI1(ESP32_SPI_CTRL1), SPI1(ESP32_SPI_RD_STATUS),
    SPI1(ESP32_SPI_CTRL2), SPI1(ESP32_SPI_CLOCK), SPI1(ESP32_SPI_USER), SPI1(ESP32_SPI_USER1), SPI1(ESP32_SPI_USER2),
    SPI1(ESP32_SPI_MOSI_DLEN), SPI1(ESP32_SPI_MISO_DLEN), SPI1(ESP32_SPI_PIN), SPI1(ESP32_SPI_SLAVE),
    W(0), W(1), W(2), W(3), W(4), W(5), W(6), W(7), W(8), W(9), W(10), W(11), W(12), W(13), W(14), W(15),
    ESP32_IO_MUX_SD_CLK, ESP32_IO_MUX_SD_CMD, ESP32_IO_MUX_SD_DATA0, ESP32_IO_MUX_SD_DATA1, ESP32_IO_MUX_SD_DATA2,
    ESP32_IO_MUX_SD_DATA3,
};
enum { FIRST_OF_SPI = 3, FIRST_PIN = 32 };

static const uint32_t watchdogs[3][2] = { /* WPROTECT, CONFIG0 */
    {ESP32_RTC_WDTWPROTECT, ESP32_RTC_WDTCONFIG0},
    {ESP32_TIMG0_BASE + ESP32_TIMG_WDTWPROTECT, ESP32_TIMG0_BASE + ESP32_TIMG_WDTCONFIG0},
    {ESP32_TIMG1_BASE + ESP32_TIMG_WDTWPROTECT, ESP32_TIMG1_BASE + ESP32_TIMG_WDTCONFIG0},
};

static const uint32_t caches[2][2] = { /* CTRL, DBUG0 */
    {ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_PRO_DCACHE_DBUG0},
    {ESP32_DPORT_APP_CACHE_CTRL, ESP32_DPORT_APP_DCACHE_DBUG0},
};
// clang-format on

static void watchdogs_off(void)
{
    for (unsigned i = 0; i < 3; i++) {
        set(watchdogs[i][0], ESP32_WDT_KEY);
        set(watchdogs[i][1], 0);
        set(watchdogs[i][0], 0);
    }
}

/* A cache that is being refilled would share the bus with us; so each is switched off when it is idle. */
static void caches_off(struct spi *s)
{
    for (unsigned i = 0; i < 2; i++) {
        s->cache[i] = get(caches[i][0]);
        if (!(s->cache[i] & ESP32_DPORT_CACHE_ENABLE))
            continue;
        for (uint32_t n = 0; n < CACHE_WAIT && field_get(ESP32_DPORT_CACHE_STATE, get(caches[i][1])) != 1; n++)
            ;
        set(caches[i][0], s->cache[i] & ~ESP32_DPORT_CACHE_ENABLE);
    }
}

static void save(struct spi *s, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++)
        s->saved[i] = get(saved_registers[i]);
}

static void caches_back(const struct spi *s, bool with_flush)
{
    for (unsigned i = 0; i < 2; i++) {
        if (!(s->cache[i] & ESP32_DPORT_CACHE_ENABLE))
            continue; /* not touched; whoever enables it flushes it first */
        uint32_t off = s->cache[i] & ~(ESP32_DPORT_CACHE_ENABLE | ESP32_DPORT_CACHE_FLUSH_ENA);
        if (with_flush) {
            set(caches[i][0], off);
            set(caches[i][0], off | ESP32_DPORT_CACHE_FLUSH_ENA);
            for (uint32_t n = 0; n < CACHE_WAIT && !(get(caches[i][0]) & ESP32_DPORT_CACHE_FLUSH_DONE); n++)
                ;
        }
        set(caches[i][0], s->cache[i]);
    }
}

static uint32_t clock_divided_by(uint32_t n)
{
    uint32_t clock = field_put(ESP32_SPI_CLOCK_N, 0, n - 1);
    return field_put(ESP32_SPI_CLOCK_L, field_put(ESP32_SPI_CLOCK_H, clock, n / 2 - 1), n - 1);
}

/* The APB clock is 80 MHz while the CPU runs from the PLL, else at most the 40 MHz of the crystal (TRM 3.2.4). In at most
   20 MHz, out at most 40 MHz: what every flash and board takes without further delays. */
static void choose_clocks(struct spi *s)
{
    bool is_pll = field_get(ESP32_RTC_SOC_CLK_SEL, get(ESP32_RTC_CLK_CONF)) == 1;
    s->clock_in = clock_divided_by(is_pll ? 4 : 2);
    s->clock_out = is_pll ? clock_divided_by(2) : ESP32_SPI_CLOCK_EQU_SYSCLK;
}

/* Software that uses the flash through the cache has routed the pins in its own way, maybe by the GPIO matrix. */
static bool is_attached(void)
{
    return get(ESP32_SPI0_BASE + ESP32_SPI_CACHE_FCTRL) & ESP32_SPI_CACHE_FLASH_USR_CMD;
}

static void set_pins(void)
{
    const uint32_t mask = ESP32_IO_MUX_MCU_SEL | ESP32_IO_MUX_FUN_DRV | ESP32_IO_MUX_FUN_IE;
    uint32_t value = field_put(ESP32_IO_MUX_MCU_SEL, ESP32_IO_MUX_FUN_IE, PIN_FUNCTION_SPI);
    value = field_put(ESP32_IO_MUX_FUN_DRV, value, PIN_DRIVE);
    for (unsigned i = FIRST_PIN; i < SPI_ESP32_SAVED; i++)
        set(saved_registers[i], (get(saved_registers[i]) & ~mask) | value);
}

/* A transfer that a program has begun goes on: it is waited for. One that does not end hangs, or polls a flash that is
   erasing: the controller gives it up, the flash goes on. */
static void end_transfer(void)
{
    for (uint32_t n = 0; n < TRANSFER_WAIT; n++) {
        if (!get(SPI1(ESP32_SPI_CMD)))
            return;
    }
    uint32_t slave = get(SPI1(ESP32_SPI_SLAVE));
    set(SPI1(ESP32_SPI_SLAVE), slave | ESP32_SPI_SLAVE_SYNC_RESET);
    set(SPI1(ESP32_SPI_SLAVE), slave);
}

void spi_attach(struct spi *s)
{
    watchdogs_off();
    caches_off(s);
    save(s, 0, FIRST_OF_SPI);
    set(ESP32_DPORT_PERIP_CLK_EN, s->saved[0] | ESP32_DPORT_CLK_SPI01);
    set(ESP32_DPORT_PERIP_RST_EN, s->saved[1] & ~ESP32_DPORT_CLK_SPI01);
    set(ESP32_DPORT_SLAVE_SPI_CONFIG, s->saved[2] & ~SLAVE_SPI_ENCRYPT);
    end_transfer();
    save(s, FIRST_OF_SPI, SPI_ESP32_SAVED); /* with what that transfer has brought */
    set(SPI1(ESP32_SPI_CTRL), SPI_CTRL_BASE);
    set(SPI1(ESP32_SPI_CTRL1), SPI_CTRL1_RESET);
    set(SPI1(ESP32_SPI_CTRL2), SPI_CTRL2_RESET);
    set(SPI1(ESP32_SPI_PIN), SPI_PIN_CS1_DIS | SPI_PIN_CS2_DIS);
    set(SPI1(ESP32_SPI_SLAVE), 0);
    if (!is_attached())
        set_pins();
    choose_clocks(s);
    spi_clock_for_reading(s);
}

void spi_release(struct spi *s, bool with_flush)
{
    for (unsigned i = SPI_ESP32_SAVED; i-- > 0;)
        set(saved_registers[i], s->saved[i]);
    caches_back(s, with_flush);
}

void spi_clock_for_reading(struct spi *s)
{
    set(SPI1(ESP32_SPI_CLOCK), s->clock_in);
}

void spi_clock_for_writing(struct spi *s)
{
    set(SPI1(ESP32_SPI_CLOCK), s->clock_out);
}

unsigned spi_most_lines(const struct spi *s)
{
    (void)s;
    return 4;
}

/* Data and address share a setting: the address goes on one line or on as many as the data. */
static uint32_t read_lines(const struct spi_transfer *t)
{
    if (t->data_lines == 4)
        return t->address_lines == 4 ? ESP32_SPI_CTRL_FREAD_QIO : ESP32_SPI_CTRL_FREAD_QUAD;
    return t->data_lines == 2 ? ESP32_SPI_CTRL_FREAD_DUAL : 0;
}

/* The controller's opcodes go on one line; on four an opcode goes as an address, or, alone, as data. */
static uint32_t quad_opcode(const struct spi_transfer *t)
{
    if (!t->in) {
        set(SPI1(ESP32_SPI_W0), t->opcode);
        set(SPI1(ESP32_SPI_MOSI_DLEN), 7);
        return ESP32_SPI_USER_MOSI | ESP32_SPI_USER_FWRITE_QUAD;
    }
    set(SPI1(ESP32_SPI_ADDR), (uint32_t)t->opcode << 24);
    return ESP32_SPI_USER_ADDR;
}

void spi_start(struct spi *s, const struct spi_transfer *t)
{
    bool is_quad = t->opcode_lines == 4;
    uint32_t user = ESP32_SPI_USER_CS_SETUP | ESP32_SPI_USER_CS_HOLD;
    uint32_t address_bits = is_quad ? 8 : 8U * t->address_bytes;
    uint32_t user1 = field_put(ESP32_SPI_USER1_ADDR_BITLEN, 0, address_bits - 1);
    user |= is_quad ? quad_opcode(t) : ESP32_SPI_USER_COMMAND;
    s->address_shift = 32 - address_bits;
    if (t->address_bytes && !is_quad) {
        user |= ESP32_SPI_USER_ADDR;
        set(SPI1(ESP32_SPI_ADDR), t->address << s->address_shift); /* its highest bit goes first */
    }
    if (t->dummy_clocks) {
        user |= ESP32_SPI_USER_DUMMY;
        user1 = field_put(ESP32_SPI_USER1_DUMMY_CYCLES, user1, t->dummy_clocks - 1U);
    }
    if (t->out) {
        user |= ESP32_SPI_USER_MOSI | (t->address_lines == 4 ? ESP32_SPI_USER_FWRITE_QIO : 0);
        set(SPI1(ESP32_SPI_MOSI_DLEN), t->out * 8 - 1);
    }
    if (t->in) {
        user |= ESP32_SPI_USER_MISO;
        set(SPI1(ESP32_SPI_MISO_DLEN), t->in * 8 - 1);
    }
    set(SPI1(ESP32_SPI_CTRL), SPI_CTRL_BASE | read_lines(t));
    set(SPI1(ESP32_SPI_USER), user);
    set(SPI1(ESP32_SPI_USER1), user1);
    set(SPI1(ESP32_SPI_USER2), field_put(ESP32_SPI_USER2_COMMAND_BITS, t->opcode, 7));
    set(SPI1(ESP32_SPI_CMD), ESP32_SPI_CMD_USR);
}

void spi_start_again(struct spi *s, uint32_t address)
{
    set(SPI1(ESP32_SPI_ADDR), address << s->address_shift);
    set(SPI1(ESP32_SPI_CMD), ESP32_SPI_CMD_USR);
}

bool spi_wait(struct spi *s)
{
    (void)s;
    for (uint32_t n = 0; n < TRANSFER_WAIT; n++) {
        if (!get(SPI1(ESP32_SPI_CMD)))
            return true;
    }
    return false;
}

void spi_write_enable(struct spi *s)
{
    set(SPI1(ESP32_SPI_CMD), ESP32_SPI_CMD_WREN);
    (void)spi_wait(s);
}

uint8_t spi_status(struct spi *s)
{
    set(SPI1(ESP32_SPI_RD_STATUS), NOR_SR1_WIP); /* busy, should the controller not finish */
    set(SPI1(ESP32_SPI_CMD), ESP32_SPI_CMD_RDSR);
    (void)spi_wait(s);
    return (uint8_t)get(SPI1(ESP32_SPI_RD_STATUS));
}

void spi_put(struct spi *s, const uint32_t *words, uint32_t count)
{
    (void)s;
    volatile uint32_t *w = (volatile uint32_t *)SPI1(ESP32_SPI_W0);
    for (uint32_t i = 0; i < count; i++)
        w[i] = words[i];
}

void spi_get(struct spi *s, uint32_t *words, uint32_t count)
{
    (void)s;
    volatile uint32_t *w = (volatile uint32_t *)SPI1(ESP32_SPI_W0);
    for (uint32_t i = 0; i < count; i++)
        words[i] = w[i];
}

void spi_pause(struct spi *s)
{
    (void)s;
    for (volatile unsigned n = 0; n < 3000; n++) /* more than 5 cycles each, at most 240 MHz */
        ;
}
