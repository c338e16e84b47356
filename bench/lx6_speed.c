/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions a second of the LX6 interpreter, in a loop that gcc made (lx6_loop.c): one core, then two that take turns
 * and share all memory. Usage: lx6_speed IMAGE [MILLION_INSTRUCTIONS]; IMAGE is the loop's code, to run from its start.
 */
#include "base/clock.h"
#include "base/file.h"
#include "sim/lx6/lx6.h"

#include "regs/xtensa.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE = 0x40080000, DATA = 0x3FFB0000, SIZE = 0x10000, CORES = 2, SLICE = 2000 };

struct machine {
    struct mem_map map;
    struct mem_block code, data;
    struct lx6 *cores[CORES];
};

static bool machine_init(struct machine *m, const struct buf *image)
{
    static const struct lx6_config *const configs[CORES] = {&lx6_config_esp32_pro, &lx6_config_esp32_app};
    if (image->len > SIZE || !mem_map_init(&m->map) || !mem_block_init(&m->code, "code", SIZE) ||
        !mem_block_init(&m->data, "data", SIZE))
        return false;
    memcpy(m->code.bytes, image->bytes, image->len);
    mem_map_block(&m->map, CODE, SIZE, &m->code, 0, MEM_R | MEM_X);
    mem_map_block(&m->map, DATA, SIZE, &m->data, 0, MEM_R | MEM_W | MEM_NARROW);
    for (unsigned i = 0; i < CORES; i++) {
        m->cores[i] = lx6_new(configs[i], &m->map, NULL);
        if (!m->cores[i])
            return false;
        lx6_set_sr(m->cores[i], SR_PS, 0);
        lx6_set_ar(m->cores[i], 1, DATA + SIZE - 0x1000 * i);
        lx6_set_pc(m->cores[i], CODE);
    }
    return true;
}

static void machine_fini(struct machine *m)
{
    for (unsigned i = 0; i < CORES; i++)
        lx6_free(m->cores[i]);
    mem_block_fini(&m->code);
    mem_block_fini(&m->data);
    mem_map_fini(&m->map);
}

static void measure(struct machine *m, unsigned cores, uint64_t count)
{
    struct clock clock = clock_host(NULL);
    uint64_t before = 0, after = 0, start = clock_now_ns(&clock);
    for (unsigned i = 0; i < cores; i++)
        before += lx6_instructions(m->cores[i]);
    for (uint64_t done = 0; done < count; done += (uint64_t)SLICE * cores) {
        for (unsigned i = 0; i < cores; i++)
            lx6_run(m->cores[i], SLICE);
    }
    uint64_t ns = clock_now_ns(&clock) - start;
    for (unsigned i = 0; i < cores; i++)
        after += lx6_instructions(m->cores[i]);
    printf("lx6: %u core%s: %.1f million instructions a second (%llu in %.3f s, slices of %d)\n", cores,
           cores > 1 ? "s" : "", (double)(after - before) * 1e3 / (double)ns, (unsigned long long)(after - before),
           (double)ns / 1e9, SLICE);
}

int main(int argc, char **argv)
{
    struct log log;
    struct buf image = {0};
    struct machine m = {0};
    log_init(&log, LOG_SILENT);
    if (argc < 2 || file_read(&log, argv[1], &image)) {
        fprintf(stderr, "lx6_speed: %s\n", argc < 2 ? "usage: lx6_speed IMAGE [MILLION_INSTRUCTIONS]" : log.why);
        return 2;
    }
    uint64_t count = (argc > 2 ? strtoull(argv[2], NULL, 10) : 300) * 1000000;
    bool is_ready = machine_init(&m, &image);
    for (unsigned cores = 1; is_ready && cores <= CORES; cores++)
        measure(&m, cores, count);
    machine_fini(&m);
    buf_fini(&image);
    return is_ready ? 0 : 1;
}
