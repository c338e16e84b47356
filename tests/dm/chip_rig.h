/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two LX6 cores with their debug modules and plain memory, behind an adapter: as much of a chip as debug modules and cores
 * need to be tested, with knobs that make them slow, absent or stuck.
 */
#ifndef TESTS_CHIP_RIG_H
#define TESTS_CHIP_RIG_H

#include "adapter/adapter.h"
#include "dm/xocd.h"
#include "sim/xdm/xdm.h"

enum { RIG_CORES = 2, RIG_DEVICE_WORDS = 0x20000, RIG_GUARDED_WORD = 0x400 };
/* Device words: writes are dropped while FORBID is not 0, FORBID cannot be changed while LOCK is not 0, and a dropped write
   leaves 1 in VIOLATED. */
enum rig_protection { RIG_FORBID, RIG_LOCK, RIG_VIOLATED };

struct chip_rig {
    struct adapter adapter; /* first: the adapter's ops get this */
    struct log log;
    struct log_sink sink;
    struct xdm *xdm[RIG_CORES];
    struct lx6 *lx6[RIG_CORES];
    struct mem_map map;
    struct mem_block rom, iram, dram, rtc_slow;
    struct mem_device device;
    uint32_t *device_words; /* 0x3FF00000 on: plain words */
    bool has_protection;    /* of the words from RIG_GUARDED_WORD on, as the three words of enum rig_protection say */
    uint64_t now_ps, ran_ps[RIG_CORES], tck_ps, cycle_ps;
    uint64_t latency_ps;
    bool is_held[RIG_CORES], is_gated[RIG_CORES], is_stalled[RIG_CORES], is_jtag_off;
    uint64_t unplug_after; /* executes; 0: never */
    /* The execute of this number (adapter.executes) fails with fails_with, and those after it are good again; 0: none. A run
       of the dm's queue is one execute. Nothing of it is done, or with fails_late all of it, and only its answer is lost. */
    uint64_t fails_at;
    enum err fails_with;
    bool fails_late;

    struct jtag *jtag;
    struct dm *dm;
};

/* TCK 20 MHz, cores 160 MHz, both running an endless loop at the reset vector 0x40000400. */
void rig_open(struct chip_rig *r);
/* The dm is freed too, unless it was taken away. */
void rig_close(struct chip_rig *r);
void rig_sync(struct chip_rig *r);
/* Puts code or data into memory, past all rules. */
void rig_poke(struct chip_rig *r, uint32_t addr, const void *bytes, size_t len);
uint32_t rig_word(struct chip_rig *r, uint32_t addr);

#endif
