/* SPDX-License-Identifier: Apache-2.0 */
/* The flash of a virtual ESP32-C3: the agent on its one core, reached over the debug module's bus while it runs. */
#include "regs/esp32c3.h"
#include "regs/spi_mem.h"
#include "rig.h"
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

enum { ALL = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY, KIB = 1024, IMAGE = 64 * KIB };
#define NS_PER_MS 1000000ULL
#define KEY       "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

struct bench {
    struct rig rig;
    uint8_t image[IMAGE];
};

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    const char *const options[] = {"board", "esp32c3-n4", "efuse", *state, NULL};
    uint32_t seed = 4711;
    for (size_t i = 0; i < sizeof b->image; i++) {
        seed = seed * 1664525 + 1013904223;
        b->image[i] = (uint8_t)(seed >> 24);
    }
    if (!*state) /* none are burnt */
        CHECK_OK(rig_open_chip(&b->rig, "esp32c3", (const char *const[]){"board", "esp32c3-n4", NULL}, 0));
    else
        CHECK_OK(rig_open_chip(&b->rig, "esp32c3", options, 0));
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    rig_close(&b->rig);
    free(b);
    return 0;
}

static struct core *core_of(struct bench *b)
{
    return target_core(b->rig.target, 0);
}

static enum err program(struct bench *b, uint32_t offset, size_t len, struct flash_job_result *r)
{
    struct flash_piece p = {.offset = offset, .bytes = b->image, .len = len, .name = "app.bin"};
    return flash_program(b->rig.flash, &p, 1, ALL, r);
}

static void check_bytes(struct bench *b, uint32_t offset, size_t len)
{
    assert_memory_equal(board_flash_bytes(b->rig.board) + offset, b->image, len);
}

/* --- registers and memory that must be as they were --- */

static const uint32_t watched[] = {
    ESP32C3_SPI1_BASE + SPI_MEM_ADDR,
    ESP32C3_SPI1_BASE + SPI_MEM_CTRL,
    ESP32C3_SPI1_BASE + SPI_MEM_CTRL1,
    ESP32C3_SPI1_BASE + SPI_MEM_CTRL2,
    ESP32C3_SPI1_BASE + SPI_MEM_CLOCK,
    ESP32C3_SPI1_BASE + SPI_MEM_USER,
    ESP32C3_SPI1_BASE + SPI_MEM_USER1,
    ESP32C3_SPI1_BASE + SPI_MEM_USER2,
    ESP32C3_SPI1_BASE + SPI_MEM_MOSI_DLEN,
    ESP32C3_SPI1_BASE + SPI_MEM_MISO_DLEN,
    ESP32C3_SPI1_BASE + SPI_MEM_RD_STATUS,
    ESP32C3_SPI1_BASE + SPI_MEM_MISC,
    ESP32C3_SPI1_BASE + SPI_MEM_CACHE_FCTRL,
    ESP32C3_SPI1_BASE + SPI_MEM_W0,
    ESP32C3_SPI1_BASE + SPI_MEM_W0 + 60,
    ESP32C3_SPI1_BASE + SPI_MEM_C3_SUS_CTRL,
    ESP32C3_SPI1_BASE + SPI_MEM_C3_SUS_CMD,
    ESP32C3_SPI1_BASE + SPI_MEM_C3_CLOCK_GATE,
    ESP32C3_SPI1_BASE + SPI_MEM_C3_CORE_CLK,
    ESP32C3_SPI1_BASE + SPI_MEM_C3_INT_ENA,
    ESP32C3_SPI0_BASE + SPI_MEM_CTRL,
    ESP32C3_SPI0_BASE + SPI_MEM_CLOCK,
    ESP32C3_SPI0_BASE + SPI_MEM_USER,
    ESP32C3_SPI0_BASE + SPI_MEM_USER1,
    ESP32C3_SPI0_BASE + SPI_MEM_USER2,
    ESP32C3_SPI0_BASE + SPI_MEM_MISC,
    ESP32C3_SPI0_BASE + SPI_MEM_CACHE_FCTRL,
    ESP32C3_SPI0_BASE + SPI_MEM_C3_CORE_CLK,
    ESP32C3_EXTMEM_ICACHE_CTRL,
    ESP32C3_EXTMEM_ICACHE_CTRL1,
    ESP32C3_EXTMEM_ICACHE_SYNC_ADDR,
    ESP32C3_EXTMEM_ICACHE_SYNC_SIZE,
    ESP32C3_SYSTEM_PERIP_CLK_EN0,
    ESP32C3_SYSTEM_PERIP_RST_EN0,
    ESP32C3_SYSTEM_EXT_ENCRYPT,
    ESP32C3_SYSTEM_CACHE_CONTROL,
    ESP32C3_IO_MUX_SPIHD,
    ESP32C3_IO_MUX_SPIWP,
    ESP32C3_IO_MUX_SPICS0,
    ESP32C3_IO_MUX_SPICLK,
    ESP32C3_IO_MUX_SPID,
    ESP32C3_IO_MUX_SPIQ,
    ESP32C3_MMU_BASE,
    ESP32C3_MMU_BASE + 4 * (ESP32C3_MMU_ENTRIES - 1),
    0x40380000,
    0x40380400,
    0x3FC90000,
    0x3FC91000,
    0x3FC96000,
};
static const char *const registers[] = {"pc",    "sp",   "ra",     "gp",    "a0",     "fp",
                                        "mtvec", "mepc", "mcause", "mtval", "mstatus"};
enum { WATCHED = sizeof watched / sizeof watched[0], REGISTERS = sizeof registers / sizeof registers[0] };

struct picture {
    uint32_t words[WATCHED], registers[REGISTERS];
};

static void take_picture(struct bench *b, struct picture *p)
{
    for (unsigned i = 0; i < WATCHED; i++)
        CHECK_OK(core_read_u32(core_of(b), watched[i], &p->words[i]));
    for (unsigned i = 0; i < REGISTERS; i++) {
        int index = core_reg_find(core_of(b), registers[i]);
        assert_true(index >= 0);
        CHECK_OK(core_reg_read(core_of(b), (unsigned)index, &p->registers[i]));
    }
}

static void check_picture(struct bench *b, const struct picture *before)
{
    struct picture after;
    take_picture(b, &after);
    for (unsigned i = 0; i < WATCHED; i++) {
        if (before->words[i] != after.words[i])
            print_error("0x%08x: 0x%08x before, 0x%08x after\n", watched[i], before->words[i], after.words[i]);
        assert_int_equal(before->words[i], after.words[i]);
    }
    for (unsigned i = 0; i < REGISTERS; i++) {
        if (before->registers[i] != after.registers[i])
            print_error("%s: 0x%08x before, 0x%08x after\n", registers[i], before->registers[i], after.registers[i]);
        assert_int_equal(before->registers[i], after.registers[i]);
    }
}

/* --- tests --- */

/* The board has been looping through watchdog resets for a second: nothing is in its flash. */
static void a_blank_chip_that_its_watchdogs_reset(void **state)
{
    struct bench *b = *state;
    struct flash_info info;
    board_advance_ns(b->rig.board, 1000 * NS_PER_MS);
    assert_true(board_resets(b->rig.board) > 1);
    CHECK_OK(flash_identify(b->rig.flash, &info));
    assert_int_equal(info.size, 4 << 20);
    uint64_t resets = board_resets(b->rig.board);
    CHECK_OK(program(b, 0x1000, 40 * KIB + 77, NULL));
    check_bytes(b, 0x1000, 40 * KIB + 77);
    assert_int_equal(board_resets(b->rig.board), resets);
}

static void the_chip_is_left_as_it_was(void **state)
{
    struct bench *b = *state;
    struct picture before;
    board_advance_ns(b->rig.board, 30 * NS_PER_MS);
    CHECK_OK(target_halt(b->rig.target, 100));
    CHECK_OK(core_write_u32(core_of(b), 0x3FC91000, 0xCAFEF00D));
    CHECK_OK(core_write_u32(core_of(b), 0x40380400, 0x600DF00D));
    take_picture(b, &before);
    CHECK_OK(program(b, 0x3000, 0x3000, NULL));
    check_bytes(b, 0x3000, 0x3000);
    CHECK_OK(flash_release(b->rig.flash));
    assert_int_equal(core_state(core_of(b)), CORE_HALTED);
    check_picture(b, &before);
}

/* It is not stopped from its start to its end. */
static void the_agent_runs_from_job_to_job(void **state)
{
    struct bench *b = *state;
    uint8_t back[3000];
    CHECK_OK(flash_hold(b->rig.flash));
    for (unsigned i = 0; i < 3; i++) {
        b->image[0] = (uint8_t)i;
        CHECK_OK(program(b, 0x8000, 0x4000, NULL));
        CHECK_OK(flash_read(b->rig.flash, 0x8003, back, sizeof back));
        assert_memory_equal(back, b->image + 3, sizeof back);
        CHECK_OK(target_poll(b->rig.target));
        assert_int_equal(core_state(core_of(b)), CORE_DEBUG_RUNNING);
    }
    CHECK_OK(flash_let_go(b->rig.flash, ERR_OK));
    CHECK_OK(flash_release(b->rig.flash));
    assert_int_equal(core_state(core_of(b)), CORE_HALTED);
}

/* The configuration forbids the bus: the agent stops whenever it is idle, and its memory is reached through the core. */
static void no_system_bus(void **state)
{
    struct bench *b = *state;
    static const char *const ways[] = {"progbuf", "abstract"};
    struct flash_job_result r;
    struct picture before;
    uint8_t back[100];
    CHECK_OK(target_set_memory_ways(b->rig.target, ways, 2));
    board_advance_ns(b->rig.board, 30 * NS_PER_MS);
    CHECK_OK(target_halt(b->rig.target, 100));
    take_picture(b, &before);
    CHECK_OK(program(b, 0x1000, 40 * KIB, NULL));
    b->image[5] = (uint8_t)~b->image[5];
    CHECK_OK(program(b, 0x1000, 40 * KIB, &r));
    assert_int_equal(r.sectors_erased, 1);
    check_bytes(b, 0x1000, 40 * KIB);
    CHECK_OK(flash_read(b->rig.flash, 0x1003, back, sizeof back));
    assert_memory_equal(back, b->image + 3, sizeof back);
    CHECK_OK(flash_release(b->rig.flash));
    check_picture(b, &before);
}

/* Somebody wrote over the agent's code: its exception is not the program's. */
static void an_agent_that_crashes(void **state)
{
    struct bench *b = *state;
    uint8_t back[4], nonsense[0x1000] = {0};
    CHECK_OK(program(b, 0, 0x1000, NULL));
    CHECK_OK(core_mem_write(core_of(b), 0x40380200, 4, nonsense, sizeof nonsense));
    assert_int_not_equal(flash_read(b->rig.flash, 0, back, sizeof back), ERR_OK);
    assert_non_null(strstr(b->rig.log.why, "does not answer"));
    assert_non_null(strstr(b->rig.log.why, "where it had stopped"));
    CHECK_OK(target_reset(b->rig.target, RESET_HALT));
    flash_forget(b->rig.flash);
    CHECK_OK(flash_read(b->rig.flash, 0, back, sizeof back));
    assert_memory_equal(back, b->image, sizeof back);
}

/* Encryption and decryption borrow SPI0, the cache and an entry of its MMU. */
static void encryption_leaves_no_trace(void **state)
{
    struct bench *b = *state;
    struct picture before;
    struct flash_piece p = {.offset = 0xFFC0, .bytes = b->image, .len = 3 * KIB, .name = "app", .is_encrypted = true};
    board_advance_ns(b->rig.board, 30 * NS_PER_MS);
    CHECK_OK(target_halt(b->rig.target, 100));
    take_picture(b, &before);
    CHECK_OK(flash_program(b->rig.flash, &p, 1, ALL, NULL)); /* in two MMU pages */
    assert_int_equal(board_flash_bytes(b->rig.board)[0xFFBF], 0xFF);
    assert_memory_not_equal(board_flash_bytes(b->rig.board) + 0xFFC0, b->image, 64);
    CHECK_OK(flash_verify(b->rig.flash, &p, 1));
    b->image[100] ^= 1;
    CHECK_ERR(flash_verify(b->rig.flash, &p, 1), ERR_VERIFY);
    CHECK_OK(flash_release(b->rig.flash));
    check_picture(b, &before);
}

#define WITH(test, efuses)                                                                                             \
    {                                                                                                                  \
#test, test, setup, teardown, efuses                                                                           \
    }

int main(void)
{
    static char key[] = "SPI_BOOT_CRYPT_CNT=1,KEY_PURPOSE_0=4,BLOCK_KEY0=" KEY;
    const struct CMUnitTest tests[] = {
        WITH(a_blank_chip_that_its_watchdogs_reset, NULL),
        WITH(the_chip_is_left_as_it_was, NULL),
        WITH(the_agent_runs_from_job_to_job, NULL),
        WITH(no_system_bus, NULL),
        WITH(an_agent_that_crashes, NULL),
        WITH(encryption_leaves_no_trace, key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
