/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPI0 and SPI1: registers and time. What a command does on the wires is in spi_run.c.
 * Sources: TRM chapter 'SPI Controller'; esp-idf spi_mem_reg.h.
 *
 * SPI1 gives commands to the flash on chip select 0. A command takes its clocks; then its effect is there and CMD falls, at
 * one instant. Nothing answers commands on chip select 1, where external RAM would be. SPI0 fetches for the caches, which
 * answer at once here (cache.c), so its registers are storage but for the width of addresses. Pins and delays are storage,
 * too.
 */
#include "sim/esp32s3/esp32s3_int.h"

#include "regs/spi_mem.h"

#define ALL 0xFFFFFFFFU

enum { OVERHEAD_HALF_CLOCKS = 4, INT_COMMAND_DONE = 1 << 3 /* SPI_MEM_MST_ST_END */ };

static const struct reg regs[] = {
    {SPI_MEM_CMD, 1, 0, 0xFFFE0000, REG_ACTS},
    {SPI_MEM_ADDR, 1, 0, ALL, 0},
    {SPI_MEM_CTRL, 1, 0x2CA000, 0x1FCEFF8, 0},
    {SPI_MEM_CTRL1, 1, 0xFFC, 0xFFF, 0},
    {SPI_MEM_CTRL2, 1, 0x2C21, 0xFE007FFF, REG_ACTS},
    {SPI_MEM_CLOCK, 1, 0x30103, 0x80FFFFFF, 0},
    {SPI_MEM_USER, 1, 0x80000000, 0xFF00F2C0, 0},
    {SPI_MEM_USER1, 1, 0x5C000007, 0xFC00003F, 0},
    {SPI_MEM_USER2, 1, 0x70000000, 0xF000FFFF, 0},
    {SPI_MEM_MOSI_DLEN, 2, 0, 0x3FF, 0},
    {SPI_MEM_RD_STATUS, 1, 0, 0xFFFFFF, 0},
    {SPI_MEM_EXT_ADDR, 1, 0, ALL, 0},
    {SPI_MEM_MISC, 1, 2, 0xF83, REG_ACTS},
    {SPI_MEM_TX_CRC, 1, ALL, 0, 0},
    {SPI_MEM_CACHE_FCTRL, 1, 0, 0x1FF, REG_ACTS},
    {SPI_MEM_CACHE_SCTRL, 1, 0x55C070, 0xFFFCFFF, 0},
    {SPI_MEM_SRAM_CMD, 1, 0, 0x7FFFFF, 0},
    {SPI_MEM_SRAM_DRD, 2, 0, 0xF000FFFF, 0},
    {SPI_MEM_SRAM_CLK, 1, 0x30103, 0x80FFFFFF, 0},
    {SPI_MEM_FSM, 1, 0, 0, REG_LIVE},
    {SPI_MEM_W0, 16, 0, ALL, 0},
    {SPI_MEM_WAITI, 1, 0x14, 0xFFFF, 0},
    {SPI_MEM_SUS_CMD, 1, 0, 0x3F, REG_ACTS},
    {SPI_MEM_SUS_CTRL, 1, 0xEAF4, 0x1FFFF, 0},
    {SPI_MEM_SUS_STATUS, 1, 0, 0x7D, 0},
    {SPI_MEM_TIMING_CALI, 1, 0, 0x1F, 0},
    {SPI_MEM_DIN_MODE, 1, 0, 0x7FFFFFF, 0},
    {SPI_MEM_DIN_NUM, 1, 0, 0x3FFFF, 0},
    {SPI_MEM_DOUT_MODE, 1, 0, 0x1FF, 0},
    {SPI_MEM_STIMING, 1, 0, 0x1F, 0},
    {0xC0, 1, 0, 0x7FFFFFF, 0},
    {0xC4, 1, 0, 0x3FFFF, 0},
    {0xC8, 1, 0, 0x1FF, 0},
    {SPI_MEM_ECC_CTRL, 1, 0xA, 0x1FF, 0},
    {SPI_MEM_ECC_ERR, 2, 0, 0, 0},
    {SPI_MEM_SRAM_CS, 1, 0xB084, 0x7F01FFFF, 0},
    {SPI_MEM_DDR, 2, 0x3020, 0x7F7FFFFF, 0},
    {SPI_MEM_CLOCK_GATE, 1, 1, 1, 0},
    {SPI_MEM_CORE_CLK, 1, 0, 3, 0},
    {SPI_MEM_INT_ENA, 1, 0, 0x1F, REG_ACTS},
    {SPI_MEM_INT_CLR, 1, 0, 0, REG_ACTS},
    {SPI_MEM_INT_RAW, 1, 0, 0, 0},
    {SPI_MEM_INT_ST, 1, 0, 0, REG_LIVE},
    {SPI_MEM_DATE, 1, 0x2101040, 0xFFFFFFF, 0},
};

static uint32_t *word(struct spi *x, uint32_t offset)
{
    return block_word(&x->block, offset);
}

static struct period clock_period(struct spi *x)
{
    struct esp32s3 *s = esp32s3_of(x->block.soc);
    uint32_t clock = *word(x, SPI_MEM_CLOCK);
    struct period p = s3_clock_flash(s, *word(&s->spi[0], SPI_MEM_CORE_CLK)); /* both have SPI0's choice */
    if (!(clock & SPI_MEM_CLOCK_EQU_SYSCLK))
        p.num *= field_get(SPI_MEM_CLOCK_N, clock) + 1;
    return p;
}

static void update_irq(struct spi *x)
{
    if (x->wires.flash)
        irq_set(x->block.soc, ESP32S3_INTR_SPI1, *word(x, SPI_MEM_INT_RAW) & *word(x, SPI_MEM_INT_ENA));
}

static void finish(struct spi *x)
{
    x->command = 0;
    *word(x, SPI_MEM_CMD) = 0;
    *word(x, SPI_MEM_INT_RAW) |= INT_COMMAND_DONE;
    update_irq(x);
}

static void clocks_done(void *ctx)
{
    struct spi *x = ctx;
    s3_spi_run(x);
    finish(x);
}

static void command_written(struct spi *x, uint32_t before)
{
    uint32_t *cmd = word(x, SPI_MEM_CMD);
    if (!x->wires.flash) {
        *cmd = 0;
        return;
    }
    if (x->command) {
        *cmd = before; /* it is busy */
        return;
    }
    x->command = *cmd;
    struct period half = clock_period(x);
    half.den *= 2;
    if (x->command)
        sched_in(x->block.soc->sched, &x->done, period_ps(half, s3_spi_half_clocks(x) + OVERHEAD_HALF_CLOCKS));
}

/* Suspend and resume by hand: the opcode is given at once. */
static void suspend_written(struct spi *x, uint32_t value)
{
    uint32_t ctrl = *word(x, SPI_MEM_SUS_CTRL), *status = word(x, SPI_MEM_SUS_STATUS);
    *word(x, SPI_MEM_SUS_CMD) &= ~(SPI_MEM_SUS_CMD_PER | SPI_MEM_SUS_CMD_PES);
    if (!x->wires.flash || x->command)
        return;
    if (value & SPI_MEM_SUS_CMD_PES) {
        s3_spi_send_opcode(x, (uint8_t)field_get(SPI_MEM_SUS_CTRL_PES_COMMAND, ctrl));
        *status |= SPI_MEM_SUS_STATUS_SUSPENDED;
    }
    if (value & SPI_MEM_SUS_CMD_PER) {
        s3_spi_send_opcode(x, (uint8_t)field_get(SPI_MEM_SUS_CTRL_PER_COMMAND, ctrl));
        *status &= ~SPI_MEM_SUS_STATUS_SUSPENDED;
    }
}

static struct spi *spi_of(struct block *b)
{
    return &esp32s3_of(b->soc)->spi[b->index];
}

static uint32_t read_live(struct block *b, uint32_t offset)
{
    if (offset == SPI_MEM_INT_ST)
        return *block_word(b, SPI_MEM_INT_RAW) & *block_word(b, SPI_MEM_INT_ENA);
    return field_put(SPI_MEM_FSM_ST, 0, spi_of(b)->command ? 1 : 0);
}

/* How far the caches reach may have changed. */
static void show_pages(struct spi *x)
{
    for (unsigned bus = 0; bus < BUSES; bus++)
        s3_pages_show_all(&esp32s3_of(x->block.soc)->caches[bus]);
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct spi *x = spi_of(b);
    switch (offset) {
    case SPI_MEM_CMD:
        command_written(x, before);
        break;
    case SPI_MEM_CTRL2:
        if (value & SPI_MEM_CTRL2_SYNC_RESET) {
            sched_cancel(b->soc->sched, &x->done);
            finish(x);
        }
        break;
    case SPI_MEM_MISC:
        spi_wires_release(&x->wires);
        break;
    case SPI_MEM_SUS_CMD:
        suspend_written(x, value);
        break;
    case SPI_MEM_CACHE_FCTRL:
        show_pages(x);
        break;
    case SPI_MEM_INT_CLR:
        *word(x, SPI_MEM_INT_RAW) &= ~value;
        update_irq(x);
        break;
    default:
        update_irq(x);
    }
}

static const struct block_kind spi_kind = {
    .name = "SPI MEM",
    .size = 0x400,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool s3_spi_init(struct esp32s3 *s)
{
    static const uint32_t bases[2] = {ESP32S3_SPI0_BASE, ESP32S3_SPI1_BASE};
    bool is_ok = true;
    for (unsigned i = 0; is_ok && i < 2; i++) {
        struct spi *x = &s->spi[i];
        x->done = (struct sched_event){.fn = clocks_done, .ctx = x};
        is_ok = block_init(&x->block, &spi_kind, &s->soc, bases[i]);
        x->block.index = i;
        x->wires = (struct spi_wires){.flash = i ? s->soc.config.flash : NULL,
                                      .pins = is_ok ? word(x, SPI_MEM_MISC) : NULL,
                                      .cs_off = SPI_MEM_MISC_CS0_DIS,
                                      .cs_keeps = SPI_MEM_MISC_CS_KEEP_ACTIVE};
    }
    return is_ok;
}

void s3_spi_reset(struct spi *x)
{
    sched_cancel(x->block.soc->sched, &x->done);
    block_reset(&x->block);
    x->command = 0;
    spi_wires_release(&x->wires);
    update_irq(x);
    show_pages(x);
}
