/* SPDX-License-Identifier: Apache-2.0 */
/* A target on the two cores of tests/dm/chip_rig.h, as a session would make it. */
#ifndef TESTS_TARGET_RIG_H
#define TESTS_TARGET_RIG_H

#include "chip_rig.h"
#include "target/target.h"
#include "unit.h"

enum { TIMEOUT_MS = 500, IRAM = 0x40080000, DRAM = 0x3FFB0000 };

struct target_rig {
    struct chip_rig chip;
    struct target *target;
    struct core *cpu[RIG_CORES];
    unsigned events[16]; /* count by enum target_event */
};

/* Both cores run the endless loop of the rig. */
void target_rig_open(struct target_rig *r);
void target_rig_open_chip(struct target_rig *r, const struct chip *chip); /* the same cores under another record */
/* Both are halted; core 0 stands at pc. */
void target_rig_open_at(struct target_rig *r, uint32_t pc);
void target_rig_close(struct target_rig *r);
uint32_t read_reg(struct core *c, const char *name);
void write_reg(struct core *c, const char *name, uint32_t value);
/* The nth execute of the adapter from now on fails with ERR_IO, undone or (late) done; n 0: none. */
void fail_at(struct target_rig *r, uint64_t n, bool late);
/* Whether that was not reached. */
bool is_failure_ahead(const struct target_rig *r);
/* Instructions of three bytes each, past all rules. */
void put_code(struct target_rig *r, uint32_t addr, const uint32_t *instructions, unsigned count);

#endif
