/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lies between the cores of the ESP32-S3 and of the chips after it and their flash: two SPI MEM controllers, caches with
 * one table of an MMU, and encryption. They look at each other; what differs between chips is in constant kinds. The registers
 * that switch caches on and say of illegal accesses are the chip's own.
 */
#ifndef SIM_SOC_FLASH_SIDE_H
#define SIM_SOC_FLASH_SIDE_H

#include "sim/sched.h"
#include "sim/soc/block.h"
#include "sim/soc/efuse.h"
#include "sim/soc/period.h"
#include "sim/soc/soc_int.h"
#include "sim/soc/spi_wires.h"
#include "sim/soc/xts_scheme.h"

enum {
    FLASH_PAGE_SIZE = 0x10000, /* of the MMU */
    FLASH_MAX_ENTRIES = 512,
    FLASH_MAX_CACHES = 2,
    FLASH_MAX_WINDOWS = 2, /* of one cache */
    XTS_MAX_BYTES = 64,    /* that are encrypted at once */
};

struct flash_side;
struct flash_cache;

/* --- flash_cache.c: what a cache shows of each page of its windows --- */

/* The table of the MMU. Constant. */
struct flash_mmu_kind {
    struct block_kind block; /* one row of registers; its written is flash_mmu_written */
    uint32_t base;
    unsigned entries;
    uint32_t page, invalid,
        ram; /* of an entry: field of the page, bit that says it leads nowhere, or to external RAM (0: none) */
};

/* Where a core sees a cache: the window's page i goes by entry i. Constant. */
struct flash_window_kind {
    uint32_t base;
    unsigned core;
    uint8_t flash_access, ram_access; /* enum mem_access of an open page */
    bool takes_narrow;                /* also where it is closed */
};

/* Constant. */
struct flash_cache_kind {
    const struct flash_window_kind *windows;
    unsigned window_count;
    /* By the chip's registers: whether an access through this window reaches the cache. */
    bool (*is_on)(const struct soc *soc, const struct flash_window_kind *window);
    /* An access that the closed window at this address did not take. */
    void (*illegal)(struct core *c, const struct flash_window_kind *window, uint32_t addr, bool is_write);
};

struct flash_mmu {
    struct block block; /* first */
    struct flash_side *side;
};
struct flash_cache_page {
    uint16_t shown;                  /* the entry that an access goes by */
    bool is_open[FLASH_MAX_WINDOWS]; /* the core's map leads to memory */
    bool is_touched;                 /* may have been cached since it was last invalidated */
};
struct flash_stale {
    struct mem_block block;
    bool is_made, is_used;
};
struct flash_window {
    struct flash_cache *cache;
    const struct flash_window_kind *kind;
    struct core *core;
    struct mem_device device; /* what is seen where it is closed */
};
struct flash_cache {
    struct flash_side *side;
    const struct flash_cache_kind *kind;
    struct flash_cache_page pages[FLASH_MAX_ENTRIES];
    struct flash_stale *stale; /* old content, one for each page of the flash */
    struct flash_window windows[FLASH_MAX_WINDOWS];
};

void flash_mmu_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before);
/* The word of the table for an address of any window. */
uint32_t flash_mmu_entry(const struct flash_side *f, uint32_t addr);
bool flash_cache_init(struct flash_cache *c, struct flash_side *f, const struct flash_cache_kind *kind);
void flash_cache_fini(struct flash_cache *c);
void flash_cache_forget(struct flash_cache *c); /* at power-on */
/* Brings the maps to what entries, switches and memory of the cache say. */
void flash_cache_show(struct flash_cache *c, unsigned entry);
void flash_cache_show_all(struct flash_cache *c);
/* The cache forgets what it holds of the pages that these bytes of its windows are in; size 0: of all. */
void flash_cache_invalidate(struct flash_cache *c, uint32_t addr, uint32_t size);
void flash_cache_will_change(struct flash_cache *c, uint32_t page);
/* Whether the page that holds addr is open in this window. */
bool flash_cache_is_open(const struct flash_cache *c, unsigned window, uint32_t addr);

/* --- xts.c: encryption --- */

/* Constant. The control register has the same layout on every chip. */
struct xts_kind {
    struct block_kind block; /* its written is xts_written */
    uint32_t base;
    uint32_t max_bytes;                         /* encrypted at once: 32 or 64 */
    bool has_256;                               /* keys of two blocks */
    uint32_t (*control)(const struct soc *soc); /* EXTERNAL_DEVICE_ENCRYPT_DECRYPT_CONTROL */
    bool (*is_download)(const struct soc *soc); /* booted into the download mode */
};

struct xts {
    struct block block; /* first */
    const struct xts_kind *kind;
    struct flash_side *side;
    const struct efuse *efuse;
    struct sched_event done;
    struct xts_key key; /* as the eFuses had it when they were read last */
    bool is_on;
    uint8_t result[XTS_MAX_BYTES];
    uint32_t result_len;
    struct mem_block plain; /* decrypted flash, as far as is_decrypted says of its pages */
    bool *is_decrypted;
};

/* The rows of the block's registers, for a chip that takes so many words at once; size_bits are those of SIZE. */
#define XTS_REGS(plain_words, size_bits)                                                                               \
    {0x00, plain_words, 0, 0xFFFFFFFF, 0}, {0x40, 1, 0, size_bits, 0}, {0x44, 1, 0, 1, 0},                             \
        {0x48, 1, 0, 0x3FFFFFFF, 0}, {0x4C, 3, 0, 0, REG_ACTS}, {0x58, 1, 0, 0, 0},                                    \
    {                                                                                                                  \
        0x5C, 1, 0, 0x3FFFFFFF, 0 /* DATE: what a chip shows there is in no header */                                  \
    }

void xts_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before);
bool xts_init(struct xts *x, struct flash_side *f, const struct xts_kind *kind, const struct efuse *efuse);
void xts_fini(struct xts *x);
void xts_reset(struct xts *x);
void xts_load(struct xts *x); /* when eFuses are read */
/* What SPI1 sends for byte `at` of the data that it has in its buffer. */
uint8_t xts_sent(struct xts *x, uint32_t at, uint8_t buffered);
/* What the caches see of a page of flash, at its offset in the block: the flash itself, or its content decrypted. */
struct mem_block *xts_view(struct xts *x, uint32_t page);
void xts_flash_changed(struct xts *x, uint32_t offset, uint32_t len);

/* --- spi_mem.c, spi_mem_run.c: the controllers --- */

/* Constant. What every chip has at the same place is in regs/spi_mem.h. */
struct spi_mem_kind {
    struct block_kind block; /* its read and written are spi_mem_read and spi_mem_written */
    uint32_t bases[2];
    uint32_t core_clk, int_ena, int_clr, int_raw, int_st; /* offsets */
    uint32_t ddr;                                         /* offset; 0: one edge only */
    uint32_t cmd_busy, fsm_busy;                          /* shown in CMD and FSM while a command runs */
    uint32_t int_done;                                    /* of INT_RAW: a command is done */
    uint32_t suspend_opcode, resume_opcode;               /* fields of the word behind SUS_CMD */
    unsigned irq;
    struct period (*clock)(const struct soc *soc, unsigned select); /* by CORE_CLK */
};

struct spi_mem {
    struct block block; /* first */
    const struct spi_mem_kind *kind;
    struct flash_side *side;
    struct spi_wires wires; /* on chip select 0; NULL on SPI0, which gives no commands */
    struct sched_event done;
    uint32_t command; /* the bits of CMD that run */
};

uint32_t spi_mem_read(struct block *b, uint32_t offset);
void spi_mem_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before);
bool spi_mem_init(struct spi_mem *x, struct flash_side *f, unsigned index, const struct spi_mem_kind *kind);
void spi_mem_reset(struct spi_mem *x);
/* Clocks that the command needs, in halves, and doing it. */
uint64_t spi_mem_half_clocks(const struct spi_mem *x);
void spi_mem_run(struct spi_mem *x);
void spi_mem_send_opcode(struct spi_mem *x, uint8_t opcode);

/* --- flash_side.c: all of it --- */

/* Constant. */
struct flash_side_kind {
    const struct spi_mem_kind *spi;
    const struct xts_kind *xts;
    const struct flash_mmu_kind *mmu;
    const struct flash_cache_kind *const *caches; /* ended by NULL */
};

struct flash_side {
    struct soc *soc;
    const struct flash_side_kind *kind;
    struct mem_block content; /* of the flash */
    struct mem_block ram;     /* external; size 0: none */
    struct spi_mem spi[2];
    struct xts xts;
    struct flash_mmu mmu;
    struct flash_cache caches[FLASH_MAX_CACHES];
    unsigned cache_count;
};

/* Takes the flash and the size of external RAM from the chip's configuration. The eFuses may be made later.
   False when out of memory. */
bool flash_side_init(struct flash_side *f, const struct flash_side_kind *kind, struct soc *soc,
                     const struct efuse *efuse);
void flash_side_fini(struct flash_side *f);                   /* takes one whose init failed, or was never called */
void flash_side_map(struct flash_side *f, struct mem_map *m); /* the blocks of registers */
void flash_side_cancel(struct flash_side *f);                 /* nothing of it will happen any more */
void flash_side_unpower(struct flash_side *f);
/* The table and the caches forget all: their power was off. The chip's cache registers are at their reset values. */
void flash_side_power_on(struct flash_side *f);
/* A digital reset: of the controllers, the caches' content and the encryption. The table, which is RAM, stays. */
void flash_side_reset(struct flash_side *f);
/* The switches of the caches changed. */
void flash_side_show_all(struct flash_side *f);

#endif
