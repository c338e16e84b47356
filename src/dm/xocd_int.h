/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DM_XOCD_INT_H
#define DM_XOCD_INT_H

#include "dm/xocd.h"

struct xocd_core {
    unsigned tap;
    uint32_t id;            /* OCDID; 0 while the module has not answered */
    unsigned break_network; /* DM_BREAK_... */
};

struct xocd {
    struct dm base;
    struct jtag *jtag;
    struct xocd_core cores[DM_MAX_CORES];
    size_t pace; /* clocks in Run-Test/Idle after each access; 0 until a core was too slow */
    unsigned good_runs;

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
struct xocd_access {
    unsigned cores, reg;
    bool is_write;
    uint32_t out[DM_MAX_CORES];
    uint32_t *in[DM_MAX_CORES]; /* may be NULL */
};

unsigned xocd_all(const struct xocd *x);
void xocd_queue(struct xocd *x, const struct xocd_access *a);
/* The same value written to all cores of the mask. */
void xocd_queue_write(struct xocd *x, unsigned cores, unsigned reg, uint32_t value);
/* An instruction for all cores of the mask. */
void xocd_queue_instruction(struct xocd *x, unsigned cores, uint32_t instruction);
/* PWRCTL or PWRSTAT of the cores of the mask: writes value, captures what was there. */
void xocd_queue_power(struct xocd *x, unsigned cores, uint32_t ir, uint32_t value, uint32_t *in);
/* Runs the queue and looks at what became of it; as dm_ops.run. */
enum err xocd_run(struct dm *d);
/* Runs the queue without looking at the cores. */
enum err xocd_run_scans(struct xocd *x);

enum err xocd_examine(struct dm *d, unsigned cores, struct dm_status *status);
enum err xocd_poll(struct dm *d, struct dm_status *status);
void xocd_queue_break_network(struct dm *d, unsigned cores, unsigned mask);
void xocd_queue_halt(struct dm *d, unsigned cores, bool force);
void xocd_queue_acknowledge(struct dm *d, unsigned cores);
void xocd_queue_resume(struct dm *d, unsigned cores);
enum err xocd_assert_reset(struct dm *d, unsigned cores);
enum err xocd_deassert_reset(struct dm *d, unsigned cores, bool halt);
enum err xocd_drive_reset_line(struct dm *d, bool asserted);
void xocd_queue_read_words(struct dm *d, unsigned core, unsigned pointer, uint32_t *words, size_t count);
enum err xocd_read_block(struct dm *d, unsigned cores, uint32_t addr, uint32_t *words, size_t count, uint32_t *fault);
enum err xocd_write_block(struct dm *d, unsigned cores, uint32_t addr, const uint32_t *words, size_t count,
                          uint32_t *fault);

#endif
