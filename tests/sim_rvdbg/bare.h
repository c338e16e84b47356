/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bare RISC-V board: cores, memory and a debug module, with a clock that moves by TCK and by bare_advance_ps.
 *
 * Memory: a ROM page at BARE_ROM, where cores start, with a loop that counts in t0; RAM that instructions see at BARE_CODE
 * and data at BARE_DATA; the system bus sees it all.
 */
#ifndef TESTS_SIM_RVDBG_BARE_H
#define TESTS_SIM_RVDBG_BARE_H

#include "sim/rvdbg/rvdbg.h"

enum {
    BARE_ROM = 0x40000000,
    BARE_CODE = 0x40380000,
    BARE_DATA = 0x3FC80000,
    BARE_RAM_SIZE = 0x20000,
    BARE_TCK_PS = 50000,
    BARE_CYCLE_PS = 25000,
};

struct bare {
    struct rvdbg *module;
    struct rvdbg_config config;
    struct rv32_config core_configs[RVDBG_CORES];
    struct rv32 *cores[RVDBG_CORES];
    struct mem_map map;
    struct mem_block rom, ram;
    uint64_t now_ps, ran_ps[RVDBG_CORES]; /* the present, and how far a core has come */
    uint64_t tcks;
    uint32_t tck_ps;
    bool is_system_held, is_core_held[RVDBG_CORES], is_unplugged[RVDBG_CORES] /* a core without a clock */;
    bool is_pin_held; /* the chip's reset pin */
    bool is_unreachable;
    unsigned bus_accesses, resets;
};

/* False when out of memory. In the state after power-on. */
bool bare_open(struct bare *b, const struct rvdbg_config *config, const struct rv32_config *core);
void bare_close(struct bare *b);

bool bare_tck(struct bare *b, bool tms, bool tdi);
void bare_advance_ps(struct bare *b, uint64_t ps);
void bare_reset(struct bare *b); /* the cores, as a register of the chip does it; the module stays as it is */
void bare_hold_pin(struct bare *b, bool hold);
void bare_poke(struct bare *b, uint32_t addr, uint32_t word); /* ROM too */
uint32_t bare_peek(struct bare *b, uint32_t addr);

#endif
