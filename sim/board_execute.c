/* SPDX-License-Identifier: Apache-2.0 */
/* The JTAG connector and the passing of time. */
#include "sim/board_int.h"

#include "base/bits.h"

/* How far the chip may lag behind while single TCKs are given: whoever waits for its serial output or for its watchdogs
   sees them not later than this. */
#define MAX_LAG_PS (100 * PS_PER_US)
enum { WORD_BITS = 32 };

void board_catch_up(struct board *b)
{
    if (b->chip)
        soc_run_until(b->chip, b->now_ps);
}

void board_advance_ns(struct board *b, uint64_t ns)
{
    b->now_ps += ns * PS_PER_NS;
    board_catch_up(b);
}

/* TAPs that are held by TRST or without power take no clocks. */
static bool taps_answer(const struct board *b)
{
    return b->is_enabled && !b->trst && soc_has_taps(b->chip);
}

/* The level on the wire, before faults. */
static bool tdo_level(const struct board *b)
{
    return !taps_answer(b) || b->taps[0].ops->tdo(b->taps[0].tap);
}

bool board_tdo(const struct board *b)
{
    return fault_level(b, tdo_level(b));
}

/* One period. TDI enters the chain at the last TAP; each takes what the one before it drives at the rising edge. */
static bool step(struct board *b, bool tms, bool tdi)
{
    bool tdo = fault_tdo(b, tdo_level(b));
    b->now_ps += b->tck_ps;
    b->tcks++;
    if (taps_answer(b)) {
        for (unsigned i = b->tap_count; i-- > 0;)
            tdi = b->taps[i].ops->tck(b->taps[i].tap, tms, tdi);
    }
    fault_count_down(b);
    return tdo;
}

bool board_tck(struct board *b, bool tms, bool tdi)
{
    if (board_is_unplugged(b))
        return true;
    bool tdo = step(b, tms, tdi);
    if (b->now_ps - b->sched.now_ps > MAX_LAG_PS)
        board_catch_up(b);
    return tdo;
}

/* --- batches --- */

static void do_tms(struct board *b, const struct batch *batch, const struct batch_item *item)
{
    for (size_t i = 0; i < item->bits; i++)
        step(b, bits_get(batch->out, item->out_at + i), item->tdi);
}

/* All TAPs are driven by the same TMS and TCK, so the first stands for all. */
static bool may_shift_words(const struct board *b)
{
    return fault_is_far(b, WORD_BITS) && taps_answer(b) && b->taps[0].ops->is_shifting(b->taps[0].tap);
}

static uint32_t shift_word(struct board *b, uint32_t tdi, unsigned count)
{
    for (unsigned i = b->tap_count; i-- > 0;)
        tdi = b->taps[i].ops->shift(b->taps[i].tap, tdi, count);
    b->now_ps += count * b->tck_ps;
    b->tcks += count;
    fault_pass(b, count);
    return tdi;
}

static void do_shift(struct board *b, struct batch *batch, const struct batch_item *item)
{
    size_t done = 0, last = item->bits - item->leave;
    while (done < last && may_shift_words(b)) {
        unsigned count = last - done < WORD_BITS ? (unsigned)(last - done) : WORD_BITS;
        uint32_t tdo = shift_word(b, (uint32_t)bits_get_u64(batch->out, item->out_at + done, count), count);
        if (item->capture)
            bits_put_u64(batch->in, item->in_at + done, count, tdo);
        done += count;
    }
    for (; done < item->bits; done++) {
        bool tdo = step(b, item->leave && done == last, bits_get(batch->out, item->out_at + done));
        if (item->capture)
            bits_set(batch->in, item->in_at + done, tdo);
    }
}

static void do_clock(struct board *b, const struct batch_item *item)
{
    size_t left = item->bits;
    for (; left; left--) {
        if (fault_is_far(b, left) && (!taps_answer(b) || b->taps[0].ops->is_steady(b->taps[0].tap, item->tms)))
            break;
        step(b, item->tms, item->tdi);
    }
    b->now_ps += left * b->tck_ps;
    b->tcks += left;
    fault_pass(b, left);
}

static void do_item(struct board *b, struct batch *batch, const struct batch_item *item)
{
    switch (item->kind) {
    case BATCH_TMS:
        do_tms(b, batch, item);
        break;
    case BATCH_SHIFT:
        do_shift(b, batch, item);
        break;
    case BATCH_CLOCK:
        do_clock(b, item);
        break;
    case BATCH_WAIT:
        b->now_ps += item->wait_ns * PS_PER_NS;
        break;
    }
}

void board_execute(struct board *b, struct batch *batch)
{
    for (size_t i = 0; i < batch->count && !board_is_unplugged(b); i++)
        do_item(b, batch, &batch->items[i]);
    b->now_ps += b->latency_ps;
    board_catch_up(b);
}

void board_set_reset(struct board *b, bool trst, bool srst)
{
    b->srst = srst;
    board_drive_enable(b);
    b->trst = trst;
    for (unsigned i = 0; trst && i < b->tap_count; i++)
        b->taps[i].ops->trst(b->taps[i].tap);
}
