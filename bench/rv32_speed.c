/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions a second of the RISC-V interpreter, in the loop that the LX6 is measured with (lx6_loop.c), as gcc makes
 * it for the ESP32-C3: as after reset, with PMP as ESP-IDF sets it up (entries over all memories, locked), and with two
 * watchpoints besides. Usage: rv32_speed IMAGE [MILLION_INSTRUCTIONS]; IMAGE is the loop's code, to run from its start.
 */
#include "base/clock.h"
#include "base/file.h"
#include "sim/rv32/rv32.h"

#include "regs/riscv_csr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE = 0x40080000, DATA = 0x3FFB0000, SIZE = 0x10000, SLICE = 2000 };

struct machine {
    struct mem_map map;
    struct mem_block code, data;
    struct rv32 *core;
};

static bool machine_init(struct machine *m, const struct buf *image)
{
    if (image->len > SIZE || !mem_map_init(&m->map) || !mem_block_init(&m->code, "code", SIZE) ||
        !mem_block_init(&m->data, "data", SIZE))
        return false;
    memcpy(m->code.bytes, image->bytes, image->len);
    mem_map_block(&m->map, CODE, SIZE, &m->code, 0, MEM_R | MEM_X);
    mem_map_block(&m->map, DATA, SIZE, &m->data, 0, MEM_R | MEM_W | MEM_NARROW);
    m->core = rv32_new(&rv32_config_esp32c3, &m->map, NULL);
    if (!m->core)
        return false;
    rv32_set_x(m->core, 2, DATA + SIZE);
    rv32_set_pc(m->core, CODE);
    return true;
}

static void machine_fini(struct machine *m)
{
    rv32_free(m->core);
    mem_block_fini(&m->code);
    mem_block_fini(&m->data);
    mem_map_fini(&m->map);
}

/* Two ranges, data and code, and nothing for the rest. */
static void set_pmp(struct machine *m)
{
    static const uint32_t bounds[4] = {DATA >> 2, (DATA + SIZE) >> 2, CODE >> 2, (CODE + SIZE) >> 2};
    for (unsigned i = 0; i < 4; i++)
        rv32_set_csr(m->core, CSR_PMPADDR0 + i, bounds[i]);
    rv32_set_csr(m->core, CSR_PMPADDR0 + 4, ~0U);
    rv32_set_csr(m->core, CSR_PMPCFG0, 0x8D808B80 | 0x00080008); /* locked: none, RW, none, RX; TOR each */
    rv32_set_csr(m->core, CSR_PMPCFG0 + 1, 0x98);                /* the rest: NAPOT, none */
}

/* On words that the loop does not use, beside those that it does. */
static void set_watchpoints(struct machine *m)
{
    for (unsigned i = 0; i < 2; i++) {
        rv32_set_csr(m->core, CSR_TSELECT, i);
        rv32_set_csr(m->core, CSR_TDATA2, DATA + 0x8000 + 0x1000 * i);
        rv32_set_csr(m->core, CSR_TDATA1, MCONTROL_M | MCONTROL_LOAD | MCONTROL_STORE);
    }
    rv32_set_csr(m->core, CSR_TCONTROL, TCONTROL_MTE);
}

static void measure(struct machine *m, const char *what, uint64_t count)
{
    struct clock clock = clock_host(NULL);
    uint64_t before = rv32_instructions(m->core), start = clock_now_ns(&clock);
    for (uint64_t done = 0; done < count; done += SLICE)
        rv32_run(m->core, SLICE);
    uint64_t ns = clock_now_ns(&clock) - start, ran = rv32_instructions(m->core) - before;
    printf("rv32: %s: %.1f million instructions a second (%llu in %.3f s, slices of %d)\n", what,
           (double)ran * 1e3 / (double)ns, (unsigned long long)ran, (double)ns / 1e9, SLICE);
}

int main(int argc, char **argv)
{
    struct log log;
    struct buf image = {0};
    struct machine m = {0};
    log_init(&log, LOG_SILENT);
    if (argc < 2 || file_read(&log, argv[1], &image)) {
        fprintf(stderr, "rv32_speed: %s\n", argc < 2 ? "usage: rv32_speed IMAGE [MILLION_INSTRUCTIONS]" : log.why);
        return 2;
    }
    uint64_t count = (argc > 2 ? strtoull(argv[2], NULL, 10) : 300) * 1000000;
    bool is_ready = machine_init(&m, &image);
    if (is_ready) {
        measure(&m, "as after reset", count);
        set_pmp(&m);
        measure(&m, "PMP locked", count);
        set_watchpoints(&m);
        measure(&m, "PMP and two watchpoints", count);
        if (rv32_csr(m.core, CSR_MCAUSE))
            fprintf(stderr, "rv32_speed: the loop was left by exception %u\n", rv32_csr(m.core, CSR_MCAUSE));
        is_ready = !rv32_csr(m.core, CSR_MCAUSE);
    }
    machine_fini(&m);
    buf_fini(&image);
    return is_ready ? 0 : 1;
}
