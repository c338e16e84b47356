/* SPDX-License-Identifier: Apache-2.0 */
/* The TAP and the transport: IDCODE, BYPASS, dtmcs, and when a dmi access is over, edge by edge. */
#include "host.h"

#include <string.h>

static void identifies_itself(void **state)
{
    (void)state;
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    host_select(&h, RISCV_IR_IDCODE);
    assert_int_equal(host_scan(&h, false, 0, 32), 0x00005C25);
    host_select(&h, RISCV_IR_DMI);
    for (unsigned i = 0; i < 5; i++)
        bare_tck(&h.bare, true, false);
    bare_tck(&h.bare, false, false); /* Test-Logic-Reset selects it too; what is shifted in comes out behind it */
    assert_int_equal(host_scan(&h, false, 0xABCDULL << 16 | 0x1234, 48), 0x123400005C25);
    assert_int_equal(host_dtmcs(&h, 0), 0x1071); /* version 1, 7 address bits, one idle period */
    host_close(&h);
}

/* Every code that is no register of the transport, 0x00 and 0x1F among them. */
static void bypasses(void **state)
{
    (void)state;
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    for (unsigned ir = 0; ir < 1U << RISCV_IR_LEN; ir++) {
        if (ir == RISCV_IR_IDCODE || ir == RISCV_IR_DTMCS || ir == RISCV_IR_DMI)
            continue;
        host_select(&h, ir);
        assert_int_equal(host_scan(&h, false, 0x5A, 9), 0xB4);
    }
    host_close(&h);
}

static void shifts_many_bits_as_it_shifts_one(void **state)
{
    (void)state;
    struct host a, b;
    host_open(&a, &rvdbg_config_esp32c3);
    host_open(&b, &rvdbg_config_esp32c3);
    static const unsigned irs[] = {RISCV_IR_IDCODE, RISCV_IR_DMI, RISCV_IR_BYPASS, RISCV_IR_DTMCS};
    uint32_t seed = 0x5EED;
    for (unsigned n = 0; n < 2000; n++) {
        struct host *both[] = {&a, &b};
        bool is_ir = n % 5 == 4;
        for (unsigned i = 0; i < 2; i++) {
            host_select(both[i], irs[n % 4]);
            for (unsigned k = 0; k < (is_ir ? 4U : 3U); k++)
                bare_tck(&both[i]->bare, k < (is_ir ? 2U : 1U), false);
            assert_true(rvdbg_is_shifting(both[i]->bare.module));
        }
        for (unsigned part = 0; part < 3; part++) {
            seed = seed * 1664525U + 1013904223U;
            unsigned count = 1 + (seed >> 27);
            uint32_t single = 0;
            for (unsigned i = 0; i < count; i++)
                single |= (uint32_t)bare_tck(&a.bare, false, seed >> i & 1) << i;
            assert_int_equal(rvdbg_shift(b.bare.module, seed, count), single);
            assert_int_equal(rvdbg_tdo(a.bare.module), rvdbg_tdo(b.bare.module));
        }
        rvdbg_trst(a.bare.module);
        rvdbg_trst(b.bare.module);
        bare_tck(&a.bare, false, false);
        bare_tck(&b.bare, false, false);
    }
    host_close(&a);
    host_close(&b);
}

static struct rvdbg_config with_idle(unsigned idle)
{
    struct rvdbg_config config = rvdbg_config_esp32c3;
    config.idle = (uint8_t)idle;
    return config;
}

/* An access is over when the host does what dtmcs.idle says, and not one period earlier. */
static void takes_the_periods_that_it_says(void **state)
{
    (void)state;
    for (unsigned idle = 0; idle < 8; idle++) {
        struct rvdbg_config config = with_idle(idle);
        struct host h;
        host_open(&h, &config);
        for (h.idle = 0; h.idle < 10; h.idle++) {
            bool is_early = h.idle < idle;
            host_dmi(&h, DMI_READ, DM_DMCONTROL, 0);
            struct host_dmi result = host_dmi(&h, DMI_NOP, 0, 0);
            assert_int_equal(result.status, is_early ? DMI_BUSY : DMI_OK);
            assert_int_equal(result.data, is_early ? 0 : 1);
            assert_int_equal(field_get(DTMCS_DMISTAT, host_dtmcs(&h, DTMCS_DMIRESET)), is_early ? DMI_BUSY : DMI_OK);
        }
        host_close(&h);
    }
}

/* What counts periods may not be left out by a board that skips those that change nothing. */
static void is_not_steady_while_an_access_counts(void **state)
{
    (void)state;
    struct rvdbg_config config = with_idle(4);
    struct host h;
    host_open(&h, &config);
    h.idle = 1;
    host_dmi(&h, DMI_READ, DM_DMSTATUS, 0);
    unsigned waits = 0;
    for (; !rvdbg_is_steady(h.bare.module, false); waits++)
        bare_tck(&h.bare, false, false);
    assert_int_equal(waits, 5); /* the period that left Update-DR was the first of six */
    assert_false(rvdbg_is_steady(h.bare.module, true));
    host_close(&h);
}

static void stays_busy_until_reset(void **state)
{
    (void)state;
    struct rvdbg_config config = with_idle(3);
    struct host h;
    host_open(&h, &config);
    h.idle = 1;
    host_dmi(&h, DMI_READ, DM_DMSTATUS, 0);
    h.idle = 4;
    assert_int_equal(host_dmi(&h, DMI_WRITE, DM_DATA0, 0x11).status, DMI_BUSY); /* lost */
    assert_int_equal(host_dmi(&h, DMI_WRITE, DM_DATA0, 0x22).status, DMI_BUSY); /* lost, though in time */
    assert_int_equal(field_get(DTMCS_DMISTAT, host_dtmcs(&h, 0)), DMI_BUSY);
    assert_int_equal(field_get(DTMCS_DMISTAT, host_dtmcs(&h, DTMCS_DMIRESET)), DMI_BUSY);
    struct host_dmi result = host_dmi(&h, DMI_NOP, 0, 0); /* the read that came first has its result */
    assert_int_equal(result.status, DMI_OK);
    assert_int_equal(result.address, DM_DMSTATUS);
    assert_int_equal(result.data, 0x00000CA2);
    assert_int_equal(host_read(&h, DM_DATA0), 0);
    host_close(&h);
}

static void hard_reset_forgets(void **state)
{
    (void)state;
    struct rvdbg_config config = with_idle(7);
    struct host h;
    host_open(&h, &config);
    host_write(&h, DM_DATA0, 0x1234);
    h.idle = 0;
    host_dmi(&h, DMI_READ, DM_DATA0, 0);
    assert_int_equal(host_dmi(&h, DMI_NOP, 0, 0).status, DMI_BUSY);
    host_dtmcs(&h, DTMCS_DMIHARDRESET);
    struct host_dmi result = host_dmi(&h, DMI_NOP, 0, 0);
    assert_int_equal(result.status, DMI_OK);
    assert_int_equal(result.data, 0);
    h.idle = 8;
    assert_int_equal(host_read(&h, DM_DATA0), 0x1234); /* the module behind it was not touched */
    host_close(&h);
}

static void fails_where_the_module_cannot_be_reached(void **state)
{
    (void)state;
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    h.bare.is_unreachable = true;
    host_dmi(&h, DMI_WRITE, DM_DATA0, 0x77);
    assert_int_equal(host_dmi(&h, DMI_NOP, 0, 0).status, DMI_FAILED);
    h.bare.is_unreachable = false;
    assert_int_equal(host_dmi(&h, DMI_READ, DM_DMSTATUS, 0).status, DMI_FAILED); /* sticky */
    assert_int_equal(field_get(DTMCS_DMISTAT, host_dtmcs(&h, DTMCS_DMIRESET)), DMI_FAILED);
    assert_int_equal(host_read(&h, DM_DATA0), 0);
    host_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifies_itself),
        cmocka_unit_test(bypasses),
        cmocka_unit_test(shifts_many_bits_as_it_shifts_one),
        cmocka_unit_test(takes_the_periods_that_it_says),
        cmocka_unit_test(is_not_steady_while_an_access_counts),
        cmocka_unit_test(stays_busy_until_reset),
        cmocka_unit_test(hard_reset_forgets),
        cmocka_unit_test(fails_where_the_module_cannot_be_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
