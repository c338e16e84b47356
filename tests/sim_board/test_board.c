/* SPDX-License-Identifier: Apache-2.0 */
/* Boards from their connectors: esp32-wrover, and what is special about esp32c3-n4. */
#include "unit.h"

#include "scan.h"

#include "base/bits.h"
#include "base/bytes.h"
#include "base/file.h"
#include "regs/xtensa.h"
#include "sim/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FLASH_SIZE = 8 * 1024 * 1024 };

struct bench {
    struct log log;
    struct board *board;
    struct scanner scanner;
    struct buf uart;
    char dir[64], flash[96];
};

static void execute(void *ctx, struct batch *b)
{
    struct bench *t = ctx;
    board_execute(t->board, b);
}

static void heard(void *ctx, const uint8_t *bytes, size_t len)
{
    struct bench *t = ctx;
    buf_append(&t->uart, bytes, len);
}

static void open_board(struct bench *t, const struct board_options *options)
{
    struct board_options o = *options;
    enum err e;
    o.uart = heard;
    o.uart_ctx = t;
    t->board = board_new("esp32-wrover", &o, &t->log, &e);
    CHECK_OK(e);
    assert_non_null(t->board);
}

static void close_board(struct bench *t)
{
    board_free(t->board);
    t->board = NULL;
}

static int set_up(void **state)
{
    struct bench *t = calloc(1, sizeof *t);
    assert_non_null(t);
    log_init(&t->log, LOG_SILENT);
    strcpy(t->dir, "/tmp/espocd-board-XXXXXX");
    assert_non_null(mkdtemp(t->dir));
    snprintf(t->flash, sizeof t->flash, "%s/flash.bin", t->dir);
    t->scanner = (struct scanner){.execute = execute, .ctx = t};
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *t = *state;
    close_board(t);
    scan_fini(&t->scanner);
    buf_fini(&t->uart);
    remove(t->flash);
    rmdir(t->dir);
    free(t);
    return 0;
}

/* --- making --- */

static void unknown_boards_are_refused_by_name(void **state)
{
    struct bench *t = *state;
    enum err e;
    assert_null(board_new("esp99-wrover", &(struct board_options){0}, &t->log, &e));
    CHECK_ERR(e, ERR_USAGE);
    assert_non_null(strstr(t->log.why, "esp99-wrover"));
    assert_non_null(strstr(t->log.why, "esp32-wrover"));
}

static void flash_lives_in_its_file(void **state)
{
    struct bench *t = *state;
    open_board(t, &(struct board_options){.flash_path = t->flash});
    assert_int_equal(board_flash_size(t->board), FLASH_SIZE);
    assert_int_equal(board_flash_bytes(t->board)[12345], 0xFF);
    close_board(t);
    struct buf content = {0};
    CHECK_OK(file_read(&t->log, t->flash, &content));
    assert_int_equal(content.len, FLASH_SIZE);
    content.bytes[12345] = 0x42;
    CHECK_OK(file_write(&t->log, t->flash, content.bytes, content.len));
    struct stat written, later;
    assert_int_equal(stat(t->flash, &written), 0);
    open_board(t, &(struct board_options){.flash_path = t->flash});
    assert_int_equal(board_flash_bytes(t->board)[12345], 0x42);
    close_board(t);
    assert_int_equal(stat(t->flash, &later), 0);
    assert_int_equal(later.st_ino, written.st_ino); /* nothing has changed: it is not written again */
    CHECK_OK(file_write(&t->log, t->flash, content.bytes, 4096));
    enum err e;
    assert_null(board_new("esp32-wrover", &(struct board_options){.flash_path = t->flash}, &t->log, &e));
    CHECK_ERR(e, ERR_RANGE);
    assert_non_null(strstr(t->log.why, "4096"));
    assert_non_null(strstr(t->log.why, "8388608"));
    buf_clear(&content);
    CHECK_OK(file_read(&t->log, t->flash, &content));
    assert_int_equal(content.len, 4096); /* refused, and left alone */
    buf_fini(&content);
}

static void boot_roms_have_a_size(void **state)
{
    struct bench *t = *state;
    enum err e;
    uint8_t *big = calloc(1, 500 * 1024);
    assert_non_null(big);
    CHECK_OK(file_write(&t->log, t->flash, big, 500 * 1024));
    free(big);
    assert_null(board_new("esp32-wrover", &(struct board_options){.rom_path = t->flash}, &t->log, &e));
    CHECK_ERR(e, ERR_RANGE);
    assert_null(board_new("esp32-wrover", &(struct board_options){.rom_path = "/nonexistent/rom"}, &t->log, &e));
    CHECK_ERR(e, ERR_NOT_FOUND);
}

/* --- time --- */

static void clocks_waits_and_round_trips_take_time(void **state)
{
    struct bench *t = *state;
    open_board(t, &(struct board_options){.tck_khz = 10000, .latency_us = 125});
    struct batch b = {0};
    batch_clock(&b, 1000, false, false); /* 100 us */
    batch_tms(&b, 0, 10, false);         /* 1 us */
    batch_wait(&b, 5000);
    board_execute(t->board, &b);
    assert_int_equal(board_now_ns(t->board), 100000 + 1000 + 5000 + 125000);
    assert_int_equal(board_tcks(t->board), 1010);
    board_set_tck_khz(t->board, 0);
    board_tck(t->board, false, false);
    assert_int_equal(board_now_ns(t->board), 231100);
    board_set_tck_khz(t->board, 20000);
    board_tck(t->board, false, false);
    assert_int_equal(board_now_ns(t->board), 231150);
    board_advance_ns(t->board, 850);
    assert_int_equal(board_now_ns(t->board), 232000);
    batch_fini(&b);
}

/* --- wires --- */

static void the_chain_has_two_taps(void **state)
{
    struct bench *t = *state;
    open_board(t, &(struct board_options){0});
    scan_reset(&t->scanner);
    assert_int_equal(scan_dr(&t->scanner, 0, 64), (uint64_t)SCAN_IDCODE << 32 | SCAN_IDCODE);
    scan_ir(&t->scanner, 0x3FF, 10);
    assert_int_equal(scan_dr(&t->scanner, 0x15, 8), 0x15 << 2);
    for (unsigned core = 0; core < 2; core++) {
        scan_wake(&t->scanner, core);
        assert_int_equal(scan_read(&t->scanner, core, NAR_OCDID), 0x0733BFF2);
    }
}

/* A batch of everything, executed as a whole and bit by bit, gives the same bits. */
static void compare_with_single_clocks(struct bench *t, const char *name)
{
    enum err e;
    t->board = board_new(name, &(struct board_options){0}, &t->log, &e);
    struct board *single = board_new(name, &(struct board_options){0}, &t->log, &e);
    assert_non_null(t->board);
    assert_non_null(single);
    uint32_t seed = 99;
    struct batch b = {0};
    for (unsigned round = 0; round < 60; round++) {
        uint8_t out[16];
        for (unsigned i = 0; i < sizeof out; i++)
            out[i] = (uint8_t)((seed = seed * 1664525U + 1013904223U) >> 24);
        batch_clear(&b);
        batch_tms(&b, 0x1F, 7 + round % 3, true);
        batch_tms(&b, round & 1 ? 1 : 3, round & 1 ? 3 : 4, true);
        size_t first = batch_shift(&b, out, 1 + seed % 128, true, seed >> 9 & 1);
        batch_clock(&b, seed >> 10 & 7, seed >> 20 & 1, seed >> 21 & 1);
        size_t second = batch_shift(&b, out, 1 + (seed >> 3) % 100, true, false);
        board_execute(t->board, &b);
        for (size_t i = 0; i < b.count; i++) {
            const struct batch_item *item = &b.items[i];
            for (size_t bit = 0; bit < item->bits; bit++) {
                bool tms = item->tms, tdi = item->tdi;
                if (item->kind == BATCH_TMS)
                    tms = bits_get(b.out, item->out_at + bit);
                if (item->kind == BATCH_SHIFT) {
                    tms = item->leave && bit == item->bits - 1;
                    tdi = bits_get(b.out, item->out_at + bit);
                }
                bool tdo = board_tck(single, tms, tdi);
                if (item->capture)
                    assert_int_equal(tdo, bits_get(b.in, item->in_at + bit));
            }
        }
        assert_int_equal(board_tdo(t->board), board_tdo(single));
        assert_true(second >= first);
    }
    assert_int_equal(board_tcks(t->board), board_tcks(single));
    board_advance_ns(t->board, 0); /* both chips have come as far as their boards */
    board_advance_ns(single, 0);
    assert_int_equal(board_core_instructions(t->board, 0), board_core_instructions(single, 0));
    batch_fini(&b);
    board_free(single);
    close_board(t);
}

static void batches_are_the_same_as_single_clocks(void **state)
{
    struct bench *t = *state;
    compare_with_single_clocks(t, "esp32-wrover");
    compare_with_single_clocks(t, "esp32c3-n4");
}

/* The ESP32 has no USB. */
static void a_host_resets_over_usb(void **state)
{
    enum { USB_UART = 0x15, USB_JTAG = 0x16 };
    struct bench *t = *state;
    enum err e;
    open_board(t, &(struct board_options){0});
    assert_false(board_usb_reset(t->board, true));
    close_board(t);
    t->board = board_new("esp32c3-n4", &(struct board_options){0}, &t->log, &e);
    assert_non_null(t->board);
    board_advance_ns(t->board, 1000000);
    assert_true(board_usb_reset(t->board, false));
    assert_int_equal(board_reset_cause(t->board, 0), USB_UART);
    assert_true(board_usb_reset(t->board, true));
    assert_int_equal(board_reset_cause(t->board, 0), USB_JTAG);
    assert_int_equal(board_resets(t->board), 2);
    board_set_reset(t->board, false, true);
    assert_false(board_usb_reset(t->board, true));
}

static void cores_halt_and_memory_answers(void **state)
{
    struct bench *t = *state;
    open_board(t, &(struct board_options){0});
    scan_reset(&t->scanner);
    scan_wake(&t->scanner, 0);
    assert_true(scan_halt(&t->scanner, 0));
    scan_write_word(&t->scanner, 0, 0x3FFB0000, 0xCAFEF00D);
    scan_write_word(&t->scanner, 0, 0x3FFB0004, 0x12345678);
    assert_int_equal(scan_read_word(&t->scanner, 0, 0x3FFB0000), 0xCAFEF00D);
    scan_write_word(&t->scanner, 0, 0x3FFE0000, 0x0BADCAFE); /* SRAM1: the other alias is reversed */
    assert_int_equal(scan_read_word(&t->scanner, 0, 0x400BFFFC), 0x0BADCAFE);
    scan_read_word(&t->scanner, 0, 0x20000000); /* nothing there */
    assert_true(scan_read(&t->scanner, 0, NAR_DSR) & DSR_EXEC_EXCEPTION);
    assert_int_equal(scan_read_word(&t->scanner, 0, 0x3FFB0004), 0x12345678);
}

static void reset_lines_reset(void **state)
{
    struct bench *t = *state;
    open_board(t, &(struct board_options){0});
    scan_reset(&t->scanner);
    scan_ir(&t->scanner, 0x3FF, 10);
    board_set_reset(t->board, true, false);
    board_set_reset(t->board, false, false);
    scan_reset(&t->scanner);
    assert_int_equal(scan_dr(&t->scanner, 0, 32), SCAN_IDCODE);
    scan_wake(&t->scanner, 0);
    scan_pwrstat(&t->scanner, 0, 0x50);
    assert_int_equal(scan_pwrstat(&t->scanner, 0, 0x50) & 0x50, 0);
    board_set_reset(t->board, false, true);
    assert_int_equal(scan_dr(&t->scanner, 0, 32), 0xFFFFFFFF); /* no power, no answer */
    board_advance_ns(t->board, 1000000);
    board_set_reset(t->board, false, false);
    board_advance_ns(t->board, 10000);
    scan_reset(&t->scanner);
    assert_int_equal(scan_dr(&t->scanner, 0, 32), SCAN_IDCODE);
    assert_int_equal(scan_pwrstat(&t->scanner, 0, 0x50) & 0x50, 0x50);
    assert_int_equal(board_reset_cause(t->board, 0), 1); /* power-on */
}

static void a_blank_board_says_so_and_bites(void **state)
{
    struct bench *t = *state;
    open_board(t, &(struct board_options){0});
    board_advance_ns(t->board, 1500000000);
    const char *said = buf_str(&t->uart);
    assert_non_null(strstr(said, "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)"));
    assert_non_null(strstr(said, "invalid header: 0xffffffff"));
    assert_true(board_resets(t->board) >= 2); /* its watchdogs */
    assert_true(board_core_instructions(t->board, 0) > 1000);
    uint64_t resets = board_resets(t->board);
    buf_clear(&t->uart);
    board_power_cycle(t->board);
    board_advance_ns(t->board, 50000000);
    assert_non_null(strstr(buf_str(&t->uart), "POWERON_RESET"));
    assert_true(board_resets(t->board) <= resets);
}

/* Whatever is written to whichever register, and executed, the board goes on, and a power cycle heals it. */
static void random_accesses_break_nothing(void **state)
{
    struct bench *t = *state;
    open_board(t, &(struct board_options){0});
    scan_reset(&t->scanner);
    uint32_t seed = 0xC0FFEE;
    for (unsigned i = 0; i < 6000; i++) {
        unsigned core = i & 1;
        if (i % 64 < 2) {
            scan_wake(&t->scanner, core);
            scan_write(&t->scanner, core, NAR_DCRSET, DCR_ENABLE_OCD | DCR_DEBUG_INTERRUPT);
        }
        seed = seed * 1664525U + 1013904223U;
        uint32_t value = seed ^ seed >> 15;
        unsigned nar = seed >> 20 & 0x7F;
        if (i % 3 == 0)
            nar = NAR_DIR0EXEC; /* any instruction */
        if (i % 1000 == 999)
            scan_pwrctl(&t->scanner, core, (uint8_t)value);
        else if (seed & 0x100)
            scan_write(&t->scanner, core, nar, value);
        else
            scan_read(&t->scanner, core, nar);
    }
    scan_reset(&t->scanner);
    assert_int_equal(scan_dr(&t->scanner, 0, 64), (uint64_t)SCAN_IDCODE << 32 | SCAN_IDCODE);
    board_power_cycle(t->board);
    scan_reset(&t->scanner);
    scan_wake(&t->scanner, 0);
    assert_true(scan_halt(&t->scanner, 0));
    scan_write_word(&t->scanner, 0, 0x3FFB0000, 0xCAFEF00D);
    assert_int_equal(scan_read_word(&t->scanner, 0, 0x3FFB0000), 0xCAFEF00D);
}

/* --- faults --- */

static void stuck_lines_are_seen(void **state)
{
    struct bench *t = *state;
    open_board(t, &(struct board_options){0});
    scan_reset(&t->scanner);
    board_set_fault(t->board, BOARD_FAULT_TDO_HIGH, 0);
    assert_int_equal(scan_dr(&t->scanner, 0, 32), 0xFFFFFFFF);
    board_set_fault(t->board, BOARD_FAULT_TDO_LOW, 0);
    assert_int_equal(scan_dr(&t->scanner, 0, 32), 0);
    board_set_fault(t->board, BOARD_FAULT_TDO_NOISE, 0);
    uint64_t noise = scan_dr(&t->scanner, 0, 64);
    assert_true(noise && noise != UINT64_MAX);
    assert_true(scan_dr(&t->scanner, 0, 64) != noise);
    board_set_fault(t->board, BOARD_FAULT_NONE, 0);
    assert_int_equal(scan_dr(&t->scanner, 0, 32), SCAN_IDCODE);
    board_set_fault(t->board, BOARD_FAULT_HELD_RESET, 0);
    assert_int_equal(scan_dr(&t->scanner, 0, 32), 0xFFFFFFFF);
    board_set_fault(t->board, BOARD_FAULT_NONE, 0);
    scan_reset(&t->scanner);
    assert_int_equal(scan_dr(&t->scanner, 0, 32), SCAN_IDCODE);
}

static void faults_come_when_they_are_due(void **state)
{
    struct bench *t = *state;
    open_board(t, &(struct board_options){0});
    scan_reset(&t->scanner);
    board_set_fault(t->board, BOARD_FAULT_TDO_LOW, 3 + 16);
    assert_int_equal(scan_dr(&t->scanner, 0, 32), SCAN_IDCODE & 0xFFFF);
    board_set_fault(t->board, BOARD_FAULT_NONE, 0);
    board_set_fault(t->board, BOARD_FAULT_UNPLUGGED, 1000);
    uint64_t before = board_tcks(t->board);
    struct batch b = {0};
    batch_clock(&b, 999, false, false);
    board_execute(t->board, &b);
    assert_false(board_is_unplugged(t->board));
    board_execute(t->board, &b);
    assert_true(board_is_unplugged(t->board));
    board_execute(t->board, &b);
    assert_true(board_tcks(t->board) < before + 2 * 999 + 1);
    batch_fini(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unknown_boards_are_refused_by_name),     TEST(flash_lives_in_its_file),       TEST(boot_roms_have_a_size),
        TEST(clocks_waits_and_round_trips_take_time), TEST(the_chain_has_two_taps),        TEST(a_host_resets_over_usb),
        TEST(batches_are_the_same_as_single_clocks),  TEST(cores_halt_and_memory_answers), TEST(reset_lines_reset),
        TEST(a_blank_board_says_so_and_bites),        TEST(random_accesses_break_nothing), TEST(stuck_lines_are_seen),
        TEST(faults_come_when_they_are_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
