/* SPDX-License-Identifier: Apache-2.0 */
/* The debug module through its wires: power and reset, data transfer, errors, break network, TRAX, counters. */
#include "unit.h"

#include "rig.h"

#include "regs/xtensa.h"

#include <stdlib.h>

#define RSR_DDR(at)  (0x036800U | (at) << 4)
#define WSR_DDR(at)  (0x136800U | (at) << 4)
#define LDDR32_P(as) (0x0070E0U | (as) << 8)
#define SDDR32_P(as) (0x0070F0U | (as) << 8)
#define RFDO         0xF1E000U

static int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    rig_open(r);
    rig_reset_taps(r);
    *state = r;
    return 0;
}

static int set_up_awake(void **state)
{
    set_up(state);
    for (unsigned i = 0; i < RIG_CORES; i++)
        rig_wake(*state, i);
    return 0;
}

static int tear_down(void **state)
{
    rig_close(*state);
    free(*state);
    return 0;
}

static void halt(struct rig *r, unsigned core)
{
    rig_write(r, core, NAR_DCRSET, DCR_ENABLE_OCD | DCR_DEBUG_INTERRUPT);
    assert_true(rig_read(r, core, NAR_DSR) & DSR_STOPPED);
    rig_write(r, core, NAR_DSR, 0x00770000);
}

static bool is_stopped(struct rig *r, unsigned core)
{
    return rig_read(r, core, NAR_DSR) & DSR_STOPPED;
}

/* --- power and reset --- */

static void registers_open_after_jtag_debug_use_rises(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rig_read(r, 0, NAR_OCDID), 0); /* after power-on */
    rig_pwrctl(r, 0, 0x87);                         /* rises together with the wake-up bits: too early */
    assert_int_equal(rig_read(r, 0, NAR_OCDID), 0);
    rig_wake(r, 0);
    assert_int_equal(rig_read(r, 0, NAR_OCDID), RIG_OCDID);
    assert_int_equal(rig_pwrctl(r, 0, 0x97), 0x87);
    assert_int_equal(rig_read(r, 0, NAR_OCDID), RIG_OCDID); /* stays up while it is written as 1 */
    rig_pwrctl(r, 0, 0x07);
    assert_int_equal(rig_read(r, 0, NAR_OCDID), 0);
    assert_int_equal(rig_read(r, 1, NAR_OCDID), 0);
    rig_wake(r, 1);
    assert_int_equal(rig_read(r, 1, NAR_OCDID), RIG_OCDID);
    assert_true(rig_read(r, 1, NAR_DSR) & DSR_DBG_MOD_POWER_ON);
    r->is_jtag_disabled = true;
    assert_int_equal(rig_read(r, 1, NAR_OCDID), 0);
    rig_write(r, 1, NAR_DCRSET, DCR_ENABLE_OCD);
    assert_false(r->core[1].ocd_enabled);
}

static void power_status_events_are_sticky(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rig_pwrstat(r, 0, 0x00), 0x5F); /* after power-on: both were reset */
    assert_int_equal(rig_pwrstat(r, 0, 0x10), 0x5F);
    assert_int_equal(rig_pwrstat(r, 0, 0x47), 0x4F);
    assert_int_equal(rig_pwrstat(r, 0, 0x50), 0x0F);
    assert_int_equal(rig_pwrstat(r, 1, 0x50), 0x5F);
    rig_wake(r, 0);
    rig_pwrctl(r, 0, 0x97);
    assert_int_equal(rig_pwrstat(r, 0, 0x50), 0x1F);
    assert_int_equal(rig_pwrstat(r, 0, 0x50), 0x1F); /* still held */
    rig_pwrctl(r, 0, 0x87);
    assert_int_equal(rig_pwrstat(r, 0, 0x50), 0x1F);
    assert_int_equal(rig_pwrstat(r, 0, 0x50), 0x0F);
}

static void core_reset_stops_at_the_vector(void **state)
{
    struct rig *r = *state;
    halt(r, 0);
    r->core[0].pc = 0x12345678;
    rig_pwrctl(r, 0, 0x97);
    assert_true(r->is_held[0]);
    assert_false(r->is_held[1]);
    rig_write(r, 0, NAR_DCRSET, DCR_ENABLE_OCD | DCR_BREAK_IN_EN);
    /* The core does not exist for the debugger while it is held, and was stopped before: ask again as debuggers do. */
    r->core[0].state = LX6_RUNNING;
    rig_write(r, 0, NAR_DCRSET, DCR_DEBUG_INTERRUPT);
    assert_false(is_stopped(r, 0));
    assert_true(rig_read(r, 0, NAR_DCRSET) & DCR_DEBUG_INTERRUPT);
    r->core[0].is_masked = true; /* as cores are when they come out of reset */
    rig_pwrctl(r, 0, 0x87);
    assert_true(is_stopped(r, 0));
    assert_int_equal(r->core[0].pc, 0x40000400);
    uint32_t dcr = rig_read(r, 0, NAR_DCRSET);
    assert_int_equal(dcr, DCR_ENABLE_OCD | DCR_BREAK_IN_EN); /* survives a core reset; the request is done */
    rig_write(r, 0, NAR_DSR, 0x00770000);
    rig_write(r, 0, NAR_DIR0EXEC, RFDO);
    rig_write(r, 0, NAR_DCRSET, DCR_DEBUG_INTERRUPT);
    assert_false(is_stopped(r, 0)); /* masked again: that was for the reset only */
}

static void debug_reset_forgets(void **state)
{
    struct rig *r = *state;
    rig_pwrstat(r, 0, 0x50);
    rig_write(r, 0, NAR_DCRSET, 0x00030001);
    rig_write(r, 0, NAR_DELAYCNT, 0x00123456);
    rig_pwrctl(r, 0, 0xC7);
    assert_int_equal(rig_read(r, 0, NAR_OCDID), 0);
    rig_pwrctl(r, 0, 0x87);
    assert_int_equal(rig_pwrstat(r, 0, 0x50), 0x4F);
    assert_int_equal(rig_read(r, 0, NAR_DCRSET), 0);
    assert_int_equal(rig_read(r, 0, NAR_DELAYCNT), 0);
    assert_false(r->core[0].ocd_enabled);
}

/* --- access port --- */

static void nar_and_ndr_alternate(void **state)
{
    struct rig *r = *state;
    rig_select(r, 0, XTENSA_IR_NARSEL);
    for (unsigned i = 0; i < 3; i++) { /* no IR scan in between */
        rig_dr(r, 0, NAR_DIR0 << 1 | NAR_WRITE, 8);
        rig_dr(r, 0, 0xCAFE0000 + i, 32);
        rig_dr(r, 0, NAR_DIR0 << 1, 8);
        assert_int_equal(rig_dr(r, 0, 0, 32), 0xCAFE0000 + i);
    }
    rig_dr(r, 0, NAR_DIR0 << 1, 8);
    rig_select(r, 0, XTENSA_IR_NARSEL); /* starts again at NAR */
    rig_dr(r, 0, NAR_OCDID << 1, 8);
    assert_int_equal(rig_dr(r, 0, 0, 32), RIG_OCDID);
}

static void nar_tells_about_the_access_before(void **state)
{
    struct rig *r = *state;
    rig_read(r, 0, NAR_OCDID);
    assert_int_equal(rig_nar_status(r, 0), 0);
    rig_read(r, 0, 0x12);
    assert_int_equal(rig_nar_status(r, 0), NAR_ERROR);
    rig_read(r, 0, NAR_OCDID);
    r->cycle_ps = 1000000; /* a core at 1 MHz: an access takes 80 TCK */
    rig_read(r, 0, NAR_OCDID);
    assert_int_equal(rig_nar_status(r, 0), NAR_BUSY);
    r->now_ps += 4000000;
    assert_int_equal(rig_nar_status(r, 0), 0);
}

/* --- data --- */

static void exec(struct rig *r, uint32_t instruction)
{
    rig_write(r, 0, NAR_DIR0EXEC, instruction);
}

static void words_go_in_and_out(void **state)
{
    struct rig *r = *state;
    halt(r, 0);
    rig_write(r, 0, NAR_DDR, 16); /* the write sequence of debuggers */
    exec(r, RSR_DDR(3));
    rig_write(r, 0, NAR_DDR, 0x11111111);
    exec(r, SDDR32_P(3));
    rig_write(r, 0, NAR_DDREXEC, 0x22222222);
    rig_write(r, 0, NAR_DDREXEC, 0x33333333);
    assert_int_equal(r->core[0].memory[4], 0x11111111);
    assert_int_equal(r->core[0].memory[6], 0x33333333);
    rig_write(r, 0, NAR_DDR, 16); /* and the read sequence */
    exec(r, RSR_DDR(3));
    exec(r, LDDR32_P(3));
    assert_int_equal(rig_read(r, 0, NAR_DDREXEC), 0x11111111);
    assert_int_equal(rig_read(r, 0, NAR_DDREXEC), 0x22222222);
    assert_int_equal(rig_read(r, 0, NAR_DDR), 0x33333333);
    assert_int_equal(r->core[0].a[3], 28);
    r->core[0].a[5] = 0xABCD;
    exec(r, WSR_DDR(5));
    assert_int_equal(rig_read(r, 0, NAR_DDR), 0xABCD);
    assert_int_equal(rig_read(r, 0, NAR_DSR) & 0xFFFF, 0xCC11); /* as a halted idle ESP32 was seen */
    assert_int_equal(rig_read(r, 0, NAR_DIR0), WSR_DDR(5));
}

static void exceptions_leave_the_core_stopped(void **state)
{
    struct rig *r = *state;
    halt(r, 0);
    exec(r, RIG_BAD_WORD);
    uint32_t dsr = rig_read(r, 0, NAR_DSR);
    assert_int_equal(dsr & 0x1F, DSR_EXEC_DONE | DSR_EXEC_EXCEPTION | DSR_STOPPED);
    rig_write(r, 0, NAR_DSR, DSR_EXEC_EXCEPTION | DSR_EXEC_OVERRUN);
    assert_int_equal(rig_read(r, 0, NAR_DSR) & 0x1F, DSR_EXEC_DONE | DSR_STOPPED);
}

static void a_running_core_executes_nothing(void **state)
{
    struct rig *r = *state;
    exec(r, RSR_DDR(3));
    rig_write(r, 0, NAR_DDREXEC, 5);
    assert_int_equal(r->core[0].executed, 0);
    assert_int_equal(rig_read(r, 0, NAR_DSR) & 0x1F, 0);
    assert_int_equal(rig_read(r, 0, NAR_DDR), 5);
}

static void too_fast_overruns(void **state)
{
    struct rig *r = *state;
    halt(r, 0);
    rig_write(r, 0, NAR_DDR, 7);
    exec(r, RSR_DDR(3));
    assert_int_equal(rig_read(r, 0, NAR_DSR) & DSR_EXEC_BUSY, 0); /* never at real speeds */
    r->cycle_ps = 10000000;                                       /* 100 kHz: 12 cycles are 2400 TCK */
    exec(r, RSR_DDR(4));
    rig_select(r, 0, XTENSA_IR_NARSEL);
    r->now_ps += 41000000; /* the access is over, the instruction is not */
    uint32_t dsr = rig_read(r, 0, NAR_DSR);
    assert_int_equal(dsr & 0x1F, DSR_EXEC_BUSY | DSR_STOPPED);
    r->now_ps += 41000000;
    exec(r, WSR_DDR(5));
    r->now_ps += 200000000;
    assert_int_equal(r->core[0].executed, 2);
    assert_int_equal(rig_read(r, 0, NAR_DSR) & 0x1F, DSR_EXEC_DONE | DSR_EXEC_OVERRUN | DSR_STOPPED);
    r->now_ps += 200000000;
    rig_write(r, 0, NAR_DSR, DSR_EXEC_OVERRUN);
    r->now_ps += 200000000;
    assert_int_equal(rig_read(r, 0, NAR_DSR) & 0x1F, DSR_EXEC_DONE | DSR_STOPPED);
}

static void a_stalled_core_keeps_the_module_busy(void **state)
{
    struct rig *r = *state;
    halt(r, 0);
    r->is_stalled[0] = true;
    xdm_run_stall_changed(r->xdm[0]);
    uint32_t dsr = rig_read(r, 0, NAR_DSR);
    assert_int_equal(dsr & (DSR_RUN_STALL_SAMPLE | DSR_RUN_STALL_TOGGLE), DSR_RUN_STALL_SAMPLE | DSR_RUN_STALL_TOGGLE);
    rig_write(r, 0, NAR_DSR, DSR_RUN_STALL_TOGGLE);
    rig_write(r, 0, NAR_DDR, 99);
    exec(r, RSR_DDR(3));
    assert_true(rig_read(r, 0, NAR_DSR) & DSR_EXEC_BUSY);
    assert_int_equal(r->core[0].executed, 0);
    r->is_stalled[0] = false;
    xdm_run_stall_changed(r->xdm[0]);
    assert_int_equal(r->core[0].a[3], 99);
    dsr = rig_read(r, 0, NAR_DSR);
    assert_int_equal(dsr & (DSR_RUN_STALL_SAMPLE | DSR_RUN_STALL_TOGGLE | DSR_EXEC_BUSY | DSR_EXEC_DONE),
                     DSR_RUN_STALL_TOGGLE | DSR_EXEC_DONE);
}

/* --- halting --- */

static void host_request_is_pending_until_cleared(void **state)
{
    struct rig *r = *state;
    r->core[0].is_masked = true;
    rig_write(r, 0, NAR_DCRSET, DCR_ENABLE_OCD | DCR_DEBUG_INTERRUPT);
    uint32_t dsr = rig_read(r, 0, NAR_DSR);
    assert_int_equal(dsr & (DSR_STOPPED | DSR_DEBUG_PEND_HOST | DSR_DEBUG_INT_HOST), DSR_DEBUG_PEND_HOST);
    rig_write(r, 0, NAR_DCRSET, DCR_INTERRUPT_ALL_CONDS);
    dsr = rig_read(r, 0, NAR_DSR);
    assert_int_equal(dsr & (DSR_STOPPED | DSR_DEBUG_PEND_HOST | DSR_DEBUG_INT_HOST),
                     DSR_STOPPED | DSR_DEBUG_INT_HOST); /* taken, so no longer pending */
    rig_write(r, 0, NAR_DSR, 0x00770000);
    assert_false(r->core[0].request);
    exec(r, RFDO);
    assert_false(is_stopped(r, 0));
    rig_write(r, 0, NAR_DCRCLR, DCR_INTERRUPT_ALL_CONDS);
    rig_write(r, 0, NAR_DCRSET, DCR_DEBUG_INTERRUPT);
    rig_write(r, 0, NAR_DCRCLR, DCR_DEBUG_INTERRUPT); /* taken back before it was seen */
    r->core[0].is_masked = false;
    assert_false(is_stopped(r, 0));
}

static void break_network_stops_the_other_core(void **state)
{
    struct rig *r = *state;
    for (unsigned i = 0; i < RIG_CORES; i++)
        rig_write(r, i, NAR_DCRSET, DCR_ENABLE_OCD | DCR_BREAK_IN_EN | DCR_BREAK_OUT_EN);
    rig_core_stop(r, 1, DEBUGCAUSE_BI);
    assert_true(is_stopped(r, 0));
    uint32_t dsr = rig_read(r, 0, NAR_DSR);
    assert_int_equal(dsr & 0x00770000, DSR_DEBUG_PEND_BREAK | DSR_DEBUG_INT_BREAK);
    /* The answer came back to a core that was stopped by itself, and is pending there. */
    assert_int_equal(rig_read(r, 1, NAR_DSR) & 0x00770000, DSR_DEBUG_PEND_BREAK | DSR_DEBUG_INT_BREAK);
    assert_int_equal(r->break_pulses[0], 1);
    /* Not cleared: it stops again. */
    exec(r, RFDO);
    assert_true(is_stopped(r, 0));
    rig_write(r, 0, NAR_DSR, DSR_DEBUG_PEND_BREAK | DSR_DEBUG_INT_BREAK);
    exec(r, RFDO);
    assert_false(is_stopped(r, 0));
}

/* The status that openocd-esp32 showed of a core that it had halted, with the break network on (issue #73). */
static void halted_core_looks_like_a_real_one(void **state)
{
    struct rig *r = *state;
    for (unsigned i = 0; i < RIG_CORES; i++)
        rig_write(r, i, NAR_DCRSET, DCR_ENABLE_OCD | DCR_BREAK_IN_EN | DCR_BREAK_OUT_EN);
    rig_write(r, 0, NAR_DCRSET, DCR_ENABLE_OCD | DCR_DEBUG_INTERRUPT);
    assert_true(is_stopped(r, 1));
    assert_int_equal(rig_read(r, 0, NAR_DSR), 0x80310010);
    rig_write(r, 0, NAR_DIR0EXEC, WSR_DDR(3));
    rig_read(r, 0, NAR_DDR);
    assert_int_equal(rig_read(r, 0, NAR_DSR), 0x80318411);
}

static void break_network_obeys_its_enables(void **state)
{
    struct rig *r = *state;
    rig_write(r, 0, NAR_DCRSET, DCR_ENABLE_OCD | DCR_BREAK_IN_EN);
    rig_write(r, 1, NAR_DCRSET, DCR_ENABLE_OCD);
    rig_core_stop(r, 1, DEBUGCAUSE_BI);
    assert_false(is_stopped(r, 0));
    rig_write(r, 1, NAR_DCRSET, DCR_BREAK_OUT_EN);
    rig_write(r, 0, NAR_DCRCLR, DCR_BREAK_IN_EN);
    rig_core_stop(r, 1, DEBUGCAUSE_BI);
    assert_false(is_stopped(r, 0));
    /* The lines by hand. */
    rig_write(r, 1, NAR_DCRSET, DCR_BREAK_OUT_ITO | DCR_BREAK_IN_ACK_ITO);
    assert_int_equal(rig_read(r, 0, NAR_DSR) & (DSR_BREAK_IN_ITI | DSR_BREAK_OUT_ACK_ITI),
                     DSR_BREAK_IN_ITI | DSR_BREAK_OUT_ACK_ITI);
    rig_write(r, 1, NAR_DCRCLR, DCR_BREAK_OUT_ITO | DCR_BREAK_IN_ACK_ITO);
    assert_int_equal(rig_read(r, 0, NAR_DSR) & (DSR_BREAK_IN_ITI | DSR_BREAK_OUT_ACK_ITI), 0);
}

/* --- TRAX, counters, the core's own view --- */

static void trace_memory_is_a_window(void **state)
{
    struct rig *r = *state;
    assert_int_equal(field_get(TRAXSTAT_MEMSZ, rig_read(r, 0, NAR_TRAXSTAT)), RIG_TRACE_LOG2);
    rig_write(r, 0, NAR_TRAXADDR, 62);
    rig_write(r, 0, NAR_TRAXDATA, 0xA1);
    rig_write(r, 0, NAR_TRAXDATA, 0xA2);
    rig_write(r, 0, NAR_TRAXDATA, 0xA3);
    assert_int_equal(r->trace[0][62], 0xA1);
    assert_int_equal(r->trace[0][63], 0xA2);
    assert_int_equal(r->trace[0][0], 0xA3);
    assert_int_equal(r->trace[1][62], 0);
    assert_int_equal(rig_read(r, 0, NAR_TRAXADDR), 1 << 21 | 1); /* wrapped once */
    r->trace[0][9] = 0x99;
    rig_write(r, 0, NAR_TRAXADDR, 9);
    assert_int_equal(rig_read(r, 0, NAR_TRAXDATA), 0x99);
    assert_int_equal(rig_read(r, 0, NAR_TRAXADDR), 10);
    rig_write(r, 0, NAR_TRAXCTRL, TRAXCTRL_TREN | TRAXCTRL_TMEN);
    assert_true(rig_read(r, 0, NAR_TRAXSTAT) & TRAXSTAT_TRACT);
    rig_write(r, 0, NAR_TRAXCTRL, TRAXCTRL_TREN | TRAXCTRL_TMEN | TRAXCTRL_TRSTP);
    assert_false(rig_read(r, 0, NAR_TRAXSTAT) & TRAXSTAT_TRACT);
    assert_int_equal(r->notes, 1);
}

static void core_sees_the_same_registers(void **state)
{
    struct rig *r = *state;
    const struct lx6_hooks *hooks = xdm_hooks(r->xdm[0]);
    hooks->eri_write(hooks->ctx, 0x10001C, 0xFF00BEEF); /* DELAYCNT: 24 bits */
    assert_int_equal(rig_read(r, 0, NAR_DELAYCNT), 0xBEEF);
    rig_write(r, 0, NAR_PM0 + 1, 0xA55A1234);
    assert_int_equal(hooks->eri_read(hooks->ctx, 0x101084), 0xA55A1234);
    rig_write(r, 0, NAR_TRIGGERPC, 0x40081234);
    assert_int_equal(hooks->eri_read(hooks->ctx, 0x100014), 0x40081234);
    assert_int_equal(hooks->eri_read(hooks->ctx, 0x103020), 0x00001101); /* PWRCTL 0x87 */
    assert_int_equal(hooks->eri_read(hooks->ctx, 0x103024),
                     0x10011111); /* PWRSTAT: three domains, needed, two resets */
    hooks->eri_write(hooks->ctx, 0x103024, 0x10000000);
    assert_int_equal(rig_pwrstat(r, 0, 0), 0x1F);
    hooks->eri_write(hooks->ctx, 0x10201C, RFDO); /* a core cannot inject into itself */
    assert_int_equal(r->core[0].executed, 0);
    assert_int_equal(hooks->eri_read(hooks->ctx, 0x102FFC), 0);
    hooks->ddr_written(hooks->ctx);
    assert_true(rig_read(r, 0, NAR_DSR) & DSR_CORE_WROTE_DDR);
}

static void counters_count(void **state)
{
    struct rig *r = *state;
    rig_write(r, 0, NAR_PMCTRL0, 0x00010000);             /* cycles */
    rig_write(r, 0, NAR_PMCTRL0 + 1, 0x8DFF0000 | 0x201); /* instructions, with interrupt */
    rig_write(r, 0, NAR_PMG, 1);
    r->core[0].ccount += 1000;
    r->core[0].instructions += 700;
    assert_int_equal(rig_read(r, 0, NAR_PM0), 1000);
    assert_int_equal(rig_read(r, 0, NAR_PM0 + 1), 700);
    rig_write(r, 0, NAR_PM0 + 1, 0xFFFFFFF0);
    r->core[0].instructions += 32;
    xdm_count(r->xdm[0]);
    assert_true(r->irq[0]);
    assert_int_equal(rig_read(r, 0, NAR_PMSTAT0 + 1), 0x11);
    assert_int_equal(rig_read(r, 0, NAR_PM0 + 1), 16);
    rig_write(r, 0, NAR_PMSTAT0 + 1, 0x11);
    assert_false(r->irq[0]);
    rig_write(r, 0, NAR_PMG, 0);
    r->core[0].ccount += 50;
    assert_int_equal(rig_read(r, 0, NAR_PM0), 1000);
    assert_int_equal(rig_read(r, 0, NAR_PM0 + 2), 0); /* there are two */
    assert_int_equal(r->notes, 0);
    rig_write(r, 0, NAR_PMCTRL0, 0x00010500);
    rig_write(r, 0, NAR_PMCTRL0, 0x00010600);
    assert_int_equal(r->notes, 1);
}

static void identification_is_coresight(void **state)
{
    struct rig *r = *state;
    const uint32_t perid[] = {0x03, 0x21, 0x0F, 0x00}, compid[] = {0x0D, 0x90, 0x05, 0xB1};
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(rig_read(r, 0, NAR_PERID0 + i), perid[i]);
        assert_int_equal(rig_read(r, 0, NAR_COMPID0 + i), compid[i]);
    }
    assert_int_equal(rig_read(r, 0, NAR_PERID4), 0x24);
    assert_int_equal(rig_read(r, 0, NAR_DEVTYPE), 0x15);
    assert_int_equal(rig_read(r, 0, NAR_DEVID), RIG_IDCODE0);
    rig_write(r, 0, NAR_CLAIMSET, 0x81);
    rig_write(r, 0, NAR_CLAIMCLR, 0x01);
    assert_int_equal(rig_read(r, 0, NAR_CLAIMCLR), 0x80);
    assert_int_equal(rig_read(r, 0, NAR_LOCKSTATUS), 3);
    rig_write(r, 0, NAR_LOCKACCESS, 0xC5ACCE55);
    assert_int_equal(rig_read(r, 0, NAR_LOCKSTATUS), 1);
}

#define TEST(f)  cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define AWAKE(f) cmocka_unit_test_setup_teardown(f, set_up_awake, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(registers_open_after_jtag_debug_use_rises),
        TEST(power_status_events_are_sticky),
        AWAKE(core_reset_stops_at_the_vector),
        AWAKE(debug_reset_forgets),
        AWAKE(nar_and_ndr_alternate),
        AWAKE(nar_tells_about_the_access_before),
        AWAKE(words_go_in_and_out),
        AWAKE(exceptions_leave_the_core_stopped),
        AWAKE(a_running_core_executes_nothing),
        AWAKE(too_fast_overruns),
        AWAKE(a_stalled_core_keeps_the_module_busy),
        AWAKE(host_request_is_pending_until_cleared),
        AWAKE(break_network_stops_the_other_core),
        AWAKE(halted_core_looks_like_a_real_one),
        AWAKE(break_network_obeys_its_enables),
        AWAKE(trace_memory_is_a_window),
        AWAKE(core_sees_the_same_registers),
        AWAKE(counters_count),
        AWAKE(identification_is_coresight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
