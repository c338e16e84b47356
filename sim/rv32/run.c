/* SPDX-License-Identifier: Apache-2.0 */
/* Time: slices, and the two ways to run: blocks, and one careful instruction. */
#include "sim/rv32/rv32_int.h"

/* --- time --- */

uint64_t rv32_now(const struct rv32 *c, const struct rv32_op *op)
{
    uint64_t boundary = c->deadline - (uint64_t)c->left;
    return op ? boundary - (c->block->code.count - (uint64_t)(op - c->block->ops)) : boundary;
}

void rv32_give_back(struct rv32 *c, const struct rv32_op *op)
{
    c->left += c->block->code.count - (op - c->block->ops) - 1;
}

uint64_t rv32_slice_used(const struct rv32 *c)
{
    return c->is_running ? rv32_now(c, c->at) - c->slice_start : 0;
}

uint64_t rv32_instructions(const struct rv32 *c)
{
    return rv32_now(c, c->at) - c->not_completed;
}

/* --- leaving a block --- */

const struct rv32_op *rv32_leave(struct rv32 *c, const struct rv32_op *op)
{
    if (c->watches_sp && op->rd == RV32_SP)
        rv32_look_at_sp(c, op->pc);
    return rv32_leave_to(c, op, op->pc + op->len);
}

const struct rv32_op *rv32_leave_to(struct rv32 *c, const struct rv32_op *op, uint32_t pc)
{
    rv32_give_back(c, op);
    c->pc = pc;
    return NULL;
}

void rv32_update(struct rv32 *c)
{
    uint32_t rights = c->prv << 2 | rv32_data_privilege(c);
    if (rights != c->rights)
        rv32_forget_windows(c);
    c->rights = rights;
    c->careful = c->is_stepping || rv32_counters_look(c);
    if (c->haltreq || rv32_takes_interrupt(c) || (c->state == RV32_WAITING && rv32_pending(c)))
        c->attention = true;
}

/* --- one instruction --- */

/* A trigger on the instruction at rv32.pc: taken before it. */
static bool is_triggered(struct rv32 *c)
{
    int action = rv32_trigger_fires(c, c->pc, 1, PMPCFG_X);
    if (action == TRIGGER_ACTION_DEBUG)
        rv32_enter_debug(c, c->pc, DCSR_CAUSE_TRIGGER);
    else if (action == TRIGGER_ACTION_EXCEPTION)
        rv32_trap(c, c->pc, CAUSE_BREAKPOINT, c->pc);
    return action >= 0;
}

/* The budget is taken away meanwhile, so that no block follows. */
static void step(struct rv32 *c)
{
    if (is_triggered(c))
        return;
    const struct rv32_block *b = rv32_cache_step(c);
    uint64_t not_completed = c->not_completed;
    int64_t rest = c->left - 1;
    c->deadline -= (uint64_t)rest;
    c->left = 0;
    c->block = b;
    const struct rv32_op *first = b->ops, *op = first;
    while (op)
        op = op->fn(c, op);
    c->deadline += (uint64_t)rest;
    c->left += rest;
    if (c->careful && not_completed == c->not_completed)
        rv32_counters_see(c, first);
}

static void step_for_debugger(struct rv32 *c)
{
    step(c);
    rv32_reset_if_due(c);
    if (c->is_stepping && c->state != RV32_HALTED)
        rv32_enter_debug(c, c->pc, DCSR_CAUSE_STEP);
}

/* --- many instructions --- */

static void run_until(struct rv32 *c, uint64_t until)
{
    c->left = (int64_t)(until - rv32_now(c, NULL));
    c->deadline = until;
    while (c->left > 0 && !c->attention) {
        const struct rv32_block *b = c->careful ? NULL : rv32_cache_block(c);
        if (!b || !rv32_block_is_runnable(c, b)) {
            if (c->is_stepping)
                step_for_debugger(c);
            else
                step(c);
            continue;
        }
        c->left -= b->code.count;
        c->block = b;
        const struct rv32_op *op = b->ops;
        do
            op = op->fn(c, op);
        while (op);
    }
}

static void idle_until(struct rv32 *c, uint64_t until)
{
    uint64_t cycles = until - rv32_now(c, NULL);
    c->not_completed += cycles;
    c->waited += cycles;
    c->deadline = until;
    c->left = 0;
}

/* False when the core has begun to wait. */
static bool run_stretch(struct rv32 *c)
{
    bool was_waiting = c->state == RV32_WAITING;
    if (c->is_flush_due)
        code_cache_flush(&c->cache->code);
    c->is_flush_due = false;
    if (was_waiting)
        idle_until(c, c->slice_end);
    else
        run_until(c, c->slice_end);
    return was_waiting || c->state != RV32_WAITING;
}

uint64_t rv32_run(struct rv32 *c, uint64_t cycles)
{
    c->slice_start = rv32_now(c, NULL);
    c->slice_end = c->slice_start + cycles;
    c->attention = true;
    c->is_running = true;
    while (c->state != RV32_HALTED && rv32_now(c, NULL) < c->slice_end) {
        rv32_reset_if_due(c);
        if (c->attention)
            rv32_attend(c);
        else if (!run_stretch(c))
            break;
    }
    c->is_running = false;
    rv32_reset_if_due(c);
    c->deadline = rv32_now(c, NULL);
    c->left = 0;
    return c->deadline - c->slice_start;
}

void rv32_end_slice(struct rv32 *c, uint64_t cycles)
{
    if (c->slice_start + cycles < c->slice_end)
        c->slice_end = c->slice_start + cycles;
    c->attention = true;
}
