/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic, logic, moves, shifts, multiply and divide. Source: Xtensa ISA Reference Manual, chapter 6. */
#include "sim/lx6/lx6_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* r := expression of the values of s and t (names given by the caller); sar, imm and imm2 as in op. */
#define RST(name, s, t, expression)                                                                                    \
    static const struct lx6_op *name(struct lx6 *c, const struct lx6_op *op)                                           \
    {                                                                                                                  \
        uint32_t s = c->a[op->s];                                                                                      \
        uint32_t t = c->a[op->t];                                                                                      \
        c->a[op->r] = (expression);                                                                                    \
        return op + 1;                                                                                                 \
    }
/* to := expression of the value of from; to and from name fields. */
#define UNARY(name, to, from, x, expression)                                                                           \
    static const struct lx6_op *name(struct lx6 *c, const struct lx6_op *op)                                           \
    {                                                                                                                  \
        uint32_t x = c->a[op->from];                                                                                   \
        c->a[op->to] = (expression);                                                                                   \
        return op + 1;                                                                                                 \
    }
/* r := s when the condition on t holds. */
#define MOVE_IF(name, t, condition)                                                                                    \
    static const struct lx6_op *name(struct lx6 *c, const struct lx6_op *op)                                           \
    {                                                                                                                  \
        uint32_t t = c->a[op->t];                                                                                      \
        if (condition)                                                                                                 \
            c->a[op->r] = c->a[op->s];                                                                                 \
        return op + 1;                                                                                                 \
    }

static int32_t min(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t max(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

RST(add, s, t, s + t)
RST(addx2, s, t, (s << 1) + t)
RST(addx4, s, t, (s << 2) + t)
RST(addx8, s, t, (s << 3) + t)
RST(sub, s, t, s - t)
RST(subx2, s, t, (s << 1) - t)
RST(subx4, s, t, (s << 2) - t)
RST(subx8, s, t, (s << 3) - t)
RST(and, s, t, s &t)
RST(or, s, t, s | t)
RST(xor, s, t, s ^ t)
RST(salt, s, t, (int32_t)s < (int32_t)t)
RST(saltu, s, t, s < t)
RST(op_min, s, t, (uint32_t)min((int32_t)s, (int32_t)t))
RST(op_max, s, t, (uint32_t)max((int32_t)s, (int32_t)t))
RST(minu, s, t, s < t ? s : t)
RST(maxu, s, t, s > t ? s : t)
RST(mul16u, s, t, (s & 0xFFFF) * (t & 0xFFFF))
RST(mul16s, s, t, (uint32_t)((int16_t)s *(int16_t)t))
RST(mull, s, t, s *t)
RST(muluh, s, t, (uint32_t)((uint64_t)s *t >> 32))
RST(mulsh, s, t, (uint32_t)((uint64_t)((int64_t)(int32_t)s *(int32_t)t) >> 32))
RST(src, s, t, (uint32_t)(((uint64_t)s << 32 | t) >> c->sar))

UNARY(neg, r, t, x, 0 - x)
UNARY(op_abs, r, t, x, (int32_t)x < 0 ? 0 - x : x)
UNARY(addi, t, s, x, x + op->imm)
UNARY(addi_n, r, s, x, x + op->imm)
UNARY(mov_n, t, s, x, x)
UNARY(extui, r, t, x, x >> op->imm & op->imm2)
UNARY(srl, r, t, x, (uint32_t)((uint64_t)x >> c->sar))
UNARY(sra, r, t, x, (uint32_t)((int64_t)(int32_t)x >> c->sar))
UNARY(sll, r, s, x, (uint32_t)((uint64_t)x << ((32 - c->sar) & 63)))
UNARY(slli, r, s, x, x << op->imm)
UNARY(srli, r, t, x, x >> op->imm)
UNARY(srai, r, t, x, (uint32_t)((int32_t)x >> op->imm))
UNARY(sext, r, s, x, (uint32_t)((int32_t)(x << (31 - op->imm)) >> (31 - op->imm)))
UNARY(nsau, t, s, x, x ? (uint32_t)__builtin_clz(x) : 32)
UNARY(nsa, t, s, x, (uint32_t)__builtin_clrsb((int)x))

MOVE_IF(moveqz, t, t == 0)
MOVE_IF(movnez, t, t != 0)
MOVE_IF(movltz, t, (int32_t)t < 0)
MOVE_IF(movgez, t, (int32_t)t >= 0)

static const struct lx6_op *clamps(struct lx6 *c, const struct lx6_op *op)
{
    int32_t limit = (int32_t)(1U << op->imm);
    c->a[op->r] = (uint32_t)min(max((int32_t)c->a[op->s], -limit), limit - 1);
    return op + 1;
}

static const struct lx6_op *movi(struct lx6 *c, const struct lx6_op *op)
{
    c->a[op->t] = op->imm;
    return op + 1;
}

static const struct lx6_op *movi_n(struct lx6 *c, const struct lx6_op *op)
{
    c->a[op->s] = op->imm;
    return op + 1;
}

static const struct lx6_op *nop(struct lx6 *c, const struct lx6_op *op)
{
    (void)c;
    return op + 1;
}

/* --- the shift amount --- */

static const struct lx6_op *ssr(struct lx6 *c, const struct lx6_op *op)
{
    c->sar = c->a[op->s] & 31;
    return op + 1;
}

static const struct lx6_op *ssl(struct lx6 *c, const struct lx6_op *op)
{
    c->sar = 32 - (c->a[op->s] & 31);
    return op + 1;
}

static const struct lx6_op *ssa8l(struct lx6 *c, const struct lx6_op *op)
{
    c->sar = (c->a[op->s] & 3) * 8;
    return op + 1;
}

static const struct lx6_op *ssa8b(struct lx6 *c, const struct lx6_op *op)
{
    c->sar = 32 - (c->a[op->s] & 3) * 8;
    return op + 1;
}

static const struct lx6_op *ssai(struct lx6 *c, const struct lx6_op *op)
{
    c->sar = op->imm;
    return op + 1;
}

/* --- divide --- */

static const struct lx6_op *quou(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t s = c->a[op->s], t = c->a[op->t];
    if (!t)
        return lx6_raise(c, op, EXCCAUSE_DIVIDE_BY_ZERO);
    c->a[op->r] = s / t;
    return op + 1;
}

static const struct lx6_op *remu(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t s = c->a[op->s], t = c->a[op->t];
    if (!t)
        return lx6_raise(c, op, EXCCAUSE_DIVIDE_BY_ZERO);
    c->a[op->r] = s % t;
    return op + 1;
}

/* In 64 bits 0x80000000 / -1 does not overflow, and its low half is what the core gives. */
static const struct lx6_op *quos(struct lx6 *c, const struct lx6_op *op)
{
    int64_t s = (int32_t)c->a[op->s], t = (int32_t)c->a[op->t];
    if (!t)
        return lx6_raise(c, op, EXCCAUSE_DIVIDE_BY_ZERO);
    c->a[op->r] = (uint32_t)(s / t);
    return op + 1;
}

static const struct lx6_op *rems(struct lx6 *c, const struct lx6_op *op)
{
    int64_t s = (int32_t)c->a[op->s], t = (int32_t)c->a[op->t];
    if (!t)
        return lx6_raise(c, op, EXCCAUSE_DIVIDE_BY_ZERO);
    c->a[op->r] = (uint32_t)(s % t);
    return op + 1;
}

enum { R_ST = USES_R | USES_S | USES_T, R_S = USES_R | USES_S, R_T = USES_R | USES_T, T_S = USES_S | USES_T };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0x800000, 0xFF000F, "add",    add,    FMT_RST, R_ST },
    { 0x900000, 0xFF000F, "addx2",  addx2,  FMT_RST, R_ST },
    { 0xA00000, 0xFF000F, "addx4",  addx4,  FMT_RST, R_ST },
    { 0xB00000, 0xFF000F, "addx8",  addx8,  FMT_RST, R_ST },
    { 0xC00000, 0xFF000F, "sub",    sub,    FMT_RST, R_ST },
    { 0xD00000, 0xFF000F, "subx2",  subx2,  FMT_RST, R_ST },
    { 0xE00000, 0xFF000F, "subx4",  subx4,  FMT_RST, R_ST },
    { 0xF00000, 0xFF000F, "subx8",  subx8,  FMT_RST, R_ST },
    { 0x100000, 0xFF000F, "and",    and,    FMT_RST, R_ST },
    { 0x200000, 0xFF000F, "or",     or,     FMT_RST, R_ST },
    { 0x300000, 0xFF000F, "xor",    xor,    FMT_RST, R_ST },
    { 0x600000, 0xFF0F0F, "neg",    neg,    FMT_RST, R_T },
    { 0x600100, 0xFF0F0F, "abs",    op_abs, FMT_RST, R_T },
    { 0x00C002, 0x00F00F, "addi",   addi,   FMT_ADDI, T_S },
    { 0x00D002, 0x00F00F, "addmi",  addi,   FMT_ADDMI, T_S },
    { 0x00A002, 0x00F00F, "movi",   movi,   FMT_MOVI, USES_T },
    { 0x830000, 0xFF000F, "moveqz", moveqz, FMT_RST, R_ST },
    { 0x930000, 0xFF000F, "movnez", movnez, FMT_RST, R_ST },
    { 0xA30000, 0xFF000F, "movltz", movltz, FMT_RST, R_ST },
    { 0xB30000, 0xFF000F, "movgez", movgez, FMT_RST, R_ST },
    { 0x040000, 0x0E000F, "extui",  extui,  FMT_EXTUI, R_T },
    { 0x720000, 0xFF000F, "salt",   salt,   FMT_RST, R_ST, .option = LX6_SALT },
    { 0x620000, 0xFF000F, "saltu",  saltu,  FMT_RST, R_ST, .option = LX6_SALT },
    { 0x0020F0, 0xFFFFFF, "nop",    nop,    FMT_RST },

    { 0x00000A, 0x00000F, "add.n",  add,    FMT_RST, R_ST },
    { 0x00000B, 0x00000F, "addi.n", addi_n, FMT_ADDI_N, R_S },
    { 0x00000C, 0x00008F, "movi.n", movi_n, FMT_MOVI_N, USES_S },
    { 0x00000D, 0x00F00F, "mov.n",  mov_n,  FMT_RST, T_S },
    { 0x00F03D, 0x00FFFF, "nop.n",  nop,    FMT_RST },

    { 0x400000, 0xFFF0FF, "ssr",    ssr,    FMT_RST, USES_S },
    { 0x401000, 0xFFF0FF, "ssl",    ssl,    FMT_RST, USES_S },
    { 0x402000, 0xFFF0FF, "ssa8l",  ssa8l,  FMT_RST, USES_S },
    { 0x403000, 0xFFF0FF, "ssa8b",  ssa8b,  FMT_RST, USES_S },
    { 0x404000, 0xFFF0EF, "ssai",   ssai,   FMT_SSAI },
    { 0xA10000, 0xFF00FF, "sll",    sll,    FMT_RST, R_S },
    { 0x910000, 0xFF0F0F, "srl",    srl,    FMT_RST, R_T },
    { 0xB10000, 0xFF0F0F, "sra",    sra,    FMT_RST, R_T },
    { 0x810000, 0xFF000F, "src",    src,    FMT_RST, R_ST },
    { 0x010000, 0xEF000F, "slli",   slli,   FMT_SLLI, R_S },
    { 0x410000, 0xFF000F, "srli",   srli,   FMT_SRLI, R_T },
    { 0x210000, 0xEF000F, "srai",   srai,   FMT_SRAI, R_T },

    { 0xC10000, 0xFF000F, "mul16u", mul16u, FMT_RST, R_ST },
    { 0xD10000, 0xFF000F, "mul16s", mul16s, FMT_RST, R_ST },
    { 0x820000, 0xFF000F, "mull",   mull,   FMT_RST, R_ST },
    { 0xA20000, 0xFF000F, "muluh",  muluh,  FMT_RST, R_ST },
    { 0xB20000, 0xFF000F, "mulsh",  mulsh,  FMT_RST, R_ST },
    { 0xC20000, 0xFF000F, "quou",   quou,   FMT_RST, R_ST },
    { 0xD20000, 0xFF000F, "quos",   quos,   FMT_RST, R_ST },
    { 0xE20000, 0xFF000F, "remu",   remu,   FMT_RST, R_ST },
    { 0xF20000, 0xFF000F, "rems",   rems,   FMT_RST, R_ST },
    { 0x430000, 0xFF000F, "min",    op_min, FMT_RST, R_ST },
    { 0x530000, 0xFF000F, "max",    op_max, FMT_RST, R_ST },
    { 0x630000, 0xFF000F, "minu",   minu,   FMT_RST, R_ST },
    { 0x730000, 0xFF000F, "maxu",   maxu,   FMT_RST, R_ST },
    { 0x230000, 0xFF000F, "sext",   sext,   FMT_SEXT, R_S },
    { 0x330000, 0xFF000F, "clamps", clamps, FMT_SEXT, R_S },
    { 0x40E000, 0xFFF00F, "nsa",    nsa,    FMT_RST, T_S },
    { 0x40F000, 0xFFF00F, "nsau",   nsau,   FMT_RST, T_S },
};
// clang-format on

const struct lx6_family lx6_alu = {insns, COUNT(insns)};
