/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "chain_model.h"
#include "jtag/jtag.h"

#include "base/bits.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    struct log log;
    struct log_sink sink;
    struct buf lines;
    struct model model;
    struct jtag *jtag;
};

static void keep_line(void *ctx, enum log_level level, const char *line)
{
    (void)level;
    buf_printf(ctx, "%s\n", line);
}

static void start(struct fixture *f, unsigned modelled, unsigned configured)
{
    *f = (struct fixture){0};
    log_init(&f->log, LOG_INFO);
    f->sink = (struct log_sink){.fn = keep_line, .ctx = &f->lines};
    log_add_sink(&f->log, &f->sink);
    model_init(&f->model, &f->log, modelled);
    f->jtag = jtag_new(&f->model.adapter, &f->log);
    assert_non_null(f->jtag);
    for (unsigned i = 0; i < configured; i++) {
        struct jtag_tap tap = {
            .ir_len = 5, .ir_capture = 1, .ir_mask = 3, .expected_ids = {0x120034E5}, .expected_count = 1};
        snprintf(tap.name, sizeof tap.name, "esp32.tap%u", i);
        CHECK_OK(jtag_add_tap(f->jtag, &tap));
    }
}

static void stop(struct fixture *f)
{
    jtag_free(f->jtag);
    model_fini(&f->model);
    buf_fini(&f->lines);
}

/* Each named state is reached from each other, in as few clocks as the standard's drawing allows. */
static void paths_arrive(void **state)
{
    (void)state;
    for (int from = 0; from < JTAG_STATES; from++) {
        for (int to = 0; to < JTAG_STATES; to++) {
            struct jtag_path way = jtag_path((enum jtag_state)from, (enum jtag_state)to);
            enum jtag_state at = (enum jtag_state)from;
            for (unsigned i = 0; i < way.bits; i++)
                at = jtag_next(at, way.tms >> i & 1);
            assert_int_equal(at, to);
        }
    }
    assert_int_equal(jtag_path(JTAG_IDLE, JTAG_SHIFT_DR).bits, 3);
    assert_int_equal(jtag_path(JTAG_IDLE, JTAG_SHIFT_IR).bits, 4);
    assert_int_equal(jtag_path(JTAG_UPDATE_DR, JTAG_SHIFT_DR).bits, 3);
    assert_int_equal(jtag_path(JTAG_SHIFT_DR, JTAG_RESET).bits, 5);
    for (int from = 0; from < JTAG_STATES; from++) {
        enum jtag_state at = (enum jtag_state)from;
        for (unsigned i = 0; i < 5; i++)
            at = jtag_next(at, true);
        assert_int_equal(at, JTAG_RESET);
    }
}

static void discovery_names_what_it_finds(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 2, 2);
    CHECK_OK(jtag_discover(f.jtag));
    assert_non_null(strstr(buf_str(&f.lines),
                           "JTAG tap: esp32.tap0 tap/device found: 0x120034e5 (mfg: 0x272 (Tensilica), "
                           "part: 0x2003, ver: 0x1)\n"));
    assert_non_null(strstr(buf_str(&f.lines), "JTAG tap: esp32.tap1 tap/device found: 0x120034e5"));
    assert_int_equal(jtag_tap(f.jtag, 1)->idcode, 0x120034E5);
    assert_null(jtag_tap(f.jtag, 2));
    stop(&f);
}

static void check_symptom(struct fixture *f, enum err expected, const char *text)
{
    CHECK_ERR(jtag_discover(f->jtag), expected);
    if (!strstr(err_why(&f->log, expected), text))
        fail_msg("expected \"%s\" in: %s", text, err_why(&f->log, expected));
}

static void discovery_says_what_is_wrong(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 2, 2);
    f.model.tdo_stuck = true;
    f.model.tdo_level = true;
    check_symptom(&f, ERR_NO_CHIP, "only ones");
    f.model.tdo_level = false;
    check_symptom(&f, ERR_NO_CHIP, "only zeros");
    f.model.tdo_stuck = false;
    f.model.noise = 12345;
    check_symptom(&f, ERR_CHAIN, "differently each time");
    f.model.noise = 0;
    f.model.taps[1].idcode = 0x00005C25;
    check_symptom(&f, ERR_CHAIN, "TAP esp32.tap1 is 0x00005c25 (Espressif Systems) and not 0x120034e5");
    assert_non_null(strstr(buf_str(&f.lines), "JTAG tap: esp32.tap1       UNEXPECTED: 0x00005c25"));
    assert_non_null(strstr(buf_str(&f.lines), "JTAG tap: esp32.tap1       expected 1 of 1: 0x120034e5"));
    f.model.taps[1].idcode = 0x120034E5;
    f.model.taps[0].ir_capture = 2;
    check_symptom(&f, ERR_CHAIN, "TAP esp32.tap0 answered 0x02");
    f.model.taps[0].ir_capture = 1;
    CHECK_OK(jtag_discover(f.jtag));
    stop(&f);

    start(&f, 3, 2);
    check_symptom(&f, ERR_CHAIN, "has 3 TAPs");
    stop(&f);
    start(&f, 1, 2);
    check_symptom(&f, ERR_CHAIN, "only 1 of the 2 TAPs");
    stop(&f);
}

static void a_tap_without_idcode_is_seen(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 3, 0);
    f.model.taps[1].idcode = 0;
    CHECK_OK(jtag_discover(f.jtag)); /* nothing was configured: it only reports */
    assert_non_null(strstr(buf_str(&f.lines), "auto0.tap"));
    assert_null(strstr(buf_str(&f.lines), "auto1.tap"));
    assert_non_null(strstr(buf_str(&f.lines), "auto2.tap"));
    stop(&f);
}

static void data_passes_both_ways(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 3, 3);
    CHECK_OK(jtag_discover(f.jtag));
    for (unsigned i = 0; i < 3; i++)
        f.model.taps[i].data = 0x40 + i;
    uint32_t in[3] = {0};
    for (unsigned i = 0; i < 3; i++)
        jtag_dr(f.jtag, &(struct jtag_field){.tap = i, .ir = MODEL_IR_DATA, .bits = 8, .out = 0x90 + i, .in = &in[i]},
                1);
    CHECK_OK(jtag_run(f.jtag));
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(in[i], 0x40 + i);
        assert_int_equal(f.model.taps[i].data, 0x90 + i);
        assert_int_equal(f.model.taps[i].updates, 1);
    }
    const struct jtag_field both[] = {
        {.tap = 0, .ir = MODEL_IR_DATA, .bits = 8, .out = 0x11, .in = &in[0]},
        {.tap = 2, .ir = MODEL_IR_DATA, .bits = 8, .out = 0x22, .in = &in[2]},
    };
    jtag_dr(f.jtag, both, 2);
    CHECK_OK(jtag_run(f.jtag));
    assert_int_equal(in[0], 0x90);
    assert_int_equal(in[2], 0x92);
    assert_int_equal(f.model.taps[0].data, 0x11);
    assert_int_equal(f.model.taps[1].data, 0x91);
    assert_int_equal(f.model.taps[2].data, 0x22);
    stop(&f);
}

static void captures_can_gather_bits(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 1, 1);
    uint32_t seen = 0x100;
    const uint32_t outs[] = {0x02, 0x0C, 0x00};
    for (unsigned i = 0; i < 3; i++)
        jtag_dr(f.jtag, &(struct jtag_field){.ir = MODEL_IR_DATA, .bits = 8, .out = outs[i], .in = &seen, .in_mask = 3},
                1);
    CHECK_OK(jtag_run(f.jtag));
    assert_int_equal(seen, 0x102);
    stop(&f);
}

static uint64_t clocks_of(struct fixture *f, unsigned taps, unsigned bits)
{
    struct jtag_field fields[2] = {{.tap = 0, .ir = MODEL_IR_DATA, .bits = bits},
                                   {.tap = 1, .ir = MODEL_IR_DATA, .bits = bits}};
    uint64_t before = jtag_queued_tcks(f->jtag);
    jtag_dr(f->jtag, fields, taps);
    return jtag_queued_tcks(f->jtag) - before;
}

/* The figures of the transfer: 8 + 1 + 4 and 32 + 1 + 4 clocks through one TAP, 16 + 4 and 64 + 4 through two. */
static void scans_cost_four_clocks_beside_their_bits(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 2, 2);
    clocks_of(&f, 1, 8);
    assert_int_equal(clocks_of(&f, 1, 8), 13);
    assert_int_equal(clocks_of(&f, 1, 32), 37);
    CHECK_OK(jtag_run(f.jtag));
    f.model.taps[0].data_bits = f.model.taps[1].data_bits = 32;
    clocks_of(&f, 2, 8);
    assert_int_equal(clocks_of(&f, 2, 8), 20);
    assert_int_equal(clocks_of(&f, 2, 32), 68);
    CHECK_OK(jtag_run(f.jtag));
    stop(&f);
}

static void no_ir_scan_repeats_the_one_before(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 2, 2);
    clocks_of(&f, 1, 8);
    CHECK_OK(jtag_run(f.jtag));
    assert_int_equal(f.model.taps[0].ir_updates, 1);
    for (unsigned i = 0; i < 3; i++) {
        clocks_of(&f, 1, 8);
        CHECK_OK(jtag_run(f.jtag));
    }
    assert_int_equal(f.model.taps[0].ir_updates, 1); /* across runs too */
    clocks_of(&f, 2, 8);
    CHECK_OK(jtag_run(f.jtag));
    assert_int_equal(f.model.taps[0].ir_updates, 2);
    jtag_reset_taps(f.jtag);
    clocks_of(&f, 2, 8);
    CHECK_OK(jtag_run(f.jtag));
    assert_int_equal(f.model.taps[0].ir_updates, 3); /* a reset forgets */
    stop(&f);
}

static void an_error_makes_the_next_scan_start_afresh(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 2, 2);
    clocks_of(&f, 1, 8);
    CHECK_OK(jtag_run(f.jtag));
    f.model.fail_after = 1;
    clocks_of(&f, 1, 8);
    CHECK_ERR(jtag_run(f.jtag), ERR_DISCONNECTED);
    uint32_t in = 0;
    f.model.taps[0].data = 0x5A;
    jtag_dr(f.jtag, &(struct jtag_field){.ir = MODEL_IR_DATA, .bits = 8, .in = &in}, 1);
    CHECK_OK(jtag_run(f.jtag));
    assert_int_equal(in, 0x5A);
    assert_int_equal(f.model.taps[0].ir_updates, 2);
    stop(&f);
}

static void a_disturbed_chain_is_noticed(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 2, 2);
    f.model.tdo_stuck = true;
    f.model.tdo_level = true;
    clocks_of(&f, 1, 8);
    CHECK_ERR(jtag_run(f.jtag), ERR_NO_CHIP); /* as from a chip that sleeps */
    f.model.tdo_stuck = false;
    clocks_of(&f, 1, 8);
    CHECK_OK(jtag_run(f.jtag)); /* it is back */
    f.model.taps[0].ir_capture = 2;
    jtag_reset_taps(f.jtag);
    clocks_of(&f, 1, 8);
    CHECK_ERR(jtag_run(f.jtag), ERR_CHAIN);
    stop(&f);
}

static void an_ir_scan_can_rest_in_pause(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 1, 1);
    clocks_of(&f, 1, 8);
    CHECK_OK(jtag_run(f.jtag));
    unsigned before = f.model.taps[0].ir_updates;
    jtag_ir(f.jtag, &(struct jtag_field){.ir = 0x08}, 1);
    jtag_goto(f.jtag, JTAG_PAUSE_IR);
    CHECK_OK(jtag_run(f.jtag));
    assert_int_equal(f.model.taps[0].ir_updates, before);
    jtag_goto(f.jtag, JTAG_IDLE);
    CHECK_OK(jtag_run(f.jtag));
    assert_int_equal(f.model.taps[0].ir_updates, before + 1);
    assert_int_equal(f.model.taps[0].ir, 0x08);
    stop(&f);
}

static void long_fields_are_bit_strings(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 1, 1);
    f.model.taps[0].data_bits = 48;
    f.model.taps[0].data = 0x123456789ABCULL;
    const uint8_t out[6] = {1, 2, 3, 4, 5, 6};
    uint8_t in[6];
    jtag_dr(f.jtag, &(struct jtag_field){.ir = MODEL_IR_DATA, .bits = 48, .out_bits = out, .in_bits = in}, 1);
    jtag_dr(f.jtag, &(struct jtag_field){.ir = JTAG_IR_KEEP, .bits = 48, .out_bits = out}, 1);
    CHECK_OK(jtag_run(f.jtag));
    const uint8_t expected[6] = {0xBC, 0x9A, 0x78, 0x56, 0x34, 0x12};
    assert_memory_equal(in, expected, 6);
    assert_int_equal(f.model.taps[0].data, 0x060504030201ULL);
    assert_int_equal(f.model.taps[0].ir_updates, 1);
    stop(&f);
}

/* The wires of a discovery and a few scans, clock by clock, against a recording that was checked by hand. */
static void golden_scan(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 2, 2);
    f.model.is_recording = true;
    clocks_of(&f, 1, 8);
    clocks_of(&f, 1, 8);
    clocks_of(&f, 2, 8);
    jtag_idle(f.jtag, 3);
    CHECK_OK(jtag_run(f.jtag));
    buf_u8(&f.model.record, '\n');

    struct buf golden = {0};
    CHECK_OK(file_read(&f.log, TEST_GOLDEN "/jtag-scans.txt", &golden));
    assert_string_equal(buf_str(&f.model.record), buf_str(&golden));
    buf_fini(&golden);
    stop(&f);
}

static void wrong_taps_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    start(&f, 1, 0);
    CHECK_ERR(jtag_add_tap(f.jtag, &(struct jtag_tap){.name = "x", .ir_len = 1}), ERR_RANGE);
    CHECK_ERR(jtag_add_tap(f.jtag, &(struct jtag_tap){.name = "x", .ir_len = 33}), ERR_RANGE);
    for (unsigned i = 0; i < JTAG_MAX_TAPS; i++)
        CHECK_OK(jtag_add_tap(f.jtag, &(struct jtag_tap){.name = "x", .ir_len = 4}));
    CHECK_ERR(jtag_add_tap(f.jtag, &(struct jtag_tap){.name = "x", .ir_len = 4}), ERR_RESOURCE);
    stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_arrive),
        cmocka_unit_test(discovery_names_what_it_finds),
        cmocka_unit_test(discovery_says_what_is_wrong),
        cmocka_unit_test(a_tap_without_idcode_is_seen),
        cmocka_unit_test(data_passes_both_ways),
        cmocka_unit_test(captures_can_gather_bits),
        cmocka_unit_test(scans_cost_four_clocks_beside_their_bits),
        cmocka_unit_test(no_ir_scan_repeats_the_one_before),
        cmocka_unit_test(an_error_makes_the_next_scan_start_afresh),
        cmocka_unit_test(a_disturbed_chain_is_noticed),
        cmocka_unit_test(an_ir_scan_can_rest_in_pause),
        cmocka_unit_test(long_fields_are_bit_strings),
        cmocka_unit_test(golden_scan),
        cmocka_unit_test(wrong_taps_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
