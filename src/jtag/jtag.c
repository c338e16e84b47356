/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of scans. */
#include "jtag/jtag.h"

#include "base/bits.h"
#include "jtag/jtag_int.h"

#include <stdlib.h>
#include <string.h>

enum { RESET_CLOCKS = 5, IR_LEN_MAX = 32, WORD_BITS = 32, IDCODE_BITS = 32 };

struct jtag *jtag_new(struct adapter *adapter, struct log *log)
{
    struct jtag *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    j->adapter = adapter;
    j->log = log;
    j->is_lost = true;
    return j;
}

void jtag_free(struct jtag *j)
{
    if (!j)
        return;
    batch_fini(&j->batch);
    free(j->captures);
    free(j->scratch);
    free(j);
}

enum err jtag_add_tap(struct jtag *j, const struct jtag_tap *tap)
{
    if (tap->ir_len < 2 || tap->ir_len > IR_LEN_MAX)
        return err_at(j->log, ERR_RANGE, "TAP %s has an instruction register of %u bits; it must be 2 to %d", tap->name,
                      tap->ir_len, IR_LEN_MAX);
    if (j->tap_count == JTAG_MAX_TAPS)
        return err_at(j->log, ERR_RESOURCE, "TAP %s is one too many: a chain has at most %d", tap->name, JTAG_MAX_TAPS);
    j->taps[j->tap_count] = *tap;
    j->taps[j->tap_count].name[JTAG_NAME_LEN - 1] = 0;
    if (j->taps[j->tap_count].expected_count > JTAG_MAX_IDS)
        j->taps[j->tap_count].expected_count = JTAG_MAX_IDS;
    j->now[j->tap_count] = (struct tap_now){0};
    j->tap_count++;
    return ERR_OK;
}

unsigned jtag_tap_count(const struct jtag *j)
{
    return j->tap_count;
}

const struct jtag_tap *jtag_tap(const struct jtag *j, unsigned index)
{
    return index < j->tap_count ? &j->taps[index] : NULL;
}

struct log *jtag_log(const struct jtag *j)
{
    return j->log;
}

const struct clock *jtag_clock(const struct jtag *j)
{
    return adapter_clock(j->adapter);
}

uint64_t jtag_queued_tcks(const struct jtag *j)
{
    return batch_tcks(&j->batch);
}

uint32_t jtag_bypass(const struct jtag_tap *tap)
{
    return tap->ir_len == IR_LEN_MAX ? UINT32_MAX : BIT(tap->ir_len) - 1;
}

/* --- moving --- */

static void forget_irs(struct jtag *j)
{
    for (unsigned i = 0; i < j->tap_count; i++)
        j->now[i].is_known = false;
}

static void walk(struct jtag *j, enum jtag_state to)
{
    struct jtag_path way = jtag_path(j->state, to);
    batch_tms(&j->batch, way.tms, way.bits, false);
    j->state = to;
}

static void find_the_way(struct jtag *j)
{
    if (!j->is_lost)
        return;
    batch_clock(&j->batch, RESET_CLOCKS, true, false);
    j->state = JTAG_RESET;
    j->is_lost = false;
    forget_irs(j);
}

static bool is_in_dr_scan(enum jtag_state s)
{
    return s == JTAG_EXIT1_DR || s == JTAG_PAUSE_DR || s == JTAG_EXIT2_DR;
}

static bool is_in_ir_scan(enum jtag_state s)
{
    return s == JTAG_EXIT1_IR || s == JTAG_PAUSE_IR || s == JTAG_EXIT2_IR;
}

/* What was shifted counts only after Update. */
static void update(struct jtag *j)
{
    if (is_in_dr_scan(j->state))
        walk(j, JTAG_UPDATE_DR);
    else if (is_in_ir_scan(j->state))
        walk(j, JTAG_UPDATE_IR);
}

void jtag_begin_shift(struct jtag *j, enum jtag_state shift)
{
    find_the_way(j);
    update(j);
    walk(j, shift);
}

size_t jtag_shift(struct jtag *j, const uint8_t *tdi, size_t bits)
{
    size_t at = batch_shift(&j->batch, tdi, bits, true, true);
    j->state = jtag_next(j->state, true);
    return at;
}

void jtag_goto(struct jtag *j, enum jtag_state state)
{
    find_the_way(j);
    bool is_pause =
        (is_in_dr_scan(j->state) && state == JTAG_PAUSE_DR) || (is_in_ir_scan(j->state) && state == JTAG_PAUSE_IR);
    if (!is_pause)
        update(j);
    walk(j, state);
    if (state == JTAG_RESET)
        forget_irs(j);
}

void jtag_reset_taps(struct jtag *j)
{
    if (!j->is_lost)
        update(j);
    j->is_lost = true;
    find_the_way(j);
}

void jtag_idle(struct jtag *j, size_t clocks)
{
    jtag_goto(j, JTAG_IDLE);
    batch_clock(&j->batch, clocks, false, false);
}

void jtag_wait_ns(struct jtag *j, uint64_t ns)
{
    jtag_goto(j, JTAG_IDLE);
    batch_wait(&j->batch, ns);
}

void jtag_forget(struct jtag *j)
{
    j->is_lost = true;
    forget_irs(j);
}

/* --- scans --- */

uint8_t *jtag_scratch(struct jtag *j, size_t bits)
{
    size_t need = bits ? (bits + 7) / 8 : 1;
    if (need > j->scratch_room) {
        uint8_t *p = realloc(j->scratch, need);
        if (!p) {
            j->failed = true;
            return NULL;
        }
        j->scratch = p;
        j->scratch_room = need;
    }
    memset(j->scratch, 0, need);
    return j->scratch;
}

void jtag_capture(struct jtag *j, const struct jtag_capture *c)
{
    if (j->capture_count == j->capture_room) {
        size_t room = j->capture_room ? j->capture_room * 2 : 64;
        struct jtag_capture *p = realloc(j->captures, room * sizeof *p);
        if (!p) {
            j->failed = true;
            return;
        }
        j->captures = p;
        j->capture_room = room;
    }
    j->captures[j->capture_count++] = *c;
}

static const struct jtag_field *field_of(const struct jtag_field *fields, unsigned count, unsigned tap)
{
    for (unsigned i = 0; i < count; i++)
        if (fields[i].tap == tap)
            return &fields[i];
    return NULL;
}

static void scan_ir(struct jtag *j, const struct jtag_field *fields, unsigned count, bool captures)
{
    size_t bits = 0;
    for (unsigned i = 0; i < j->tap_count; i++)
        bits += j->taps[i].ir_len;
    uint8_t *out = jtag_scratch(j, bits);
    if (!out || !bits)
        return;

    jtag_begin_shift(j, JTAG_SHIFT_IR);
    size_t at = 0;
    for (unsigned i = 0; i < j->tap_count; at += j->taps[i].ir_len, i++) {
        const struct jtag_field *f = field_of(fields, count, i);
        uint32_t ir = f ? f->ir & jtag_bypass(&j->taps[i]) : jtag_bypass(&j->taps[i]);
        bits_put_u64(out, at, j->taps[i].ir_len, ir);
        j->now[i] = (struct tap_now){.ir = ir, .is_known = true};
    }
    at = jtag_shift(j, out, bits);
    for (unsigned i = 0; i < j->tap_count; at += j->taps[i].ir_len, i++) {
        const struct jtag_field *f = field_of(fields, count, i);
        jtag_capture(
            j, &(struct jtag_capture){
                   .at = at, .bits = j->taps[i].ir_len, .is_ir = true, .tap = i, .word = f && captures ? f->in : NULL});
    }
}

void jtag_ir(struct jtag *j, const struct jtag_field *fields, unsigned count)
{
    scan_ir(j, fields, count, true);
}

/* Makes sure that every TAP holds what the next DR scan needs. */
static void select_irs(struct jtag *j, const struct jtag_field *fields, unsigned count)
{
    for (unsigned i = 0; i < j->tap_count; i++) {
        const struct jtag_field *f = field_of(fields, count, i);
        if (f && f->ir == JTAG_IR_KEEP)
            return;
        uint32_t want = f ? f->ir : jtag_bypass(&j->taps[i]);
        if (!j->now[i].is_known || j->now[i].ir != want) {
            scan_ir(j, fields, count, false);
            return;
        }
    }
}

/* The bits of a TAP's DR in the next scan. */
static size_t dr_len(const struct jtag *j, const struct jtag_field *f, unsigned tap)
{
    if (f)
        return f->bits;
    return !j->now[tap].is_known && j->taps[tap].idcode ? IDCODE_BITS : 1;
}

static void put_field(uint8_t *out, size_t at, const struct jtag_field *f)
{
    if (f->out_bits)
        bits_copy(out, at, f->out_bits, 0, f->bits);
    else if (f->bits)
        bits_put_u64(out, at, f->bits < WORD_BITS ? f->bits : WORD_BITS, f->out);
}

void jtag_dr(struct jtag *j, const struct jtag_field *fields, unsigned count)
{
    find_the_way(j);
    select_irs(j, fields, count);
    size_t bits = 0;
    for (unsigned i = 0; i < j->tap_count; i++)
        bits += dr_len(j, field_of(fields, count, i), i);
    uint8_t *out = jtag_scratch(j, bits);
    if (!out || !bits)
        return;

    size_t at = 0;
    for (unsigned i = 0; i < j->tap_count; i++) {
        const struct jtag_field *f = field_of(fields, count, i);
        if (f)
            put_field(out, at, f);
        at += dr_len(j, f, i);
    }
    jtag_begin_shift(j, JTAG_SHIFT_DR);
    at = jtag_shift(j, out, bits);
    for (unsigned i = 0; i < j->tap_count; i++) {
        const struct jtag_field *f = field_of(fields, count, i);
        if (f && (f->in || f->in_bits))
            jtag_capture(j, &(struct jtag_capture){
                                .at = at, .bits = f->bits, .mask = f->in_mask, .word = f->in, .bytes = f->in_bits});
        at += dr_len(j, f, i);
    }
}

/* --- running --- */

static enum err check_ir(struct jtag *j, const struct jtag_capture *c, uint32_t got)
{
    const struct jtag_tap *tap = &j->taps[c->tap];
    if ((got & tap->ir_mask) == (tap->ir_capture & tap->ir_mask))
        return ERR_OK;
    uint32_t ones = tap->ir_len < 32 ? (1U << tap->ir_len) - 1 : UINT32_MAX;
    if (got == 0 || got == ones)
        return err_at(
            j->log, ERR_NO_CHIP,
            "TAP %s does not answer any more, TDO reads only %s: the chip is in deep sleep, held in reset (EN) "
            "or without power, or the adapter is not connected to it. Check these, and try again",
            tap->name, got ? "ones" : "zeros");
    return err_at(j->log, ERR_CHAIN,
                  "TAP %s answered 0x%02x where its instruction register loads 0x%02x (mask 0x%02x): the chain was "
                  "disturbed, lost power or clocks too fast. Check the wiring and the board's power, or lower the "
                  "adapter speed",
                  tap->name, (unsigned)got, (unsigned)tap->ir_capture, (unsigned)tap->ir_mask);
}

static enum err deliver(struct jtag *j, const struct jtag_capture *c)
{
    if (c->bytes) {
        memset(c->bytes, 0, (c->bits + 7) / 8);
        bits_copy(c->bytes, 0, j->batch.in, c->at, c->bits);
        return ERR_OK;
    }
    unsigned bits = c->bits < WORD_BITS ? c->bits : WORD_BITS;
    uint32_t value = (uint32_t)bits_get_u64(j->batch.in, c->at, bits);
    if (c->word && c->mask)
        *c->word |= value & c->mask;
    else if (c->word)
        *c->word = value;
    return c->is_ir ? check_ir(j, c, value) : ERR_OK;
}

enum err jtag_run(struct jtag *j)
{
    enum err e = ERR_OK;
    if (j->batch.count || j->failed) {
        jtag_goto(j, j->state == JTAG_EXIT1_DR || j->state == JTAG_EXIT1_IR ? JTAG_IDLE : j->state);
        e = j->failed || j->batch.failed ? err_at(j->log, ERR_MEMORY, "no memory for a batch of JTAG scans")
                                         : adapter_execute(j->adapter, &j->batch);
        for (size_t i = 0; !e && i < j->capture_count; i++)
            e = deliver(j, &j->captures[i]);
    }
    batch_clear(&j->batch);
    j->capture_count = 0;
    j->failed = false;
    if (e)
        jtag_forget(j);
    return e;
}

enum err jtag_drive_reset(struct jtag *j, bool asserted)
{
    enum err e = adapter_set_reset(j->adapter, false, asserted);
    jtag_forget(j);
    return e;
}
