/* SPDX-License-Identifier: Apache-2.0 */
/* The octal flash of a virtual ESP32-S3: in OPI DTR, before and under a program that runs from it, and above 16 MB. */
#include "base/file.h"
#include "base/hash.h"
#include "regs/esp32s3.h"
#include "regs/spi_mem.h"
#include "rig.h"
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ALL = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY,
    KIB = 1024,
    IMAGE = 96 * KIB,
    SIZE = 32 << 20,
    SPARE = 0x600000,           /* no part of the sample build */
    SPARE_ABOVE_16M = 0x1400000 /* three address bytes would make it 0x400000 */
};
#define NS_PER_MS 1000000ULL

static const struct rig_file parts[] = {{"bootloader/bootloader.bin", 0},
                                        {"partition_table/partition-table.bin", 0x8000},
                                        {"ota_data_initial.bin", 0xD000},
                                        {"app.bin", 0x10000},
                                        {NULL, 0}};
enum { FILES = sizeof parts / sizeof parts[0] - 1 };

struct bench {
    struct rig rig;
    struct buf files[FILES];
    uint8_t image[IMAGE];
    char uart[64];
};

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    *state = b;
    rig_fill(b->image, sizeof b->image, 1848);
    snprintf(b->uart, sizeof b->uart, "/tmp/flash-octal-uart-%ld", (long)getpid());
    const char *const options[] = {"board", "esp32s3-n32r16v", "uart", b->uart, NULL};
    CHECK_OK(rig_open_chip(&b->rig, "esp32s3", options, 0));
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    rig_close(&b->rig);
    for (unsigned i = 0; i < FILES; i++)
        buf_fini(&b->files[i]);
    unlink(b->uart);
    free(b);
    return 0;
}

static int setup_app(void **state)
{
    setup(state);
    struct bench *b = *state;
    const char *folder = getenv("DEMO_ESP32S3");
    assert_non_null(folder);
    CHECK_OK(rig_run_build(&b->rig, folder, parts, b->files));
    board_advance_ns(b->rig.board, 700 * NS_PER_MS);
    return 0;
}

/* --- registers that the program has set up --- */

static const struct {
    uint32_t from, count;
} watched[] = {
    {ESP32S3_SPI1_BASE + SPI_MEM_ADDR, (SPI_MEM_FSM - SPI_MEM_ADDR) / 4},
    {ESP32S3_SPI1_BASE + SPI_MEM_W0, (SPI_MEM_INT_CLR - SPI_MEM_W0) / 4},
    {ESP32S3_SPI0_BASE + SPI_MEM_ADDR, (SPI_MEM_FSM - SPI_MEM_ADDR) / 4},
    {ESP32S3_SPI0_BASE + SPI_MEM_W0, (SPI_MEM_INT_CLR - SPI_MEM_W0) / 4},
    {ESP32S3_EXTMEM_DCACHE_CTRL, (ESP32S3_EXTMEM_CLOCK_GATE - ESP32S3_EXTMEM_DCACHE_CTRL) / 4 + 1},
    {ESP32S3_MMU_BASE, ESP32S3_MMU_ENTRIES},
    {ESP32S3_SYSTEM_PERIP_CLK_EN0, 1},
    {ESP32S3_SYSTEM_PERIP_RST_EN0, 1},
    {ESP32S3_SYSTEM_EXT_ENCRYPT, 1},
    {ESP32S3_IO_MUX_SPIHD, 6},
    {ESP32S3_IO_MUX_GPIO33, 5},
};
enum { RANGES = sizeof watched / sizeof watched[0], MOST_WORDS = 1024 };

static void read_watched(struct bench *b, uint32_t *values)
{
    struct core *core = target_core(b->rig.target, 0);
    for (unsigned i = 0; i < RANGES; i++)
        for (uint32_t n = 0; n < watched[i].count; n++)
            CHECK_OK(core_read_u32(core, watched[i].from + 4 * n, values++));
}

static void check_watched(struct bench *b, const uint32_t *before)
{
    uint32_t after[MOST_WORDS];
    unsigned at = 0;
    read_watched(b, after);
    for (unsigned i = 0; i < RANGES; i++)
        for (uint32_t n = 0; n < watched[i].count; n++, at++) {
            if (before[at] != after[at])
                print_error("0x%08x: 0x%08x before, 0x%08x after\n", watched[i].from + 4 * n, before[at], after[at]);
            assert_int_equal(before[at], after[at]);
        }
}

/* As a program leaves them that is halted just before it starts an operation on the caches. */
static void begin_synchronising(struct bench *b)
{
    struct core *core = target_core(b->rig.target, 0);
    CHECK_OK(core_write_u32(core, ESP32S3_EXTMEM_DCACHE_SYNC_ADDR, 0x3C012340));
    CHECK_OK(core_write_u32(core, ESP32S3_EXTMEM_DCACHE_SYNC_SIZE, 0x80));
    CHECK_OK(core_write_u32(core, ESP32S3_EXTMEM_ICACHE_SYNC_ADDR, 0x42005670));
    CHECK_OK(core_write_u32(core, ESP32S3_EXTMEM_ICACHE_SYNC_SIZE, 0x40));
}

/* --- what is done with it --- */

static void identify_in_dtr(struct bench *b)
{
    struct flash_info info;
    CHECK_OK(flash_identify(b->rig.flash, &info));
    assert_int_equal(info.mode, FLASH_MODE_OPI_DTR);
    assert_int_equal(info.manufacturer << 16 | info.type << 8 | info.capacity, 0xC28039);
    assert_int_equal(info.size, SIZE);
    assert_int_equal(info.notes, 0);
}

static void work_in(struct bench *b, uint32_t offset)
{
    uint8_t back[100], digest[32], expected[32];
    bool is_blank[2];
    struct flash_piece p = {.offset = offset, .bytes = b->image, .len = IMAGE - 77, .name = "spare.bin"};
    const uint8_t *content = board_flash_bytes(b->rig.board);
    CHECK_OK(flash_program(b->rig.flash, &p, 1, ALL, NULL));
    assert_memory_equal(content + offset, b->image, p.len);
    CHECK_OK(flash_verify(b->rig.flash, &p, 1));
    CHECK_OK(flash_read(b->rig.flash, offset + 0x1003, back, sizeof back));
    assert_memory_equal(back, b->image + 0x1003, sizeof back);
    CHECK_OK(flash_sha256(b->rig.flash, offset, 30000, digest));
    hash_sha256(b->image, 30000, expected);
    assert_memory_equal(digest, expected, sizeof digest);
    b->image[0x5001] = (uint8_t)~b->image[0x5001];
    CHECK_ERR(flash_verify(b->rig.flash, &p, 1), ERR_VERIFY);
    CHECK_OK(flash_program(b->rig.flash, &p, 1, ALL, NULL));
    assert_memory_equal(content + offset, b->image, p.len);
    CHECK_OK(flash_erase(b->rig.flash, offset, 0x1000));
    CHECK_OK(flash_blank_check(b->rig.flash, offset, 0x2000, is_blank));
    assert_true(is_blank[0] && content[offset] == 0xFF);
    assert_false(is_blank[1]);
}

/* What has been programmed above 16 MB is not what lies 16 MB below it. */
static void work_above_16m(struct bench *b)
{
    const uint8_t *below = board_flash_bytes(b->rig.board) + SPARE_ABOVE_16M - (16 << 20);
    work_in(b, SPARE_ABOVE_16M);
    for (unsigned i = 0; i < IMAGE; i++)
        assert_int_equal(below[i], 0xFF);
}

static void release_into_dtr(struct bench *b)
{
    CHECK_OK(flash_release(b->rig.flash));
    assert_int_equal(board_flash_mode(b->rig.board), NOR_OPI_DTR);
}

/* --- tests --- */

/* The ROM has reset the flash and found nothing in it; then it goes to OPI DTR. */
static void a_flash_in_opi_dtr(void **state)
{
    struct bench *b = *state;
    uint32_t before[MOST_WORDS];
    CHECK_OK(board_preset_flash(b->rig.board, "opi-dtr@25"));
    board_advance_ns(b->rig.board, 26 * NS_PER_MS);
    CHECK_OK(target_halt(b->rig.target, 100));
    assert_int_equal(board_flash_mode(b->rig.board), NOR_OPI_DTR);
    read_watched(b, before);
    identify_in_dtr(b);
    work_in(b, SPARE);
    work_above_16m(b);
    release_into_dtr(b);
    check_watched(b, before);
    flash_forget(b->rig.flash);
    identify_in_dtr(b); /* as another program would find it */
}

static void a_program_goes_on(void **state)
{
    struct bench *b = *state;
    uint32_t before[MOST_WORDS];
    assert_int_equal(rig_count_in(&b->rig, b->uart, "running from flash offset 0x10000"), 1);
    CHECK_OK(target_halt(b->rig.target, 100));
    assert_int_equal(board_flash_mode(b->rig.board), NOR_OPI_DTR);
    begin_synchronising(b);
    read_watched(b, before);
    identify_in_dtr(b);
    work_in(b, SPARE);
    work_above_16m(b);
    release_into_dtr(b);
    check_watched(b, before);
    size_t beats = rig_count_in(&b->rig, b->uart, "heartbeat");
    uint64_t resets = board_resets(b->rig.board);
    CHECK_OK(target_resume(b->rig.target));
    board_advance_ns(b->rig.board, 1000 * NS_PER_MS);
    assert_true(rig_count_in(&b->rig, b->uart, "heartbeat") >= beats + 5);
    assert_int_equal(board_resets(b->rig.board), resets);
    assert_int_equal(rig_count_in(&b->rig, b->uart, "running from flash offset 0x10000"), 1);
}

/* A page above 16 MB that the program has mapped shows through its cache what was programmed there. */
static void a_mapped_page_above_16m(void **state)
{
    struct bench *b = *state;
    struct core *core = target_core(b->rig.target, 0);
    const uint32_t entry = ESP32S3_MMU_ENTRIES - 1, at = ESP32S3_DBUS + entry * ESP32S3_MMU_PAGE_SIZE;
    struct flash_piece p = {.offset = SPARE_ABOVE_16M, .bytes = b->image, .len = 8 * KIB, .name = "spare.bin"};
    uint32_t shown, expected;
    CHECK_OK(target_halt(b->rig.target, 100));
    CHECK_OK(core_write_u32(core, ESP32S3_MMU_BASE + 4 * entry, SPARE_ABOVE_16M / ESP32S3_MMU_PAGE_SIZE));
    CHECK_OK(core_read_u32(core, at + 8, &shown));
    assert_int_equal(shown, UINT32_MAX);
    CHECK_OK(flash_program(b->rig.flash, &p, 1, ALL, NULL));
    release_into_dtr(b);
    memcpy(&expected, b->image + 8, sizeof expected);
    CHECK_OK(core_read_u32(core, at + 8, &shown));
    assert_int_equal(shown, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_flash_in_opi_dtr, setup, teardown),
        cmocka_unit_test_setup_teardown(a_program_goes_on, setup_app, teardown),
        cmocka_unit_test_setup_teardown(a_mapped_page_above_16m, setup_app, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
