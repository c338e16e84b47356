/* SPDX-License-Identifier: Apache-2.0 */
/* dmcontrol and dmstatus: selecting, halting, resuming, resetting. Values of dmstatus: as read from ESP32-C3 chips. */
#include "host.h"

#define ACTIVE DMCONTROL_DMACTIVE
/* After a reset, running: havereset. Held in reset: unavailable, with an acknowledgement that was there before. */
enum { CHIP_WAS_RESET = 0x000C0CA2, CHIP_HELD = 0x000330A2, CHIP_RESET_HALTED = 0x000C03A2, CHIP_HALTED = 0x000003A2 };

static void pass_cycles(struct host *h, unsigned cycles)
{
    bare_advance_ps(&h->bare, (uint64_t)cycles * BARE_CYCLE_PS);
}

static void nothing_works_before_dmactive(void **state)
{
    (void)state;
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    host_write(&h, DM_DATA0, 5);
    host_write(&h, DM_PROGBUF0, 6);
    host_write(&h, DM_DMCONTROL, 0);
    assert_false(rvdbg_is_active(h.bare.module));
    assert_int_equal(host_read(&h, DM_DMCONTROL), 0);
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0);
    assert_int_equal(host_read(&h, DM_ABSTRACTCS), 0);
    host_write(&h, DM_DATA0, 7);
    host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_HALTREQ); /* no bit but dmactive is taken */
    assert_true(rvdbg_is_active(h.bare.module));
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0x00000CA2);
    assert_int_equal(host_read(&h, DM_DATA0), 0);
    assert_int_equal(host_read(&h, DM_PROGBUF0), 0);
    host_close(&h);
}

static void has_what_the_chip_has(void **state)
{
    (void)state;
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    assert_int_equal(host_read(&h, DM_ABSTRACTCS), 0x10000002);
    assert_int_equal(host_read(&h, DM_HARTINFO), 0x00200000);
    assert_int_equal(host_read(&h, DM_SBCS), 0x20040404);
    host_write(&h, DM_DMCONTROL, ~0U & ~(DMCONTROL_HALTREQ | DMCONTROL_NDMRESET));
    uint32_t all = DMCONTROL_HARTSELLO | DMCONTROL_HARTSELHI;
    assert_int_equal(host_read(&h, DM_DMCONTROL), all | ACTIVE); /* 20 bits of hartsel, no hasel, no hartreset */
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0x0000C0A2);    /* no such hart */
    for (uint32_t address = 0; address < 0x80; address++) {      /* all others read as 0 */
        static const uint32_t known[] = {DM_DMCONTROL, DM_DMSTATUS, DM_HARTINFO, DM_ABSTRACTCS, DM_SBCS};
        bool is_known = false;
        for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++)
            is_known |= known[i] == address;
        if (!is_known)
            assert_int_equal(host_read(&h, address), 0);
    }
    host_close(&h);
}

static void halts_and_resumes(void **state)
{
    (void)state;
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    assert_int_equal(host_read(&h, DM_HALTSUM0), 0);
    host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_HALTREQ);
    assert_int_equal(host_read(&h, DM_DMCONTROL), ACTIVE); /* the request cannot be read */
    assert_int_equal(host_read(&h, DM_DMSTATUS), CHIP_HALTED);
    assert_int_equal(host_read(&h, DM_HALTSUM0), 1);
    uint32_t count = rv32_x(h.bare.cores[0], 5);
    assert_true(count > 0);
    pass_cycles(&h, 1000);
    assert_int_equal(rv32_x(h.bare.cores[0], 5), count);
    assert_int_equal(field_get(DCSR_CAUSE, rv32_csr(h.bare.cores[0], CSR_DCSR)), DCSR_CAUSE_HALTREQ);
    host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_HALTREQ | DMCONTROL_RESUMEREQ); /* ignored beside haltreq */
    assert_int_equal(host_read(&h, DM_DMSTATUS), CHIP_HALTED);
    host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_RESUMEREQ);
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0x00030CA2);
    pass_cycles(&h, 1000);
    assert_in_range(rv32_x(h.bare.cores[0], 5), count + 500, count + 1000);
    host_write(&h, DM_DMCONTROL,
               ACTIVE | DMCONTROL_RESUMEREQ); /* running: the acknowledgement goes and does not come */
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0x00000CA2);
    host_close(&h);
}

static void steps(void **state)
{
    (void)state;
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    host_halt(&h);
    rv32_set_csr(h.bare.cores[0], CSR_DCSR, DCSR_STEP | PRV_M);
    rv32_set_pc(h.bare.cores[0], BARE_ROM);
    host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_RESUMEREQ);
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0x000303A2); /* has resumed, is halted */
    assert_int_equal(rv32_pc(h.bare.cores[0]), BARE_ROM + 4);
    host_close(&h);
}

static void resets_the_system(void **state)
{
    (void)state;
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    host_halt(&h);
    host_write(&h, DM_DATA0, 0x55);
    host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_RESUMEREQ);
    host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_NDMRESET);
    assert_int_equal(host_read(&h, DM_DMCONTROL), ACTIVE | DMCONTROL_NDMRESET);
    assert_int_equal(host_read(&h, DM_DMSTATUS), CHIP_HELD);
    assert_true(h.bare.is_system_held);
    assert_int_equal(h.bare.resets, 0);
    assert_int_equal(host_command(&h, COMMAND_READ(RISCV_REGNO_X(5))), CMDERR_HALT_RESUME);
    host_write(&h, DM_DMCONTROL, ACTIVE);
    assert_int_equal(h.bare.resets, 1);
    assert_int_equal(host_read(&h, DM_DMSTATUS), CHIP_WAS_RESET | 0x30000);
    host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_ACKHAVERESET);
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0x00030CA2);
    assert_int_equal(host_read(&h, DM_DATA0), 0x55); /* the module stays as it is */
    host_close(&h);
}

/* Both ways that end at the vector with no instruction done. */
static void halts_at_reset(void **state)
{
    (void)state;
    for (unsigned by_request = 0; by_request < 2; by_request++) {
        struct host h;
        host_open(&h, &rvdbg_config_esp32c3);
        uint32_t how = by_request ? DMCONTROL_HALTREQ : DMCONTROL_SETRESETHALTREQ;
        host_write(&h, DM_DMCONTROL, ACTIVE | how | DMCONTROL_NDMRESET);
        host_write(&h, DM_DMCONTROL, ACTIVE | (how & DMCONTROL_HALTREQ));
        assert_int_equal(host_read(&h, DM_DMSTATUS), CHIP_RESET_HALTED);
        host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_ACKHAVERESET);
        assert_int_equal(host_read(&h, DM_DMSTATUS), CHIP_HALTED);
        assert_int_equal(rv32_pc(h.bare.cores[0]), BARE_ROM);
        assert_int_equal(rv32_x(h.bare.cores[0], 5), 0);
        assert_int_equal(field_get(DCSR_CAUSE, rv32_csr(h.bare.cores[0], CSR_DCSR)),
                         by_request ? DCSR_CAUSE_HALTREQ : DCSR_CAUSE_RESETHALTREQ);
        host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_CLRRESETHALTREQ);
        host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_NDMRESET);
        host_write(&h, DM_DMCONTROL, ACTIVE);
        assert_int_equal(host_read(&h, DM_DMSTATUS), CHIP_WAS_RESET);
        host_close(&h);
    }
}

/* The chip's reset pin takes the module along; a request to halt at resets is gone. */
static void power_on_forgets(void **state)
{
    (void)state;
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_SETRESETHALTREQ);
    host_write(&h, DM_DMCONTROL, ACTIVE | DMCONTROL_HALTREQ | DMCONTROL_NDMRESET);
    bare_hold_pin(&h.bare, true);
    assert_false(rvdbg_is_active(h.bare.module));
    bare_hold_pin(&h.bare, false);
    bare_tck(&h.bare, false, false);
    host_select(&h, RISCV_IR_DMI);
    assert_int_equal(host_read(&h, DM_DMCONTROL), 0);
    host_write(&h, DM_DMCONTROL, ACTIVE);
    assert_int_equal(host_read(&h, DM_DMSTATUS), CHIP_WAS_RESET);
    host_close(&h);
}

static uint32_t select_core(unsigned core)
{
    return ACTIVE | field_put(DMCONTROL_HARTSELLO, 0, core);
}

static void two_cores_go_their_own_ways(void **state)
{
    (void)state;
    struct rvdbg_config config = rvdbg_config_esp32c3;
    config.cores = 2;
    config.hartsel_bits = 3;
    config.has_hartreset = true;
    struct host h;
    host_open(&h, &config);
    host_write(&h, DM_DMCONTROL, select_core(1) | DMCONTROL_HALTREQ);
    assert_int_equal(host_read(&h, DM_DMSTATUS), CHIP_RESET_HALTED); /* its own havereset was not acknowledged */
    assert_int_equal(host_read(&h, DM_HALTSUM0), 2);
    host_write(&h, DM_DMCONTROL, select_core(0)); /* the request to core 1 stays */
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0x00000CA2);
    assert_int_equal(host_command(&h, COMMAND_READ(CSR_MHARTID)), CMDERR_HALT_RESUME);
    host_write(&h, DM_DMCONTROL, select_core(1) | DMCONTROL_ACKHAVERESET);
    assert_int_equal(host_command(&h, COMMAND_READ(CSR_MHARTID)), CMDERR_NONE);
    assert_int_equal(host_read(&h, DM_DATA0), 1);
    host_write(&h, DM_DMCONTROL, select_core(1) | DMCONTROL_HARTRESET);
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0x000030A2);
    assert_int_equal(host_read(&h, DM_DMCONTROL), select_core(1) | DMCONTROL_HARTRESET);
    host_write(&h, DM_DMCONTROL, select_core(1));
    assert_int_equal(host_read(&h, DM_DMSTATUS), CHIP_WAS_RESET);
    host_write(&h, DM_DMCONTROL, select_core(2));
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0x0000C0A2);
    assert_int_equal(host_command(&h, COMMAND_READ(CSR_MHARTID)), CMDERR_HALT_RESUME);
    host_write(&h, DM_DMCONTROL, select_core(0));
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0x00000CA2); /* untouched by all of it */
    h.bare.is_unplugged[0] = true;
    assert_int_equal(host_read(&h, DM_DMSTATUS), 0x000030A2);
    host_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_works_before_dmactive),
        cmocka_unit_test(has_what_the_chip_has),
        cmocka_unit_test(halts_and_resumes),
        cmocka_unit_test(steps),
        cmocka_unit_test(resets_the_system),
        cmocka_unit_test(halts_at_reset),
        cmocka_unit_test(power_on_forgets),
        cmocka_unit_test(two_cores_go_their_own_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
