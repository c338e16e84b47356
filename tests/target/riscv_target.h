/* SPDX-License-Identifier: Apache-2.0 */
/* A target on the RISC-V debug module of the tests, as a session would make it, and instructions for its core. */
#ifndef TESTS_RISCV_TARGET_H
#define TESTS_RISCV_TARGET_H

#include "riscv_rig.h"
#include "unit.h"

#include "target/target.h"

#include <string.h>

enum { CODE = RRIG_RAM + 0x100, DATA = RRIG_RAM + 0x2000, HALT_MS = 100 };

/* RISC-V Unprivileged ISA */
#define LUI(rd, imm)       ((uint32_t)(imm) << 12 | (rd) << 7 | 0x37)
#define ADDI(rd, rs, imm)  ((uint32_t)(imm) << 20 | (rs) << 15 | (rd) << 7 | 0x13)
#define LW(rd, rs, imm)    ((uint32_t)(imm) << 20 | (rs) << 15 | 2U << 12 | (rd) << 7 | 0x03)
#define SW(rt, rs, imm)    ((uint32_t)(rt) << 20 | (rs) << 15 | 2U << 12 | (imm) << 7 | 0x23)
#define CSRRS(rd, csr, rs) ((uint32_t)(csr) << 20 | (rs) << 15 | 2U << 12 | (rd) << 7 | 0x73)
#define J_SELF             0x0000006FU

struct rig {
    struct riscv_rig r;
    struct target *target;
    struct core *core;
    unsigned halted, resumed, was_reset;
};

static inline void count(void *ctx, struct core *core, enum target_event event)
{
    struct rig *g = ctx;
    (void)core;
    g->halted += event == TARGET_HALTED;
    g->resumed += event == TARGET_RESUMED;
    g->was_reset += event == TARGET_WAS_RESET;
}

static inline void open_rig(struct rig *g, const struct rrig_config *config)
{
    memset(g, 0, sizeof *g);
    rrig_open(&g->r, config);
    g->target = target_new(chip_find("riscv"), g->r.dm, &g->r.adapter.clock, &g->r.log);
    g->r.dm = NULL;
    assert_non_null(g->target);
    target_on_event(g->target, count, g);
    CHECK_OK(target_examine(g->target));
    g->core = target_core(g->target, 0);
}

static inline void open_halted(struct rig *g, const struct rrig_config *config)
{
    open_rig(g, config);
    CHECK_OK(target_halt(g->target, HALT_MS));
    assert_int_equal(core_state(g->core), CORE_HALTED);
}

static inline void close_rig(struct rig *g)
{
    target_free(g->target);
    rrig_close(&g->r);
}

static inline uint32_t reg(struct rig *g, const char *name)
{
    uint32_t value = 0;
    int index = core_reg_find(g->core, name);
    assert_true(index >= 0);
    CHECK_OK(core_reg_read(g->core, (unsigned)index, &value));
    return value;
}

static inline void set_reg(struct rig *g, const char *name, uint32_t value)
{
    int index = core_reg_find(g->core, name);
    assert_true(index >= 0);
    CHECK_OK(core_reg_write(g->core, (unsigned)index, value));
}

static inline void wait_halted(struct rig *g)
{
    CHECK_OK(core_wait_state(g->core, CORE_HALTED, HALT_MS));
}

static inline void load(struct rig *g, const uint32_t *words, size_t count)
{
    rrig_poke(&g->r, CODE, words, count * sizeof *words);
    set_reg(g, "pc", CODE);
}

#endif
