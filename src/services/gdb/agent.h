/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GDB's agent expressions (GDB manual, appendix F "The GDB Agent Expression Mechanism"): the conditions of breakpoints. Pure and
 * bounded: any bytes in. Floating point, trace state variables and tracing are not in conditions, and not here.
 */
#ifndef SERVICES_GDB_AGENT_H
#define SERVICES_GDB_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct agent_ops {
    bool (*read)(void *ctx, uint32_t addr, void *bytes, size_t len);
    bool (*read_register)(void *ctx, unsigned number, uint64_t *value); /* by GDB's numbers */
    void *ctx;
};

/* Runs at most max_steps instructions. False when the code is not well formed, does not end, divides by zero, or needs what
   cannot be read; else *value is what is on top of the stack at the end. */
bool agent_evaluate(const uint8_t *code, size_t len, const struct agent_ops *ops, unsigned max_steps, uint64_t *value);

#endif
