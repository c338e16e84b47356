/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPI controllers: registers and time. What a command does on the wires is in spi_run.c.
 * Sources: TRM chapter 'SPI Controller'; esp-idf spi_reg.h.
 *
 * A command takes its clocks; then its effect is there and CMD falls, at one instant. SPI0 and SPI1 reach the flash on
 * chip select 0; nothing is connected to SPI2 and SPI3, nor to other chip selects. Pins, delays, DMA and the slave are
 * storage.
 */
#include "sim/esp32/esp32_int.h"

#define ALL 0xFFFFFFFFU

enum { OVERHEAD_CLOCKS = 2 }; /* chip select before and after */

static const struct reg regs[] = {
    {ESP32_SPI_CMD, 1, 0, 0xFFFF0000, REG_ACTS},
    {ESP32_SPI_ADDR, 1, 0, ALL, 0},
    {ESP32_SPI_CTRL, 1, 0x0020A400, 0x07F0FC00, 0},
    {ESP32_SPI_CTRL1, 1, 0x5FFF0000, 0xFFFF0000, 0},
    {ESP32_SPI_RD_STATUS, 1, 0, ALL, 0},
    {ESP32_SPI_CTRL2, 1, 0x11, ALL, 0},
    {ESP32_SPI_CLOCK, 1, 0x80003043, ALL, 0},
    {ESP32_SPI_USER, 1, 0x80000040, ALL, 0},
    {ESP32_SPI_USER1, 1, 0x5C000007, 0xFC0000FF, 0},
    {ESP32_SPI_USER2, 1, 0x70000000, 0xF000FFFF, 0},
    {ESP32_SPI_MOSI_DLEN, 2, 0, 0xFFFFFF, 0},
    {ESP32_SPI_WR_STATUS, 1, 0, ALL, 0},
    {ESP32_SPI_PIN, 1, 6, 0x600039E7, REG_ACTS},
    {ESP32_SPI_SLAVE, 1, 0x200, 0xF8000FFF, REG_ACTS},
    {0x3C, 1, 0x02000000, ALL, 0},
    {0x40, 4, 0, ALL, 0},
    {ESP32_SPI_CACHE_FCTRL, 1, 0, 0xF, 0},
    {ESP32_SPI_CACHE_SCTRL, 1, 0x15C04830, ALL, 0},
    {0x58, 4, 0, ALL, 0},
    {ESP32_SPI_W0, 16, 0, ALL, 0},
    {0xC0, 1, 0, ALL, 0},
    {ESP32_SPI_EXT0, 1, 0x800A0050, ALL, 0},
    {ESP32_SPI_EXT1, 1, 0x800F0000, ALL, 0},
    {ESP32_SPI_EXT2, 1, 0, 0, REG_LIVE},
    {0xFC, 1, 0, 3, 0},
    {0x100, 1, 0x200, ALL, 0},
    {0x104, 21, 0, ALL, 0},
    {ESP32_SPI_DATE, 1, 0x1604270, 0, 0},
};

static uint32_t *word(struct spi *x, uint32_t offset)
{
    return block_word(&x->block, offset);
}

static struct period clock_period(struct spi *x)
{
    uint32_t clock = *word(x, ESP32_SPI_CLOCK);
    struct period p = x->block.soc->clocks.apb;
    if (!(clock & ESP32_SPI_CLOCK_EQU_SYSCLK))
        p.num *= (uint64_t)(field_get(ESP32_SPI_CLOCK_PRE, clock) + 1) * (field_get(ESP32_SPI_CLOCK_N, clock) + 1);
    return p;
}

static void update_irq(struct spi *x)
{
    uint32_t slave = *word(x, ESP32_SPI_SLAVE);
    irq_set(x->block.soc, ESP32_INTR_SPI0 + x->block.index,
            slave & ESP32_SPI_SLAVE_TRANS_DONE && slave & ESP32_SPI_SLAVE_TRANS_INTEN);
}

static void finish(struct spi *x)
{
    x->command = 0;
    x->is_waiting = false;
    *word(x, ESP32_SPI_CMD) = 0;
    *word(x, ESP32_SPI_SLAVE) |= ESP32_SPI_SLAVE_TRANS_DONE;
    update_irq(x);
}

/* With WAIT_FLASH_IDLE_EN the controller itself polls the flash after a direct program or erase. */
static bool has_to_wait(struct spi *x)
{
    uint32_t waits = ESP32_SPI_CMD_PP | ESP32_SPI_CMD_SE | ESP32_SPI_CMD_BE | ESP32_SPI_CMD_CE | ESP32_SPI_CMD_WRSR;
    return x->wires.flash && x->command & waits && *word(x, ESP32_SPI_CTRL) & ESP32_SPI_CTRL_WAIT_IDLE_EN &&
           nor_busy_until(x->wires.flash) > sched_now(x->block.soc->sched);
}

static void clocks_done(void *ctx)
{
    struct spi *x = ctx;
    if (!x->is_waiting)
        spi_run(x);
    if (!has_to_wait(x)) {
        finish(x);
        return;
    }
    x->is_waiting = true;
    if (nor_busy_until(x->wires.flash) != SCHED_NEVER)
        sched_at(x->block.soc->sched, &x->done, nor_busy_until(x->wires.flash));
}

static void command_written(struct spi *x, uint32_t before)
{
    uint32_t *cmd = word(x, ESP32_SPI_CMD);
    if (x->command) {
        *cmd = before; /* it is busy */
        return;
    }
    x->command = *cmd;
    if (x->command)
        sched_in(x->block.soc->sched, &x->done, period_ps(clock_period(x), spi_clocks(x) + OVERHEAD_CLOCKS));
}

static uint32_t read_live(struct block *b, uint32_t offset)
{
    (void)offset; /* EXT2: the state machine */
    return esp32_of(b->soc)->spi[b->index].command ? 1 : 0;
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct spi *x = &esp32_of(b->soc)->spi[b->index];
    if (offset == ESP32_SPI_CMD)
        command_written(x, before);
    if (offset == ESP32_SPI_PIN)
        spi_wires_release(&x->wires);
    if (offset == ESP32_SPI_SLAVE && value & ESP32_SPI_SLAVE_SYNC_RESET) {
        sched_cancel(b->soc->sched, &x->done);
        finish(x);
    }
    update_irq(x);
}

static const struct block_kind spi_kind = {
    .name = "SPI",
    .size = 0x400,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool spi_init(struct spi *x, struct soc *soc, unsigned index)
{
    static const uint32_t bases[SPIS] = {ESP32_SPI0_BASE, ESP32_SPI1_BASE, ESP32_SPI2_BASE, ESP32_SPI3_BASE};
    x->done = (struct sched_event){.fn = clocks_done, .ctx = x};
    bool is_ok = block_init(&x->block, &spi_kind, soc, bases[index]);
    x->block.index = index;
    x->wires = (struct spi_wires){.flash = index < 2 ? soc->config.flash : NULL,
                                  .pins = is_ok ? word(x, ESP32_SPI_PIN) : NULL,
                                  .cs_off = ESP32_SPI_PIN_CS0_DIS,
                                  .cs_keeps = ESP32_SPI_PIN_CS_KEEP_ACTIVE};
    return is_ok;
}

void spi_reset(struct spi *x)
{
    sched_cancel(x->block.soc->sched, &x->done);
    block_reset(&x->block);
    x->command = 0;
    x->is_waiting = false;
    spi_wires_release(&x->wires);
    update_irq(x);
}
