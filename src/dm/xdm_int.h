/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DM_XDM_INT_H
#define DM_XDM_INT_H

#include "dm/xdm.h"

struct xdm_core {
    unsigned tap;
    uint32_t id;            /* OCDID; 0 while the module has not answered */
    unsigned break_network; /* DM_BREAK_... */
};

struct xdm {
    struct dm base;
    struct jtag *jtag;
    struct xdm_core cores[DM_MAX_CORES];
    size_t pace; /* clocks in Run-Test/Idle after each instruction; 0 until a core was too slow */

    /* of the queue */
    unsigned used;     /* cores with an access in the queue */
    unsigned executes; /* cores with an instruction in it */
    unsigned leaves;   /* cores that are let go by it */

    /* written by the run */
    uint32_t dsr[DM_MAX_CORES];
    uint32_t nar_status[DM_MAX_CORES]; /* all that the NAR scans said of the accesses before them */
    unsigned excepted;                 /* cores whose instruction raised an exception */
};

/* One register of several cores, in the same two scans. */
struct xdm_access {
    unsigned cores, reg;
    bool is_write;
    uint32_t out[DM_MAX_CORES];
    uint32_t *in[DM_MAX_CORES]; /* may be NULL */
};

unsigned xdm_all(const struct xdm *x);
void xdm_queue(struct xdm *x, const struct xdm_access *a);
/* The same value written to all cores of the mask. */
void xdm_queue_write(struct xdm *x, unsigned cores, unsigned reg, uint32_t value);
/* An instruction for all cores of the mask. */
void xdm_queue_instruction(struct xdm *x, unsigned cores, uint32_t instruction);
/* After an access that made the core execute: gives it time when it is known to be slow. */
void xdm_queue_pace(struct xdm *x);
/* PWRCTL or PWRSTAT of the cores of the mask: writes value, captures what was there. */
void xdm_queue_power(struct xdm *x, unsigned cores, uint32_t ir, uint32_t value, uint32_t *in);
/* Runs the queue and looks at what became of it; as dm_ops.run. */
enum err xdm_run(struct dm *d);
/* Runs the queue without looking at the cores. */
enum err xdm_run_scans(struct xdm *x);

enum err xdm_examine(struct dm *d, unsigned cores, struct dm_status *status);
enum err xdm_poll(struct dm *d, struct dm_status *status);
void xdm_queue_break_network(struct dm *d, unsigned cores, unsigned mask);
void xdm_queue_halt(struct dm *d, unsigned cores);
void xdm_queue_acknowledge(struct dm *d, unsigned cores);
void xdm_queue_resume(struct dm *d, unsigned cores);
enum err xdm_assert_reset(struct dm *d, unsigned cores);
enum err xdm_deassert_reset(struct dm *d, unsigned cores, bool halt);
enum err xdm_read_block(struct dm *d, unsigned cores, uint32_t addr, uint32_t *words, size_t count, uint32_t *fault);
enum err xdm_write_block(struct dm *d, unsigned cores, uint32_t addr, const uint32_t *words, size_t count,
                         uint32_t *fault);

#endif
