/* SPDX-License-Identifier: Apache-2.0 */
/* Special registers, interrupt levels, returns from exceptions, debug, external registers, synchronisation. */
#include "sim/lx6/lx6_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* --- special and user registers --- */

static const struct lx6_op *after_write(struct lx6 *c, const struct lx6_op *op, const struct lx6_sr *sr)
{
    return sr->is_plain && !c->attention ? op + 1 : lx6_leave(c, op);
}

static const struct lx6_op *rsr(struct lx6 *c, const struct lx6_op *op)
{
    const struct lx6_sr *sr = lx6_sr_of(c, op->imm);
    if (!sr || sr->is_write_only)
        return lx6_illegal(c, op);
    c->a[op->t] = lx6_sr_read(c, sr, op);
    return lx6_next(c, op);
}

static const struct lx6_op *wsr(struct lx6 *c, const struct lx6_op *op)
{
    const struct lx6_sr *sr = lx6_sr_of(c, op->imm);
    if (!sr || sr->is_read_only)
        return lx6_illegal(c, op);
    lx6_sr_write(c, sr, op, c->a[op->t]);
    return after_write(c, op, sr);
}

/* INTERRUPT, INTSET and CONFIGID0 have an RSR and a WSR but no XSR. */
static const struct lx6_op *xsr(struct lx6 *c, const struct lx6_op *op)
{
    const struct lx6_sr *sr = lx6_sr_of(c, op->imm);
    bool has_both = sr && !sr->is_read_only && !sr->is_write_only;
    if (!has_both || op->imm == SR_INTERRUPT || op->imm == SR_CONFIGID0)
        return lx6_illegal(c, op);
    uint32_t value = c->a[op->t], old = lx6_sr_read(c, sr, op);
    c->a[op->t] = old; /* first: the write may move the window */
    lx6_sr_write(c, sr, op, value);
    return after_write(c, op, sr);
}

/* NEED_ bit of the coprocessor that a user register belongs to, where it is switched off; 0: it can be reached. */
static unsigned missing_for(const struct lx6 *c, uint32_t ur)
{
    unsigned need = ur == UR_FCR || ur == UR_FSR ? NEED_CP0 : ur < UR_PIE_END && ur != UR_GPIO_OUT ? NEED_CP3 : 0;
    return need & ~c->ability & 0xFFU;
}

static const struct lx6_op *rur(struct lx6 *c, const struct lx6_op *op)
{
    const struct lx6_sr *ur = lx6_ur_of(c, op->imm);
    if (!ur)
        return lx6_illegal(c, op);
    unsigned missing = missing_for(c, op->imm);
    if (missing)
        return lx6_raise_coprocessor(c, op, missing);
    c->a[op->r] = lx6_sr_read(c, ur, op);
    return op + 1;
}

static const struct lx6_op *wur(struct lx6 *c, const struct lx6_op *op)
{
    const struct lx6_sr *ur = lx6_ur_of(c, op->imm);
    if (!ur)
        return lx6_illegal(c, op);
    unsigned missing = missing_for(c, op->imm);
    if (missing)
        return lx6_raise_coprocessor(c, op, missing);
    lx6_sr_write(c, ur, op, c->a[op->t]);
    return op + 1;
}

/* --- interrupt level and waiting --- */

static const struct lx6_op *rsil(struct lx6 *c, const struct lx6_op *op)
{
    c->a[op->t] = c->ps;
    c->ps = field_put(PS_INTLEVEL, c->ps, op->s);
    lx6_update(c);
    return lx6_leave(c, op);
}

static const struct lx6_op *waiti(struct lx6 *c, const struct lx6_op *op)
{
    c->ps = field_put(PS_INTLEVEL, c->ps, op->s);
    lx6_update(c);
    if (!c->ocd_executing) {
        c->state = LX6_WAITING;
        c->attention = true;
    }
    return lx6_leave(c, op);
}

/* --- returns and calls of the system --- */

static const struct lx6_op *rfe(struct lx6 *c, const struct lx6_op *op)
{
    c->ps &= ~PS_EXCM;
    lx6_update(c);
    return lx6_leave_to(c, op, c->epc[1]);
}

static const struct lx6_op *rfde(struct lx6 *c, const struct lx6_op *op)
{
    return lx6_leave_to(c, op, c->depc);
}

static const struct lx6_op *rfi(struct lx6 *c, const struct lx6_op *op)
{
    if (op->s < 2 || op->s > 7)
        return lx6_illegal(c, op);
    c->ps = c->eps[op->s];
    lx6_update(c);
    return lx6_leave_to(c, op, c->epc[op->s]);
}

static const struct lx6_op *op_syscall(struct lx6 *c, const struct lx6_op *op)
{
    return lx6_raise(c, op, EXCCAUSE_SYSCALL);
}

/* --- debug --- */

static const struct lx6_op *break_with(struct lx6 *c, const struct lx6_op *op, uint32_t cause)
{
    bool is_masked = c->ocd_executing || lx6_cintlevel(c) >= XTENSA_DEBUG_LEVEL;
    return is_masked ? op + 1 : lx6_raise_debug(c, op, cause);
}

static const struct lx6_op *op_break(struct lx6 *c, const struct lx6_op *op)
{
    return break_with(c, op, DEBUGCAUSE_BI);
}

static const struct lx6_op *break_n(struct lx6 *c, const struct lx6_op *op)
{
    return break_with(c, op, DEBUGCAUSE_BN);
}

static const struct lx6_op *leave_ocd(struct lx6 *c, uint32_t pc)
{
    c->state = LX6_RUNNING;
    c->pc = pc;
    lx6_update(c);
    if (c->hooks.resumed)
        c->hooks.resumed(c->hooks.ctx);
    return NULL;
}

static const struct lx6_op *rfdo(struct lx6 *c, const struct lx6_op *op)
{
    (void)op;
    c->ps = c->eps[XTENSA_DEBUG_LEVEL];
    return leave_ocd(c, c->epc[XTENSA_DEBUG_LEVEL]);
}

/* From a debug exception inside a double exception handler. */
static const struct lx6_op *rfdd(struct lx6 *c, const struct lx6_op *op)
{
    (void)op;
    return leave_ocd(c, c->depc);
}

/* --- external registers --- */

static const struct lx6_op *rer(struct lx6 *c, const struct lx6_op *op)
{
    c->at = op;
    c->a[op->t] = c->hooks.eri_read ? c->hooks.eri_read(c->hooks.ctx, c->a[op->s]) : 0;
    c->at = NULL;
    return lx6_next(c, op);
}

static const struct lx6_op *wer(struct lx6 *c, const struct lx6_op *op)
{
    c->at = op;
    if (c->hooks.eri_write)
        c->hooks.eri_write(c->hooks.ctx, c->a[op->s], c->a[op->t]);
    c->at = NULL;
    return lx6_next(c, op);
}

/* --- synchronisation --- */

static const struct lx6_op *barrier(struct lx6 *c, const struct lx6_op *op)
{
    (void)c;
    return op + 1;
}

static const struct lx6_op *isync(struct lx6 *c, const struct lx6_op *op)
{
    return lx6_fall(c, op->pc + op->len);
}

/* --- the ESP32's own: EXPSTATE drives wires out of the core, READ_IMPWIRE reads wires that nothing drives --- */

static const struct lx6_op *setb_expstate(struct lx6 *c, const struct lx6_op *op)
{
    c->expstate |= BIT(op->imm);
    return op + 1;
}

static const struct lx6_op *clrb_expstate(struct lx6 *c, const struct lx6_op *op)
{
    c->expstate &= ~BIT(op->imm);
    return op + 1;
}

static const struct lx6_op *wrmsk_expstate(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t mask = c->a[op->t];
    c->expstate = (c->expstate & ~mask) | (c->a[op->s] & mask);
    return op + 1;
}

static const struct lx6_op *read_impwire(struct lx6 *c, const struct lx6_op *op)
{
    c->a[op->t] = 0;
    return op + 1;
}

enum { T_S = USES_S | USES_T, ENDS = FLAG_ENDS };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0x030000, 0xFF000F, "rsr",     rsr,     FMT_SR,  USES_T },
    { 0x130000, 0xFF000F, "wsr",     wsr,     FMT_SR,  USES_T, FLAG_SR_WRITE },
    { 0x610000, 0xFF000F, "xsr",     xsr,     FMT_SR,  USES_T, FLAG_SR_WRITE },
    { 0xE30000, 0xFF000F, "rur",     rur,     FMT_RUR, USES_R },
    { 0xF30000, 0xFF000F, "wur",     wur,     FMT_SR,  USES_T },
    { 0x006000, 0xFFF00F, "rsil",    rsil,    FMT_RST, USES_T, ENDS },
    { 0x007000, 0xFFF0FF, "waiti",   waiti,   FMT_RST, 0, ENDS },
    { 0x003000, 0xFFFFFF, "rfe",     rfe,     FMT_RST, 0, ENDS },
    { 0x003200, 0xFFFFFF, "rfde",    rfde,    FMT_RST, 0, ENDS },
    { 0x003010, 0xFFF0FF, "rfi",     rfi,     FMT_RST, 0, ENDS },
    { 0x005000, 0xFFFFFF, "syscall", op_syscall, FMT_RST, 0, ENDS },
    { 0x005100, 0xFFFFFF, "simcall", lx6_illegal, FMT_RST, 0, ENDS },
    { 0x000000, 0xFFFFFF, "ill",     lx6_illegal, FMT_RST, 0, ENDS },
    { 0x00F06D, 0x00FFFF, "ill.n",   lx6_illegal, FMT_RST, 0, ENDS },
    { 0x004000, 0xFFF00F, "break",   op_break, FMT_RST, 0, ENDS },
    { 0x00F02D, 0x00F0FF, "break.n", break_n, FMT_RST, 0, ENDS },
    { 0xF1E000, 0xFFF0FF, "rfdo",    rfdo,    FMT_RST, 0, ENDS | FLAG_OCD },
    { 0xF1E010, 0xFFFFFF, "rfdd",    rfdd,    FMT_RST, 0, ENDS | FLAG_OCD },
    { 0x406000, 0xFFF00F, "rer",     rer,     FMT_RST, T_S },
    { 0x407000, 0xFFF00F, "wer",     wer,     FMT_RST, T_S },
    { 0x002000, 0xFFFFFF, "isync",   isync,   FMT_RST, 0, ENDS },
    { 0x002010, 0xFFFFFF, "rsync",   barrier, FMT_RST },
    { 0x002020, 0xFFFFFF, "esync",   barrier, FMT_RST },
    { 0x002030, 0xFFFFFF, "dsync",   barrier, FMT_RST },
    { 0x002080, 0xFFFFFF, "excw",    barrier, FMT_RST },
    { 0x0020C0, 0xFFFFFF, "memw",    barrier, FMT_RST },
    { 0x0020D0, 0xFFFFFF, "extw",    barrier, FMT_RST },
    { 0x0E0000, 0xFFFF0F, "read_impwire",   read_impwire,   FMT_RST, USES_T, .option = LX6_EXPSTATE },
    { 0x0E1000, 0xFFFE0F, "setb_expstate",  setb_expstate,  FMT_EXPSTATE, .option = LX6_EXPSTATE },
    { 0x0E1200, 0xFFFE0F, "clrb_expstate",  clrb_expstate,  FMT_EXPSTATE, .option = LX6_EXPSTATE },
    { 0x0E2000, 0xFFF00F, "wrmsk_expstate", wrmsk_expstate, FMT_RST, T_S, .option = LX6_EXPSTATE },

    /* The double-precision accelerator: compilers do not emit it. Its registers are there. */
    { 0x8E0000, 0x8F000F, "f64iter", lx6_left_out, FMT_RST, 0, ENDS, .option = LX6_DFP },
    { 0x4E0000, 0xCF000F, "f64rnd",  lx6_left_out, FMT_RST, 0, ENDS, .option = LX6_DFP },
    { 0x2E0000, 0xEF000F, "f64norm", lx6_left_out, FMT_RST, 0, ENDS, .option = LX6_DFP },
    { 0x1E0000, 0xFF000F, "f64sexp", lx6_left_out, FMT_RST, 0, ENDS, .option = LX6_DFP },
    { 0x0ED000, 0xFFF00F, "f64sig",  lx6_left_out, FMT_RST, 0, ENDS, .option = LX6_DFP },
    { 0xFB0000, 0xFF800F, "f64addc", lx6_left_out, FMT_RST, 0, ENDS, .option = LX6_DFP },
    { 0xFB8000, 0xFF800F, "f64subc", lx6_left_out, FMT_RST, 0, ENDS, .option = LX6_DFP },
    { 0xEB0000, 0xFF000F, "f64cmpl", lx6_left_out, FMT_RST, 0, ENDS, .option = LX6_DFP },
    { 0x0F0000, 0x0F000F, "f64cmph", lx6_left_out, FMT_RST, 0, ENDS, .option = LX6_DFP },
    { 0x0BCE00, 0xFFFE0F, "rf64r",   lx6_left_out, FMT_RST, 0, ENDS, .option = LX6_DFP },
    { 0x0BE000, 0xFFE00F, "wf64r",   lx6_left_out, FMT_RST, 0, ENDS, .option = LX6_DFP },
};
// clang-format on

const struct lx6_family lx6_system = {insns, COUNT(insns)};
