/* SPDX-License-Identifier: Apache-2.0 */
/* Special and user registers as a table, and what a write to some of them does. Source: Xtensa ISA Reference Manual,
   chapter 5; which ones exist: xtensa-modules.c of the chips in espressif/xtensa-overlays. */
#include "sim/lx6/fp_int.h"

/* EPSn implements these 13 bits, and PS no ring. */
#define PS_BITS               (PS_INTLEVEL | PS_EXCM | PS_UM | PS_OWB | PS_CALLINC | PS_WOE)
#define INTCLEAR_BITS(config) ((config)->irq_software | (config)->irq_edge)

/* --- those that do something --- */

static void write_updating(struct lx6 *c, uint32_t *to, uint32_t value)
{
    *to = value;
    lx6_update(c);
}

static void write_lend(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_updating(c, &c->lend, value);
}

static void write_lcount(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_updating(c, &c->lcount, value);
}

static void write_windowbase(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    lx6_set_windowbase(c, value);
    lx6_update(c);
}

static void write_windowstart(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_updating(c, &c->windowstart, value);
}

static void write_acchi(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    c->acchi = (uint32_t)(int8_t)value;
}

/* Decoded blocks know which of them hold a breakpoint. */
static void write_ibreak(struct lx6 *c, uint32_t *to, uint32_t value)
{
    if (*to != value)
        code_cache_flush(&c->cache->code);
    *to = value;
}

static void write_ibreakenable(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_ibreak(c, &c->ibreakenable, value);
}

static void write_ibreaka0(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_ibreak(c, &c->ibreaka[0], value);
}

static void write_ibreaka1(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_ibreak(c, &c->ibreaka[1], value);
}

static void write_dbreakc0(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_updating(c, &c->dbreakc[0], value);
}

static void write_dbreakc1(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_updating(c, &c->dbreakc[1], value);
}

static void write_icountlevel(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_updating(c, &c->icountlevel, value);
}

static void tell_ddr(struct lx6 *c, const struct lx6_op *op, void (*hook)(void *ctx))
{
    if (!hook || !op || c->ocd_executing)
        return;
    c->at = op;
    hook(c->hooks.ctx);
    c->at = NULL;
}

static uint32_t read_ddr(struct lx6 *c, const struct lx6_op *op)
{
    tell_ddr(c, op, c->hooks.ddr_read);
    return c->ddr;
}

static void write_ddr(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    c->ddr = value;
    tell_ddr(c, op, c->hooks.ddr_written);
}

static void write_cpenable(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_updating(c, &c->cpenable, value);
}

static void write_ps(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_updating(c, &c->ps, value);
}

static void write_intenable(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_updating(c, &c->intenable, value);
}

static uint32_t read_interrupt(struct lx6 *c, const struct lx6_op *op)
{
    (void)op;
    return lx6_interrupts(c);
}

static void write_intset(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_updating(c, &c->irq_latched, c->irq_latched | (value & c->config->irq_software));
}

static void write_intclear(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    write_updating(c, &c->irq_latched, c->irq_latched & ~(value & INTCLEAR_BITS(c->config)));
}

static uint32_t read_ccount(struct lx6 *c, const struct lx6_op *op)
{
    return lx6_ccount(c, op);
}

static void write_ccount(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    uint64_t now = lx6_now(c, op);
    c->ccount_offset = value - (uint32_t)now;
    lx6_update_timers(c, now);
    c->attention = true;
}

static void write_ccompare(struct lx6 *c, const struct lx6_op *op, unsigned i, uint32_t value)
{
    c->ccompare[i] = value;
    c->irq_latched &= ~BIT(c->config->irq_timer[i]);
    lx6_update_timers(c, lx6_now(c, op));
    c->attention = true;
}

static void write_ccompare0(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    write_ccompare(c, op, 0, value);
}

static void write_ccompare1(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    write_ccompare(c, op, 1, value);
}

static void write_ccompare2(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    write_ccompare(c, op, 2, value);
}

static uint32_t read_prid(struct lx6 *c, const struct lx6_op *op)
{
    (void)op;
    return c->config->prid;
}

static uint32_t read_configid0(struct lx6 *c, const struct lx6_op *op)
{
    (void)op;
    return c->config->configid0;
}

static uint32_t read_configid1(struct lx6 *c, const struct lx6_op *op)
{
    (void)op;
    return c->config->configid1;
}

/* ERACCESS: the S3's core has its RSR, WSR and XSR, and nothing behind them (xtensa-modules.c gives no state). */
static uint32_t read_zero(struct lx6 *c, const struct lx6_op *op)
{
    (void)c, (void)op;
    return 0;
}

/* What is written to CONFIGID0 goes to the trace port only. */
static void write_nothing(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)c, (void)op, (void)value;
}

static uint32_t read_fsr(struct lx6 *c, const struct lx6_op *op)
{
    (void)op;
    lx6_fp_sync(c);
    return c->fsr;
}

static void write_fsr(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    lx6_fp_sync(c);
    c->fsr = value;
}

/* The host takes the rounding mode when it is used next. */
static void write_fcr(struct lx6 *c, const struct lx6_op *op, uint32_t value)
{
    (void)op;
    lx6_fp_sync(c);
    c->fcr = value;
}

/* --- the tables --- */

#define AT(field) offsetof(struct lx6, field)
#define PLAIN_IF(needs, label, field, bits)                                                                            \
    {                                                                                                                  \
        .name = (label), .offset = AT(field), .option = (needs), .is_plain = true, .mask = (bits)                      \
    }
#define PLAIN(label, field, bits) PLAIN_IF(0, label, field, bits)
#define ALL                       0xFFFFFFFFU

// clang-format off
const struct lx6_sr lx6_srs[LX6_SRS] = {
    [SR_LBEG] = PLAIN_IF(LX6_LOOPS, "lbeg", lbeg, ALL),
    [SR_LEND] = { "lend", AT(lend), .mask = ALL, .write = write_lend, .option = LX6_LOOPS },
    [SR_LCOUNT] = { "lcount", AT(lcount), .mask = ALL, .write = write_lcount, .option = LX6_LOOPS },
    [SR_SAR] = PLAIN("sar", sar, FIELD(5, 0)),
    [SR_BR] = PLAIN_IF(LX6_BOOLEANS, "br", br, FIELD(15, 0)),
    [SR_SCOMPARE1] = PLAIN_IF(LX6_S32C1I, "scompare1", scompare1, ALL),
    [SR_ACCLO] = PLAIN_IF(LX6_MAC16, "acclo", acclo, ALL),
    [SR_ACCHI] = { "acchi", AT(acchi), .is_plain = true, .mask = FIELD(7, 0), .write = write_acchi, .option = LX6_MAC16 },
    [SR_M0] = PLAIN_IF(LX6_MAC16, "m0", m[0], ALL),
    [SR_M1] = PLAIN_IF(LX6_MAC16, "m1", m[1], ALL),
    [SR_M2] = PLAIN_IF(LX6_MAC16, "m2", m[2], ALL),
    [SR_M3] = PLAIN_IF(LX6_MAC16, "m3", m[3], ALL),
    [SR_WINDOWBASE] = { "windowbase", AT(windowbase), .mask = FIELD(3, 0), .write = write_windowbase },
    [SR_WINDOWSTART] = { "windowstart", AT(windowstart), .mask = FIELD(15, 0), .write = write_windowstart },
    [SR_MMID] = { "mmid", AT(mmid), .is_write_only = true, .is_plain = true, .mask = ALL },
    [SR_ERACCESS] = { "eraccess", .option = LX6_ERACCESS, .is_plain = true, .read = read_zero, .write = write_nothing },
    [SR_IBREAKENABLE] = { "ibreakenable", AT(ibreakenable), .mask = FIELD(1, 0), .write = write_ibreakenable },
    [SR_MEMCTL] = PLAIN("memctl", memctl, BIT(0)),
    [SR_ATOMCTL] = PLAIN_IF(LX6_S32C1I, "atomctl", atomctl, FIELD(5, 0)),
    [SR_DDR] = { "ddr", AT(ddr), .mask = ALL, .read = read_ddr, .write = write_ddr },
    [SR_IBREAKA0] = { "ibreaka0", AT(ibreaka[0]), .mask = ALL, .write = write_ibreaka0 },
    [SR_IBREAKA1] = { "ibreaka1", AT(ibreaka[1]), .mask = ALL, .write = write_ibreaka1 },
    [SR_DBREAKA0] = PLAIN("dbreaka0", dbreaka[0], ALL),
    [SR_DBREAKA1] = PLAIN("dbreaka1", dbreaka[1], ALL),
    [SR_DBREAKC0] = { "dbreakc0", AT(dbreakc[0]), .mask = DBREAKC_STORE | DBREAKC_LOAD | DBREAKC_MASK,
                      .write = write_dbreakc0 },
    [SR_DBREAKC1] = { "dbreakc1", AT(dbreakc[1]), .mask = DBREAKC_STORE | DBREAKC_LOAD | DBREAKC_MASK,
                      .write = write_dbreakc1 },
    [SR_CONFIGID0] = { "configid0", .is_plain = true, .mask = ALL, .read = read_configid0, .write = write_nothing },
    [SR_CONFIGID1] = { "configid1", .is_read_only = true, .read = read_configid1 },
    [SR_EPC1] = PLAIN("epc1", epc[1], ALL),
    [SR_EPC2] = PLAIN("epc2", epc[2], ALL),
    [SR_EPC3] = PLAIN("epc3", epc[3], ALL),
    [SR_EPC4] = PLAIN("epc4", epc[4], ALL),
    [SR_EPC5] = PLAIN("epc5", epc[5], ALL),
    [SR_EPC6] = PLAIN("epc6", epc[6], ALL),
    [SR_EPC7] = PLAIN("epc7", epc[7], ALL),
    [SR_DEPC] = PLAIN("depc", depc, ALL),
    [SR_EPS2] = PLAIN("eps2", eps[2], PS_BITS),
    [SR_EPS2 + 1] = PLAIN("eps3", eps[3], PS_BITS),
    [SR_EPS2 + 2] = PLAIN("eps4", eps[4], PS_BITS),
    [SR_EPS2 + 3] = PLAIN("eps5", eps[5], PS_BITS),
    [SR_EPS6] = PLAIN("eps6", eps[6], PS_BITS),
    [SR_EPS7] = PLAIN("eps7", eps[7], PS_BITS),
    [SR_EXCSAVE1] = PLAIN("excsave1", excsave[1], ALL),
    [SR_EXCSAVE1 + 1] = PLAIN("excsave2", excsave[2], ALL),
    [SR_EXCSAVE1 + 2] = PLAIN("excsave3", excsave[3], ALL),
    [SR_EXCSAVE1 + 3] = PLAIN("excsave4", excsave[4], ALL),
    [SR_EXCSAVE1 + 4] = PLAIN("excsave5", excsave[5], ALL),
    [SR_EXCSAVE6] = PLAIN("excsave6", excsave[6], ALL),
    [SR_EXCSAVE7] = PLAIN("excsave7", excsave[7], ALL),
    [SR_CPENABLE] = { "cpenable", AT(cpenable), .mask = FIELD(7, 0), .write = write_cpenable },
    [SR_INTERRUPT] = { "interrupt", .mask = ALL, .read = read_interrupt, .write = write_intset },
    [SR_INTCLEAR] = { "intclear", .is_write_only = true, .mask = ALL, .write = write_intclear },
    [SR_INTENABLE] = { "intenable", AT(intenable), .mask = ALL, .write = write_intenable },
    [SR_PS] = { "ps", AT(ps), .mask = PS_BITS, .write = write_ps },
    [SR_VECBASE] = PLAIN("vecbase", vecbase, FIELD(31, 10)),
    [SR_EXCCAUSE] = PLAIN("exccause", exccause, FIELD(5, 0)),
    [SR_DEBUGCAUSE] = PLAIN("debugcause", debugcause, FIELD(11, 0)),
    [SR_CCOUNT] = { "ccount", .mask = ALL, .read = read_ccount, .write = write_ccount },
    [SR_PRID] = { "prid", .is_read_only = true, .read = read_prid },
    [SR_ICOUNT] = PLAIN("icount", icount, ALL),
    [SR_ICOUNTLEVEL] = { "icountlevel", AT(icountlevel), .mask = FIELD(3, 0), .write = write_icountlevel },
    [SR_EXCVADDR] = PLAIN("excvaddr", excvaddr, ALL),
    [SR_CCOMPARE0] = { "ccompare0", AT(ccompare[0]), .mask = ALL, .write = write_ccompare0 },
    [SR_CCOMPARE1] = { "ccompare1", AT(ccompare[1]), .mask = ALL, .write = write_ccompare1 },
    [SR_CCOMPARE2] = { "ccompare2", AT(ccompare[2]), .mask = ALL, .write = write_ccompare2 },
    [SR_MISC0] = PLAIN("misc0", misc[0], ALL),
    [SR_MISC0 + 1] = PLAIN("misc1", misc[1], ALL),
    [SR_MISC0 + 2] = PLAIN("misc2", misc[2], ALL),
    [SR_MISC3] = PLAIN("misc3", misc[3], ALL),
};

const struct lx6_sr lx6_urs[LX6_SRS] = {
    [UR_ACCX_0] = PLAIN_IF(LX6_PIE, "accx_0", pie.accx[0], ALL),
    [UR_ACCX_0 + 1] = PLAIN_IF(LX6_PIE, "accx_1", pie.accx[1], FIELD(7, 0)),
    [UR_QACC_H_0] = PLAIN_IF(LX6_PIE, "qacc_h_0", pie.qacc_h[0], ALL),
    [UR_QACC_H_0 + 1] = PLAIN_IF(LX6_PIE, "qacc_h_1", pie.qacc_h[1], ALL),
    [UR_QACC_H_0 + 2] = PLAIN_IF(LX6_PIE, "qacc_h_2", pie.qacc_h[2], ALL),
    [UR_QACC_H_0 + 3] = PLAIN_IF(LX6_PIE, "qacc_h_3", pie.qacc_h[3], ALL),
    [UR_QACC_H_0 + 4] = PLAIN_IF(LX6_PIE, "qacc_h_4", pie.qacc_h[4], ALL),
    [UR_QACC_L_0] = PLAIN_IF(LX6_PIE, "qacc_l_0", pie.qacc_l[0], ALL),
    [UR_QACC_L_0 + 1] = PLAIN_IF(LX6_PIE, "qacc_l_1", pie.qacc_l[1], ALL),
    [UR_QACC_L_0 + 2] = PLAIN_IF(LX6_PIE, "qacc_l_2", pie.qacc_l[2], ALL),
    [UR_QACC_L_0 + 3] = PLAIN_IF(LX6_PIE, "qacc_l_3", pie.qacc_l[3], ALL),
    [UR_QACC_L_0 + 4] = PLAIN_IF(LX6_PIE, "qacc_l_4", pie.qacc_l[4], ALL),
    [UR_GPIO_OUT] = PLAIN_IF(LX6_PIE, "gpio_out", pie.gpio_out, FIELD(7, 0)),
    [UR_SAR_BYTE] = PLAIN_IF(LX6_PIE, "sar_byte", pie.sar_byte, FIELD(3, 0)),
    [UR_FFT_BIT_WIDTH] = PLAIN_IF(LX6_PIE, "fft_bit_width", pie.fft_bit_width, FIELD(3, 0)),
    [UR_UA_STATE_0] = PLAIN_IF(LX6_PIE, "ua_state_0", pie.ua_state[0], ALL),
    [UR_UA_STATE_0 + 1] = PLAIN_IF(LX6_PIE, "ua_state_1", pie.ua_state[1], ALL),
    [UR_UA_STATE_0 + 2] = PLAIN_IF(LX6_PIE, "ua_state_2", pie.ua_state[2], ALL),
    [UR_UA_STATE_0 + 3] = PLAIN_IF(LX6_PIE, "ua_state_3", pie.ua_state[3], ALL),
    [UR_EXPSTATE] = PLAIN_IF(LX6_EXPSTATE, "expstate", expstate, ALL),
    [UR_THREADPTR] = PLAIN("threadptr", threadptr, ALL),
    [UR_FCR] = { "fcr", AT(fcr), .mask = FCR_ROUNDING | FCR_ENABLES, .write = write_fcr, .option = LX6_FP },
    [UR_FSR] = { "fsr", AT(fsr), .mask = FSR_FLAGS, .read = read_fsr, .write = write_fsr, .option = LX6_FP },
    [UR_F64R_LO] = PLAIN_IF(LX6_DFP, "f64r_lo", f64r_lo, ALL),
    [UR_F64R_HI] = PLAIN_IF(LX6_DFP, "f64r_hi", f64r_hi, ALL),
    [UR_F64S] = PLAIN_IF(LX6_DFP, "f64s", f64s, ALL),
};
// clang-format on

/* --- access --- */

static const struct lx6_sr *row_of(const struct lx6 *c, const struct lx6_sr *row)
{
    return row->name && lx6_has(c->config, row->option) ? row : NULL;
}

const struct lx6_sr *lx6_sr_of(const struct lx6 *c, unsigned number)
{
    return row_of(c, &lx6_srs[number % LX6_SRS]);
}

const struct lx6_sr *lx6_ur_of(const struct lx6 *c, unsigned number)
{
    return row_of(c, &lx6_urs[number % LX6_SRS]);
}

uint32_t lx6_sr_read(struct lx6 *c, const struct lx6_sr *sr, const struct lx6_op *op)
{
    if (sr->read)
        return sr->read(c, op);
    return *(const uint32_t *)(const void *)((const uint8_t *)c + sr->offset);
}

void lx6_sr_write(struct lx6 *c, const struct lx6_sr *sr, const struct lx6_op *op, uint32_t value)
{
    if (sr->write)
        sr->write(c, op, value & sr->mask);
    else
        *(uint32_t *)(void *)((uint8_t *)c + sr->offset) = value & sr->mask;
}
