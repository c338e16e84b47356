/* SPDX-License-Identifier: Apache-2.0 */
/* Debug mode and what a debug module does in it. Source: RISC-V External Debug Support 0.13.2, chapters 3 and 4. */
#include "sim/rv32/rv32_int.h"

/* --- into debug mode and out --- */

void rv32_enter_debug(struct rv32 *c, uint32_t pc, unsigned cause)
{
    c->dpc = pc;
    c->dcsr = field_put(DCSR_PRV, field_put(DCSR_CAUSE, c->dcsr, cause), c->prv);
    c->prv = PRV_M;
    c->pc = pc;
    c->state = RV32_HALTED;
    c->is_stepping = false;
    rv32_update(c);
    c->attention = true;
    if (c->hooks.halted)
        c->hooks.halted(c->hooks.ctx, cause);
}

const struct rv32_op *rv32_enter_debug_at(struct rv32 *c, const struct rv32_op *op, unsigned cause)
{
    c->at = NULL;
    rv32_give_back(c, op);
    c->not_completed++;
    rv32_enter_debug(c, op->pc, cause);
    return NULL;
}

bool rv32_ebreak_halts(const struct rv32 *c)
{
    return c->dcsr & (c->prv == PRV_M ? DCSR_EBREAKM : DCSR_EBREAKU);
}

void rv32_resume(struct rv32 *c)
{
    c->pc = c->dpc;
    c->prv = field_get(DCSR_PRV, c->dcsr);
    c->state = RV32_RUNNING;
    c->is_stepping = c->dcsr & DCSR_STEP;
    rv32_update(c);
    c->attention = true;
    if (c->hooks.resumed)
        c->hooks.resumed(c->hooks.ctx);
}

/* --- requests --- */

void rv32_set_haltreq(struct rv32 *c, bool requested)
{
    c->haltreq = requested;
    if (requested)
        c->attention = true;
}

void rv32_set_reset_haltreq(struct rv32 *c, bool requested)
{
    c->reset_haltreq = requested;
}

/* --- abstract commands --- */

static bool is_x(uint32_t regno)
{
    return regno >= RISCV_REGNO_X(0) && regno < RISCV_REGNO_X(RV32_XS);
}

enum rv32_cmderr rv32_debug_read(struct rv32 *c, uint32_t regno, uint32_t *value)
{
    if (is_x(regno)) {
        *value = c->x[regno - RISCV_REGNO_X(0)];
        return RV32_CMD_OK;
    }
    if (regno >= RV32_CSRS)
        return RV32_CMD_NOT_SUPPORTED;
    const struct rv32_csr *csr = rv32_csr_for(c, regno, false);
    if (!csr)
        return RV32_CMD_EXCEPTION;
    *value = rv32_csr_read(c, csr, NULL);
    return RV32_CMD_OK;
}

enum rv32_cmderr rv32_debug_write(struct rv32 *c, uint32_t regno, uint32_t value)
{
    if (is_x(regno)) {
        rv32_set_x(c, regno - RISCV_REGNO_X(0), value);
        return RV32_CMD_OK;
    }
    if (regno >= RV32_CSRS)
        return RV32_CMD_NOT_SUPPORTED;
    const struct rv32_csr *csr = rv32_csr_for(c, regno, true);
    if (!csr)
        return RV32_CMD_EXCEPTION;
    rv32_csr_write(c, csr, value, NULL);
    return RV32_CMD_OK;
}

/* --- the program buffer --- */

static uint32_t half_at(const uint32_t *words, unsigned count, uint32_t at)
{
    return at / 4 < count ? words[at / 4] >> (at & 2 ? 16 : 0) & 0xFFFF : 0;
}

/* The operation alone in a block, with no budget to go on to another one. */
static void execute_injected(struct rv32 *c, struct rv32_op *op)
{
    c->debug_executing = true;
    c->debug_fault = c->debug_done = false;
    c->block = rv32_block_of(c->cache->code.injected);
    c->pc = op->pc + op->len; /* for what goes on in sequence */
    c->left--;
    op->fn(c, op);
    c->left = 0;
    c->block = rv32_block_of(&c->cache->code.none);
    c->at = NULL;
    c->debug_executing = false;
}

enum rv32_progbuf rv32_debug_execute(struct rv32 *c, const uint32_t *words, unsigned count, uint32_t *at)
{
    struct rv32_op *op = ((struct rv32_block *)(void *)c->cache->code.injected)->ops;
    uint32_t first = half_at(words, count, *at);
    bool is_outside = *at % 2 || *at / 4 >= count || (rv32_length(first) == 4 && (*at + 2) / 4 >= count);
    if (is_outside)
        return RV32_PROGBUF_EXCEPTION;
    uint32_t halted_pc = c->pc;
    op->pc = *at;
    rv32_decode(c, first | half_at(words, count, *at + 2) << 16, op);
    execute_injected(c, op);
    *at = c->pc;
    c->pc = halted_pc;
    rv32_reset_if_due(c);
    if (c->debug_done)
        return RV32_PROGBUF_DONE;
    return c->debug_fault ? RV32_PROGBUF_EXCEPTION : RV32_PROGBUF_GOES_ON;
}
