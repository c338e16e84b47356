/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPI0 and SPI1: registers and time. What a command does on the wires is in spi_mem_run.c.
 * Sources: chapter 'SPI Controller' of the TRMs; spi_mem_reg.h of each chip in esp-idf.
 *
 * SPI1 gives commands to the flash on chip select 0. A command takes its clocks; then its effect is there and CMD falls, at
 * one instant. Nothing answers commands on chip select 1, where external RAM would be. SPI0 fetches for the caches, which
 * answer at once here (flash_cache.c), so its registers are storage but for the width of addresses. Pins and delays are
 * storage, too.
 */
#include "sim/soc/flash_side.h"

#include "base/bits.h"
#include "regs/spi_mem.h"

enum { OVERHEAD_HALF_CLOCKS = 4 };

static uint32_t *word(struct spi_mem *x, uint32_t offset)
{
    return block_word(&x->block, offset);
}

static struct period clock_period(struct spi_mem *x)
{
    uint32_t clock = *word(x, SPI_MEM_CLOCK);
    uint32_t select = *word(&x->side->spi[0], x->kind->core_clk); /* both have SPI0's choice */
    struct period p = x->kind->clock(x->block.soc, select);
    if (!(clock & SPI_MEM_CLOCK_EQU_SYSCLK))
        p.num *= field_get(SPI_MEM_CLOCK_N, clock) + 1;
    return p;
}

static void update_irq(struct spi_mem *x)
{
    if (x->wires.flash)
        irq_set(x->block.soc, x->kind->irq, *word(x, x->kind->int_raw) & *word(x, x->kind->int_ena));
}

static void finish(struct spi_mem *x)
{
    x->command = 0;
    *word(x, SPI_MEM_CMD) = 0;
    *word(x, x->kind->int_raw) |= x->kind->int_done;
    update_irq(x);
}

static void clocks_done(void *ctx)
{
    struct spi_mem *x = ctx;
    spi_mem_run(x);
    finish(x);
}

static void command_written(struct spi_mem *x, uint32_t before)
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
    if (!x->command)
        return;
    *cmd |= x->kind->cmd_busy;
    sched_in(x->block.soc->sched, &x->done, period_ps(half, spi_mem_half_clocks(x) + OVERHEAD_HALF_CLOCKS));
}

/* Suspend and resume by hand: the opcode is given at once. */
static void suspend_written(struct spi_mem *x, uint32_t value)
{
    uint32_t opcodes = *word(x, SPI_MEM_SUS_CTRL), *status = word(x, SPI_MEM_SUS_STATUS);
    *word(x, SPI_MEM_SUS_CMD) &= ~(SPI_MEM_SUS_CMD_PER | SPI_MEM_SUS_CMD_PES);
    if (!x->wires.flash || x->command)
        return;
    if (value & SPI_MEM_SUS_CMD_PES) {
        spi_mem_send_opcode(x, (uint8_t)field_get(x->kind->suspend_opcode, opcodes));
        *status |= SPI_MEM_SUS_STATUS_SUSPENDED;
    }
    if (value & SPI_MEM_SUS_CMD_PER) {
        spi_mem_send_opcode(x, (uint8_t)field_get(x->kind->resume_opcode, opcodes));
        *status &= ~SPI_MEM_SUS_STATUS_SUSPENDED;
    }
}

uint32_t spi_mem_read(struct block *b, uint32_t offset)
{
    const struct spi_mem *x = (struct spi_mem *)b;
    if (offset == x->kind->int_st)
        return *block_word(b, x->kind->int_raw) & *block_word(b, x->kind->int_ena);
    return *block_word(b, offset) | (x->command ? x->kind->fsm_busy : 0);
}

void spi_mem_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct spi_mem *x = (struct spi_mem *)b;
    switch (offset) {
    case SPI_MEM_CMD:
        command_written(x, before);
        return;
    case SPI_MEM_CTRL2:
        if (value & SPI_MEM_CTRL2_SYNC_RESET) {
            sched_cancel(b->soc->sched, &x->done);
            finish(x);
        }
        return;
    case SPI_MEM_MISC:
        spi_wires_release(&x->wires);
        return;
    case SPI_MEM_SUS_CMD:
        suspend_written(x, value);
        return;
    case SPI_MEM_CACHE_FCTRL: /* how far the caches reach may have changed */
        flash_side_show_all(x->side);
        return;
    default:
        if (offset == x->kind->int_clr)
            *word(x, x->kind->int_raw) &= ~value;
        update_irq(x);
    }
}

bool spi_mem_init(struct spi_mem *x, struct flash_side *f, unsigned index, const struct spi_mem_kind *kind)
{
    x->kind = kind;
    x->side = f;
    x->done = (struct sched_event){.fn = clocks_done, .ctx = x};
    if (!block_init(&x->block, &kind->block, f->soc, kind->bases[index]))
        return false;
    x->block.index = index;
    x->wires = (struct spi_wires){.flash = index ? f->soc->config.flash : NULL,
                                  .pins = word(x, SPI_MEM_MISC),
                                  .cs_off = SPI_MEM_MISC_CS0_DIS,
                                  .cs_keeps = SPI_MEM_MISC_CS_KEEP_ACTIVE};
    return true;
}

void spi_mem_reset(struct spi_mem *x)
{
    sched_cancel(x->block.soc->sched, &x->done);
    block_reset(&x->block);
    x->command = 0;
    spi_wires_release(&x->wires);
    update_irq(x);
    flash_side_show_all(x->side);
}
