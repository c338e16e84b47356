/* SPDX-License-Identifier: Apache-2.0 */
/* The chip's life, and a look inside. */
#include "sim/nor/nor_int.h"

#include "regs/spi_nor.h"

#include <stdlib.h>
#include <string.h>

/* --- life --- */

static void take_times(struct nor *n, bool maximum)
{
    const struct nor_part *part = n->part;
    n->times = maximum ? n->family->maximum : n->family->typical;
    n->times.chip = (maximum ? part->chip_maximum_s : part->chip_s) * 1000000000ULL;
    if (part->page_us && !maximum)
        n->times.page = part->page_us * 1000ULL;
}

struct nor *nor_new(const struct nor_part *part, struct sched *sched, bool maximum_times, struct log *log)
{
    struct nor *n = calloc(1, sizeof *n);
    if (!n)
        return NULL;
    n->part = part;
    n->family = part->family;
    n->sets = part->family->sets | part->sets;
    n->sched = sched;
    n->log = log;
    n->bytes = malloc(part->size);
    n->erases = calloc(part->size / NOR_SECTOR, sizeof *n->erases);
    n->locks = calloc(part->size / NOR_SECTOR, sizeof *n->locks);
    if (!n->bytes || !n->erases || !n->locks) {
        nor_free(n);
        return NULL;
    }
    take_times(n, maximum_times);
    memset(n->bytes, 0xFF, part->size);
    for (unsigned opcode = 0; opcode < NOR_OPCODES; opcode++)
        n->known[opcode] = nor_command_find(n->sets, (uint8_t)opcode);
    memcpy(n->kept, part->registers, sizeof n->kept);
    if (n->family->octal)
        memcpy(n->config_kept, n->family->octal->config, sizeof n->config_kept);
    nor_power_on(n);
    return n;
}

void nor_free(struct nor *n)
{
    if (!n)
        return;
    free(n->bytes);
    free(n->erases);
    free(n->locks);
    free(n);
}

void nor_load_state(struct nor *n)
{
    memcpy(n->registers, n->kept, sizeof n->registers);
    memcpy(n->config, n->config_kept, sizeof n->config);
    n->mode = NOR_SPI;
    if (n->family->octal)
        nor_take_config(n);
    n->qpi_clocks = n->family->qpi_dummy[0];
    nor_set_4byte(n, n->kept[2] & n->family->address4_kept);
    n->extended = 0;
    memset(n->locks, true, n->part->size / NOR_SECTOR);
    n->is_write_enabled = n->is_volatile_write_enabled = n->is_reset_enabled = false;
    n->is_asleep = false;
    n->running = n->suspended = NOR_OP_NONE;
    n->busy_until_ps = n->deaf_until_ps = 0;
    n->phase = NOR_IDLE;
    n->continuous = NULL;
}

void nor_power_on(struct nor *n)
{
    if (n->sets & NOR_SET_STATUS23)
        n->kept[1] &= (uint8_t)~NOR_SR2_SRL; /* the lock until power-off */
    nor_load_state(n);
}

/* --- looking inside --- */

uint8_t *nor_bytes(struct nor *n)
{
    return n->bytes;
}

const struct nor_part *nor_part_of(const struct nor *n)
{
    return n->part;
}

uint32_t nor_size(const struct nor *n)
{
    return n->part->size;
}

uint64_t nor_changes(const struct nor *n)
{
    return n->changes;
}

void nor_on_change(struct nor *n, nor_change_fn *before, nor_change_fn *after, void *ctx)
{
    n->before_change = before;
    n->after_change = after;
    n->change_ctx = ctx;
}

uint32_t nor_erases(const struct nor *n, uint32_t sector)
{
    return sector < n->part->size / NOR_SECTOR ? n->erases[sector] : 0;
}

uint64_t nor_commands(const struct nor *n, uint8_t opcode)
{
    return n->counts[opcode];
}

/* --- faults --- */

void nor_fault_busy(struct nor *n, bool never_ready)
{
    if (!never_ready && n->never_ready && n->busy_until_ps == SCHED_NEVER)
        n->busy_until_ps = 0;
    n->never_ready = never_ready;
}

void nor_fault_weak(struct nor *n, bool weak)
{
    n->weak = weak;
}

void nor_set_absent(struct nor *n, bool absent)
{
    n->absent = absent;
}

void nor_set_wp(struct nor *n, bool low)
{
    n->is_wp_low = low;
}
