/* SPDX-License-Identifier: Apache-2.0 */
/* Why a core stopped, in words. Instructions are those that the assembler makes. */
#include "target_rig.h"

#include "base/bytes.h"

#include <stdio.h>
#include <string.h>

enum { CODE = IRAM + 0x400, J_SELF = 0xFFFF06 };

static void run_until_halted(struct target_rig *r)
{
    CHECK_OK(target_resume(r->target));
    CHECK_OK(core_wait_state(r->cpu[0], CORE_HALTED, TIMEOUT_MS));
}

static const char *why(struct core *c, struct buf *out)
{
    buf_clear(out);
    core_put_why(c, out);
    return buf_str(out);
}

static void watchpoints_tell_old_and_new(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t instruction;
        unsigned offset, width;
        bool is_store;
    } cases[] = {
        {"l8ui a2, a3, 255", 0xFF0322, 255, 1, false}, {"l16ui a2, a3, 510", 0xFF1322, 510, 2, false},
        {"l16si a2, a3, 2", 0x019322, 2, 2, false},    {"l32i a2, a3, 1020", 0xFF2322, 1020, 4, false},
        {"s8i a4, a3, 1", 0x014342, 1, 1, true},       {"s16i a4, a3, 6", 0x035342, 6, 2, true},
        {"s32i a4, a3, 8", 0x026342, 8, 4, true},      {"l32i.n a2, a3, 60", 0xF328, 60, 4, false},
        {"s32i.n a4, a3, 4", 0x1349, 4, 4, true},
    };
    struct buf text = {0};
    char expected[256];
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct target_rig r;
        uint32_t code[] = {cases[i].instruction, J_SELF}, at = DRAM + cases[i].offset;
        const uint8_t old[4] = {0x11, 0x22, 0x33, 0x44};
        target_rig_open_at(&r, CODE);
        put_code(&r, CODE, code, 2);
        CHECK_OK(core_mem_write(r.cpu[0], at, 0, old, cases[i].width));
        write_reg(r.cpu[0], "a3", DRAM);
        write_reg(r.cpu[0], "a4", 0xAABBCCDD);
        CHECK_OK(target_add_watchpoint(r.target, at, cases[i].width, WP_ACCESS));
        run_until_halted(&r);
        unsigned digits = 2 * cases[i].width;
        uint32_t mask = cases[i].width == 4 ? UINT32_MAX : (1U << 8 * cases[i].width) - 1;
        int len = snprintf(expected, sizeof expected,
                           "stopped by the watchpoint at 0x%08x (%u byte%s, read or write): the program ", at,
                           cases[i].width, cases[i].width > 1 ? "s" : "");
        if (cases[i].is_store)
            snprintf(expected + len, sizeof expected - (size_t)len, "changes 0x%08x from 0x%0*x to 0x%0*x", at,
                     (int)digits, 0x44332211 & mask, (int)digits, 0xAABBCCDD & mask);
        else
            snprintf(expected + len, sizeof expected - (size_t)len, "reads 0x%0*x from 0x%08x", (int)digits,
                     0x44332211 & mask, at);
        print_message("%s\n", cases[i].text);
        assert_string_equal(why(r.cpu[0], &text), expected);
        target_rig_close(&r);
    }
    buf_fini(&text);
}

static void breaks_of_the_program(void **state)
{
    (void)state;
    static const struct {
        uint32_t instruction;
        const char *text;
    } cases[] = {{0x0041E0, ": break 1, 14, a call of semihosting, which is not served"},
                 {0x004000, ": break 0, 0, the one that programs stop for a debugger with (esp_cpu_dbgr_break)"},
                 {0xF32D, ": break.n 3"}};
    struct buf text = {0};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct target_rig r;
        uint32_t code[] = {cases[i].instruction, J_SELF};
        target_rig_open_at(&r, CODE);
        put_code(&r, CODE, code, 2);
        run_until_halted(&r);
        assert_true(!strncmp(why(r.cpu[0], &text), "stopped by a break instruction of the program's own", 51));
        assert_string_equal(buf_str(&text) + 51, cases[i].text);
        target_rig_close(&r);
    }
    buf_fini(&text);
}

/* ESP-IDF's panic handler sets a breakpoint where the program failed, and goes back there. */
static void a_panic_tells_the_exception(void **state)
{
    (void)state;
    static const struct {
        uint32_t cause;
        const char *text;
    } cases[] = {{28, "LoadProhibited (EXCCAUSE 28): a load from where nothing may be read, address 0x00000004"},
                 {0, "IllegalInstruction (EXCCAUSE 0): what stands there is no instruction"},
                 {6, "IntegerDivideByZero (EXCCAUSE 6): a division by zero"},
                 {63, "; the last exception has EXCCAUSE 63"}};
    struct buf text = {0};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct target_rig r;
        static const uint32_t code[] = {0x0020F0 /* nop */, 0x0020F0, J_SELF};
        target_rig_open_at(&r, CODE);
        put_code(&r, CODE, code, 3);
        write_reg(r.cpu[0], "ps", 0x20);
        write_reg(r.cpu[0], "ibreaka0", CODE + 3);
        write_reg(r.cpu[0], "ibreakenable", 1);
        write_reg(r.cpu[0], "exccause", cases[i].cause);
        write_reg(r.cpu[0], "excvaddr", 4);
        run_until_halted(&r);
        assert_int_equal(read_reg(r.cpu[0], "pc"), CODE + 3);
        assert_non_null(strstr(why(r.cpu[0], &text), "stopped by a hardware breakpoint of the program's own"));
        assert_non_null(strstr(buf_str(&text), cases[i].text));
        assert_string_equal(why(r.cpu[1], &text), "stopped because esp32.cpu0 did");
        target_rig_close(&r);
    }
    buf_fini(&text);
}

static void a_double_exception(void **state)
{
    (void)state;
    struct target_rig r;
    struct buf text = {0};
    target_rig_open_at(&r, CODE);
    write_reg(r.cpu[0], "vecbase", IRAM);
    write_reg(r.cpu[0], "epc1", 0x400D1111);
    write_reg(r.cpu[0], "depc", 0x40081234);
    write_reg(r.cpu[0], "exccause", 29);
    write_reg(r.cpu[0], "excvaddr", 0x10);
    write_reg(r.cpu[0], "pc", IRAM + 0x3C3);
    assert_string_equal(
        why(r.cpu[0], &text),
        "in the vector of double exceptions: one at 0x40081234 while that at 0x400d1111 was being handled; the last "
        "exception was StoreProhibited (EXCCAUSE 29): a store to where nothing may be written, address 0x00000010");
    write_reg(r.cpu[0], "pc", IRAM + 0x400 + 0x3C3);
    assert_string_equal(why(r.cpu[0], &text), "");
    buf_fini(&text);
    target_rig_close(&r);
}

/* A halt, a step, a breakpoint: the user knows. */
static void nothing_is_said_of_what_the_user_did(void **state)
{
    (void)state;
    struct target_rig r;
    struct buf text = {0};
    static const uint32_t code[] = {0x0020F0, 0x0020F0, J_SELF};
    target_rig_open_at(&r, CODE);
    put_code(&r, CODE, code, 3);
    assert_string_equal(why(r.cpu[0], &text), "");
    CHECK_OK(core_step(r.cpu[0]));
    assert_string_equal(why(r.cpu[0], &text), "");
    for (unsigned kind = BP_HARDWARE; kind <= BP_SOFTWARE; kind++) {
        write_reg(r.cpu[0], "ps", 0x20);
        write_reg(r.cpu[0], "pc", CODE);
        CHECK_OK(target_add_breakpoint(r.target, CODE + 3, 3, (enum bp_kind)kind));
        run_until_halted(&r);
        assert_string_equal(why(r.cpu[0], &text), "");
        CHECK_OK(target_remove_breakpoint(r.target, CODE + 3));
        if (kind == BP_SOFTWARE)
            assert_string_equal(why(r.cpu[0], &text), "");
    }
    buf_fini(&text);
    target_rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(watchpoints_tell_old_and_new),         cmocka_unit_test(breaks_of_the_program),
        cmocka_unit_test(a_panic_tells_the_exception),          cmocka_unit_test(a_double_exception),
        cmocka_unit_test(nothing_is_said_of_what_the_user_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
