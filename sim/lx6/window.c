/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Register windows: calls, ENTRY, RETW, and their exceptions. Source: Xtensa ISA Reference Manual, 4.7.1.
 *
 * The window is a pointer into the array of physical registers. For the three positions where it would run over the end,
 * the array has 12 more places: they hold ARs 0..11 while such a window is the current one, and are copied back when it
 * moves.
 */
#include "sim/lx6/lx6_int.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { QUADS = LX6_ARS / 4 };

/* --- the window --- */

/* How many registers of the window lie in the places behind the array. */
static unsigned wrapped(uint32_t base)
{
    return base * 4 + 16 > LX6_ARS ? base * 4 + 16 - LX6_ARS : 0;
}

void lx6_set_windowbase(struct lx6 *c, uint32_t base)
{
    memcpy(c->ar, c->ar + LX6_ARS, wrapped(c->windowbase) * sizeof *c->ar);
    c->windowbase = base % QUADS;
    memcpy(c->ar + LX6_ARS, c->ar, wrapped(c->windowbase) * sizeof *c->ar);
    c->a = c->ar + c->windowbase * 4;
}

uint32_t *lx6_ar_of(struct lx6 *c, unsigned physical)
{
    return &c->ar[physical < wrapped(c->windowbase) ? LX6_ARS + physical : physical];
}

static bool has_frame(const struct lx6 *c, uint32_t base)
{
    return c->windowstart >> base % QUADS & 1;
}

/* Distance from a window upward to the next one in use: 1..3, or 4 for further. */
static unsigned distance_up(const struct lx6 *c, uint32_t base)
{
    unsigned n = 1;
    while (n < 4 && !has_frame(c, base + n))
        n++;
    return n;
}

static unsigned distance_down(const struct lx6 *c)
{
    unsigned n = 1;
    while (n < 4 && !has_frame(c, c->windowbase + QUADS - n))
        n++;
    return n;
}

unsigned lx6_window_free(const struct lx6 *c)
{
    bool is_checked = (c->ps & PS_WOE) && !(c->ps & PS_EXCM);
    return is_checked ? distance_up(c, c->windowbase) - 1 : 3;
}

/* --- exceptions --- */

static void keep_owner(struct lx6 *c)
{
    c->ps = field_put(PS_OWB, c->ps, c->windowbase);
}

const struct lx6_op *lx6_overflow(struct lx6 *c, const struct lx6_op *op)
{
    static const uint16_t vectors[] = {[1] = 0x000, [2] = 0x080, [3] = 0x100, [4] = 0x100};
    uint32_t owner = c->windowbase + distance_up(c, c->windowbase);
    keep_owner(c);
    lx6_set_windowbase(c, owner);
    return lx6_raise_window(c, op, vectors[distance_up(c, owner)]);
}

static const struct lx6_op *underflow(struct lx6 *c, const struct lx6_op *op, unsigned n)
{
    static const uint16_t vectors[] = {[1] = 0x040, [2] = 0x0C0, [3] = 0x140};
    keep_owner(c);
    lx6_set_windowbase(c, c->windowbase + QUADS - n);
    return lx6_raise_window(c, op, vectors[n]);
}

/* --- calls --- */

static void link(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t n = op->insn->quad;
    c->ps = field_put(PS_CALLINC, c->ps, n);
    c->a[4 * n] = n << 30 | ((op->pc + 3) & 0x3FFFFFFF);
}

static const struct lx6_op *call(struct lx6 *c, const struct lx6_op *op)
{
    link(c, op);
    return lx6_enter(c, op->imm);
}

static const struct lx6_op *callx(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t target = c->a[op->s];
    link(c, op);
    return lx6_enter(c, target);
}

static bool is_windowed(const struct lx6 *c)
{
    return c->ps & PS_WOE && !(c->ps & PS_EXCM);
}

static const struct lx6_op *entry(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t n = field_get(PS_CALLINC, c->ps);
    if (op->s > 3 || !is_windowed(c))
        return lx6_illegal(c, op);
    if (n > lx6_window_free(c))
        return lx6_overflow(c, op);
    c->a[4 * n | op->s] = c->a[op->s] - op->imm;
    lx6_set_windowbase(c, c->windowbase + n);
    c->windowstart |= BIT(c->windowbase);
    lx6_update(c);
    return lx6_fall(c, op->pc + op->len);
}

static const struct lx6_op *retw(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t a0 = c->a[0];
    unsigned n = a0 >> 30, nearest = distance_down(c);
    if (!n || (nearest != 4 && nearest != n) || !is_windowed(c))
        return lx6_illegal(c, op);
    if (nearest == 4)
        return underflow(c, op, n);
    c->windowstart &= ~BIT(c->windowbase);
    lx6_set_windowbase(c, c->windowbase + QUADS - n);
    lx6_update(c);
    return lx6_enter(c, (op->pc & 0xC0000000) | (a0 & 0x3FFFFFFF));
}

static const struct lx6_op *movsp(struct lx6 *c, const struct lx6_op *op)
{
    if (distance_down(c) == 4)
        return lx6_raise(c, op, EXCCAUSE_ALLOCA);
    c->a[op->t] = c->a[op->s];
    return op + 1;
}

static const struct lx6_op *rotw(struct lx6 *c, const struct lx6_op *op)
{
    lx6_set_windowbase(c, c->windowbase + op->imm);
    lx6_update(c);
    return lx6_leave(c, op);
}

/* --- returns from the exceptions --- */

static const struct lx6_op *leave_handler(struct lx6 *c, const struct lx6_op *op)
{
    c->ps &= ~PS_EXCM;
    lx6_set_windowbase(c, field_get(PS_OWB, c->ps));
    lx6_update(c);
    return lx6_leave_to(c, op, c->epc[1]);
}

static const struct lx6_op *rfwo(struct lx6 *c, const struct lx6_op *op)
{
    c->windowstart &= ~BIT(c->windowbase);
    return leave_handler(c, op);
}

static const struct lx6_op *rfwu(struct lx6 *c, const struct lx6_op *op)
{
    c->windowstart |= BIT(c->windowbase);
    return leave_handler(c, op);
}

enum { T_S = USES_S | USES_T, ENDS = FLAG_ENDS };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0x000015, 0x00003F, "call4",   call,  FMT_CALL, 0, ENDS, .quad = 1 },
    { 0x000025, 0x00003F, "call8",   call,  FMT_CALL, 0, ENDS, .quad = 2 },
    { 0x000035, 0x00003F, "call12",  call,  FMT_CALL, 0, ENDS, .quad = 3 },
    { 0x0000D0, 0xFFF0FF, "callx4",  callx, FMT_RST, USES_S, ENDS, .quad = 1 },
    { 0x0000E0, 0xFFF0FF, "callx8",  callx, FMT_RST, USES_S, ENDS, .quad = 2 },
    { 0x0000F0, 0xFFF0FF, "callx12", callx, FMT_RST, USES_S, ENDS, .quad = 3 },
    { 0x000036, 0x0000FF, "entry",   entry, FMT_ENTRY, 0, ENDS },
    { 0x000090, 0xFFFFFF, "retw",    retw,  FMT_RST, 0, ENDS },
    { 0x00F01D, 0x00FFFF, "retw.n",  retw,  FMT_RST, 0, ENDS },
    { 0x001000, 0xFFF00F, "movsp",   movsp, FMT_RST, T_S },
    { 0x408000, 0xFFFF0F, "rotw",    rotw,  FMT_ROTW, 0, ENDS },
    { 0x003400, 0xFFFFFF, "rfwo",    rfwo,  FMT_RST, 0, ENDS },
    { 0x003500, 0xFFFFFF, "rfwu",    rfwu,  FMT_RST, 0, ENDS },
};
// clang-format on

const struct lx6_family lx6_window = {insns, COUNT(insns)};
