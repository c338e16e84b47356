/* SPDX-License-Identifier: Apache-2.0 */
/* The chip's life and its wires: transactions become commands. */
#include "sim/nor/nor_int.h"

#include "regs/spi_nor.h"

#include <stdlib.h>
#include <string.h>

struct nor *nor_new(const struct nor_part *part, struct sched *sched, bool maximum_times, struct log *log)
{
    struct nor *n = calloc(1, sizeof *n);
    if (!n)
        return NULL;
    n->part = part;
    n->times = maximum_times ? &part->maximum : &part->typical;
    n->sched = sched;
    n->log = log;
    n->bytes = malloc(part->size);
    n->erases = calloc(part->size / NOR_SECTOR, sizeof *n->erases);
    if (!n->bytes || !n->erases) {
        nor_free(n);
        return NULL;
    }
    memset(n->bytes, 0xFF, part->size);
    memcpy(n->status_kept, part->status, sizeof n->status_kept);
    nor_power_on(n);
    return n;
}

void nor_free(struct nor *n)
{
    if (!n)
        return;
    free(n->bytes);
    free(n->erases);
    free(n);
}

void nor_power_on(struct nor *n)
{
    memcpy(n->status, n->status_kept, sizeof n->status);
    n->is_write_enabled = n->is_volatile_write_enabled = n->is_reset_enabled = false;
    n->is_asleep = false;
    n->running = n->suspended = NOR_OP_NONE;
    n->busy_until_ps = 0;
    n->phase = NOR_IDLE;
    n->continuous = NULL;
}

/* --- a transaction --- */

static void start_command(struct nor *n, const struct nor_command *command)
{
    n->command = command;
    n->phase = command->address_bytes ? NOR_ADDRESS : NOR_WAIT;
    n->phase_bytes = 0;
    n->address = 0;
    n->mode = 0xFF;
    n->in_count = 0;
    n->out_bit = -(int64_t)command->dummy_clocks * (command->data_lines ? command->data_lines : 1);
}

void nor_select(struct nor *n)
{
    n->phase = NOR_OPCODE;
    n->command = NULL;
    if (n->absent)
        n->phase = NOR_IGNORE;
    else if (n->continuous)
        start_command(n, n->continuous);
}

/* Whether the chip takes a command in its present state. */
static bool takes(const struct nor *n, const struct nor_command *c)
{
    if (n->is_asleep)
        return c->when & NOR_WHEN_ASLEEP;
    if (nor_is_busy(n) && !(c->when & NOR_WHEN_BUSY))
        return false;
    if (n->suspended && !(c->when & NOR_WHEN_SUSPENDED))
        return false;
    if (n->suspended == NOR_OP_PROGRAM && c->when & NOR_WHEN_WRITABLE)
        return false; /* a program can interrupt a suspended erase, not a suspended program */
    if (c->when & NOR_WHEN_QUAD && !(n->status[1] & NOR_SR2_QE))
        return false;
    return !(c->when & NOR_WHEN_WRITABLE) || n->is_write_enabled;
}

static void note_unknown(struct nor *n, uint8_t opcode)
{
    if (n->is_noted[opcode] || !n->log)
        return;
    n->is_noted[opcode] = true;
    log_info(n->log, "flash: the model of the %s does not know command 0x%02x and ignores it", n->part->name, opcode);
}

static void take_opcode(struct nor *n, uint8_t opcode, unsigned lines)
{
    n->phase = NOR_IGNORE;
    if (lines != 1)
        return;
    n->counts[opcode]++;
    const struct nor_command *c = nor_command_find(opcode);
    if (!c) {
        note_unknown(n, opcode);
        return;
    }
    if (takes(n, c))
        start_command(n, c);
    else if (c->when & (NOR_WHEN_WRITABLE | NOR_WHEN_QUAD) && !nor_is_busy(n) && n->log)
        log_debug(n->log, "flash: command 0x%02x ignored, status is %02x %02x", opcode, nor_status(n, 1),
                  nor_status(n, 2));
    if (opcode != NOR_RESET && opcode != NOR_RESET_ENABLE)
        n->is_reset_enabled = false;
}

static void take_address(struct nor *n, uint8_t byte, unsigned lines)
{
    const struct nor_command *c = n->command;
    if (lines != c->address_lines) {
        n->phase = NOR_IGNORE;
        return;
    }
    if (n->phase_bytes < c->address_bytes)
        n->address = n->address << 8 | byte;
    else
        n->mode = byte;
    if (++n->phase_bytes == (unsigned)c->address_bytes + c->mode_bytes)
        n->phase = NOR_WAIT;
}

/* The next bits of the answer; what lies before it, in dummy clocks, is not driven and reads as ones. */
static uint8_t answer(struct nor *n)
{
    uint8_t byte = 0;
    int64_t at = n->out_bit;
    if (at >= 0 && at % 8 == 0) {
        byte = n->command->read(n, (uint32_t)(at / 8));
    } else {
        for (unsigned i = 0; i < 8; i++, at++) {
            uint8_t from = at < 0 ? 0xFF : n->command->read(n, (uint32_t)(at / 8));
            byte = (uint8_t)(byte << 1 | (from >> (7 - (uint64_t)at % 8) & 1));
        }
    }
    n->out_bit += 8;
    return byte;
}

static uint8_t exchange_data(struct nor *n, uint8_t out, unsigned lines)
{
    const struct nor_command *c = n->command;
    if (n->out_bit < 0 && lines == 1 && c->data_lines > 1) { /* dummy clocks given as bytes on one line */
        n->out_bit += 8 * c->data_lines;
        return 0xFF;
    }
    if (lines != c->data_lines) {
        /* A command without data that gets more bits is not carried out; data on wrong lines is noise. */
        n->phase = NOR_IGNORE;
        return 0xFF;
    }
    if (c->read)
        return answer(n);
    n->in[n->in_count % NOR_PAGE] = out;
    n->in_count++;
    return 0xFF;
}

uint8_t nor_transfer(struct nor *n, uint8_t out, unsigned lines)
{
    switch (n->phase) {
    case NOR_OPCODE:
        take_opcode(n, out, lines);
        return 0xFF;
    case NOR_ADDRESS:
        take_address(n, out, lines);
        return 0xFF;
    case NOR_WAIT:
        return exchange_data(n, out, lines);
    default:
        return 0xFF;
    }
}

void nor_dummy(struct nor *n, unsigned clocks)
{
    const struct nor_command *c = n->command;
    if (n->phase == NOR_ADDRESS && n->phase_bytes >= c->address_bytes) { /* nobody drives the mode bits */
        unsigned mode_clocks = 8U * c->mode_bytes / c->address_lines;
        n->out_bit -= (int64_t)mode_clocks * c->data_lines;
        n->phase = NOR_WAIT;
    }
    if (n->phase == NOR_WAIT && c->data_lines)
        n->out_bit += (int64_t)clocks * c->data_lines;
}

void nor_deselect(struct nor *n)
{
    const struct nor_command *c = n->command;
    bool is_complete = n->phase == NOR_WAIT && c && (!c->address_bytes || n->phase_bytes >= c->address_bytes);
    n->phase = NOR_IDLE;
    if (!is_complete)
        return;
    n->continuous = c->mode_bytes && (n->mode & 0x30) == 0x20 ? c : NULL;
    bool may_write_status = n->is_write_enabled || n->is_volatile_write_enabled;
    bool is_status_write =
        c->opcode == NOR_WRITE_STATUS || c->opcode == NOR_WRITE_STATUS2 || c->opcode == NOR_WRITE_STATUS3;
    if (c->run && (!is_status_write || may_write_status))
        c->run(n);
}

/* --- looking inside --- */

uint8_t *nor_bytes(struct nor *n)
{
    return n->bytes;
}

uint32_t nor_size(const struct nor *n)
{
    return n->part->size;
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
