/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of threads that do not run: where ESP-IDF's ports keep them. */
#include "kernel.h"

#include <stdio.h>
#include <string.h>

static struct kernel k;
static uint32_t id, stack;

static void open_thread(enum rtos_isa isa)
{
    const struct kernel_build build = {"pxCurrentTCBs", 2, 0, false, true, false, "xSchedulerRunning", isa};
    kernel_open(&k, &build);
    kernel_run_on(&k, 0, kernel_add(&k, "main", 1, kernel_ready(&k, 1)));
    id = kernel_add(&k, "waits", 2, k.suspended);
    stack = kernel_get(&k, id);
    kernel_give_symbols(&k);
}

/* Word n is 0x1000 + n. */
static void fill_frame(unsigned words)
{
    for (unsigned i = 0; i < words; i++)
        kernel_put(&k, stack + 4 * i, 0x1000 + i);
}

static uint32_t get(const char *name)
{
    uint32_t value = 0xBAD;
    CHECK_OK(rtos_read_register(k.rtos, id, name, &value));
    return value;
}

static void check_absent(const char *name)
{
    uint32_t value;
    CHECK_ERR(rtos_read_register(k.rtos, id, name, &value), ERR_NOT_FOUND);
    assert_non_null(strstr(err_why(&k.log, ERR_NOT_FOUND), name));
}

static void an_interrupted_thread(void **state)
{
    (void)state;
    for (unsigned s3 = 0; s3 < 2; s3++) {
        open_thread(s3 ? RTOS_XTENSA_ESP32S3 : RTOS_XTENSA_ESP32);
        fill_frame(0xA0 / 4);
        kernel_put(&k, stack + 8, 0x60F30); /* PS with EXCM */
        assert_int_equal(get("pc"), 0x1001);
        assert_int_equal(get("ps"), 0x60F20);
        for (unsigned i = 0; i < 16; i++) {
            char name[8];
            snprintf(name, sizeof name, "ar%u", i);
            assert_int_equal(get(name), 0x1003 + i);
            snprintf(name, sizeof name, "a%u", i);
            assert_int_equal(get(name), 0x1003 + i);
        }
        assert_int_equal(get("sar"), 0x1013);
        assert_int_equal(get("lbeg"), 0x1016);
        assert_int_equal(get("threadptr"), 0x101C);
        assert_int_equal(get("br"), 0x101F);
        assert_int_equal(get("m3"), 0x1024);
        assert_int_equal(get("windowbase"), 0);
        assert_int_equal(get("windowstart"), 1);
        check_absent("ar16");
        if (s3)
            check_absent("f64s");
        else
            assert_int_equal(get("f64s"), 0x1027);
        kernel_close(&k);
    }
}

static void a_thread_that_yielded(void **state)
{
    (void)state;
    for (unsigned call = 1; call <= 3; call++) { /* call4, call8, call12 */
        open_thread(RTOS_XTENSA_ESP32);
        uint32_t caller_sp = stack + 0x40, older = stack + 0x80;
        kernel_put(&k, stack, 0);
        kernel_put(&k, stack + 4, call << 30 | 0xD1234);
        kernel_put(&k, stack + 8, 0x60130);
        kernel_put(&k, stack + 12, 0x3FFB1111);
        kernel_put(&k, stack - 16, 0x800D5678);
        kernel_put(&k, stack - 12, caller_sp);
        kernel_put(&k, stack - 8, 0x22);
        kernel_put(&k, stack - 4, 0x33);
        kernel_put(&k, caller_sp - 12, older);
        for (unsigned i = 0; i < 8; i++) /* where overflow 8 puts a4..a7, and overflow 12 a8..a11 before them */
            kernel_put(&k, older - 48 + 4 * i, 0x40 + i);
        assert_int_equal(get("pc"), 0x400D1234);
        assert_int_equal(get("ps"), 0x60120);
        assert_int_equal(get("threadptr"), 0x3FFB1111);
        assert_int_equal(get("ar0"), 0x800D5678);
        assert_int_equal(get("a1"), caller_sp);
        assert_int_equal(get("ar3"), 0x33);
        if (call == 1)
            check_absent("ar4");
        if (call == 2) {
            assert_int_equal(get("ar4"), 0x44);
            assert_int_equal(get("ar7"), 0x47);
            check_absent("ar8");
        }
        if (call == 3) {
            assert_int_equal(get("ar4"), 0x40);
            assert_int_equal(get("ar11"), 0x47);
            check_absent("ar12");
        }
        check_absent("sar");
        kernel_close(&k);
    }
}

static void a_thread_on_risc_v(void **state)
{
    (void)state;
    open_thread(RTOS_RISCV);
    fill_frame(0x94 / 4);
    static const char *const names[] = {"pc",  "ra", "sp", "gp", "tp", "t0",      "t1",    "t2",     "fp",
                                        "s1",  "a0", "a1", "a2", "a3", "a4",      "a5",    "a6",     "a7",
                                        "s2",  "s3", "s4", "s5", "s6", "s7",      "s8",    "s9",     "s10",
                                        "s11", "t3", "t4", "t5", "t6", "mstatus", "mtvec", "mcause", "mtval"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(get(names[i]), 0x1000 + i);
    assert_int_equal(get("zero"), 0);
    check_absent("mepc");
    kernel_close(&k);
}

static void registers_are_written_where_they_are_kept(void **state)
{
    (void)state;
    open_thread(RTOS_XTENSA_ESP32);
    fill_frame(0xA0 / 4);
    kernel_put(&k, stack + 8, 0x60F30);
    CHECK_OK(rtos_write_register(k.rtos, id, "a2", 0x77));
    CHECK_OK(rtos_write_register(k.rtos, id, "ps", 0x60020));
    assert_int_equal(kernel_get(&k, stack + 0x14), 0x77);
    assert_int_equal(kernel_get(&k, stack + 8), 0x60030); /* the thread's own bit stays */
    assert_int_equal(get("ar2"), 0x77);
    kernel_put(&k, stack, 0);
    kernel_put(&k, stack + 4, 0x800D1234);
    rtos_forget(k.rtos);
    CHECK_OK(rtos_write_register(k.rtos, id, "pc", 0x400D2222));
    assert_int_equal(kernel_get(&k, stack + 4), 0x800D2222); /* with the size of its window */
    CHECK_ERR(rtos_write_register(k.rtos, id, "sar", 1), ERR_UNSUPPORTED);
    assert_non_null(strstr(err_why(&k.log, ERR_UNSUPPORTED), "does not run, and sar is not among what it has kept"));
    CHECK_ERR(rtos_write_register(k.rtos, id, "windowbase", 1), ERR_UNSUPPORTED);
    kernel_close(&k);
}

static void a_stack_that_is_none(void **state)
{
    (void)state;
    static const uint32_t stacks[] = {0, 0xFFFFFFF0, KERNEL_BASE, KERNEL_BASE + 0x104, KERNEL_BASE + KERNEL_SIZE};
    for (unsigned i = 0; i < sizeof stacks / sizeof stacks[0]; i++) {
        open_thread(RTOS_XTENSA_ESP32);
        kernel_put(&k, id, stacks[i]);
        check_absent("pc");
        kernel_close(&k);
    }
    open_thread(RTOS_XTENSA_ESP32); /* the frames of callers lead nowhere: what is known is told */
    kernel_put(&k, stack, 0);
    kernel_put(&k, stack + 4, 0xC00D1234);
    kernel_put(&k, stack - 12, 0x12345670);
    assert_int_equal(get("pc"), 0x400D1234);
    check_absent("ar4");
    kernel_close(&k);
    open_thread(RTOS_XTENSA_ESP32);
    uint32_t value;
    CHECK_ERR(rtos_read_register(k.rtos, 0x3FFB0010, "pc", &value), ERR_NOT_FOUND);
    kernel_close(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupted_thread), cmocka_unit_test(a_thread_that_yielded),
        cmocka_unit_test(a_thread_on_risc_v),    cmocka_unit_test(registers_are_written_where_they_are_kept),
        cmocka_unit_test(a_stack_that_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
