/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serves the bare RISC-V board of tests/sim_rvdbg by remote_bitbang on loopback, for debuggers that are to judge the debug
 * module. The server is that of "espocd sim"; what it asks of a board (sim/board.h) is given here for this one.
 *
 *   riscv_board MODULE   esp32c3: module and core as that chip has them; other: a module with an implicit EBREAK, a bus of
 *                        every width, hartreset and five idle clocks; plain: no bus, two program words
 *
 * Prints "port N" and ends on SIGTERM.
 */
#include "bare.h"

#include "base/bytes.h"
#include "regs/esp32c3.h"
#include "regs/riscv.h"
#include "sim/server/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct board {
    struct bare bare;
    struct mem_block peripherals;
    struct mem_device rtc_cntl;
};

/* Where a debugger that knows the ESP32-C3 switches off watchdogs: words that keep what is written and do nothing, but for
   the bit that resets the chip. */
enum { PERIPHERALS = 0x60000000, PERIPHERALS_SIZE = 0x100000 };

static const struct rvdbg_config other = {
    .idcode = 0x10000DB3,
    .abits = 10,
    .idle = 5,
    .cores = 1,
    .hartsel_bits = 1,
    .data_words = 4,
    .progbuf_words = 8,
    .has_impebreak = true,
    .has_hartreset = true,
    .bus_sizes = SBCS_ACCESS8 | SBCS_ACCESS16 | SBCS_ACCESS32,
    .command_cycles = 3,
    .bus_cycles = 1,
};

static const struct rvdbg_config plain = {
    .idcode = 0x10000DB3,
    .abits = 7,
    .cores = 1,
    .data_words = 1,
    .progbuf_words = 2,
    .has_impebreak = true,
    .has_reset_haltreq = true,
    .command_cycles = 1,
};

/* --- sim/board.h --- */

const struct board_model board_models[] = {{"esp32c3", "the first one, which is served unless another is asked for"},
                                           {NULL, NULL}};

static uint8_t *rtc_word(const struct board *b, uint32_t addr)
{
    return b->peripherals.bytes + (addr - PERIPHERALS);
}

static mem_fault rtc_cntl_read(void *ctx, uint32_t offset, uint32_t *value)
{
    *value = le32_get(rtc_word(ctx, ESP32C3_RTC_BASE + offset));
    return MEM_OK;
}

static mem_fault rtc_cntl_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct board *b = ctx;
    bool resets = ESP32C3_RTC_BASE + offset == ESP32C3_RTC_OPTIONS0 && (value & ESP32C3_RTC_SW_SYS_RST);
    le32_put(rtc_word(b, ESP32C3_RTC_BASE + offset), resets ? value & ~ESP32C3_RTC_SW_SYS_RST : value);
    if (resets) {
        le32_put(rtc_word(b, ESP32C3_RTC_RESET_STATE), ESP32C3_RESET_SW_SYS); /* the cause, for who asks */
        bare_reset(&b->bare);
    }
    return MEM_OK;
}

static bool open_board(struct board *b, const struct rvdbg_config *module)
{
    if (!bare_open(&b->bare, module, &rv32_config_esp32c3))
        return false;
    if (mem_block_init(&b->peripherals, "peripherals", PERIPHERALS_SIZE)) {
        mem_map_block(&b->bare.map, PERIPHERALS, PERIPHERALS_SIZE, &b->peripherals, 0, MEM_R | MEM_W);
        b->rtc_cntl = (struct mem_device){.name = "rtc_cntl", .read = rtc_cntl_read, .write = rtc_cntl_write, .ctx = b};
        mem_map_device(&b->bare.map, ESP32C3_RTC_BASE, MEM_PAGE_SIZE, &b->rtc_cntl, ESP32C3_RTC_BASE);
        return true;
    }
    bare_close(&b->bare);
    return false;
}

struct board *board_new(const char *name, const struct board_options *options, struct log *log, enum err *e)
{
    static const struct {
        const char *name;
        const struct rvdbg_config *config;
    } modules[] = {{"esp32c3", &rvdbg_config_esp32c3}, {"other", &other}, {"plain", &plain}};
    (void)options;
    for (unsigned i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        if (strcmp(modules[i].name, name) != 0)
            continue;
        struct board *b = calloc(1, sizeof *b);
        *e = b && open_board(b, modules[i].config) ? ERR_OK : ERR_MEMORY;
        if (!*e)
            return b;
        free(b);
        return NULL;
    }
    *e = err_at(log, ERR_USAGE, "there is no module \"%s\"", name);
    return NULL;
}

void board_free(struct board *b)
{
    if (!b)
        return;
    bare_close(&b->bare);
    mem_block_fini(&b->peripherals);
    free(b);
}

enum err board_sync(struct board *b)
{
    (void)b;
    return ERR_OK;
}

uint64_t board_now_ns(const struct board *b)
{
    return b->bare.now_ps / PS_PER_NS;
}

void board_advance_ns(struct board *b, uint64_t ns)
{
    bare_advance_ps(&b->bare, ns * PS_PER_NS);
}

bool board_tck(struct board *b, bool tms, bool tdi)
{
    return bare_tck(&b->bare, tms, tdi);
}

bool board_tdo(const struct board *b)
{
    return rvdbg_tdo(b->bare.module);
}

void board_set_reset(struct board *b, bool trst, bool srst)
{
    if (trst)
        rvdbg_trst(b->bare.module);
    bare_hold_pin(&b->bare, srst);
}

uint64_t board_tcks(const struct board *b)
{
    return b->bare.tcks;
}

void board_uart_send(struct board *b, const uint8_t *bytes, size_t len)
{
    (void)b;
    (void)bytes;
    (void)len;
}

/* No faults are asked for. */
enum err board_fault_parse(struct log *log, const char *text, enum board_fault *fault, uint64_t *after_tcks)
{
    (void)fault;
    (void)after_tcks;
    return err_at(log, ERR_USAGE, "this board has no fault \"%s\"", text);
}

void board_set_fault(struct board *b, enum board_fault fault, uint64_t after_tcks)
{
    (void)b;
    (void)fault;
    (void)after_tcks;
}

bool board_is_unplugged(const struct board *b)
{
    (void)b;
    return false;
}

/* --- the program --- */

static atomic_bool stop;

static void end(int signal)
{
    (void)signal;
    atomic_store(&stop, true);
}

int main(int argc, char **argv)
{
    struct log log = {0};
    enum err e = ERR_OK;
    struct sim_server *s = sim_server_new(&(struct sim_server_options){.board = argc > 1 ? argv[1] : NULL}, &log, &e);
    if (!s) {
        fprintf(stderr, "riscv_board: %s\n", err_why(&log, e));
        return EXIT_FAILURE;
    }
    signal(SIGTERM, end);
    printf("port %u\n", sim_server_port(s));
    fflush(stdout);
    e = sim_server_run(s, &stop);
    sim_server_free(s);
    return e ? EXIT_FAILURE : EXIT_SUCCESS;
}
