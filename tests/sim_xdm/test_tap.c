/* SPDX-License-Identifier: Apache-2.0 */
/* The TAP, edge by edge, against a model of IEEE 1149.1 that is written another way than the simulator's. */
#include "unit.h"

#include "rig.h"

#include "regs/xtensa.h"

#include <stdlib.h>
#include <string.h>

/* --- the model --- */

/* A state is a column (0 the reset and idle states, 1 DR, 2 IR) and a place in it. */
enum place { TOP, SELECT, CAPTURE, SHIFT, EXIT1, PAUSE, EXIT2, UPDATE, RESET };
struct model {
    int column;
    enum place place;
    unsigned ir;
    bool ir_bits[XTENSA_IR_LEN];
    bool dr_bits[32];
    unsigned dr_len;
    bool is_driven, tdo;
    uint32_t idcode;
};

/* Selects the next state from the shape of the diagram: two equal columns below one top. */
static void model_move(struct model *m, bool tms)
{
    switch (m->place) {
    case RESET:
        m->place = tms ? RESET : TOP;
        break;
    case TOP:
        m->column = tms ? 1 : 0;
        m->place = tms ? SELECT : TOP;
        break;
    case SELECT:
        if (!tms)
            m->place = CAPTURE;
        else if (m->column == 1)
            m->column = 2;
        else
            m->place = RESET, m->column = 0;
        break;
    case CAPTURE:
    case SHIFT:
        m->place = tms ? EXIT1 : SHIFT;
        break;
    case EXIT1:
        m->place = tms ? UPDATE : PAUSE;
        break;
    case PAUSE:
        m->place = tms ? EXIT2 : PAUSE;
        break;
    case EXIT2:
        m->place = tms ? UPDATE : SHIFT;
        break;
    case UPDATE:
        m->column = tms ? 1 : 0;
        m->place = tms ? SELECT : TOP;
        break;
    }
}

static void model_shift(bool *bits, unsigned len, bool tdi)
{
    memmove(bits, bits + 1, len - 1);
    bits[len - 1] = tdi;
}

static void model_capture_dr(struct model *m)
{
    m->dr_len = m->ir == XTENSA_IR_IDCODE ? 32 : 1;
    for (unsigned i = 0; i < m->dr_len; i++)
        m->dr_bits[i] = m->ir == XTENSA_IR_IDCODE && (m->idcode >> i & 1);
}

static void model_tck(struct model *m, bool tms, bool tdi)
{
    if (m->place == CAPTURE && m->column == 1)
        model_capture_dr(m);
    if (m->place == CAPTURE && m->column == 2)
        for (unsigned i = 0; i < XTENSA_IR_LEN; i++)
            m->ir_bits[i] = i == 0;
    if (m->place == SHIFT && m->column == 1)
        model_shift(m->dr_bits, m->dr_len, tdi);
    if (m->place == SHIFT && m->column == 2)
        model_shift(m->ir_bits, XTENSA_IR_LEN, tdi);
    model_move(m, tms);
    if (m->place == RESET)
        m->ir = XTENSA_IR_IDCODE;
    if (m->place == UPDATE && m->column == 2) {
        m->ir = 0;
        for (unsigned i = 0; i < XTENSA_IR_LEN; i++)
            m->ir |= (unsigned)m->ir_bits[i] << i;
    }
    m->is_driven = m->place == SHIFT;
    m->tdo = m->column == 2 ? m->ir_bits[0] : m->dr_bits[0];
}

/* --- tests --- */

/* The instructions that the random walk may not choose by chance: their registers are not in the model. */
static bool is_in_model(unsigned ir)
{
    return ir != XTENSA_IR_PWRCTL && ir != XTENSA_IR_PWRSTAT && ir != XTENSA_IR_NARSEL;
}

static void random_walk_agrees_with_the_standard(void **state)
{
    struct rig *r = *state;
    struct model m = {.place = TOP, .ir = XTENSA_IR_IDCODE, .idcode = RIG_IDCODE1};
    uint32_t seed = 0x5EED1234;
    unsigned updates = 0, shifts = 0, pauses = 0;
    for (unsigned i = 0; i < 200000; i++) {
        seed = seed * 1664525U + 1013904223U;
        bool tms = (seed >> 24 & 7) < 3, tdi = seed >> 16 & 1;
        struct model next = m;
        model_tck(&next, tms, tdi);
        if (next.place == UPDATE && next.column == 2 && !is_in_model(next.ir)) {
            tms = false; /* to Pause-IR instead: there is no other way in than from an Exit state */
            next = m;
            model_tck(&next, tms, tdi);
        }
        rig_tck(r, tms, tdi);
        m = next;
        if (m.is_driven)
            assert_int_equal(xdm_tdo(r->xdm[1]), m.tdo);
        else
            assert_true(xdm_tdo(r->xdm[1]));
        assert_int_equal(xdm_is_shifting(r->xdm[1]), m.place == SHIFT);
        updates += m.place == UPDATE;
        shifts += m.place == SHIFT;
        pauses += m.place == PAUSE;
    }
    assert_true(updates > 5000 && shifts > 20000 && pauses > 5000);
}

static void walk_to(struct rig *r, const char *tms)
{
    for (; *tms; tms++)
        rig_tck(r, *tms == '1', true);
}

static void five_ones_reset_from_everywhere(void **state)
{
    struct rig *r = *state;
    const char *const paths[] = {"",   "1",   "10",   "100",  "101",   "1010",   "10101", "1011",
                                 "11", "110", "1100", "1101", "11010", "110101", "11011"};
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) {
        rig_reset_taps(r);
        rig_scan_ir(r, 0x3FF, 10);
        walk_to(r, paths[i]);
        rig_reset_taps(r);
        assert_int_equal(rig_scan_dr(r, 0, 32), RIG_IDCODE0);
    }
}

static void chain_shows_both_idcodes(void **state)
{
    struct rig *r = *state;
    rig_reset_taps(r);
    assert_int_equal(rig_scan_dr(r, UINT64_MAX, 64), (uint64_t)RIG_IDCODE1 << 32 | RIG_IDCODE0);
    assert_int_equal(rig_scan_ir(r, 0x3FF, 10), 1 << XTENSA_IR_LEN | 1); /* each captures 00001 */
}

static void unlisted_instructions_are_bypass(void **state)
{
    struct rig *r = *state;
    for (unsigned ir = 0; ir < 32; ir++) {
        if (!is_in_model(ir) || ir == XTENSA_IR_IDCODE)
            continue;
        rig_scan_ir(r, ir | ir << XTENSA_IR_LEN, 10);
        assert_int_equal(rig_scan_dr(r, 0x2D, 8), 0x2D << 2 & 0xFF);
    }
}

/* Shifts in zeros, then a one, and counts how long it takes to come out: the other module's bypass bit makes up for the
   shift that put it in. */
static unsigned dr_length(struct rig *r)
{
    walk_to(r, "100");
    for (unsigned i = 0; i < 70; i++)
        rig_tck(r, false, false);
    unsigned length = 0;
    rig_tck(r, false, true);
    while (!xdm_tdo(r->xdm[0]) && ++length < 70)
        rig_tck(r, false, false);
    walk_to(r, "11111");
    rig_tck(r, false, false);
    return length;
}

static void data_registers_have_their_lengths(void **state)
{
    struct rig *r = *state;
    const struct {
        unsigned ir, bits;
    } registers[] = {{XTENSA_IR_PWRCTL, 8},
                     {XTENSA_IR_PWRSTAT, 8},
                     {XTENSA_IR_NARSEL, 8},
                     {XTENSA_IR_IDCODE, 32},
                     {XTENSA_IR_BYPASS, 1}};
    for (unsigned i = 0; i < sizeof registers / sizeof *registers; i++) {
        for (unsigned core = 0; core < RIG_CORES; core++) {
            rig_select(r, core, registers[i].ir);
            assert_int_equal(dr_length(r), registers[i].bits);
        }
    }
}

static void ir_scan_left_in_pause_changes_nothing(void **state)
{
    struct rig *r = *state;
    rig_reset_taps(r);
    rig_select(r, 0, XTENSA_IR_IDCODE);
    walk_to(r, "1100"); /* Shift-IR */
    rig_tck(r, true, false);
    walk_to(r, "0000"); /* Pause-IR, for long */
    assert_true(xdm_tdo(r->xdm[0]));
    walk_to(r, "10"); /* Exit2-IR and on with the same bits: Shift-IR */
    assert_true(xdm_is_shifting(r->xdm[0]));
    walk_to(r, "10"); /* Pause-IR again; the reset comes from there */
    rig_reset_taps(r);
    assert_int_equal(rig_scan_dr(r, 0, 64), (uint64_t)RIG_IDCODE1 << 32 | RIG_IDCODE0);
}

static void pause_keeps_the_bits_of_a_scan(void **state)
{
    struct rig *r = *state;
    rig_select(r, 0, XTENSA_IR_IDCODE);
    uint64_t tdo = 0;
    walk_to(r, "100");
    for (unsigned i = 0; i < 33; i++) {
        bool pauses = i % 5 == 4;
        tdo |= (uint64_t)rig_tck(r, pauses || i == 32, false) << i;
        if (pauses)
            walk_to(r, "00010"); /* Exit1, Pause x3, Exit2, Shift */
    }
    assert_int_equal(tdo & 0xFFFFFFFF, RIG_IDCODE0);
}

static void shifting_words_is_the_same_as_bits(void **state)
{
    struct rig *r = *state;
    struct rig other;
    rig_open(&other);
    rig_reset_taps(&other);
    uint32_t seed = 7;
    const unsigned irs[] = {XTENSA_IR_IDCODE, XTENSA_IR_BYPASS, XTENSA_IR_PWRSTAT};
    for (unsigned round = 0; round < 300; round++) {
        rig_select(r, 0, irs[round % 3]);
        rig_select(&other, 0, irs[round % 3]);
        const char *path = round % 2 ? "100" : "1100";
        walk_to(r, path);
        walk_to(&other, path);
        for (unsigned i = 0; i < 4; i++) {
            seed = seed * 1664525U + 1013904223U;
            unsigned count = 1 + (seed >> 8) % 32;
            uint32_t expected = 0;
            for (unsigned bit = 0; bit < count; bit++)
                expected |= (uint32_t)xdm_tck(r->xdm[0], false, seed >> bit & 1) << bit;
            assert_int_equal(xdm_shift(other.xdm[0], seed & (uint32_t)((1ULL << count) - 1), count), expected);
            assert_int_equal(xdm_tdo(r->xdm[0]), xdm_tdo(other.xdm[0]));
        }
        rig_reset_taps(r);
        rig_reset_taps(&other);
    }
    rig_close(&other);
}

static int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    rig_open(r);
    rig_reset_taps(r);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    rig_close(*state);
    free(*state);
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(random_walk_agrees_with_the_standard),
        TEST(five_ones_reset_from_everywhere),
        TEST(chain_shows_both_idcodes),
        TEST(unlisted_instructions_are_bypass),
        TEST(data_registers_have_their_lengths),
        TEST(ir_scan_left_in_pause_changes_nothing),
        TEST(pause_keeps_the_bits_of_a_scan),
        TEST(shifting_words_is_the_same_as_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
