/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The eFuse controller of the chips with eleven blocks: bits that only rise. A chip's own struct efuse_kind says what its
 * registers are, what of block 0 can be protected, and what its factory burns.
 *
 * Programming ORs PGM_DATA into the block that CMD names; the read registers show it after the next read command or reset, a
 * block that RD_DIS protects as zeros. What WR_DIS protects is not burnt. Error correction (PGM_CHECK, RD_REPEAT_ERR) is
 * storage and never finds an error.
 */
#ifndef SIM_SOC_EFUSE_H
#define SIM_SOC_EFUSE_H

#include "sim/sched.h"
#include "sim/soc/block.h"
#include "sim/soc/efuse_names.h"

/* Offsets of the read registers, which are the same on all; eFuses are named by the address that they are read at. */
enum {
    EFUSE_RD_WR_DIS = 0x2C,
    EFUSE_RD_REPEAT0 = 0x30,
    EFUSE_RD_MAC_SYS = 0x44,
    EFUSE_RD_SYS_PART1 = 0x5C,
    EFUSE_RD_USR_DATA = 0x7C,
    EFUSE_RD_KEY0 = 0x9C,
    EFUSE_RD_END = 0x17C,
    EFUSE_WORDS = (EFUSE_RD_END - EFUSE_RD_WR_DIS) / 4
};

struct efuse;

/* Which bit of WR_DIS protects what of block 0. */
struct efuse_protection {
    uint8_t bit, word;
    uint32_t mask;
};

/* Constant. */
struct efuse_kind {
    struct block_kind block; /* its read and written are efuse_read and efuse_written */
    unsigned irq;            /* source */
    const struct efuse_protection *protections;
    size_t protection_count;
    /* Burns more than the MAC. */
    void (*burn_factory)(struct efuse *e);
    /* The read registers show what is burnt. */
    void (*loaded)(struct soc *s);
};

struct efuse {
    struct block block;
    const struct efuse_kind *kind;
    uint32_t burnt[EFUSE_WORDS];
    struct sched_event done;
};

/* As the factory left it: the MAC of the chip's configuration, and the rest. */
bool efuse_init(struct efuse *e, const struct efuse_kind *kind, struct soc *soc, uint32_t base);
void efuse_fini(struct efuse *e);
void efuse_reset(struct efuse *e);  /* which reads them anew */
void efuse_cancel(struct efuse *e); /* nothing of it will happen any more */

/* As burnt, by the address that it is read at. */
uint32_t efuse_word(const struct efuse *e, uint32_t addr);
uint32_t *efuse_burnt(struct efuse *e, uint32_t addr);

/* efuse_names.set_bytes: 32 bytes in hex in the order of the eFuses, as burn_block_data has it, with the first one's address
   as block; of the block of the MAC, the MAC as it is written, without colons. */
enum err efuse_set_bytes(struct efuse *e, const struct efuse_bytes *b, const char *text) MUST_USE;

uint32_t efuse_read(struct block *b, uint32_t offset);
void efuse_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before);

/* Rows of the registers that are the same on all. */
#define EFUSE_REGS                                                                                                     \
    {0x000, 8, 0, 0xFFFFFFFF, 0}, {0x020, 3, 0, 0xFFFFFFFF, 0}, {EFUSE_RD_WR_DIS, EFUSE_WORDS, 0, 0, 0},               \
        {0x17C, 4, 0, 0, 0}, {0x190, 1, 0, 0, 0}, {0x1C0, 2, 0, 0, 0}, {0x1C8, 1, 2, 0x10007, 0},                      \
        {0x1CC, 1, 0, 0xFFFF, 0}, {0x1D0, 1, 0, 0, 0}, {0x1D4, 1, 0, 0x3F, REG_ACTS}, {0x1D8, 1, 0, 0, 0},             \
        {0x1DC, 1, 0, 0, REG_LIVE}, {0x1E0, 1, 0, 3, REG_ACTS}, {0x1E4, 1, 0, 0, REG_ACTS},                            \
        {0x1E8, 1, 0x1FE1C, 0x3FFFF, 0},                                                                               \
    {                                                                                                                  \
        0x1EC, 1, 0x12000000, 0xFF000000, 0                                                                            \
    }

#endif
