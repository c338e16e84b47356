/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The designer's instructions of the ESP32-S3: what reaches the vector registers (a debugger reads and writes them this
 * way, and an operating system saves them) and the eight GPIO wires. Source: xtensa-modules.c of xtensa_esp32s3 in
 * espressif/xtensa-overlays (encodings, operands, which of them need coprocessor 3); ESP32-S3 Technical Reference
 * Manual, "Processor Instruction Extensions" (what they do).
 */
#include "sim/lx6/lx6_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { WORDS = 4, BYTES = 16 };

/* --- vector registers --- */

/* The unit ignores the lower four bits of an address. */
static uint32_t place(const struct lx6 *c, const struct lx6_op *op)
{
    return (c->a[op->s] + op->imm) & ~(BYTES - 1U);
}

static const struct lx6_op *ld_qr(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = place(c, op), words[WORDS];
    for (unsigned i = 0; i < WORDS; i++) {
        if (!lx6_load(c, op, addr + 4 * i, 4, &words[i]))
            return NULL;
    }
    for (unsigned i = 0; i < WORDS; i++)
        c->pie.qr[op->r][i] = words[i];
    return lx6_next(c, op);
}

static const struct lx6_op *st_qr(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = place(c, op);
    for (unsigned i = 0; i < WORDS; i++) {
        if (!lx6_store(c, op, addr + 4 * i, 4, c->pie.qr[op->r][i]))
            return NULL;
    }
    return lx6_next(c, op);
}

static const struct lx6_op *mv_qr(struct lx6 *c, const struct lx6_op *op)
{
    for (unsigned i = 0; i < WORDS; i++)
        c->pie.qr[op->r][i] = c->pie.qr[op->s][i];
    return op + 1;
}

static const struct lx6_op *movi_32_a(struct lx6 *c, const struct lx6_op *op)
{
    c->a[op->t] = c->pie.qr[op->r][op->imm];
    return op + 1;
}

static const struct lx6_op *movi_32_q(struct lx6 *c, const struct lx6_op *op)
{
    c->pie.qr[op->r][op->imm] = c->a[op->t];
    return op + 1;
}

/* --- wires: GPIO_OUT drives eight of them out of the core; nothing drives those that come in --- */

static const struct lx6_op *wr_mask_gpio_out(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t mask = c->a[op->s] & FIELD(7, 0);
    c->pie.gpio_out = (c->pie.gpio_out & ~mask) | (c->a[op->t] & mask);
    return op + 1;
}

static const struct lx6_op *set_bit_gpio_out(struct lx6 *c, const struct lx6_op *op)
{
    c->pie.gpio_out |= op->imm;
    return op + 1;
}

static const struct lx6_op *clr_bit_gpio_out(struct lx6 *c, const struct lx6_op *op)
{
    c->pie.gpio_out &= ~op->imm;
    return op + 1;
}

static const struct lx6_op *get_gpio_in(struct lx6 *c, const struct lx6_op *op)
{
    c->a[op->t] = 0;
    return op + 1;
}

enum { T_S = USES_S | USES_T, CP = FLAG_CP3 };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0xCD2004, 0xCF700F, "ld.qr", ld_qr, FMT_QR_MEM, USES_T, CP | FLAG_LOAD,  BYTES, .option = LX6_PIE },
    { 0xCD6004, 0xCF700F, "st.qr", st_qr, FMT_QR_MEM, USES_T, CP | FLAG_STORE, BYTES, .option = LX6_PIE },
    { 0x8F0004, 0xCF73DF, "mv.qr", mv_qr, FMT_QR_QR, 0, CP, .option = LX6_PIE },
    { 0xCD7104, 0xCF730F, "ee.movi.32.a", movi_32_a, FMT_QR_AR, USES_T, CP, .option = LX6_PIE },
    { 0xCD3204, 0xCF730F, "ee.movi.32.q", movi_32_q, FMT_QR_AR, USES_T, CP, .option = LX6_PIE },
    { 0x724004, 0xFFF00F, "ee.wr_mask_gpio_out", wr_mask_gpio_out, FMT_RST, T_S, .option = LX6_PIE },
    { 0x754004, 0xFFF00F, "ee.set_bit_gpio_out", set_bit_gpio_out, FMT_GPIO_BITS, .option = LX6_PIE },
    { 0x764004, 0xFFF00F, "ee.clr_bit_gpio_out", clr_bit_gpio_out, FMT_GPIO_BITS, .option = LX6_PIE },
    { 0x650804, 0xFFFF0F, "ee.get_gpio_in",      get_gpio_in,      FMT_RST, USES_T, .option = LX6_PIE },
};
// clang-format on

const struct lx6_family lx6_pie = {insns, COUNT(insns)};
