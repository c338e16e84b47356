/* SPDX-License-Identifier: Apache-2.0 */
/* Programs incompressible data into a virtual board's flash at 20 MHz TCK and says where the time goes.
   usage: flash [MB [BOARD]] */
#include "regs/spi_nor.h"
#include "tests/flash/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MB = 1 << 20, OFFSET = 0x10000, MAX_MB = 7, CHIP_NAME = 16 };
#define SECONDS(ns) ((double)(ns) / 1e9)

struct run {
    uint64_t total_ns, flash_ns, tcks, executes;
    double host_cpu;
    struct flash_job_result job;
};

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static enum err measure(struct rig *r, const uint8_t *image, size_t len, unsigned flags, struct run *out)
{
    struct flash_piece piece = {.offset = OFFSET, .bytes = image, .len = len, .name = "random"};
    double cpu = cpu_seconds();
    uint64_t begun = board_now_ns(r->board), busy = board_flash_busy_ns(r->board);
    uint64_t tcks = r->adapter->tcks, executes = r->adapter->executes;
    enum err e = flash_program(r->flash, &piece, 1, flags, &out->job);
    out->total_ns = board_now_ns(r->board) - begun;
    out->flash_ns = board_flash_busy_ns(r->board) - busy;
    out->tcks = r->adapter->tcks - tcks;
    out->executes = r->adapter->executes - executes;
    out->host_cpu = cpu_seconds() - cpu;
    return e;
}

static void show(const char *what, const struct run *r)
{
    printf("%s: %.3f s of virtual time", what, SECONDS(r->total_ns));
    if (r->flash_ns)
        printf(", the flash's own %.3f s, ratio %.3f", SECONDS(r->flash_ns), (double)r->total_ns / (double)r->flash_ns);
    printf("\n  check %.3f s, erase %.3f s, program %.3f s, verify %.3f s; %llu TCKs, %llu round trips, %.2f s of host "
           "CPU\n",
           SECONDS(r->job.check_ns), SECONDS(r->job.erase_ns), SECONDS(r->job.program_ns), SECONDS(r->job.verify_ns),
           (unsigned long long)r->tcks, (unsigned long long)r->executes, r->host_cpu);
}

static enum err run_all(struct rig *r, uint8_t *image, size_t len)
{
    enum { PROGRAM = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME, WITH_VERIFY = PROGRAM | FLASH_JOB_VERIFY };
    static const struct {
        const char *what;
        unsigned flags;
        bool is_changed;
    } runs[] = {
        {"program into blank flash", PROGRAM, false},
        {"program what is there already, verify", WITH_VERIFY, false},
        {"erase, program and verify other data", WITH_VERIFY, true},
    };
    for (size_t n = 0; n < sizeof runs / sizeof runs[0]; n++) {
        struct run out = {0};
        for (size_t i = 0; runs[n].is_changed && i < len; i++)
            image[i] = (uint8_t)~image[i];
        enum err e = measure(r, image, len, runs[n].flags, &out);
        if (e)
            return e;
        show(runs[n].what, &out);
    }
    return memcmp(board_flash_bytes(r->board) + OFFSET, image, len) ? ERR_VERIFY : ERR_OK;
}

int main(int argc, char **argv)
{
    int mb = argc > 1 ? atoi(argv[1]) : 1;
    size_t len = (size_t)(mb > 0 && mb <= MAX_MB ? mb : 1) * MB;
    uint8_t *image = malloc(len);
    uint64_t seed = 88172645463325252U;
    for (size_t i = 0; image && i < len; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        image[i] = (uint8_t)(seed >> 32);
    }
    const char *board = argc > 2 ? argv[2] : "esp32-wrover", *const options[] = {"board", board, NULL};
    char chip[CHIP_NAME];
    snprintf(chip, sizeof chip, "%.*s", (int)strcspn(board, "-"), board);
    struct rig r = {0};
    enum err e = image ? rig_open_chip(&r, chip, options, 0) : ERR_MEMORY;
    if (!e)
        e = target_reset(r.target, RESET_INIT);
    printf("%s: %zu MB of random bytes at 0x%x, 20 MHz TCK, 125 us a round trip\n", board, len / MB, OFFSET);
    if (!e)
        e = run_all(&r, image, len);
    if (e)
        fprintf(stderr, "flash: %s: %s\n", err_name(e), err_why(&r.log, e));
    rig_close(&r);
    free(image);
    return e ? 1 : 0;
}
