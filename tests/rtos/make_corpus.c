/* SPDX-License-Identifier: Apache-2.0 */
/* By hand: writes the corpus of tests/fuzz/fuzz_rtos.c, from kernels as the tests have them: make_rtos_corpus DIR. */
#include "kernel.h"

#include "base/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SYMBOLS = 16, FOLLOWS = 1, ONE_CORE = 2, ISA_SHIFT = 2 };

static uint32_t place_of(const struct kernel *k, const char *name)
{
    const struct {
        const char *name;
        uint32_t addr;
    } all[] = {{"pxReadyTasksLists", k->ready},      {k->build.current, k->current},
               {"xDelayedTaskList1", k->delayed[0]}, {"xDelayedTaskList2", k->delayed[1]},
               {"xSuspendedTaskList", k->suspended}, {"xTasksWaitingTermination", k->ended},
               {"xPendingReadyList", k->pending},    {k->build.running, k->running},
               {"uxCurrentNumberOfTasks", k->count}, {"FreeRTOS_openocd_params", k->build.has_table ? k->table : 0}};
    for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++)
        if (!strcmp(all[i].name, name))
            return all[i].addr;
    return 0;
}

static void save(struct kernel *k, const char *dir, const char *name, bool follows)
{
    struct buf out = {0};
    char path[512];
    buf_u8(&out, (uint8_t)((follows ? FOLLOWS : 0) | (k->build.cores == 1 ? ONE_CORE : 0) | k->build.isa << ISA_SHIFT));
    for (unsigned i = 0; i < SYMBOLS; i++) {
        const char *symbol = rtos_symbol_name(k->rtos, i);
        uint32_t addr = symbol ? place_of(k, symbol) : 0;
        buf_u16(&out, (uint16_t)(addr ? (addr - KERNEL_BASE) / 4 : 0));
    }
    buf_append(&out, k->bytes, k->next - KERNEL_BASE);
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(out.bytes, 1, out.len, file) != out.len || fclose(file)) {
        perror(path);
        exit(1);
    }
    buf_fini(&out);
    kernel_close(k);
}

static void fill(struct kernel *k, const struct kernel_build *build)
{
    kernel_open(k, build);
    uint32_t main = kernel_add(k, "main", 1, kernel_ready(k, 1)), waits = kernel_add(k, "waits", 2, k->suspended);
    kernel_add(k, "late", 3, k->delayed[0]);
    kernel_wait(k, waits, kernel_list(k));
    kernel_run_on(k, 0, main);
}

int main(int argc, char **argv)
{
    static struct kernel k;
    const struct kernel_build idf5 = {"pxCurrentTCBs",  2, 0, false, true, false, "xSchedulerRunning",
                                      RTOS_XTENSA_ESP32},
                              checks = {"pxCurrentTCBs",    2, 0, true, true, false, "xSchedulerRunning",
                                        RTOS_XTENSA_ESP32S3},
                              vanilla = {"pxCurrentTCB", 1, 0, false, false, true, "xSchedulerRunning", RTOS_RISCV};
    if (argc != 2)
        return 2;
    fill(&k, &idf5);
    save(&k, argv[1], "idf5", true);
    fill(&k, &checks);
    save(&k, argv[1], "checks", false);
    fill(&k, &vanilla);
    save(&k, argv[1], "vanilla", false);
    fill(&k, &idf5);
    kernel_put(&k, kernel_state_item(&k, k.next - 0x60), 0x12345678);
    kernel_put(&k, k.suspended, 7);
    save(&k, argv[1], "cut", false);
    return 0;
}
