/* SPDX-License-Identifier: Apache-2.0 */
/* Slices, time, reset. */
#include "asm.h"

static void put_loop(struct machine *m)
{
    PUT(m, CODE, ADDI(5, 5, 1), NOP, C_NOP, ADDI(6, 6, 1), JAL(0, -14));
}

/* Wherever slices end, the state is that of the same number of cycles. */
static void slices_do_not_matter(void **state)
{
    (void)state;
    static const uint64_t slices[] = {1, 3, 7, 1000};
    for (size_t i = 0; i < sizeof slices / sizeof slices[0]; i++) {
        struct machine m;
        machine_init(&m, NULL);
        put_loop(&m);
        for (uint64_t done = 0; done < 1001;) {
            uint64_t now = 1001 - done < slices[i] ? 1001 - done : slices[i];
            assert_int_equal(rv32_run(m.core, now), now);
            done += now;
        }
        assert_int_equal(rv32_instructions(m.core), 1001);
        assert_int_equal(x(&m, 5), 201);
        assert_int_equal(x(&m, 6), 200);
        assert_pc(&m, CODE + 4);
        machine_fini(&m);
    }
}

static void end_now(struct machine *m)
{
    assert_int_equal(rv32_slice_used(m->core), 2);
    assert_int_equal(rv32_instructions(m->core), 2);
    assert_pc(m, CODE + 8);
    rv32_end_slice(m->core, 0);
}

static void a_device_may_end_the_slice(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    m.on_write = end_now;
    rv32_set_x(m.core, 5, DEVICE);
    PUT(&m, CODE, NOP, NOP, SW(5, 5, 0), ADDI(6, 0, 1), NOP);
    assert_int_equal(rv32_run(m.core, 1000), 3);
    assert_pc(&m, CODE + 12);
    assert_int_equal(x(&m, 6), 0);
    machine_fini(&m);
}

static void exceptions_take_a_cycle(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, NOP, ECALL);
    PUT(&m, CODE + VECTORS, NOP, NOP);
    assert_int_equal(rv32_run(m.core, 4), 4);
    assert_pc(&m, CODE + VECTORS + 8);
    assert_int_equal(rv32_instructions(m.core), 3);
    machine_fini(&m);
}

struct resets {
    unsigned count;
};

static void note_reset(void *ctx)
{
    ((struct resets *)ctx)->count++;
}

static void reset_clears(void **state)
{
    (void)state;
    struct machine m;
    struct resets r = {0};
    const struct rv32_hooks hooks = {.reset = note_reset, .ctx = &r};
    machine_init(&m, &hooks);
    set_csr(&m, CSR_MSTATUS, MSTATUS_MIE);
    set_csr(&m, CSR_PMPCFG0, 0x9F);
    set_csr(&m, CSR_TDATA1, MCONTROL_EXECUTE | MCONTROL_M);
    rv32_set_x(m.core, 5, 5);
    rv32_set_privilege(m.core, PRV_U);
    rv32_reset(m.core, 0);
    assert_int_equal(r.count, 1);
    assert_pc(&m, 0x40000000);
    assert_int_equal(rv32_privilege(m.core), PRV_M);
    assert_int_equal(csr(&m, CSR_MTVEC), 1);
    assert_int_equal(csr(&m, CSR_MSTATUS), 0);
    assert_int_equal(csr(&m, CSR_PMPCFG0), 0);
    assert_int_equal(csr(&m, CSR_TDATA1), field_put(MCONTROL_MASKMAX, 0x20000000, 31));
    assert_int_equal(x(&m, 5), 0);
    rv32_reset(m.core, CODE);
    assert_pc(&m, CODE);
    machine_fini(&m);
}

static void reset_itself(struct machine *m)
{
    rv32_reset(m->core, CODE + 0x100);
    assert_pc(m, CODE); /* not yet */
}

static void reset_from_an_own_store(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    m.on_write = reset_itself;
    rv32_set_x(m.core, 5, DEVICE);
    PUT(&m, CODE, SW(5, 5, 0), ADDI(6, 0, 1));
    PUT(&m, CODE + 0x100, ADDI(7, 0, 1));
    assert_int_equal(rv32_run(m.core, 2), 2);
    assert_int_equal(x(&m, 5), 0);
    assert_int_equal(x(&m, 6), 0);
    assert_int_equal(x(&m, 7), 1);
    machine_fini(&m);
}

struct sp_seen {
    struct machine *m;
    uint32_t pc[8];
    unsigned count;
};

static void sp_left(void *ctx, uint32_t pc)
{
    struct sp_seen *s = ctx;
    assert_true(s->count < 8);
    s->pc[s->count++] = pc;
}

static void watch(struct machine *m)
{
    rv32_watch_sp(m->core, DATA, DATA + 0x100);
}

/* Whatever writes it, in blocks and in single steps; from the instruction behind the device access that asks for it. */
static void the_stack_pointer_is_watched(void **state)
{
    (void)state;
    static const uint64_t slices[] = {1, 2, 1000};
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) {
        struct machine m;
        struct sp_seen s = {.m = &m};
        const struct rv32_hooks hooks = {.sp_left = sp_left, .ctx = &s};
        machine_init(&m, &hooks);
        m.on_write = watch;
        rv32_set_x(m.core, 2, DATA + 0x10);
        rv32_set_x(m.core, 6, DEVICE);
        PUT(&m, CODE, ADDI(2, 2, -32), ADDI(2, 2, 32), SW(0, 6, 0), ADDI(5, 0, 1),
            ADDI(2, 2, -16) /* the first that fits */, ADDI(2, 2, -16), NOP, LW(2, 6, 0), LUI(2, 0x3FC80),
            CSRRW(2, CSR_MSCRATCH, 0), 0x6141 /* c.addi16sp 16 */, ECALL);
        while (rv32_instructions(m.core) < 11)
            rv32_run(m.core, slices[i]);
        static const uint32_t expected[] = {CODE + 20, CODE + 28, CODE + 36, CODE + 40};
        assert_int_equal(s.count, 4);
        assert_memory_equal(s.pc, expected, sizeof expected);
        rv32_watch_sp(m.core, 0, UINT32_MAX);
        rv32_set_pc(m.core, CODE + 40);
        rv32_run(m.core, 1);
        assert_int_equal(s.count, 4);
        machine_fini(&m);
    }
}

TEST_MAIN(T(the_stack_pointer_is_watched), T(slices_do_not_matter), T(a_device_may_end_the_slice),
          T(exceptions_take_a_cycle), T(reset_clears), T(reset_from_an_own_store))
