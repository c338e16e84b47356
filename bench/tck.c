/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the debugger costs in TCK periods on the virtual board: `ninja tck`, then `tck`. Prints plain lines, and fails when
 * a figure is worse than its goal.
 */
#include "dm/xocd.h"
#include "target/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 65536, WORDS = BYTES / 4, TIMEOUT_MS = 1000, DRAM = 0x3FFB0000, BENCH_TAPS = 2 };

struct bench {
    struct log log;
    struct adapter *adapter;
    struct jtag *jtag;
    struct target *target;
    bool failed;
};

static void must(struct bench *b, enum err e, const char *what)
{
    if (!e)
        return;
    fprintf(stderr, "tck: %s: %s\n", what, err_why(&b->log, e));
    exit(1);
}

static void report(struct bench *b, const char *what, double value, double goal)
{
    bool is_good = value <= goal;
    printf("%-58s %10.1f  goal %10.1f  %s\n", what, value, goal, is_good ? "ok" : "MISSED");
    b->failed |= !is_good;
}

static void open_wire(struct bench *b)
{
    log_init(&b->log, LOG_SILENT);
    b->adapter = adapter_new(&adapter_sim_ops, &b->log);
    must(b, b->adapter ? adapter_open(b->adapter) : ERR_MEMORY, "opening the virtual board");
    b->jtag = jtag_new(b->adapter, &b->log);
    for (unsigned i = 0; i < BENCH_TAPS; i++) {
        struct jtag_tap tap = {
            .ir_len = 5, .ir_capture = 1, .ir_mask = 3, .expected_ids = {0x120034E5}, .expected_count = 1};
        snprintf(tap.name, sizeof tap.name, "esp32.tap%u", i);
        must(b, jtag_add_tap(b->jtag, &tap), "naming the TAPs");
    }
}

/* What `init; halt` does: discovery, examination, halt with the watchdogs calmed, and where the core stands. */
static void connect_and_halt(struct bench *b)
{
    must(b, clock_wait_ms(adapter_clock(b->adapter), 20), "waiting for the boot ROM");
    uint64_t tcks = b->adapter->tcks, executes = b->adapter->executes;
    must(b, jtag_discover(b->jtag), "looking at the chain");
    struct dm *dm = xocd_new(b->jtag, (const unsigned[]){0, 1}, BENCH_TAPS);
    b->target = target_new(chip_find("esp32"), dm, adapter_clock(b->adapter), &b->log);
    must(b, target_examine(b->target), "examining");
    must(b, target_halt(b->target, TIMEOUT_MS), "halting");
    unsigned revision;
    must(b, target_chip_revision(b->target, &revision), "reading the revision");
    report(b, "TCK of init; halt (bare chip: state, PC, PS, cause)", (double)(b->adapter->tcks - tcks), 10000);
    printf("%-58s %10llu\n", "adapter round trips of that", (unsigned long long)(b->adapter->executes - executes));
    tcks = b->adapter->tcks;
    executes = b->adapter->executes;
    must(b, core_regs_fetch(target_core(b->target, 0)), "reading the registers");
    printf("%-58s %10llu\n", "TCK of reading all other registers of the halted core",
           (unsigned long long)(b->adapter->tcks - tcks));
    printf("%-58s %10llu\n", "adapter round trips of that", (unsigned long long)(b->adapter->executes - executes));
}

static void transfer(struct bench *b, const char *through, double goal)
{
    uint8_t *out = malloc(BYTES), *in = calloc(1, BYTES);
    must(b, out && in ? ERR_OK : ERR_MEMORY, "memory");
    for (size_t i = 0; i < BYTES; i++)
        out[i] = (uint8_t)(i * 2654435761U >> 13);
    struct core *c = target_core(b->target, 0);
    char what[80];
    uint64_t tcks = b->adapter->tcks;
    must(b, core_mem_write(c, DRAM, 0, out, BYTES), "writing");
    snprintf(what, sizeof what, "TCK per word written, 64 KB of RAM, %s", through);
    report(b, what, (double)(b->adapter->tcks - tcks) / WORDS, goal);
    tcks = b->adapter->tcks;
    must(b, core_mem_read(c, DRAM, 0, in, BYTES), "reading");
    snprintf(what, sizeof what, "TCK per word read, 64 KB of RAM, %s", through);
    report(b, what, (double)(b->adapter->tcks - tcks) / WORDS, goal);
    must(b, memcmp(in, out, BYTES) ? ERR_VERIFY : ERR_OK, "comparing");
    free(out);
    free(in);
}

int main(void)
{
    struct bench b = {0};
    open_wire(&b);
    connect_and_halt(&b);
    transfer(&b, "one core halted", 51);
    must(&b, target_prepare_window_core(b.target, target_core(b.target, 0)), "switching the second core on");
    if (!target_window_core(b.target, target_core(b.target, 0)))
        must(&b, ERR_STATE, "the second core does not halt");
    transfer(&b, "both cores halted", 46);
    must(&b, target_release_window_core(b.target), "switching the second core off");
    target_free(b.target);
    jtag_free(b.jtag);
    adapter_free(b.adapter);
    return b.failed ? 1 : 0;
}
