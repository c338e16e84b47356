/* SPDX-License-Identifier: Apache-2.0 */
/* Time: slices, timers, and the two ways to run: blocks, and one careful instruction. */
#include "sim/lx6/lx6_int.h"

/* --- time --- */

uint64_t lx6_now(const struct lx6 *c, const struct lx6_op *op)
{
    uint64_t boundary = c->deadline - (uint64_t)c->left;
    return op ? boundary - (c->block->code.count - (uint64_t)(op - c->block->ops)) : boundary;
}

uint32_t lx6_ccount(const struct lx6 *c, const struct lx6_op *op)
{
    return (uint32_t)lx6_now(c, op) + c->ccount_offset;
}

void lx6_give_back(struct lx6 *c, const struct lx6_op *op)
{
    c->left += c->block->code.count - (op - c->block->ops) - 1;
}

void lx6_update_timers(struct lx6 *c, uint64_t now)
{
    uint32_t ccount = (uint32_t)now + c->ccount_offset;
    uint64_t next = UINT64_MAX;
    for (unsigned i = 0; i < LX6_TIMERS; i++) {
        uint32_t distance = c->ccompare[i] - ccount;
        uint64_t at = now + (distance ? distance : 1ULL << 32);
        next = at < next ? at : next;
    }
    c->timer_at = next;
}

/* CCOUNT has just reached the value of at least one CCOMPARE. */
static void fire_timers(struct lx6 *c)
{
    uint64_t now = lx6_now(c, NULL);
    for (unsigned i = 0; i < LX6_TIMERS; i++) {
        if (c->ccompare[i] == lx6_ccount(c, NULL))
            c->irq_latched |= BIT(c->config->irq_timer[i]);
    }
    lx6_update_timers(c, now);
    lx6_update(c);
}

/* --- leaving a block --- */

/* The instruction after one that ended at pc in sequence, taking a loop into account. */
static uint32_t sequential(struct lx6 *c, uint32_t pc)
{
    if (pc != c->loop_end || !c->lcount || c->ps & PS_EXCM || c->lend != pc)
        return pc;
    if (!--c->lcount)
        c->loop_end = 0;
    return c->lbeg;
}

const struct lx6_op *lx6_loop_back(struct lx6 *c, uint32_t pc)
{
    return lx6_enter(c, sequential(c, pc));
}

const struct lx6_op *lx6_leave(struct lx6 *c, const struct lx6_op *op)
{
    return lx6_leave_to(c, op, sequential(c, op->pc + op->len));
}

const struct lx6_op *lx6_leave_to(struct lx6 *c, const struct lx6_op *op, uint32_t pc)
{
    lx6_give_back(c, op);
    c->pc = pc;
    return NULL;
}

void lx6_update(struct lx6 *c)
{
    c->ability = (uint8_t)((1U << lx6_window_free(c)) - 1U);
    c->ability |= c->cpenable & BIT(0) ? NEED_CP0 : 0;
    c->ability |= c->cpenable & BIT(3) ? NEED_CP3 : 0;
    c->loop_end = c->lcount && !(c->ps & PS_EXCM) ? c->lend : 0;
    c->careful = lx6_counts(c) || lx6_watches(c);
    if (c->debug_pending || lx6_pending_level(c))
        c->attention = true;
}

/* --- one instruction --- */

static const struct lx6_op *check_and_do(struct lx6 *c, const struct lx6_block *b)
{
    const struct lx6_op *op = b->ops;
    unsigned missing = b->code.need & ~c->ability & 0xFFU;
    if (missing & (NEED_WINDOW_1 | NEED_WINDOW_2 | NEED_WINDOW_3))
        return lx6_overflow(c, op);
    if (missing & (NEED_CP0 | NEED_CP3))
        return lx6_raise_coprocessor(c, op, missing);
    uint32_t cause = lx6_debug_access(c, op);
    if (cause)
        return lx6_raise_debug(c, op, cause);
    return op->fn(c, op);
}

/* The budget is taken away meanwhile, so that no block follows. */
static void step(struct lx6 *c)
{
    uint32_t cause = lx6_debug_before(c);
    if (cause) {
        lx6_debug_exception(c, c->pc, cause);
        return;
    }
    const struct lx6_block *b = lx6_cache_step(c);
    bool is_counting = lx6_counts(c);
    uint64_t not_completed = c->not_completed;
    int64_t rest = c->left - 1;
    c->deadline -= (uint64_t)rest;
    c->left = 0;
    c->block = b;
    const struct lx6_op *op = check_and_do(c, b);
    while (op)
        op = op->fn(c, op);
    c->deadline += (uint64_t)rest;
    c->left += rest;
    if (is_counting && not_completed == c->not_completed)
        c->icount++;
}

/* --- many instructions --- */

static bool is_runnable(const struct lx6 *c, const struct lx6_block *b)
{
    return b->code.count <= c->left && !(b->code.need & ~c->ability & 0xFFU) && !lx6_block_hides_loop_end(c, b);
}

static void run_until(struct lx6 *c, uint64_t until)
{
    c->left = (int64_t)(until - lx6_now(c, NULL));
    c->deadline = until;
    while (c->left > 0 && !c->attention) {
        const struct lx6_block *b = c->careful ? NULL : lx6_cache_block(c);
        if (!b || !is_runnable(c, b)) {
            step(c);
            continue;
        }
        c->left -= b->code.count;
        c->block = b;
        const struct lx6_op *op = b->ops;
        do
            op = op->fn(c, op);
        while (op);
    }
}

static void idle_until(struct lx6 *c, uint64_t until)
{
    c->not_completed += until - lx6_now(c, NULL);
    c->deadline = until;
    c->left = 0;
}

/* Up to the next timer or the end of the slice. False when the core has begun to wait. */
static bool run_stretch(struct lx6 *c)
{
    uint64_t until = c->timer_at < c->slice_end ? c->timer_at : c->slice_end;
    bool was_waiting = c->state == LX6_WAITING;
    if (was_waiting)
        idle_until(c, until);
    else
        run_until(c, until);
    if (lx6_now(c, NULL) == c->timer_at)
        fire_timers(c);
    return was_waiting || c->state != LX6_WAITING || lx6_pending_level(c);
}

uint64_t lx6_run(struct lx6 *c, uint64_t cycles)
{
    c->slice_start = lx6_now(c, NULL);
    c->slice_end = c->slice_start + cycles;
    c->attention = true;
    c->is_running = true;
    while (c->state != LX6_STOPPED && lx6_now(c, NULL) < c->slice_end) {
        lx6_reset_if_due(c);
        if (c->attention)
            lx6_attend(c);
        else if (!run_stretch(c))
            break;
    }
    c->is_running = false;
    lx6_reset_if_due(c);
    lx6_fp_sync(c);
    c->deadline = lx6_now(c, NULL);
    c->left = 0;
    return c->deadline - c->slice_start;
}

void lx6_end_slice(struct lx6 *c, uint64_t cycles)
{
    if (c->slice_start + cycles < c->slice_end)
        c->slice_end = c->slice_start + cycles;
    c->attention = true;
}

uint64_t lx6_slice_used(const struct lx6 *c)
{
    return c->is_running ? lx6_now(c, c->at) - c->slice_start : 0;
}

void lx6_skip(struct lx6 *c, uint64_t cycles)
{
    uint64_t end = lx6_now(c, NULL) + cycles;
    while (c->timer_at <= end) {
        idle_until(c, c->timer_at);
        fire_timers(c);
    }
    idle_until(c, end);
}

uint64_t lx6_instructions(const struct lx6 *c)
{
    return lx6_now(c, c->at) - c->not_completed;
}
