/* SPDX-License-Identifier: Apache-2.0 */
/* Agent expressions, by the table of the manual's appendix on them. */
#include "tests/unit.h"

#include "services/gdb/agent.h"

#include <string.h>

enum { STEPS = 200 };

static bool read_memory(void *ctx, uint32_t addr, void *bytes, size_t len)
{
    static const uint8_t memory[] = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88};
    (void)ctx;
    if (addr < 0x1000 || addr + len > 0x1000 + sizeof memory)
        return false;
    memcpy(bytes, memory + (addr - 0x1000), len);
    return true;
}

static bool read_register(void *ctx, unsigned number, uint64_t *value)
{
    (void)ctx;
    *value = 0xFFFFFFF0 + number;
    return number < 4;
}

static bool run(const char *code, size_t len, uint64_t *value)
{
    const struct agent_ops ops = {.read = read_memory, .read_register = read_register};
    return agent_evaluate((const uint8_t *)code, len, &ops, STEPS, value);
}

#define CODE(text) text, sizeof(text) - 1

static void test_what_expressions_give(void **state)
{
    (void)state;
    static const struct {
        const char *what, *code;
        size_t len;
        uint64_t value;
    } cases[] = {
        {"const8", CODE("\x22\xFE\x27"), 0xFE},
        {"const16", CODE("\x23\x12\x34\x27"), 0x1234},
        {"const32", CODE("\x24\x12\x34\x56\x78\x27"), 0x12345678},
        {"const64", CODE("\x25\x01\x02\x03\x04\x05\x06\x07\x08\x27"), 0x0102030405060708},
        {"add", CODE("\x22\x05\x22\x07\x02\x27"), 12},
        {"sub", CODE("\x22\x05\x22\x07\x03\x27"), (uint64_t)-2},
        {"mul", CODE("\x22\x05\x22\x07\x04\x27"), 35},
        {"div_signed", CODE("\x22\xF9\x16\x08\x22\x02\x05\x27"), (uint64_t)-3},
        {"div_unsigned", CODE("\x22\xF9\x22\x02\x06\x27"), 124},
        {"rem_signed", CODE("\x22\xF9\x16\x08\x22\x02\x07\x27"), (uint64_t)-1},
        {"rem_unsigned", CODE("\x22\xF9\x22\x02\x08\x27"), 1},
        {"lsh", CODE("\x22\x01\x22\x3F\x09\x27"), 1ULL << 63},
        {"lsh too far", CODE("\x22\x01\x22\x40\x09\x27"), 0},
        {"rsh_signed", CODE("\x22\x80\x16\x08\x22\x01\x0A\x27"), (uint64_t)-64},
        {"rsh_unsigned", CODE("\x22\x80\x22\x01\x0B\x27"), 64},
        {"log_not", CODE("\x22\x05\x0E\x27"), 0},
        {"bit_and", CODE("\x22\x0C\x22\x0A\x0F\x27"), 8},
        {"bit_or", CODE("\x22\x0C\x22\x0A\x10\x27"), 14},
        {"bit_xor", CODE("\x22\x0C\x22\x0A\x11\x27"), 6},
        {"bit_not", CODE("\x22\x00\x12\x27"), UINT64_MAX},
        {"equal", CODE("\x22\x0C\x22\x0C\x13\x27"), 1},
        {"less_signed", CODE("\x22\xFF\x16\x08\x22\x00\x14\x27"), 1},
        {"less_unsigned", CODE("\x22\xFF\x16\x08\x22\x00\x15\x27"), 0},
        {"zero_ext", CODE("\x23\x12\x34\x2A\x08\x27"), 0x34},
        {"ref8", CODE("\x23\x10\x01\x17\x27"), 0x22},
        {"ref16", CODE("\x23\x10\x01\x18\x27"), 0x3322},
        {"ref32", CODE("\x23\x10\x00\x19\x27"), 0x44332211},
        {"ref64", CODE("\x23\x10\x00\x1A\x27"), 0x8877665544332211},
        {"reg", CODE("\x26\x00\x03\x27"), 0xFFFFFFF3},
        {"dup", CODE("\x22\x05\x28\x04\x27"), 25},
        {"swap", CODE("\x22\x05\x22\x07\x2B\x03\x27"), 2},
        {"pop", CODE("\x22\x05\x22\x07\x29\x27"), 5},
        {"pick", CODE("\x22\x05\x22\x07\x32\x01\x27"), 5},
        {"rot", CODE("\x22\x01\x22\x02\x22\x03\x33\x27"), 2}, /* a b c: c a b */
        {"goto", CODE("\x21\x00\x06\x22\x01\x27\x22\x02\x27"), 2},
        {"if_goto taken", CODE("\x22\x01\x20\x00\x08\x22\x05\x27\x22\x06\x27"), 6},
        {"if_goto not", CODE("\x22\x00\x20\x00\x08\x22\x05\x27\x22\x06\x27"), 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t value = 0;
        bool is_good = run(cases[i].code, cases[i].len, &value);
        if (!is_good || value != cases[i].value)
            fail_msg("%s: %s, 0x%llx", cases[i].what, is_good ? "good" : "bad", (unsigned long long)value);
    }
}

static void test_what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *what, *code;
        size_t len;
    } cases[] = {
        {"nothing", CODE("")},
        {"no end", CODE("\x22\x01")},
        {"half an operand", CODE("\x24\x01\x02")},
        {"an empty stack", CODE("\x27")},
        {"too few on it", CODE("\x22\x01\x02\x27")},
        {"division by zero", CODE("\x22\x01\x22\x00\x05\x27")},
        {"rest by zero", CODE("\x22\x01\x22\x00\x08\x27")},
        {"a jump out", CODE("\x21\x00\x09\x27")},
        {"no such memory", CODE("\x22\x00\x17\x27")},
        {"no such register", CODE("\x26\x00\x04\x27")},
        {"no such opcode", CODE("\x31\x27")},
        {"floating point", CODE("\x22\x01\x01\x27")},
        {"an endless loop", CODE("\x21\x00\x00")},
        {"an endless stack", CODE("\x22\x01\x21\x00\x00")},
        {"0 bits", CODE("\x22\x01\x16\x00\x27")},
        {"pick too deep", CODE("\x22\x01\x32\x01\x27")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t value = 1;
        if (run(cases[i].code, cases[i].len, &value) || value)
            fail_msg("%s was taken", cases[i].what);
    }
}

static void test_the_smallest_number_divided_by_minus_one(void **state)
{
    (void)state;
    uint64_t value = 1;
    assert_true(run(CODE("\x25\x80\0\0\0\0\0\0\0\x22\xFF\x16\x08\x05\x27"), &value));
    assert_true(value == 1ULL << 63);
    assert_true(run(CODE("\x25\x80\0\0\0\0\0\0\0\x22\xFF\x16\x08\x07\x27"), &value));
    assert_true(value == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_expressions_give),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_the_smallest_number_divided_by_minus_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
