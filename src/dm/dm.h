/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The debug modules of one chip, behind one contract: Xtensa's OCD and RISC-V's debug module look the same from above.
 *
 * One struct dm stands for the modules of all cores of the chip, because scans through several of them are made together.
 * Cores are numbered as in the chip record; sets of cores are masks, bit n for core n. Functions that return enum err block
 * for as many adapter round trips as they need; the queue_ functions only queue.
 */
#ifndef DM_DM_H
#define DM_DM_H

#include "base/err.h"
#include "base/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DM_MAX_CORES = 4 };

struct dm;

/* What a module says of its core. */
struct dm_status {
    bool is_online;       /* the module answers; while it does not, only has_tap and the resets are valid */
    bool has_tap;         /* the TAP in front of the module answers */
    bool is_halted;       /* the core is in debug mode */
    bool is_in_reset;     /* the core is held in reset now */
    bool is_stalled;      /* the chip stalls the core */
    bool core_was_reset;  /* since the poll before */
    bool debug_was_reset; /* since the poll before; the module has been set up again */
    uint32_t raw;         /* the module's own status register, for messages */
};

/* A part of the network by which cores stop together; the values of target.h's SMP_... A RISC-V core is in the halt group of
   the others when it both listens (BREAK_IN) and tells (BREAK_OUT). */
enum { DM_BREAK_IN = 1, DM_BREAK_OUT = 2, DM_RUN_STALL_IN = 4, DM_DEBUG_MODE_OUT = 8 };

struct dm_ops {
    const char *name;
    void (*free)(struct dm *d);
    /* Switches the modules of these cores on. A module that does not answer is no error: the status says so. */
    enum err (*examine)(struct dm *d, unsigned cores, struct dm_status *status);
    /* The status of every core (status[core_count]) in one round trip. Modules that were reset are set up again.
       ERR_NO_CHIP when no TAP answers. */
    enum err (*poll)(struct dm *d, struct dm_status *status);
    /* The identification of a module, as found by examine: OCDID, or the IDCODE of a RISC-V module's TAP. */
    uint32_t (*id)(const struct dm *d, unsigned core);
    /* Whether memory can be reached through this core while it runs. */
    bool (*reaches_memory_running)(const struct dm *d, unsigned core);
    /* Queues: the parts of the break network that these cores take part in, now and after each reset of their modules. */
    void (*queue_break_network)(struct dm *d, unsigned cores, unsigned mask);

    /* Queues: asks the cores to stop. The next poll may see them halted. force: also where their code has masked it, which
       costs that code its return address. */
    void (*queue_halt)(struct dm *d, unsigned cores, bool force);
    /* Queues: withdraws requests to stop and forgets the causes of the last stop. */
    void (*queue_acknowledge)(struct dm *d, unsigned cores);
    /* Queues: lets the halted cores go, all with one scan where the chain allows it. */
    void (*queue_resume)(struct dm *d, unsigned cores);
    /* Holds the cores in reset; lets them go, and with halt they stop before their first instruction. What surrounds the
       cores is not reset on Xtensa; a RISC-V module that is to reset all of its cores resets all but itself. */
    enum err (*assert_reset)(struct dm *d, unsigned cores);
    enum err (*deassert_reset)(struct dm *d, unsigned cores, bool halt);

    /* The chip's reset line, which takes everything back to power-on. ERR_UNSUPPORTED when nothing drives it. */
    enum err (*drive_reset_line)(struct dm *d, bool asserted);

    /* Registers of the module itself: NAR numbers, or DMI addresses. */
    void (*queue_read_reg)(struct dm *d, unsigned core, uint32_t reg, uint32_t *value);
    void (*queue_write_reg)(struct dm *d, unsigned core, uint32_t reg, uint32_t value);
    /* Xtensa's alone, called by its side of target/ only: instructions for a halted core, and the word that it exchanges
       with the host. What RISC-V's side asks for beyond this table stands in dm/riscv_dm.h. */
    void (*queue_execute)(struct dm *d, unsigned core, uint32_t instruction);
    void (*queue_put)(struct dm *d, unsigned core, uint32_t value);
    void (*queue_get)(struct dm *d, unsigned core, uint32_t *value);
    /* Queues: count words of memory through this halted core, from where this register of its window points (a word-aligned
       address); it is stepped past them. */
    void (*queue_read_words)(struct dm *d, unsigned core, unsigned pointer, uint32_t *words, size_t count);
    /* Runs the queue and empties it. ERR_EXEC: an instruction raised an exception. ERR_OVERRUN: the core was slower than the
       scans, some instructions were lost; the module goes slower from now on and the caller starts again from what it
       knows (a RISC-V module has done so by itself, and gave up). After either the module is ready for use. */
    enum err (*run)(struct dm *d);

    /* Words of memory through the halted cores of the mask (each takes a part of the block), at a word-aligned address.
       Clobbers scratch registers of the cores, which target/ has saved: a3 on Xtensa; on RISC-V s0 and s1, or none where
       the module has a bus master of its own, which does not mind a core that runs. After ERR_FAULT *fault is the address that failed; words below it are
       done. Retries by itself what is safe to retry. */
    enum err (*read_block)(struct dm *d, unsigned cores, uint32_t addr, uint32_t *words, size_t count, uint32_t *fault);
    enum err (*write_block)(struct dm *d, unsigned cores, uint32_t addr, const uint32_t *words, size_t count,
                            uint32_t *fault);
};

/* A driver's own struct starts with it. */
struct dm {
    const struct dm_ops *ops;
    unsigned core_count;
    struct log *log;
};

static inline void dm_free(struct dm *d)
{
    if (d)
        d->ops->free(d);
}

#endif
