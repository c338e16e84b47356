/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flash of a chip whose memory nothing may write any more, until the next reset: it is read through the controller's
 * registers. A write to RAM that somebody tries all the same is dropped, and latched by the core's monitor.
 */
#include "base/hash.h"
#include "regs/esp32c3.h"
#include "regs/esp32s3.h"
#include "regs/esp32s3_mem.h"
#include "regs/spi_mem.h"
#include "rig.h"
#include "tests/unit.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALL = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY,
    IMAGE = 96 << 10,
    PLACE = 0x10000,
    BOOTED_MS = 26,    /* the boot ROM has found nothing to start */
    ROUND_NS = 125000, /* a way to the chip and back */
    WORDS_NS = 40000,  /* what a transfer brings, at 20 MHz */
    MOST_LOCKS = 6,
    MOST_MONITORS = 5,
    MOST_RANGES = 10,
    MOST_WORDS = 256,
};
#define NS_PER_MS 1000000ULL

struct locked_chip;
struct bench {
    struct rig rig;
    const struct locked_chip *chip;
    uint8_t image[IMAGE];
};

/* A chip, how its memory is locked, what latches a dropped write, and registers that must be as they were. */
struct range {
    uint32_t from, count;
};
struct locked_chip {
    const char *name, *board;
    struct {
        uint32_t addr, value;
    } locks[MOST_LOCKS];
    uint32_t monitors[MOST_MONITORS]; /* each list ended by 0 */
    struct range watched[MOST_RANGES];
};

static const struct locked_chip esp32s3 = {
    .name = "esp32s3",
    .board = "esp32s3-n8",
    .locks = {{ESP32S3_SENS_IRAM0_PMS_1, 0x16DB6D}, /* of each area read and fetch */
              {ESP32S3_SENS_IRAM0_PMS_2, 0x16DB6D},
              {ESP32S3_SENS_DRAM0_PMS_1, 0x1055055},
              {ESP32S3_SENS_IRAM0_PMS_0, ESP32S3_SENS_LOCK},
              {ESP32S3_SENS_DRAM0_PMS_0, ESP32S3_SENS_LOCK}},
    .monitors = {ESP32S3_SENS_C0_IRAM0_MONITOR_2, ESP32S3_SENS_C1_IRAM0_MONITOR_2, ESP32S3_SENS_C0_DRAM0_MONITOR_2,
                 ESP32S3_SENS_C1_DRAM0_MONITOR_2},
    .watched = {{ESP32S3_SPI1_BASE + SPI_MEM_ADDR, (SPI_MEM_FSM - SPI_MEM_ADDR) / 4},
                {ESP32S3_SPI1_BASE + SPI_MEM_W0, (SPI_MEM_INT_CLR - SPI_MEM_W0) / 4},
                {ESP32S3_SPI0_BASE + SPI_MEM_ADDR, (SPI_MEM_FSM - SPI_MEM_ADDR) / 4},
                {ESP32S3_EXTMEM_DCACHE_CTRL, (ESP32S3_EXTMEM_CLOCK_GATE - ESP32S3_EXTMEM_DCACHE_CTRL) / 4 + 1},
                {ESP32S3_SYSTEM_PERIP_CLK_EN0, 1},
                {ESP32S3_SYSTEM_PERIP_RST_EN0, 1},
                {ESP32S3_SYSTEM_EXT_ENCRYPT, 1},
                {ESP32S3_IO_MUX_SPIHD, 6},
                {ESP32S3_IO_MUX_GPIO33, 5}},
};
static const struct locked_chip esp32c3 = {
    .name = "esp32c3",
    .board = "esp32c3-n4",
    .locks = {{ESP32C3_SENS_IRAM0_PMS_1, 0x1C5B6D},
              {ESP32C3_SENS_IRAM0_PMS_2, 0x1C5B6D},
              {ESP32C3_SENS_DRAM0_PMS_1, 0xF055055},
              {ESP32C3_SENS_IRAM0_PMS_0, ESP32C3_SENS_LOCK},
              {ESP32C3_SENS_DRAM0_PMS_0, ESP32C3_SENS_LOCK}},
    .monitors = {ESP32C3_SENS_IRAM0_MONITOR_2, ESP32C3_SENS_DRAM0_MONITOR_2},
    .watched = {{ESP32C3_SPI1_BASE + SPI_MEM_ADDR, (SPI_MEM_FSM - SPI_MEM_ADDR) / 4},
                {ESP32C3_SPI1_BASE + SPI_MEM_W0, (SPI_MEM_C3_INT_CLR - SPI_MEM_W0) / 4},
                {ESP32C3_SPI1_BASE + SPI_MEM_C3_CLOCK_GATE, 2},
                {ESP32C3_SPI0_BASE + SPI_MEM_ADDR, (SPI_MEM_FSM - SPI_MEM_ADDR) / 4},
                {ESP32C3_EXTMEM_ICACHE_CTRL, 13},
                {ESP32C3_SYSTEM_PERIP_CLK_EN0, 1},
                {ESP32C3_SYSTEM_PERIP_RST_EN0, 1},
                {ESP32C3_SYSTEM_EXT_ENCRYPT, 1},
                {ESP32C3_IO_MUX_SPIHD, 6}},
};

static void open_board(struct bench *b, const char *board, const char *part, const char *khz)
{
    const char *const options[] = {"board", board, "speed", khz, part ? "flash-part" : NULL, part, NULL};
    CHECK_OK(rig_open_chip(&b->rig, b->chip->name, options, 0));
}

/* Programs the image before anything is locked. */
static void prepare(struct bench *b, const char *board, const char *part, const char *khz)
{
    open_board(b, board, part, khz);
    const struct flash_piece piece = {.offset = PLACE, .bytes = b->image, .len = IMAGE, .name = "image"};
    CHECK_OK(target_reset(b->rig.target, RESET_HALT));
    CHECK_OK(flash_program(b->rig.flash, &piece, 1, ALL, NULL));
    CHECK_OK(flash_release(b->rig.flash));
    flash_forget(b->rig.flash);
    CHECK_OK(target_reset(b->rig.target, RESET_RUN));
    board_advance_ns(b->rig.board, BOOTED_MS * NS_PER_MS);
    CHECK_OK(target_halt(b->rig.target, 100));
}

static void write_reg(struct bench *b, uint32_t addr, uint32_t value)
{
    CHECK_OK(core_write_u32(target_core(b->rig.target, 0), addr, value));
}

static uint32_t read_reg(struct bench *b, uint32_t addr)
{
    uint32_t value;
    CHECK_OK(core_read_u32(target_core(b->rig.target, 0), addr, &value));
    return value;
}

static void lock_memory(struct bench *b)
{
    for (unsigned i = 0; i < MOST_LOCKS && b->chip->locks[i].addr; i++)
        write_reg(b, b->chip->locks[i].addr, b->chip->locks[i].value);
}

static void check_no_violation(struct bench *b)
{
    for (unsigned i = 0; i < MOST_MONITORS && b->chip->monitors[i]; i++)
        assert_int_equal(read_reg(b, b->chip->monitors[i]), 0);
}

static unsigned read_watched(struct bench *b, uint32_t *values)
{
    unsigned n = 0;
    for (const struct range *r = b->chip->watched; r->count; r++)
        for (uint32_t at = 0; at < r->count; at++)
            values[n++] = read_reg(b, r->from + 4 * at);
    assert_true(n <= MOST_WORDS);
    return n;
}

/* --- what is read --- */

static void check_reads(struct bench *b)
{
    static const struct {
        uint32_t offset, len;
    } ranges[] = {{PLACE, 64},
                  {PLACE + 3, 1},
                  {PLACE + 0x1003, 777},
                  {PLACE, IMAGE},
                  {PLACE - 100, 5000},
                  {PLACE + IMAGE - 64, 200},
                  {PLACE + 4, 16384 + 60}};
    static uint8_t back[IMAGE + 0x1000];
    const uint8_t *content = board_flash_bytes(b->rig.board);
    for (unsigned i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        CHECK_OK(flash_read(b->rig.flash, ranges[i].offset, back, ranges[i].len));
        assert_memory_equal(back, content + ranges[i].offset, ranges[i].len);
    }
}

static void check_gathers(struct bench *b)
{
    static const struct {
        uint32_t offset, stride;
        size_t each, count;
    } sets[] = {{PLACE, 0x1000, 32, 24}, {PLACE + 8, 64, 64, 300}, {PLACE, 0x400, 256, 70}, {PLACE, 0x8000, 4, 3}};
    static uint8_t back[32 << 10];
    const uint8_t *content = board_flash_bytes(b->rig.board);
    struct reader reader = flash_reader(b->rig.flash);
    for (unsigned i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        CHECK_OK(reader.gather(reader.ctx, sets[i].offset, sets[i].stride, sets[i].each, sets[i].count, back));
        for (size_t n = 0; n < sets[i].count; n++)
            assert_memory_equal(back + n * sets[i].each, content + sets[i].offset + n * sets[i].stride, sets[i].each);
    }
}

static void check_hashes(struct bench *b)
{
    uint8_t digest[32], expected[32];
    bool is_blank[3];
    CHECK_OK(flash_sha256(b->rig.flash, PLACE + 4, 30000, digest));
    hash_sha256(b->image + 4, 30000, expected);
    assert_memory_equal(digest, expected, sizeof digest);
    CHECK_OK(flash_blank_check(b->rig.flash, PLACE + IMAGE - 0x1000, sizeof is_blank * 0x1000, is_blank));
    assert_true(!is_blank[0] && is_blank[1] && is_blank[2]);
    struct flash_piece piece = {.offset = PLACE + 100, .bytes = b->image + 100, .len = 20001, .name = "piece"};
    CHECK_OK(flash_verify(b->rig.flash, &piece, 1));
    b->image[20000] ^= 1;
    CHECK_ERR(flash_verify(b->rig.flash, &piece, 1), ERR_VERIFY);
    b->image[20000] ^= 1;
}

/* --- tests --- */

static const struct found {
    const struct locked_chip *chip;
    const char *board, *part, *state;
    enum flash_mode mode;
    unsigned notes;
} founds[] = {
    {&esp32s3, "esp32s3-n8", NULL, NULL, FLASH_MODE_SPI, 0},
    {&esp32s3, "esp32s3-n8", "W25Q64FV", "qpi", FLASH_MODE_QPI, 0},
    {&esp32s3, "esp32s3-n8", NULL, "deep-power-down", FLASH_MODE_SPI, FLASH_WAS_ASLEEP},
    {&esp32s3, "esp32s3-n8", NULL, "continuous-read", FLASH_MODE_SPI, FLASH_WAS_CONTINUOUS},
    {&esp32s3, "esp32s3-n32r16v", NULL, NULL, FLASH_MODE_SPI, 0},
    {&esp32s3, "esp32s3-n32r16v", NULL, "opi-dtr", FLASH_MODE_OPI_DTR, 0},
    {&esp32s3, "esp32s3-n32r16v", NULL, "opi-str", FLASH_MODE_OPI_STR, 0},
    {&esp32c3, "esp32c3-n4", NULL, NULL, FLASH_MODE_SPI, 0},
    {&esp32c3, "esp32c3-n4", "W25Q64FV", "qpi", FLASH_MODE_QPI, 0},
    {&esp32c3, "esp32c3-n4", NULL, "continuous-read", FLASH_MODE_SPI, FLASH_WAS_CONTINUOUS},
};

/* Found, read, and left as it was found; once more as another program would find it. */
static void read_in(struct bench *b, const struct found *f)
{
    uint32_t before[MOST_WORDS], after[MOST_WORDS];
    struct flash_info info;
    b->chip = f->chip;
    prepare(b, f->board, f->part, "20000");
    if (f->state)
        CHECK_OK(board_preset_flash(b->rig.board, f->state));
    lock_memory(b);
    const enum nor_mode mode = board_flash_mode(b->rig.board);
    const unsigned count = read_watched(b, before);
    for (unsigned round = 0; round < 2; round++) {
        CHECK_OK(flash_identify(b->rig.flash, &info));
        assert_int_equal(info.mode, f->mode);
        assert_int_equal(info.notes, f->notes);
        check_reads(b);
        check_gathers(b);
        check_hashes(b);
        CHECK_OK(flash_release(b->rig.flash));
        flash_forget(b->rig.flash);
        assert_int_equal(board_flash_mode(b->rig.board), mode);
        read_watched(b, after);
        for (unsigned i = 0; i < count; i++)
            assert_int_equal(before[i], after[i]);
        check_no_violation(b);
    }
    rig_close(&b->rig);
}

static void flashes_are_read_in_any_state(void **state)
{
    for (size_t i = 0; i < sizeof founds / sizeof founds[0]; i++) {
        print_message("%s: %s\n", founds[i].board, founds[i].state ? founds[i].state : "plain");
        read_in(*state, &founds[i]);
    }
}

/* Nothing is begun; after a reset the same is done. */
static void a_change_is_refused(void **state)
{
    struct bench *b = *state;
    prepare(b, b->chip->board, NULL, "20000");
    lock_memory(b);
    const uint8_t *content = board_flash_bytes(b->rig.board);
    struct flash_piece piece = {.offset = PLACE, .bytes = b->image + 1, .len = 5000, .name = "other"};
    CHECK_ERR(flash_erase(b->rig.flash, PLACE, 0x1000), ERR_STATE);
    assert_non_null(strstr(b->rig.log.why, "'reset halt'"));
    CHECK_ERR(flash_program(b->rig.flash, &piece, 1, ALL, NULL), ERR_STATE);
    piece.is_encrypted = true;
    CHECK_ERR(flash_verify(b->rig.flash, &piece, 1), ERR_STATE);
    assert_memory_equal(content + PLACE, b->image, IMAGE);
    check_reads(b);
    check_no_violation(b);
    CHECK_OK(flash_release(b->rig.flash));
    flash_forget(b->rig.flash);
    CHECK_OK(target_reset(b->rig.target, RESET_HALT));
    piece.is_encrypted = false;
    CHECK_OK(flash_program(b->rig.flash, &piece, 1, ALL, NULL));
    assert_memory_equal(content + PLACE, piece.bytes, piece.len);
    rig_close(&b->rig);
}

/* Between a slow adapter and a fast flash nothing is lost, nor the other way round. */
static void any_speed_will_do(void **state)
{
    static const char *const speeds[] = {"500", "5000", "40000"};
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        struct bench *b = *state;
        prepare(b, b->chip->board, NULL, speeds[i]);
        lock_memory(b);
        check_reads(b);
        check_gathers(b);
        check_no_violation(b);
        rig_close(&b->rig);
    }
}

/* Not one way to the chip and back for each transfer. */
static void much_is_read_at_once(void **state)
{
    struct bench *b = *state;
    static uint8_t back[64 << 10];
    prepare(b, b->chip->board, NULL, "20000");
    lock_memory(b);
    CHECK_OK(flash_hold(b->rig.flash));
    uint64_t begun = board_now_ns(b->rig.board);
    CHECK_OK(flash_read(b->rig.flash, PLACE, back, sizeof back));
    uint64_t took = board_now_ns(b->rig.board) - begun;
    CHECK_OK(flash_let_go(b->rig.flash, ERR_OK));
    print_message("64 KB in %llu ms\n", (unsigned long long)(took / NS_PER_MS));
    assert_true(took < sizeof back / 64 * (uint64_t)(ROUND_NS + WORDS_NS));
    rig_close(&b->rig);
}

/* An erase of the agent's that did not end is found again. */
static void a_flash_that_stays_busy(void **state)
{
    struct bench *b = *state;
    uint32_t before[MOST_WORDS], after[MOST_WORDS];
    struct flash_info info;
    prepare(b, b->chip->board, NULL, "20000");
    board_set_fault(b->rig.board, BOARD_FAULT_FLASH_BUSY, 0);
    CHECK_ERR(flash_erase(b->rig.flash, PLACE + IMAGE, 0x1000), ERR_FLASH);
    CHECK_OK(flash_release(b->rig.flash));
    flash_forget(b->rig.flash);
    lock_memory(b);
    const unsigned count = read_watched(b, before);
    CHECK_ERR(flash_identify(b->rig.flash, &info), ERR_FLASH);
    assert_non_null(strstr(b->rig.log.why, "stays busy for more than"));
    CHECK_OK(flash_release(b->rig.flash));
    read_watched(b, after);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(before[i], after[i]);
    board_set_fault(b->rig.board, BOARD_FAULT_NONE, 0);
    check_reads(b);
    rig_close(&b->rig);
}

static void interrupt_soon(void *ctx, enum flash_phase phase, uint64_t done, uint64_t total)
{
    (void)phase, (void)total;
    if (done)
        atomic_store((atomic_bool *)ctx, true);
}

/* The user stops it; the chip is put back all the same. */
static void a_read_that_is_interrupted(void **state)
{
    struct bench *b = *state;
    uint32_t before[MOST_WORDS], after[MOST_WORDS];
    atomic_bool interrupted = false;
    bool is_blank[1024];
    prepare(b, b->chip->board, NULL, "20000");
    lock_memory(b);
    const unsigned count = read_watched(b, before);
    uint64_t begun = board_now_ns(b->rig.board);
    b->rig.adapter->clock.interrupted = &interrupted;
    flash_on_progress(b->rig.flash, interrupt_soon, &interrupted);
    CHECK_ERR(flash_blank_check(b->rig.flash, 0, sizeof is_blank / sizeof is_blank[0] * 0x1000, is_blank),
              ERR_INTERRUPTED);
    assert_true(board_now_ns(b->rig.board) - begun < 2000 * NS_PER_MS); /* all of it takes much longer */
    flash_on_progress(b->rig.flash, NULL, NULL);
    atomic_store(&interrupted, false);
    CHECK_OK(flash_release(b->rig.flash));
    b->rig.adapter->clock.interrupted = NULL;
    read_watched(b, after);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(before[i], after[i]);
    check_reads(b);
    rig_close(&b->rig);
}

static void an_adapter_that_is_unplugged(void **state)
{
    struct bench *b = *state;
    uint8_t back[8192];
    prepare(b, b->chip->board, NULL, "20000");
    lock_memory(b);
    check_reads(b);
    board_set_fault(b->rig.board, BOARD_FAULT_UNPLUGGED, 50000);
    CHECK_ERR(flash_read(b->rig.flash, PLACE, back, sizeof back), ERR_DISCONNECTED);
    rig_close(&b->rig);
}

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return -1;
    rig_fill(b->image, sizeof b->image, 1848);
    b->chip = *state;
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

#define OF(chip, test)                                                                                                 \
    {                                                                                                                  \
#test ", " #chip, test, setup, teardown, (void *)(uintptr_t) & (chip)                                          \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        OF(esp32s3, flashes_are_read_in_any_state), /* of all chips */
        OF(esp32s3, a_change_is_refused),           OF(esp32s3, any_speed_will_do),
        OF(esp32s3, much_is_read_at_once),          OF(esp32s3, a_flash_that_stays_busy),
        OF(esp32s3, a_read_that_is_interrupted),    OF(esp32s3, an_adapter_that_is_unplugged),
        OF(esp32c3, a_change_is_refused),           OF(esp32c3, any_speed_will_do),
        OF(esp32c3, much_is_read_at_once),          OF(esp32c3, a_read_that_is_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
