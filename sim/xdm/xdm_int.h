/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the debug module; see xdm.h for what it is. */
#ifndef SIM_XDM_XDM_INT_H
#define SIM_XDM_XDM_INT_H

#include "sim/tap.h"
#include "sim/xdm/xdm.h"

enum {
    XDM_DIRS = 8,
    XDM_MAX_COUNTERS = 8,
    XDM_REGS = 128,
    /* Core cycles that an injected instruction takes from the host's write to ExecDone: the way through the module's
       synchronizers, an empty pipeline filled and drained. An estimate: no public source has the number; it only has to be
       far below a NAR/NDR pair (50 TCK) and above zero. */
    XDM_EXEC_CYCLES = 12,
    /* Core cycles until an access to a register is finished, and NAR no longer shows BUSY. An estimate too. */
    XDM_ACCESS_CYCLES = 4,
};

/* Who accesses a register. */
enum xdm_side { XDM_FROM_HOST, XDM_FROM_CORE };

struct xdm_power {
    uint8_t ctl;     /* PWRCTL as JTAG sees it */
    uint8_t events;  /* the sticky bits of PWRSTAT */
    bool jtag_works; /* JtagDebugUse rose after the wake-up bits were set, and has stayed */
};

/* The access port: NAR and NDR scans in turn. */
struct xdm_port {
    uint8_t nar;
    bool is_ndr_next;
    bool was_error;         /* of the access before */
    uint64_t busy_until_ps; /* of the access before */
};

struct xdm_ocd {
    uint32_t dcr;
    uint32_t events; /* the sticky bits of DSR */
    uint32_t dir[XDM_DIRS];
    uint64_t busy_until_ps;
    uint32_t ddr_before; /* what the host still sees in DDR while an instruction runs */
    bool in_execute;     /* the core runs an injected instruction right now */
    bool is_waiting;     /* an injected instruction waits for the core's clock or for RunStall to end */
    bool break_in, break_out, break_out_ack;
    bool run_stall;
    bool halts_at_reset; /* a request was pending when the core's reset ended: it stops before its first instruction */
};

struct xdm_trax {
    uint32_t ctrl, stat, addr, trigger_pc, pc_match, delay, mem_start, mem_end, time_lo, time_hi;
};

struct xdm_perf {
    uint32_t pmg, int_pc;
    uint32_t count[XDM_MAX_COUNTERS], ctrl[XDM_MAX_COUNTERS], stat[XDM_MAX_COUNTERS];
    uint64_t instructions; /* of the core when the counters were last brought up to date */
    uint32_t ccount;
    bool irq, was_noted;
};

struct xdm_coresight {
    uint32_t itctrl, claim;
    bool is_unlocked;
};

struct xdm {
    struct xdm_config config;
    struct xdm_env env;
    struct lx6_hooks hooks;
    struct tap tap;
    struct xdm_power power;
    struct xdm_port port;
    struct xdm_ocd ocd;
    struct xdm_trax trax;
    struct xdm_perf perf;
    struct xdm_coresight coresight;
};

/* --- xdm.c --- */
struct lx6 *xdm_core(struct xdm *x);
void xdm_sync(struct xdm *x);
uint64_t xdm_now_ps(struct xdm *x);
/* The time when this many cycles of the core from now are over. */
uint64_t xdm_after_cycles_ps(struct xdm *x, unsigned cycles);
/* Whether the core has a clock, is out of reset and not stalled, so that it can do anything at all. */
bool xdm_core_can_run(struct xdm *x);
void xdm_note(struct xdm *x, const char *what);
/* DebugReset and everything that acts like it. */
void xdm_module_reset(struct xdm *x);

/* --- wires.c --- */
void xdm_wires_init(struct xdm *x);

/* --- port.c: what stands behind the TAP's data registers --- */
/* ctx is the struct xdm (sim/tap.h). */
uint64_t port_nar_capture(void *ctx);
void port_nar_update(void *ctx, uint64_t value);
uint64_t port_ndr_capture(void *ctx);
void port_ndr_update(void *ctx, uint64_t value);
void port_restart(void *ctx);

/* --- power.c --- */
uint8_t power_ctl(const struct xdm *x);
void power_set_ctl(struct xdm *x, uint8_t value);
uint8_t power_stat(struct xdm *x);
void power_clear_stat(struct xdm *x, uint8_t ones);
/* Whether the host reaches the module's registers. */
bool power_is_module_there(struct xdm *x);
uint32_t power_apb_ctl(struct xdm *x, unsigned index);
void power_apb_set_ctl(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side);
uint32_t power_apb_stat(struct xdm *x, unsigned index);
void power_apb_clear_stat(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side);

/* --- regs.c: the register map --- */
struct xdm_reg {
    const char *name; /* NULL: there is no such register */
    uint8_t first;    /* NAR number of index 0, for arrays of registers */
    uint32_t (*read)(struct xdm *x, unsigned index);
    void (*write)(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side);
    void (*was_read)(struct xdm *x, enum xdm_side side); /* the side effect of a read, after it */
};
/* nar 0..127. */
const struct xdm_reg *regs_find(unsigned nar);
uint32_t regs_read(struct xdm *x, unsigned nar);
void regs_was_read(struct xdm *x, unsigned nar, enum xdm_side side);
void regs_write(struct xdm *x, unsigned nar, uint32_t value, enum xdm_side side);
/* The NAR number of an APB offset, XDM_REGS when there is none. */
unsigned regs_nar_of_apb(uint32_t offset);

/* --- ocd.c --- */
void ocd_reset(struct xdm *x);
uint32_t ocd_id(struct xdm *x, unsigned index);
uint32_t ocd_dcr(struct xdm *x, unsigned index);
void ocd_dcr_set(struct xdm *x, unsigned index, uint32_t ones, enum xdm_side side);
void ocd_dcr_clear(struct xdm *x, unsigned index, uint32_t ones, enum xdm_side side);
uint32_t ocd_dsr(struct xdm *x, unsigned index);
void ocd_dsr_clear(struct xdm *x, unsigned index, uint32_t ones, enum xdm_side side);
/* Tells the core what is asked of it. */
void ocd_apply(struct xdm *x);
/* The core's reset ended. */
void ocd_core_was_reset(struct xdm *x);
void ocd_core_stopped(void *ctx, uint32_t cause);
void ocd_core_read_ddr(void *ctx);
void ocd_core_wrote_ddr(void *ctx);

/* --- exec.c: DDR, DIR and injected instructions --- */
bool exec_is_busy(struct xdm *x);
uint32_t exec_ddr(struct xdm *x, unsigned index);
void exec_set_ddr(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side);
void exec_ddr_was_read(struct xdm *x, enum xdm_side side);
void exec_set_ddrexec(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side);
void exec_ddrexec_was_read(struct xdm *x, enum xdm_side side);
uint32_t exec_dir(struct xdm *x, unsigned index);
void exec_set_dir(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side);
void exec_set_dir0exec(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side);
/* Runs an instruction that waited for the core. */
void exec_resume_waiting(struct xdm *x);

/* --- trax.c --- */
void trax_reset(struct xdm *x);
extern const struct xdm_reg trax_regs[]; /* from NAR 0 on */
enum { TRAX_REGS = 0x20 };

/* --- perf.c --- */
void perf_reset(struct xdm *x);
extern const struct xdm_reg perf_regs[]; /* from NAR 0x20 on */
enum { PERF_REGS = 0x20 };

/* --- coresight.c --- */
void coresight_reset(struct xdm *x);
extern const struct xdm_reg coresight_regs[]; /* from NAR 0x60 on */
enum { CORESIGHT_REGS = 0x20 };

#endif
