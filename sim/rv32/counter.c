/* SPDX-License-Identifier: Apache-2.0 */
/* What counts: mcycle, minstret, and Espressif's performance counter. Source of the latter: ESP32-C3 Technical
   Reference Manual, mpcer, mpcmr, mpccr: an instruction or cycle in which several of the chosen events happen counts
   once; cycles are not counted in WFI. Hazards do not happen in this model. */
#include "sim/rv32/rv32_int.h"

/* --- mcycle and minstret --- */

static uint64_t completed(const struct rv32 *c, const struct rv32_op *op)
{
    return rv32_now(c, op) - c->not_completed;
}

static bool is_instret(unsigned number)
{
    return (number & ~0x80U) == CSR_MINSTRET;
}

static bool is_upper(unsigned number)
{
    return number & 0x80;
}

static uint64_t counted(const struct rv32 *c, unsigned number, const struct rv32_op *op)
{
    return is_instret(number) ? completed(c, op) + c->minstret_offset : rv32_now(c, op) + c->mcycle_offset;
}

uint32_t rv32_mcycle_read(struct rv32 *c, unsigned number, const struct rv32_op *op)
{
    return (uint32_t)(counted(c, number, op) >> (is_upper(number) ? 32 : 0));
}

/* The next instruction finds what was written: this one is not counted. */
void rv32_mcycle_write(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    uint64_t *offset = is_instret(number) ? &c->minstret_offset : &c->mcycle_offset;
    uint64_t now = counted(c, number, op) + (op ? 1 : 0);
    uint64_t wanted = is_upper(number) ? (uint64_t)value << 32 | (uint32_t)now : (now >> 32 << 32) | value;
    *offset += wanted - now;
}

/* --- the performance counter --- */

enum { LOOKED_AT = MPCER_LOAD | MPCER_STORE | MPCER_JMP_UNCOND | MPCER_BRANCH | MPCER_BRANCH_TAKEN | MPCER_INST_COMP };

static bool has_to_look(const struct rv32_counter *k)
{
    return k->mode & MPCMR_COUNT_EN && k->events & LOOKED_AT && !(k->events & (MPCER_CYCLE | MPCER_INST));
}

bool rv32_counters_look(const struct rv32 *c)
{
    return has_to_look(&c->counters[0]) || has_to_look(&c->counters[1]);
}

static uint32_t events_of(const struct rv32 *c, const struct rv32_op *op)
{
    unsigned flags = op->insn ? op->insn->flags : 0;
    uint32_t events = op->len == 2 ? MPCER_INST_COMP : 0;
    events |= flags & FLAG_LOAD ? MPCER_LOAD : 0;
    events |= flags & FLAG_STORE ? MPCER_STORE : 0;
    events |= flags & FLAG_JUMP ? MPCER_JMP_UNCOND : 0;
    if (flags & FLAG_BRANCH)
        events |= MPCER_BRANCH | (c->pc == op->pc + op->len ? 0 : MPCER_BRANCH_TAKEN);
    return events;
}

void rv32_counters_see(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t events = events_of(c, op);
    for (unsigned i = 0; i < 2; i++) {
        if (has_to_look(&c->counters[i]) && c->counters[i].events & events)
            c->counters[i].seen++;
    }
}

/* What the chosen events amount to, since the core was made. */
static uint64_t happened(const struct rv32 *c, const struct rv32_counter *k, const struct rv32_op *op)
{
    uint64_t sum = k->events & MPCER_IDLE ? c->waited : 0;
    if (k->events & MPCER_CYCLE)
        return sum + rv32_now(c, op) - c->waited;
    return sum + (k->events & MPCER_INST ? completed(c, op) : k->seen);
}

static uint64_t count_of(const struct rv32 *c, const struct rv32_counter *k, const struct rv32_op *op)
{
    uint64_t count = k->count + (k->mode & MPCMR_COUNT_EN ? happened(c, k, op) - k->since : 0);
    return k->mode & MPCMR_COUNT_SAT && count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
}

static bool is_user(unsigned number)
{
    return number >= CSR_UPCER;
}

static unsigned kind_of(unsigned number)
{
    return number - (is_user(number) ? CSR_UPCER : CSR_MPCER) + CSR_MPCER;
}

uint32_t rv32_counter_read(struct rv32 *c, unsigned number, const struct rv32_op *op)
{
    const struct rv32_counter *k = &c->counters[is_user(number)];
    unsigned kind = kind_of(number);
    return kind == CSR_MPCER ? k->events : kind == CSR_MPCMR ? k->mode : (uint32_t)count_of(c, k, op);
}

/* The next instruction finds what was written. */
void rv32_counter_write(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    struct rv32_counter *k = &c->counters[is_user(number)];
    unsigned kind = kind_of(number);
    k->count = count_of(c, k, op);
    if (kind == CSR_MPCER)
        k->events = value & FIELD(10, 0);
    else if (kind == CSR_MPCMR)
        k->mode = value & (MPCMR_COUNT_EN | MPCMR_COUNT_SAT);
    else
        k->count = value;
    bool counts_itself = op && k->events & (MPCER_CYCLE | MPCER_INST);
    k->since = happened(c, k, op) + counts_itself;
    rv32_update(c);
}
