/* SPDX-License-Identifier: Apache-2.0 */
/* The flash of a virtual ESP32, by the agent on its cores, from the wire up. */
#include "base/file.h"
#include "base/hash.h"
#include "regs/esp32.h"
#include "regs/esp32c3.h"
#include "regs/esp32s3.h"
#include "regs/spi_mem.h"
#include "regs/spi_nor.h"
#include "rig.h"
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALL = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY, KIB = 1024, IMAGE = 128 * KIB };
#define NS_PER_MS 1000000ULL

struct bench {
    struct rig rig;
    uint8_t image[IMAGE];
    char uart[64];
};

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    *state = b;
    rig_fill(b->image, sizeof b->image, 4711);
    snprintf(b->uart, sizeof b->uart, "/tmp/flash-uart-%ld", (long)getpid());
    const char *const options[] = {"uart", b->uart, NULL};
    CHECK_OK(rig_open(&b->rig, options, 0));
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    rig_close(&b->rig);
    unlink(b->uart);
    free(b);
    return 0;
}

static enum err program(struct bench *b, uint32_t offset, size_t len, struct flash_job_result *r)
{
    struct flash_piece p = {.offset = offset, .bytes = b->image, .len = len, .name = "app.bin"};
    return flash_program(b->rig.flash, &p, 1, ALL, r);
}

static void check_bytes(struct bench *b, uint32_t offset, const uint8_t *bytes, size_t len)
{
    assert_memory_equal(board_flash_bytes(b->rig.board) + offset, bytes, len);
}

/* The board has been looping through watchdog resets for a second: nothing is in its flash. */
static void a_blank_chip_that_its_watchdogs_reset(void **state)
{
    struct bench *b = *state;
    struct flash_info info;
    struct flash_job_result r;
    board_advance_ns(b->rig.board, 1000 * NS_PER_MS);
    assert_true(board_resets(b->rig.board) > 1);
    CHECK_OK(flash_identify(b->rig.flash, &info));
    assert_int_equal(info.manufacturer << 16 | info.type << 8 | info.capacity, 0xEF4017);
    assert_int_equal(info.size, 8 << 20);
    assert_string_equal(info.size_source, "JEDEC id and SFDP");
    uint64_t resets = board_resets(b->rig.board);
    CHECK_OK(program(b, 0x1000, 100 * KIB + 77, &r));
    check_bytes(b, 0x1000, b->image, 100 * KIB + 77);
    assert_int_equal(board_flash_bytes(b->rig.board)[0x1000 + 100 * KIB + 77], 0xFF);
    assert_int_equal(r.sectors_erased, 0);
    board_advance_ns(b->rig.board, 2000 * NS_PER_MS);
    assert_int_equal(board_resets(b->rig.board), resets);
}

static void only_what_differs_is_erased(void **state)
{
    struct bench *b = *state;
    struct flash_job_result r;
    CHECK_OK(program(b, 0x10000, 64 * KIB, NULL));
    uint64_t programs = board_flash_commands(b->rig.board, NOR_PAGE_PROGRAM);
    b->image[0x4321] = (uint8_t)~b->image[0x4321];
    CHECK_OK(program(b, 0x10000, 64 * KIB, &r));
    check_bytes(b, 0x10000, b->image, 64 * KIB);
    for (uint32_t sector = 0; sector < 0x20; sector++)
        assert_int_equal(board_flash_erases(b->rig.board, sector), sector == 0x14);
    assert_int_equal(board_flash_commands(b->rig.board, NOR_PAGE_PROGRAM) - programs, 64);
    assert_int_equal(r.sectors_same, 15);
}

static void blocks_and_partial_sectors(void **state)
{
    struct bench *b = *state;
    struct flash_job_result r;
    CHECK_OK(program(b, 0, 128 * KIB, NULL));
    uint8_t *before = malloc(IMAGE);
    memcpy(before, b->image, IMAGE);
    for (size_t i = 0; i < IMAGE; i++)
        b->image[i] = (uint8_t)(before[i] ^ 0x5A);
    CHECK_OK(program(b, 0x8010, 0x18800, &r));
    check_bytes(b, 0, before, 0x8010);
    check_bytes(b, 0x8010, b->image, 0x18800);
    check_bytes(b, 0x20810 - 0x10, b->image + 0x18800 - 0x10, 0x10);
    assert_int_equal(board_flash_commands(b->rig.board, NOR_ERASE_BLOCK64), 1);
    assert_int_equal(board_flash_erases(b->rig.board, 0), 0);
    free(before);
}

static void reads_hashes_erases(void **state)
{
    struct bench *b = *state;
    uint8_t digest[32], expected[32], *back = malloc(IMAGE);
    bool blank[2];
    CHECK_OK(program(b, 0x40000, IMAGE, NULL));
    CHECK_OK(flash_read(b->rig.flash, 0x40001, back, IMAGE - 3));
    assert_memory_equal(back, b->image + 1, IMAGE - 3);
    CHECK_OK(flash_sha256(b->rig.flash, 0x40000, 30000, digest));
    hash_sha256(b->image, 30000, expected);
    assert_memory_equal(digest, expected, 32);
    CHECK_OK(flash_erase(b->rig.flash, 0x41000, 0x1000));
    CHECK_OK(flash_blank_check(b->rig.flash, 0x40000, 0x2000, blank));
    assert_false(blank[0]);
    assert_true(blank[1]);
    CHECK_ERR(flash_erase(b->rig.flash, (8 << 20) - 0x1000, 0x2000), ERR_RANGE);
    free(back);
}

/* Registers that the agent changes, as the target sees them before and after. */
static void the_chip_is_left_as_it_was(void **state)
{
    struct bench *b = *state;
    static const uint32_t watched[] = {
        ESP32_SPI1_BASE + ESP32_SPI_CTRL,
        ESP32_SPI1_BASE + ESP32_SPI_CTRL2,
        ESP32_SPI1_BASE + ESP32_SPI_CLOCK,
        ESP32_SPI1_BASE + ESP32_SPI_USER,
        ESP32_SPI1_BASE + ESP32_SPI_USER1,
        ESP32_SPI1_BASE + ESP32_SPI_USER2,
        ESP32_SPI1_BASE + ESP32_SPI_PIN,
        ESP32_DPORT_PRO_CACHE_CTRL,
        ESP32_DPORT_APP_CACHE_CTRL,
        ESP32_DPORT_PERIP_CLK_EN,
        ESP32_DPORT_PERIP_RST_EN,
        ESP32_DPORT_APPCPU_CTRL_A,
        ESP32_DPORT_APPCPU_CTRL_B,
        ESP32_IO_MUX_SD_CLK,
        ESP32_IO_MUX_SD_CMD,
        ESP32_IO_MUX_SD_DATA0,
        ESP32_IO_MUX_SD_DATA1,
        0x3FFB0000,
        0x3FFB1000,
        0x40090010,
    };
    enum { COUNT = sizeof watched / sizeof watched[0] };
    uint32_t before[COUNT], after[COUNT], pc[2];
    struct core *core = target_core(b->rig.target, 0);
    board_advance_ns(b->rig.board, 30 * NS_PER_MS);
    CHECK_OK(target_halt(b->rig.target, 100));
    CHECK_OK(core_write_u32(core, 0x3FFB1000, 0xCAFEF00D));
    for (unsigned i = 0; i < COUNT; i++)
        CHECK_OK(core_read_u32(core, watched[i], &before[i]));
    unsigned pc_index = (unsigned)core_reg_find(core, "pc");
    CHECK_OK(core_reg_read(core, pc_index, &pc[0]));
    CHECK_OK(program(b, 0x3000, 0x3000, NULL));
    CHECK_OK(flash_release(b->rig.flash));
    assert_int_equal(core_state(core), CORE_HALTED);
    for (unsigned i = 0; i < COUNT; i++) {
        CHECK_OK(core_read_u32(core, watched[i], &after[i]));
        if (before[i] != after[i])
            print_error("0x%08x: 0x%08x before, 0x%08x after\n", watched[i], before[i], after[i]);
        assert_int_equal(before[i], after[i]);
    }
    CHECK_OK(core_reg_read(core, pc_index, &pc[1]));
    assert_int_equal(pc[0], pc[1]);
}

/* Encryption and decryption borrow SPI0, a cache and an entry of its MMU. */
static void encryption_leaves_no_trace(void **state)
{
    struct bench *b = *state;
    static const uint32_t watched[] = {
        ESP32_SPI0_BASE + ESP32_SPI_CTRL,  ESP32_SPI0_BASE + ESP32_SPI_CLOCK, ESP32_SPI0_BASE + ESP32_SPI_USER,
        ESP32_SPI0_BASE + ESP32_SPI_USER1, ESP32_SPI0_BASE + ESP32_SPI_USER2, ESP32_SPI0_BASE + ESP32_SPI_CACHE_FCTRL,
        ESP32_SPI1_BASE + ESP32_SPI_CTRL,  ESP32_SPI1_BASE + ESP32_SPI_USER,  ESP32_SPI1_BASE + ESP32_SPI_USER1,
        ESP32_DPORT_SLAVE_SPI_CONFIG,      ESP32_DPORT_PRO_CACHE_CTRL1,       ESP32_MMU_PRO + 4 * 63,
    };
    enum { COUNT = sizeof watched / sizeof watched[0], CACHE_OFF = 0 };
    uint32_t before[COUNT], after, ctrl;
    rig_close(&b->rig);
    const char *const options[] = {"efuse", "FLASH_CRYPT_CNT=1,FLASH_CRYPT_CONFIG=15", NULL};
    CHECK_OK(rig_open(&b->rig, options, 0));
    struct core *core = target_core(b->rig.target, 0);
    CHECK_OK(target_halt(b->rig.target, 100));
    for (unsigned i = 0; i < COUNT; i++)
        CHECK_OK(core_read_u32(core, watched[i], &before[i]));
    struct flash_piece p = {.offset = 0xFFC0,
                            .bytes = b->image,
                            .len = 3 * KIB,
                            .name = "app.bin",
                            .is_encrypted = true}; /* two MMU pages */
    CHECK_OK(flash_program(b->rig.flash, &p, 1, ALL, NULL));
    assert_int_equal(board_flash_bytes(b->rig.board)[0xFFBF], 0xFF);
    assert_memory_not_equal(board_flash_bytes(b->rig.board) + 0xFFC0, b->image, 64);
    CHECK_OK(flash_verify(b->rig.flash, &p, 1));
    b->image[100] ^= 1;
    CHECK_ERR(flash_verify(b->rig.flash, &p, 1), ERR_VERIFY);
    CHECK_OK(flash_release(b->rig.flash));
    for (unsigned i = 0; i < COUNT; i++) {
        CHECK_OK(core_read_u32(core, watched[i], &after));
        if (before[i] != after)
            print_error("0x%08x: 0x%08x before, 0x%08x after\n", watched[i], before[i], after);
        assert_int_equal(before[i], after);
    }
    CHECK_OK(core_read_u32(core, ESP32_DPORT_PRO_CACHE_CTRL, &ctrl));
    assert_int_equal(ctrl & ESP32_DPORT_CACHE_ENABLE, CACHE_OFF);
}

static void a_flash_that_stays_busy(void **state)
{
    struct bench *b = *state;
    CHECK_OK(program(b, 0, 0x4000, NULL));
    b->image[0x1000] ^= 0xFF;
    board_set_fault(b->rig.board, BOARD_FAULT_FLASH_BUSY, 0);
    CHECK_ERR(program(b, 0, 0x4000, NULL), ERR_FLASH);
    assert_non_null(strstr(b->rig.log.why, "stays busy"));
    assert_non_null(strstr(b->rig.log.why, "sector 0x1000 is half-erased, the rest is unchanged"));
    board_set_fault(b->rig.board, BOARD_FAULT_NONE, 0);
    CHECK_OK(program(b, 0, 0x4000, NULL));
    check_bytes(b, 0, b->image, 0x4000);
}

static void a_worn_flash(void **state)
{
    struct bench *b = *state;
    board_set_fault(b->rig.board, BOARD_FAULT_FLASH_WEAK, 0);
    CHECK_ERR(program(b, 0x5000, 0x1000, NULL), ERR_VERIFY);
    assert_non_null(strstr(b->rig.log.why, "app.bin at 0x00500"));
}

/* The adapter goes in the middle of a job; whatever the flash holds then, the same job on it finishes. */
static void an_adapter_that_is_unplugged(void **state)
{
    struct bench *b = *state;
    CHECK_OK(program(b, 0, IMAGE, NULL));
    for (size_t i = 0; i < IMAGE; i++)
        b->image[i] = (uint8_t)~b->image[i];
    board_set_fault(b->rig.board, BOARD_FAULT_UNPLUGGED, 1000000);
    enum err e = program(b, 0, IMAGE, NULL);
    CHECK_ERR(e, ERR_DISCONNECTED);
    assert_non_null(strstr(b->rig.log.why, "run the same command again to finish"));
}

static void interrupt_at_half(void *ctx, enum flash_phase phase, uint64_t done, uint64_t total)
{
    if (phase == FLASH_PHASE_PROGRAM && done >= total / 2)
        atomic_store((atomic_bool *)ctx, true);
}

/* The user stops it; the chip is put back all the same. */
static void a_job_that_is_interrupted(void **state)
{
    struct bench *b = *state;
    atomic_bool interrupted = false;
    uint32_t before, after;
    struct core *core = target_core(b->rig.target, 0);
    const uint32_t clock_reg = ESP32_SPI1_BASE + ESP32_SPI_CLOCK;
    CHECK_OK(target_halt(b->rig.target, 100));
    CHECK_OK(core_read_u32(core, clock_reg, &before));
    b->rig.adapter->clock.interrupted = &interrupted;
    flash_on_progress(b->rig.flash, interrupt_at_half, &interrupted);
    CHECK_ERR(program(b, 0, IMAGE, NULL), ERR_INTERRUPTED);
    assert_non_null(strstr(b->rig.log.why, "sectors 0x0-0x")); /* 64 KB and what was done until it was noticed */
    assert_non_null(strstr(b->rig.log.why, "are new"));
    assert_non_null(strstr(b->rig.log.why, "run the same command again to finish"));
    assert_int_equal(core_state(core), CORE_HALTED);
    CHECK_OK(core_read_u32(core, clock_reg, &after));
    assert_int_equal(before, after);
    flash_on_progress(b->rig.flash, NULL, NULL);
    atomic_store(&interrupted, false);
    CHECK_OK(program(b, 0, IMAGE, NULL));
    check_bytes(b, 0, b->image, IMAGE);
    b->rig.adapter->clock.interrupted = NULL;
}

static void no_flash_on_the_board(void **state)
{
    struct bench *b = *state;
    struct flash_info info;
    rig_close(&b->rig);
    const char *const options[] = {"flash-absent", "on", NULL};
    CHECK_OK(rig_open(&b->rig, options, 0));
    CHECK_ERR(flash_identify(b->rig.flash, &info), ERR_FLASH);
    assert_non_null(strstr(b->rig.log.why, "no flash answers"));
    CHECK_OK(flash_release(b->rig.flash));
}

/* No window: the agent stops whenever it is idle. */
static void a_chip_with_one_core(void **state)
{
    struct bench *b = *state;
    struct flash_job_result r;
    uint8_t back[100];
    rig_close(&b->rig);
    CHECK_OK(rig_open(&b->rig, NULL, 1));
    CHECK_OK(program(b, 0x1000, 40 * KIB, NULL));
    b->image[5] = (uint8_t)~b->image[5];
    CHECK_OK(program(b, 0x1000, 40 * KIB, &r));
    assert_int_equal(r.sectors_erased, 1);
    check_bytes(b, 0x1000, b->image, 40 * KIB);
    CHECK_OK(flash_read(b->rig.flash, 0x1003, back, sizeof back));
    assert_memory_equal(back, b->image + 3, sizeof back);
    CHECK_OK(flash_release(b->rig.flash));
}

/* Somebody wrote over the agent's code. */
static void an_agent_that_crashes(void **state)
{
    struct bench *b = *state;
    struct core *core = target_core(b->rig.target, 0);
    uint8_t back[4], nonsense[64] = {0};
    CHECK_OK(program(b, 0, 0x1000, NULL));
    CHECK_OK(core_mem_write(core, 0x40090020, 4, nonsense, sizeof nonsense));
    assert_int_not_equal(flash_read(b->rig.flash, 0, back, sizeof back), ERR_OK);
    assert_non_null(strstr(b->rig.log.why, "does not answer"));
    CHECK_OK(target_reset(b->rig.target, RESET_HALT));
    flash_forget(b->rig.flash);
    CHECK_OK(flash_read(b->rig.flash, 0, back, sizeof back));
    assert_memory_equal(back, b->image, sizeof back);
}

/* --- found in any state --- */

/* All of SPI1 that the chip keeps, but for what starts something: CMD, and SYNC_RESET in SLAVE. */
static const uint8_t spi1_registers[] = {
    ESP32_SPI_ADDR,      ESP32_SPI_CTRL,      ESP32_SPI_CTRL1,   ESP32_SPI_RD_STATUS, ESP32_SPI_CTRL2,
    ESP32_SPI_CLOCK,     ESP32_SPI_USER,      ESP32_SPI_USER1,   ESP32_SPI_USER2,     ESP32_SPI_MOSI_DLEN,
    ESP32_SPI_MISO_DLEN, ESP32_SPI_WR_STATUS, ESP32_SPI_PIN,     ESP32_SPI_SLAVE,     ESP32_SPI_CACHE_FCTRL,
    ESP32_SPI_W0,        ESP32_SPI_W0 + 4,    ESP32_SPI_W0 + 60, ESP32_SPI_EXT0,      ESP32_SPI_EXT1,
};

/* All of the S3's SPI1 that software can set, but for what starts something: CMD, INT_CLR and the bits of never_set. */
static const uint8_t spi_mem_registers[] = {
    SPI_MEM_ADDR,       SPI_MEM_CTRL,        SPI_MEM_CTRL1,       SPI_MEM_CTRL2,        SPI_MEM_CLOCK,
    SPI_MEM_USER,       SPI_MEM_USER1,       SPI_MEM_USER2,       SPI_MEM_MOSI_DLEN,    SPI_MEM_MISO_DLEN,
    SPI_MEM_RD_STATUS,  SPI_MEM_EXT_ADDR,    SPI_MEM_MISC,        SPI_MEM_CACHE_FCTRL,  SPI_MEM_CACHE_SCTRL,
    SPI_MEM_SRAM_CMD,   SPI_MEM_SRAM_DRD,    SPI_MEM_SRAM_DWR,    SPI_MEM_SRAM_CLK,     SPI_MEM_W0,
    SPI_MEM_W0 + 4,     SPI_MEM_W0 + 60,     SPI_MEM_WAITI,       SPI_MEM_SUS_CMD,      SPI_MEM_SUS_CTRL,
    SPI_MEM_SUS_STATUS, SPI_MEM_TIMING_CALI, SPI_MEM_DIN_MODE,    SPI_MEM_DIN_NUM,      SPI_MEM_DOUT_MODE,
    SPI_MEM_STIMING,    SPI_MEM_STIMING + 4, SPI_MEM_STIMING + 8, SPI_MEM_STIMING + 12, SPI_MEM_ECC_CTRL,
    SPI_MEM_SRAM_CS,    SPI_MEM_DDR,         SPI_MEM_SMEM_DDR,    SPI_MEM_CLOCK_GATE,   SPI_MEM_CORE_CLK,
    SPI_MEM_INT_ENA,
};

/* The same of the ESP32-C3. */
static const uint8_t spi_mem_c3_registers[] = {
    SPI_MEM_ADDR,          SPI_MEM_CTRL,        SPI_MEM_CTRL1,       SPI_MEM_CTRL2,      SPI_MEM_CLOCK,
    SPI_MEM_USER,          SPI_MEM_USER1,       SPI_MEM_USER2,       SPI_MEM_MOSI_DLEN,  SPI_MEM_MISO_DLEN,
    SPI_MEM_RD_STATUS,     SPI_MEM_MISC,        SPI_MEM_CACHE_FCTRL, SPI_MEM_W0,         SPI_MEM_W0 + 4,
    SPI_MEM_W0 + 60,       SPI_MEM_WAITI,       SPI_MEM_C3_SUS_CTRL, SPI_MEM_C3_SUS_CMD, SPI_MEM_SUS_STATUS,
    SPI_MEM_TIMING_CALI,   SPI_MEM_DIN_MODE,    SPI_MEM_DIN_NUM,     SPI_MEM_DOUT_MODE,  SPI_MEM_C3_INT_ENA,
    SPI_MEM_C3_CLOCK_GATE, SPI_MEM_C3_CORE_CLK,
};

struct garbage {
    const char *chip, *board;
    uint32_t spi1;
    const uint8_t *registers;
    unsigned count;
    struct {
        uint8_t offset;
        uint32_t bits;
    } never_set[2]; /* they start something */
};
static const struct garbage garbages[] = {
    {"esp32",
     "esp32-wrover",
     ESP32_SPI1_BASE,
     spi1_registers,
     sizeof spi1_registers,
     {{ESP32_SPI_SLAVE, ESP32_SPI_SLAVE_SYNC_RESET}, {0, 0}}},
    {"esp32s3",
     "esp32s3-n8",
     ESP32S3_SPI1_BASE,
     spi_mem_registers,
     sizeof spi_mem_registers,
     {{SPI_MEM_CTRL2, SPI_MEM_CTRL2_SYNC_RESET}, {SPI_MEM_SUS_CMD, SPI_MEM_SUS_CMD_PER | SPI_MEM_SUS_CMD_PES}}},
    {"esp32c3",
     "esp32c3-n4",
     ESP32C3_SPI1_BASE,
     spi_mem_c3_registers,
     sizeof spi_mem_c3_registers,
     {{SPI_MEM_CTRL2, SPI_MEM_CTRL2_SYNC_RESET},
      {SPI_MEM_C3_SUS_CTRL, SPI_MEM_C3_SUS_CTRL_PER | SPI_MEM_C3_SUS_CTRL_PES}}},
};
enum { MOST_REGISTERS = sizeof spi_mem_registers };

static uint32_t settable(const struct garbage *g, unsigned i, uint32_t value)
{
    for (unsigned n = 0; n < 2; n++)
        if (g->never_set[n].offset == g->registers[i])
            value &= ~g->never_set[n].bits;
    return value;
}

static void check_registers(struct bench *b, const struct garbage *g, const uint32_t *before)
{
    struct core *core = target_core(b->rig.target, 0);
    for (unsigned i = 0; i < g->count; i++) {
        uint32_t after;
        CHECK_OK(core_read_u32(core, g->spi1 + g->registers[i], &after));
        if (before[i] != after)
            print_error("%s: SPI1 + 0x%02x: 0x%08x before, 0x%08x after\n", g->board, g->registers[i], before[i],
                        after);
        assert_int_equal(before[i], after);
    }
}

static void garbage_in(struct bench *b, const struct garbage *g)
{
    uint32_t seed = 17, before[MOST_REGISTERS] = {0};
    rig_close(&b->rig);
    const char *const options[] = {"board", g->board, NULL};
    CHECK_OK(rig_open_chip(&b->rig, g->chip, options, 0));
    struct core *core = target_core(b->rig.target, 0);
    board_advance_ns(b->rig.board, 30 * NS_PER_MS);
    CHECK_OK(target_halt(b->rig.target, 100));
    for (unsigned round = 0; round < 4; round++) {
        for (unsigned i = 0; i < g->count; i++) {
            seed = seed * 1664525 + 1013904223;
            CHECK_OK(core_write_u32(core, g->spi1 + g->registers[i], settable(g, i, seed >> 16 | seed << 16)));
        }
        for (unsigned i = 0; i < g->count; i++)
            CHECK_OK(core_read_u32(core, g->spi1 + g->registers[i], &before[i]));
        b->image[round] = (uint8_t)~b->image[round];
        CHECK_OK(program(b, 0x3000, 0x2000, NULL));
        CHECK_OK(flash_release(b->rig.flash));
        check_bytes(b, 0x3000, b->image, 0x2000);
        check_registers(b, g, before);
    }
}

static void a_controller_full_of_garbage(void **state)
{
    for (size_t i = 0; i < sizeof garbages / sizeof garbages[0]; i++)
        garbage_in(*state, &garbages[i]);
}

struct found {
    const char *chip, *board, *part, *state;
    enum flash_mode mode;
    unsigned notes;
};
static const struct found founds[] = {
    {"esp32", "esp32-wrover", "W25Q64FV", "qpi", FLASH_MODE_QPI, 0},
    {"esp32", "esp32-wrover", "W25Q64JV", "erase-suspended", FLASH_MODE_SPI, FLASH_WAS_SUSPENDED},
    {"esp32", "esp32-wrover", "MX25L12835F", "qpi,deep-power-down", FLASH_MODE_QPI, FLASH_WAS_ASLEEP},
    {"esp32", "esp32-wrover", "W25Q256JV", "4-byte", FLASH_MODE_SPI, 0},
    {"esp32s3", "esp32s3-n8", "W25Q64FV", "qpi", FLASH_MODE_QPI, 0},
    {"esp32s3", "esp32s3-n8", "W25Q64JV", "deep-power-down", FLASH_MODE_SPI, FLASH_WAS_ASLEEP},
    {"esp32c3", "esp32c3-n4", "W25Q64FV", "qpi", FLASH_MODE_QPI, 0},
    {"esp32c3", "esp32c3-n4", "W25Q64JV", "erase-suspended", FLASH_MODE_SPI, FLASH_WAS_SUSPENDED},
    {"esp32c3", "esp32c3-n4", "MX25L12835F", "qpi,deep-power-down", FLASH_MODE_QPI, FLASH_WAS_ASLEEP},
};

/* At the reset vector, so that the second job finds the flash as a boot ROM does. */
static void a_flash_found_in(struct bench *b, const struct found *f)
{
    struct flash_info info;
    rig_close(&b->rig);
    const char *const options[] = {"board", f->board, "flash-state", f->state, f->part ? "flash-part" : NULL,
                                   f->part, NULL};
    CHECK_OK(rig_open_chip(&b->rig, f->chip, options, 0));
    CHECK_OK(target_reset(b->rig.target, RESET_HALT));
    CHECK_OK(flash_identify(b->rig.flash, &info));
    assert_int_equal(info.mode, f->mode);
    assert_int_equal(info.notes, f->notes);
    CHECK_OK(program(b, info.size - 0x8000, 0x3000, NULL));
    check_bytes(b, info.size - 0x8000, b->image, 0x3000);
    flash_forget(b->rig.flash);
    CHECK_OK(target_reset(b->rig.target, RESET_HALT));
    CHECK_OK(flash_identify(b->rig.flash, &info));
    assert_int_equal(info.mode, FLASH_MODE_SPI);
    assert_int_equal(info.notes, 0);
}

static void flashes_in_many_states(void **state)
{
    for (size_t i = 0; i < sizeof founds / sizeof founds[0]; i++) {
        print_message("%s: %s\n", founds[i].board, founds[i].state);
        a_flash_found_in(*state, &founds[i]);
    }
}

/* The ROM has run; then a program has begun a quad read that goes on, and was interrupted. SPI1 ends that and begins it
   again. */
static void a_continuous_read_on(struct bench *b, const char *chip, const char *board, uint32_t place)
{
    struct flash_info info;
    rig_close(&b->rig);
    const char *const options[] = {"board", board, "flash-state", "continuous-read@25", NULL};
    CHECK_OK(rig_open_chip(&b->rig, chip, options, 0));
    board_advance_ns(b->rig.board, 26 * NS_PER_MS);
    CHECK_OK(target_halt(b->rig.target, 100));
    for (unsigned round = 0; round < 2; round++) {
        const uint32_t offset = place + round * 0x4000;
        uint8_t back[100];
        CHECK_OK(flash_identify(b->rig.flash, &info));
        assert_int_equal(info.manufacturer, 0xEF);
        assert_int_equal(info.mode, FLASH_MODE_SPI);
        assert_int_equal(info.notes, FLASH_WAS_CONTINUOUS);
        CHECK_OK(program(b, offset, 0x3000, NULL));
        check_bytes(b, offset, b->image, 0x3000);
        CHECK_OK(flash_read(b->rig.flash, offset + 3, back, sizeof back));
        assert_memory_equal(back, b->image + 3, sizeof back);
        CHECK_OK(flash_release(b->rig.flash));
        flash_forget(b->rig.flash);
    }
    CHECK_OK(target_reset(b->rig.target, RESET_HALT));
    CHECK_OK(flash_identify(b->rig.flash, &info));
    CHECK_OK(flash_release(b->rig.flash));
    flash_forget(b->rig.flash);
    CHECK_OK(flash_identify(b->rig.flash, &info)); /* at the reset vector it was left as the ROM wants it */
    assert_int_equal(info.notes, 0);
}

static void a_flash_that_reads_on(void **state)
{
    a_continuous_read_on(*state, "esp32", "esp32-wrover", 0x7F0000);
    a_continuous_read_on(*state, "esp32s3", "esp32s3-n8", 0x7F0000);
    a_continuous_read_on(*state, "esp32c3", "esp32c3-n4", 0x3F0000);
}

#define WITH_BOARD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BOARD(a_blank_chip_that_its_watchdogs_reset),
        WITH_BOARD(only_what_differs_is_erased),
        WITH_BOARD(blocks_and_partial_sectors),
        WITH_BOARD(reads_hashes_erases),
        WITH_BOARD(the_chip_is_left_as_it_was),
        WITH_BOARD(encryption_leaves_no_trace),
        WITH_BOARD(a_flash_that_stays_busy),
        WITH_BOARD(a_worn_flash),
        WITH_BOARD(an_adapter_that_is_unplugged),
        WITH_BOARD(a_job_that_is_interrupted),
        WITH_BOARD(no_flash_on_the_board),
        WITH_BOARD(a_chip_with_one_core),
        WITH_BOARD(an_agent_that_crashes),
        WITH_BOARD(a_controller_full_of_garbage),
        WITH_BOARD(flashes_in_many_states),
        WITH_BOARD(a_flash_that_reads_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
