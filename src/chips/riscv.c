/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A RISC-V core of 32 bits of which nothing is known but its debug module: the target type "riscv". It is no chip that may be
 * guessed, so it is in no list; whoever names it in a configuration gets cores, memory and breakpoints, and no flash.
 */
#include "chips/chips_int.h"

#include <stddef.h>

/* Software breakpoints may be tried anywhere: what is written is read back. */
static const struct chip_region regions[] = {
    {"memory", REGION_RAM, 0, UINT32_MAX, false, true},
    {NULL, 0, 0, 0, false, false},
};

static const struct chip_reset_cause reset_causes[] = {{0, false, NULL, NULL}};

const struct chip chip_riscv = {
    .name = "riscv",
    .title = "RISC-V",
    .isa = ISA_RV32_ANY,
    .core_count = CHIP_MAX_CORES,
    .tap_count = 1,
    .ir_len = 5,
    .cores =
        {
            {.suffix = "cpu0", .hart = 0},
            {.suffix = "cpu1", .hart = 1},
            {.suffix = "cpu2", .hart = 2},
            {.suffix = "cpu3", .hart = 3},
        },
    .regions = regions,
    .reset_causes = reset_causes,
    .flash = {.wiring = "The target type riscv has no flash: name the chip"},
    .mmu = {.page_size = 0x10000},
    .image = {.id = UINT16_MAX},
};
