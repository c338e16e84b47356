/* SPDX-License-Identifier: Apache-2.0 */
/* Abstract commands, the program buffer and autoexec, with every way in which they fail. */
#include "host.h"

#define X(n) RISCV_REGNO_X(n)

enum {
    INSN_LW_S1_0_S0 = 0x00042483,
    INSN_SW_S1_0_S0 = 0x00942023,
    INSN_ADDI_S0_4 = 0x00440413,
    INSN_ADDI_T0_1 = 0x00128293,
    INSN_J_SELF = 0x0000006F,
    INSN_BNEZ_S1_BACK_8 = 0xFE049CE3,
    INSN_ADDI_S1_MINUS_1 = 0xFFF48493,
    INSN_ILLEGAL = 0,
};

static void open_halted(struct host *h, const struct rvdbg_config *config)
{
    host_open(h, config);
    host_halt(h);
}

static void program(struct host *h, const uint32_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        host_write(h, DM_PROGBUF0 + i, words[i]);
}
#define PROGRAM(h, ...)                                                                                                \
    program((h), (const uint32_t[]){__VA_ARGS__}, sizeof(uint32_t[]){__VA_ARGS__} / sizeof(uint32_t))

static void moves_registers(void **state)
{
    (void)state;
    struct host h;
    open_halted(&h, &rvdbg_config_esp32c3);
    for (unsigned n = 0; n < 32; n++) {
        host_write(&h, DM_DATA0, 0x1000 + n);
        assert_int_equal(host_command(&h, COMMAND_STORE(X(n))), CMDERR_NONE);
    }
    for (unsigned n = 0; n < 32; n++) {
        assert_int_equal(rv32_x(h.bare.cores[0], n), n ? 0x1000 + n : 0);
        assert_int_equal(host_command(&h, COMMAND_READ(X(n))), CMDERR_NONE);
        assert_int_equal(host_read(&h, DM_DATA0), n ? 0x1000 + n : 0);
    }
    assert_int_equal(host_command(&h, COMMAND_READ(CSR_MISA)), CMDERR_NONE);
    assert_int_equal(host_read(&h, DM_DATA0), 0x40101104);
    host_write(&h, DM_DATA0, BARE_CODE);
    assert_int_equal(host_command(&h, COMMAND_STORE(CSR_DPC)), CMDERR_NONE);
    assert_int_equal(rv32_pc(h.bare.cores[0]), BARE_CODE);
    host_close(&h);
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        uint32_t word;
        unsigned running, halted; /* cmderr */
    } rows[] = {
        {COMMAND_READ(X(5)), CMDERR_HALT_RESUME, CMDERR_NONE},
        {0x00321008, CMDERR_UNSUPPORTED, CMDERR_UNSUPPORTED},               /* 64 bits */
        {0x00121008, CMDERR_UNSUPPORTED, CMDERR_UNSUPPORTED},               /* 16 bits */
        {COMMAND_READ(0x1020), CMDERR_UNSUPPORTED, CMDERR_UNSUPPORTED},     /* f0 */
        {COMMAND_READ(0xC000), CMDERR_UNSUPPORTED, CMDERR_UNSUPPORTED},     /* custom */
        {COMMAND_READ(0xC22), CMDERR_HALT_RESUME, CMDERR_EXCEPTION},        /* vlenb */
        {COMMAND_STORE(CSR_MHARTID), CMDERR_HALT_RESUME, CMDERR_EXCEPTION}, /* read only */
        {COMMAND_READ(X(5)) | COMMAND_POSTINCREMENT, CMDERR_UNSUPPORTED, CMDERR_UNSUPPORTED},
        {0x01000000, CMDERR_UNSUPPORTED, CMDERR_UNSUPPORTED},   /* quick access */
        {0x02200000, CMDERR_UNSUPPORTED, CMDERR_UNSUPPORTED},   /* access memory */
        {0x00300000 | 0xC000, CMDERR_HALT_RESUME, CMDERR_NONE}, /* no transfer: size and number mean nothing */
    };
    struct host h;
    host_open(&h, &rvdbg_config_esp32c3);
    for (unsigned is_halted = 0; is_halted < 2; is_halted++) {
        for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
            assert_int_equal(host_command(&h, rows[i].word), is_halted ? rows[i].halted : rows[i].running);
        host_halt(&h);
    }
    host_close(&h);
}

/* An error stays until it is cleared, and nothing is done meanwhile; its bits are cleared one by one. */
static void errors_stick(void **state)
{
    (void)state;
    struct host h;
    open_halted(&h, &rvdbg_config_esp32c3);
    host_write(&h, DM_COMMAND, 0x00321008);
    assert_int_equal(host_read(&h, DM_ABSTRACTCS), 0x10000202); /* as read from chips */
    host_write(&h, DM_DATA0, 0xAA);
    host_write(&h, DM_COMMAND, COMMAND_STORE(X(6)));
    assert_int_equal(rv32_x(h.bare.cores[0], 6), 0);
    host_write(&h, DM_ABSTRACTCS, field_put(ABSTRACTCS_CMDERR, 0, 5));
    assert_int_equal(host_cmderr(&h), CMDERR_UNSUPPORTED);
    host_write(&h, DM_COMMAND, COMMAND_READ(0xC22));
    host_dmi(&h, DMI_NOP, 0, 0);
    host_write(&h, DM_ABSTRACTCS, field_put(ABSTRACTCS_CMDERR, 0, 2));
    assert_int_equal(host_cmderr(&h), CMDERR_BUSY); /* 3 without its upper bit */
    host_close(&h);
}

static void runs_programs(void **state)
{
    (void)state;
    struct host h;
    open_halted(&h, &rvdbg_config_esp32c3);
    bare_poke(&h.bare, BARE_DATA + 8, 0xCAFE);
    PROGRAM(&h, INSN_LW_S1_0_S0, INSN_ADDI_S0_4, INSN_EBREAK);
    host_write(&h, DM_DATA0, BARE_DATA + 8);
    assert_int_equal(host_command(&h, COMMAND_STORE(X(8)) | COMMAND_POSTEXEC), CMDERR_NONE);
    assert_int_equal(rv32_x(h.bare.cores[0], 8), BARE_DATA + 12);
    assert_int_equal(rv32_x(h.bare.cores[0], 9), 0xCAFE);
    /* The transfer comes before the program. */
    assert_int_equal(host_command(&h, COMMAND_READ(X(8)) | COMMAND_POSTEXEC), CMDERR_NONE);
    assert_int_equal(host_read(&h, DM_DATA0), BARE_DATA + 12);
    assert_int_equal(rv32_x(h.bare.cores[0], 8), BARE_DATA + 16);
    /* A loop that is longer than what runs at once. */
    PROGRAM(&h, INSN_ADDI_T0_1, INSN_ADDI_S1_MINUS_1, INSN_BNEZ_S1_BACK_8, INSN_EBREAK);
    rv32_set_x(h.bare.cores[0], 5, 0);
    host_write(&h, DM_DATA0, 1000);
    assert_int_equal(host_command(&h, COMMAND_STORE(X(9)) | COMMAND_POSTEXEC), CMDERR_NONE);
    assert_int_equal(rv32_x(h.bare.cores[0], 5), 1000);
    PROGRAM(&h, INSN_ADDI_T0_1, INSN_ILLEGAL, INSN_ADDI_T0_1, INSN_EBREAK);
    assert_int_equal(host_command(&h, COMMAND_POSTEXEC), CMDERR_EXCEPTION);
    assert_int_equal(rv32_x(h.bare.cores[0], 5), 1001);
    host_close(&h);
}

static void the_end_of_the_buffer(void **state)
{
    (void)state;
    for (unsigned has_ebreak = 0; has_ebreak < 2; has_ebreak++) {
        struct rvdbg_config config = rvdbg_config_esp32c3;
        config.has_impebreak = has_ebreak;
        config.progbuf_words = 2;
        struct host h;
        open_halted(&h, &config);
        assert_int_equal(!!(host_read(&h, DM_DMSTATUS) & DMSTATUS_IMPEBREAK), has_ebreak);
        host_write(&h, DM_PROGBUF0 + 2, 0x1234);
        assert_int_equal(host_read(&h, DM_PROGBUF0 + 2), 0);
        rv32_set_x(h.bare.cores[0], 5, 0);
        PROGRAM(&h, INSN_ADDI_T0_1, INSN_ADDI_T0_1);
        assert_int_equal(host_command(&h, COMMAND_POSTEXEC), has_ebreak ? CMDERR_NONE : CMDERR_EXCEPTION);
        assert_int_equal(rv32_x(h.bare.cores[0], 5), 2);
        host_close(&h);
    }
}

/* While a command runs, its registers may not be touched: the first to come is told, and nothing else happens. */
static void is_busy(void **state)
{
    (void)state;
    static const struct {
        uint32_t address;
        bool is_write;
    } rows[] = {{DM_DATA0, false},  {DM_DATA0, true},      {DM_PROGBUF0, false},   {DM_PROGBUF0, true},
                {DM_COMMAND, true}, {DM_ABSTRACTCS, true}, {DM_ABSTRACTAUTO, true}};
    struct rvdbg_config config = rvdbg_config_esp32c3;
    config.command_cycles = 1000; /* 500 TCK, ten scans */
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct host h;
        open_halted(&h, &config);
        host_write(&h, DM_DATA0, 0x1111);
        host_write(&h, DM_COMMAND, COMMAND_READ(CSR_MISA));
        assert_int_equal(host_read(&h, DM_ABSTRACTCS), 0x10001002);
        if (rows[i].is_write)
            host_write(&h, rows[i].address, 0xFFFF);
        else
            assert_int_equal(host_read(&h, rows[i].address), 0);
        assert_int_equal(host_read(&h, DM_ABSTRACTCS), 0x10001102);
        assert_int_equal(host_cmderr(&h), CMDERR_BUSY);
        assert_int_equal(host_read(&h, DM_DATA0), 0x40101104);
        assert_int_equal(host_read(&h, DM_PROGBUF0), 0);
        assert_int_equal(host_read(&h, DM_ABSTRACTAUTO), 0);
        host_close(&h);
    }
}

/* Busy ends with the cycle that is said, seen by a host that is slow. */
static void is_busy_for_its_cycles(void **state)
{
    (void)state;
    struct rvdbg_config config = rvdbg_config_esp32c3;
    config.command_cycles = 20000;
    struct host h;
    open_halted(&h, &config);
    uint64_t start = h.bare.now_ps;
    host_dmi(&h, DMI_WRITE, DM_COMMAND, COMMAND_READ(X(1)));
    uint64_t began = h.bare.now_ps - (uint64_t)h.idle * BARE_TCK_PS; /* at Update-DR */
    assert_true(began > start);
    while (host_read(&h, DM_ABSTRACTCS) & ABSTRACTCS_BUSY)
        ;
    uint64_t took = h.bare.now_ps - began, scan = 100ULL * BARE_TCK_PS;
    assert_in_range(took, 20000ULL * BARE_CYCLE_PS, 20000ULL * BARE_CYCLE_PS + 2 * scan);
    host_close(&h);
}

static void an_endless_program_ends_with_a_reset(void **state)
{
    (void)state;
    struct host h;
    open_halted(&h, &rvdbg_config_esp32c3);
    PROGRAM(&h, INSN_J_SELF);
    host_write(&h, DM_COMMAND, COMMAND_POSTEXEC);
    for (unsigned i = 0; i < 100; i++)
        assert_true(host_read(&h, DM_ABSTRACTCS) & ABSTRACTCS_BUSY);
    host_write(&h, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_NDMRESET | DMCONTROL_HALTREQ);
    host_write(&h, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_HALTREQ);
    assert_int_equal(host_cmderr(&h), CMDERR_OTHER);
    assert_int_equal(host_command(&h, COMMAND_READ(CSR_DPC)), CMDERR_NONE);
    assert_int_equal(host_read(&h, DM_DATA0), BARE_ROM);
    host_close(&h);
}

static void repeats_by_itself(void **state)
{
    (void)state;
    struct host h;
    open_halted(&h, &rvdbg_config_esp32c3);
    host_write(&h, DM_ABSTRACTAUTO, ~0U);
    assert_int_equal(host_read(&h, DM_ABSTRACTAUTO), 0xFFFF0003); /* 16 words and two data registers */
    host_write(&h, DM_ABSTRACTAUTO, 0);
    for (unsigned i = 0; i < 8; i++)
        bare_poke(&h.bare, BARE_DATA + 4 * i, 0x100 + i);
    PROGRAM(&h, INSN_LW_S1_0_S0, INSN_ADDI_S0_4, INSN_EBREAK);
    host_write(&h, DM_DATA0, BARE_DATA);
    assert_int_equal(host_command(&h, COMMAND_STORE(X(8)) | COMMAND_POSTEXEC), CMDERR_NONE);
    assert_int_equal(host_command(&h, COMMAND_READ(X(9)) | COMMAND_POSTEXEC), CMDERR_NONE);
    host_write(&h, DM_ABSTRACTAUTO, ABSTRACTAUTO_DATA0);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(host_read(&h, DM_DATA0), 0x100 + i);
    host_read(&h, DM_DATA1); /* not asked for */
    assert_int_equal(rv32_x(h.bare.cores[0], 8), BARE_DATA + 24);
    host_write(&h, DM_ABSTRACTAUTO, BIT(16 + 2));
    host_write(&h, DM_DATA0, 0);
    host_write(&h, DM_PROGBUF0 + 2, INSN_EBREAK);
    assert_int_equal(rv32_x(h.bare.cores[0], 8), BARE_DATA + 28);
    host_read(&h, DM_PROGBUF0 + 2);
    assert_int_equal(rv32_x(h.bare.cores[0], 8), BARE_DATA + 32);
    assert_int_equal(host_cmderr(&h), CMDERR_NONE);
    host_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_registers),        cmocka_unit_test(refuses),
        cmocka_unit_test(errors_stick),           cmocka_unit_test(runs_programs),
        cmocka_unit_test(the_end_of_the_buffer),  cmocka_unit_test(is_busy),
        cmocka_unit_test(is_busy_for_its_cycles), cmocka_unit_test(an_endless_program_ends_with_a_reset),
        cmocka_unit_test(repeats_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
