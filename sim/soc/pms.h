/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SENSITIVE of the ESP32-S3, the ESP32-C3 and their like: what the cores may do with internal memory. A chip's own struct
 * pms_kind says where its registers and memories are.
 *
 * Permissions of the instruction bus (read, write, fetch) and of the data bus (read, write) hold for areas that split lines
 * cut out of SRAM1, for the parts of SRAM0, and for ROM. What is denied raises no exception: a read gives 0, a write is
 * dropped, and the core's monitor latches the first of it and interrupts. Areas are enforced by pages of 4 KB here: a page
 * that a line cuts has what either side has. Permissions of ROM, peripherals, RTC memory and DMA are storage. A lock keeps
 * its registers as they are until the next reset.
 */
#ifndef SIM_SOC_PMS_H
#define SIM_SOC_PMS_H

#include "sim/soc/soc_int.h"

enum { PMS_DATA, PMS_CODE, PMS_BUSES };

/* A lock guards the registers from itself up to the last one named. */
struct pms_lock {
    uint16_t lock, last;
};

/* Constant. Offsets are of registers. */
struct pms_kind {
    struct block_kind block; /* its written is pms_written */
    /* SRAM1: its addresses, size, and the offset of its struct mem_block in the chip's state; the same of SRAM0, which only
       the instruction bus sees. */
    uint32_t sram1_data, sram1_code, sram1_size;
    size_t sram1;
    uint32_t sram0_code, sram0_size;
    unsigned sram0_parts; /* with permissions of their own */
    size_t sram0;
    /* Split lines: a category for each segment, and the offset in it in units. */
    uint32_t segments_data; /* address on the data bus where the first segment begins */
    uint32_t segment_size, split_unit;
    unsigned segments;
    uint16_t split_line_1; /* between IRAM and DRAM; two in IRAM and two in DRAM follow */
    uint16_t iram_world1;  /* permissions; those of world 0 follow */
    uint16_t dram;         /* of both worlds */
    /* Whether an access of this bus is of world 1, a program's untrusted half. NULL: never. */
    bool (*is_world1)(const struct core *c, unsigned bus);
    struct pms_monitor {
        uint16_t control; /* MONITOR_1; the status, MONITOR_2, follows, and of the data bus one more */
        uint16_t source;
    } monitors[CORES][PMS_BUSES];
    uint32_t dram_violate_addr; /* field of MONITOR_2 */
    uint32_t dram_violate_unit; /* that it counts, from 0x3C000000 */
    const struct pms_lock *locks;
    size_t lock_count;
};

struct pms {
    struct block block;
    const struct pms_kind *kind;
};

bool pms_init(struct pms *p, const struct pms_kind *kind, struct soc *soc, uint32_t base);
void pms_fini(struct pms *p);
void pms_reset(struct pms *p);
/* What a page of SRAM1 or SRAM0 did not take: soc_kind.denied. */
void pms_denied(struct pms *p, struct core *c, uint32_t addr, uint8_t kind);

void pms_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before);

#endif
