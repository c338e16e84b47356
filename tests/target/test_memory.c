/* SPDX-License-Identifier: Apache-2.0 */
#include "target_rig.h"

#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

static void fill(uint8_t *bytes, size_t len, unsigned seed)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(seed = seed * 1103515245U + 12345U, seed >> 16);
}

/* Writes at every alignment and length leave their neighbours alone, in memory that takes bytes and in one that does not. */
static void any_alignment_and_length(void **state)
{
    (void)state;
    static const uint32_t places[] = {DRAM, IRAM, 0x50000000, 0x3FF48000};
    struct target_rig r;
    target_rig_open_at(&r, IRAM);
    for (unsigned p = 0; p < 4; p++) {
        for (unsigned offset = 0; offset < 4; offset++) {
            for (size_t len = 0; len < 14; len++) {
                uint8_t before[24], out[16], now[24];
                fill(before, sizeof before, p * 97 + offset);
                fill(out, sizeof out, (unsigned)len + 1000);
                CHECK_OK(core_mem_write(r.cpu[0], places[p], 0, before, sizeof before));
                CHECK_OK(core_mem_write(r.cpu[0], places[p] + 4 + offset, 0, out, len));
                CHECK_OK(core_mem_read(r.cpu[0], places[p], 0, now, sizeof now));
                memcpy(before + 4 + offset, out, len);
                assert_memory_equal(now, before, sizeof now);
                CHECK_OK(core_mem_read(r.cpu[0], places[p] + 4 + offset, 0, now, len));
                assert_memory_equal(now, out, len);
            }
        }
    }
    target_rig_close(&r);
}

static void large_blocks(void **state)
{
    (void)state;
    enum { LEN = 150001 };
    struct target_rig r;
    uint8_t *out = malloc(LEN), *in = calloc(1, LEN);
    fill(out, LEN, 5);
    target_rig_open_at(&r, IRAM);
    CHECK_OK(core_mem_write(r.cpu[0], DRAM + 3, 0, out, LEN));
    CHECK_OK(core_mem_read(r.cpu[1], DRAM + 3, 0, in, LEN));
    assert_memory_equal(in, out, LEN);
    free(out);
    free(in);
    target_rig_close(&r);
}

static void widths(void **state)
{
    (void)state;
    struct target_rig r;
    uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8}, in[8];
    target_rig_open_at(&r, IRAM);
    CHECK_OK(core_mem_write(r.cpu[0], DRAM + 1, 1, bytes, 3));
    CHECK_OK(core_mem_write(r.cpu[0], DRAM + 6, 2, bytes, 2));
    CHECK_OK(core_mem_read(r.cpu[0], DRAM + 1, 1, in, 3));
    assert_memory_equal(in, bytes, 3);
    CHECK_ERR(core_mem_write(r.cpu[0], DRAM + 1, 2, bytes, 2), ERR_ALIGN);
    CHECK_ERR(core_mem_read(r.cpu[0], DRAM + 2, 4, bytes, 4), ERR_ALIGN);
    CHECK_ERR(core_mem_read(r.cpu[0], DRAM, 3, bytes, 3), ERR_USAGE);
    CHECK_ERR(core_mem_read(r.cpu[0], 0xFFFFFFFC, 0, bytes, 8), ERR_RANGE);
    CHECK_OK(core_mem_write(r.cpu[0], 0x3FF48001, 1, bytes, 1)); /* a byte of a register, through its word */
    assert_int_equal(rig_word(&r.chip, 0x3FF48000) >> 8 & 0xFF, 1);
    target_rig_close(&r);
}

static void refusals_name_the_address(void **state)
{
    (void)state;
    struct target_rig r;
    uint32_t words[4] = {0};
    target_rig_open_at(&r, IRAM);
    CHECK_ERR(core_mem_read(r.cpu[0], 0x3FFF0000 - 8, 0, words, 16), ERR_FAULT);
    assert_non_null(strstr(err_why(&r.chip.log, ERR_FAULT), "0x3fff0000"));
    CHECK_ERR(core_mem_write(r.cpu[0], 0x400D0000, 0, words, 4), ERR_UNSUPPORTED);
    assert_non_null(strstr(err_why(&r.chip.log, ERR_UNSUPPORTED), "flash write_image"));
    CHECK_ERR(core_mem_write(r.cpu[0], 0x40000000, 0, words, 4), ERR_UNSUPPORTED);
    CHECK_ERR(core_mem_read(r.cpu[0], 0x400D0000, 0, words, 4), ERR_FAULT);
    assert_non_null(strstr(err_why(&r.chip.log, ERR_FAULT), "cache"));
    CHECK_OK(core_mem_read(r.cpu[0], DRAM, 0, words, 16));
    target_rig_close(&r);
}

static void another_halted_core_is_the_door(void **state)
{
    (void)state;
    struct target_rig r;
    uint32_t value = 0;
    target_rig_open(&r);
    CHECK_ERR(core_read_u32(r.cpu[0], DRAM, &value), ERR_STATE);
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    CHECK_OK(core_write_u32(r.cpu[0], DRAM, 0x11223344));
    CHECK_OK(core_resume(r.cpu[0]));
    assert_int_equal(core_state(r.cpu[0]), CORE_RUNNING);
    CHECK_OK(core_read_u32(r.cpu[0], DRAM, &value));
    assert_int_equal(value, 0x11223344);
    target_rig_close(&r);
}

static void scripts_change_the_bits_they_name(void **state)
{
    (void)state;
    struct target_rig r;
    const struct chip_poke steps[] = {
        {0x3FF48000, 0x11111111, 0}, {0x3FF48004, 0x22, 0xFF}, {0x3FF48400, 0x11111111, 0}, {0x3FF48008, 7, 0}};
    const struct chip_script script = {steps, 4};
    target_rig_open_at(&r, IRAM);
    CHECK_OK(core_write_u32(r.cpu[0], 0x3FF48004, 0xAABBCCDD));
    CHECK_OK(core_run_script(r.cpu[0], &script));
    assert_int_equal(rig_word(&r.chip, 0x3FF48000), 0x11111111);
    assert_int_equal(rig_word(&r.chip, 0x3FF48004), 0xAABBCC22);
    assert_int_equal(rig_word(&r.chip, 0x3FF48400), 0x11111111);
    assert_int_equal(rig_word(&r.chip, 0x3FF48008), 7);
    target_rig_close(&r);
}

static void the_revision_is_read_from_its_bits(void **state)
{
    (void)state;
    struct target_rig r;
    unsigned revision = 0;
    target_rig_open_at(&r, IRAM);
    CHECK_OK(core_write_u32(r.cpu[0], 0x3FF5A00C, 1U << 15));
    CHECK_OK(core_write_u32(r.cpu[0], 0x3FF5A014, 1U << 20 | 1U << 24));
    CHECK_OK(core_write_u32(r.cpu[0], 0x3FF6607C, 1U << 31));
    CHECK_OK(target_chip_revision(r.target, &revision));
    assert_int_equal(revision, 301);
    target_rig_close(&r);
}

/* Three nodes of five words, a word apart, and back to the first; with what lies at 8 in each. */
static void lists_are_followed_and_places_read_in_one_round_trip(void **state)
{
    (void)state;
    enum { NODES = 3, STEP = 0x40 };
    struct target_rig r;
    uint32_t nodes[2][5] = {{0}}, values[2][5] = {{0}}, first = 0;
    uint8_t places[2][8] = {{0}};
    target_rig_open_at(&r, IRAM);
    uint32_t a3 = read_reg(r.cpu[0], "a3");
    for (uint32_t i = 0; i < NODES; i++) {
        CHECK_OK(core_write_u32(r.cpu[0], DRAM + i * STEP + 4, DRAM + (i + 1) % NODES * STEP));
        CHECK_OK(core_write_u32(r.cpu[0], DRAM + i * STEP + 8, 0x100 + i));
    }
    struct core_chain chains[2] = {{DRAM, 4, 8, nodes[0], values[0], 5}, {DRAM + STEP, 4, 8, nodes[1], values[1], 1}};
    uint64_t before = r.chip.adapter.executes;
    CHECK_OK(core_follow(r.cpu[0], chains, 2));
    assert_int_equal(r.chip.adapter.executes - before, 1);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(nodes[0][i], DRAM + (i + 1) % NODES * STEP);
        assert_int_equal(values[0][i], 0x100 + (i + 1) % NODES);
    }
    assert_int_equal(nodes[1][0], DRAM + 2 * STEP);
    const struct core_range ranges[] = {{DRAM + 4, places[0], 8}, {DRAM + STEP + 8, places[1], 4}, {DRAM, &first, 4}};
    before = r.chip.adapter.executes;
    CHECK_OK(core_read_ranges(r.cpu[0], ranges, 3));
    assert_int_equal(r.chip.adapter.executes - before, 1);
    assert_int_equal(le32_get(places[0] + 4), 0x100);
    assert_int_equal(le32_get(places[1]), 0x101);
    /* to nowhere: refused, and the program's registers are as they were */
    CHECK_OK(core_write_u32(r.cpu[0], DRAM + STEP + 4, 0x3FFF0000));
    CHECK_ERR(core_follow(r.cpu[0], chains, 2), ERR_FAULT);
    CHECK_ERR(core_read_ranges(r.cpu[0], &(struct core_range){0x400D0000, places[0], 4}, 1), ERR_FAULT);
    assert_int_equal(read_reg(r.cpu[0], "a3"), a3);
    target_rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_alignment_and_length),
        cmocka_unit_test(large_blocks),
        cmocka_unit_test(widths),
        cmocka_unit_test(refusals_name_the_address),
        cmocka_unit_test(another_halted_core_is_the_door),
        cmocka_unit_test(scripts_change_the_bits_they_name),
        cmocka_unit_test(the_revision_is_read_from_its_bits),
        cmocka_unit_test(lists_are_followed_and_places_read_in_one_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
