/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single-precision floating point on the host's own, which is IEEE 754 as well.
 *
 * While lx6.fp_in_use is set, the host rounds as FCR says and its exception flags are those of this core. lx6_fp_sync()
 * takes the flags into FSR and gives the host back.
 *
 * Results that are NaN are chosen here: the last operand that is a NaN, made quiet, else the default NaN (the rule of
 * Cadence's single-precision unit that the ESP32 has; the host's differs).
 */
#ifndef SIM_LX6_FP_INT_H
#define SIM_LX6_FP_INT_H

#include "sim/lx6/lx6_int.h"

#include <string.h>

#define FCR_ROUNDING  FIELD(1, 0) /* nearest even, zero, up, down */
#define FCR_ENABLES   FIELD(6, 2) /* no traps are taken */
#define FSR_INEXACT   BIT(7)
#define FSR_UNDERFLOW BIT(8)
#define FSR_OVERFLOW  BIT(9)
#define FSR_DIVZERO   BIT(10)
#define FSR_INVALID   BIT(11)
#define FSR_FLAGS     FIELD(11, 7)

#define F32_DEFAULT_NAN 0x7FC00000U
#define F32_QUIET       BIT(22)
#define F32_SIGN        BIT(31)

/* Makes the host round as FCR says and clears its flags, when they are not this core's already. */
void lx6_fp_take(struct lx6 *c);

static inline void lx6_fp_begin(struct lx6 *c)
{
    if (!c->fp_in_use)
        lx6_fp_take(c);
}

static inline float f32_value(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t f32_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline bool f32_is_nan(uint32_t bits)
{
    return (bits & ~F32_SIGN) > 0x7F800000U;
}

static inline bool f32_is_signalling(uint32_t bits)
{
    return f32_is_nan(bits) && !(bits & F32_QUIET);
}

/* The bits of a result; a and b are the operands in order. */
static inline uint32_t f32_result(float result, uint32_t a, uint32_t b)
{
    uint32_t bits = f32_bits(result);
    if (!f32_is_nan(bits))
        return bits;
    if (f32_is_nan(b))
        return b | F32_QUIET;
    return f32_is_nan(a) ? a | F32_QUIET : F32_DEFAULT_NAN;
}

#endif
