/* SPDX-License-Identifier: Apache-2.0 */
/* Abstract commands and the program buffer (0.13.2, chapters 3.6 and 3.7). */
#include "sim/rvdbg/rvdbg_int.h"

enum { WORD = 4 };

void command_reset(struct rvdbg *x)
{
    x->command = (struct rvdbg_command){0};
}

/* --- the program --- */

static void end_program(struct rvdbg_command *c, enum cmderr result)
{
    c->in_program = false;
    c->result = result;
}

static void program_step(struct rvdbg *x)
{
    struct rvdbg_command *c = &x->command;
    unsigned words = x->config.progbuf_words;
    c->busy_until_ps += rvdbg_cycles_ps(x, c->core, 1);
    if (!control_is_halted(x, c->core)) {
        end_program(c, CMDERR_OTHER); /* it was reset meanwhile, or by the program */
        return;
    }
    if (c->at == WORD * words) {
        end_program(c, x->config.has_impebreak ? CMDERR_NONE : CMDERR_EXCEPTION);
        return;
    }
    enum rv32_progbuf how = rv32_debug_execute(rvdbg_core(x, c->core), c->progbuf, words, &c->at);
    if (how != RV32_PROGBUF_GOES_ON)
        end_program(c, how == RV32_PROGBUF_DONE ? CMDERR_NONE : CMDERR_EXCEPTION);
}

static void run_program(struct rvdbg *x, uint64_t instructions)
{
    for (; instructions && x->command.in_program; instructions--)
        program_step(x);
}

void command_advance(struct rvdbg *x)
{
    struct rvdbg_command *c = &x->command;
    uint64_t now_ps = rvdbg_now_ps(x);
    if (!c->is_busy || now_ps < c->busy_until_ps)
        return;
    run_program(x, (now_ps - c->busy_until_ps) / rvdbg_cycles_ps(x, c->core, 1));
    if (c->in_program || now_ps < c->busy_until_ps)
        return;
    c->is_busy = false;
    if (!c->cmderr) /* what the host did meanwhile came first */
        c->cmderr = c->result;
}

/* --- commands --- */

/* Why the command cannot be, whatever the core does. */
static bool is_supported(const struct rvdbg *x)
{
    uint32_t word = x->command.word;
    if (field_get(COMMAND_CMDTYPE, word) != CMDTYPE_REGISTER || (word & COMMAND_POSTINCREMENT))
        return false;
    bool is_sized = field_get(COMMAND_SIZE, word) == ACCESS_SIZE_32;
    bool is_register = field_get(COMMAND_REGNO, word) < RISCV_REGNO_X(RV32_XS);
    if ((word & COMMAND_TRANSFER) && !(is_sized && is_register))
        return false;
    return !(word & COMMAND_POSTEXEC) || x->config.progbuf_words;
}

static enum cmderr transfer(struct rvdbg *x, struct rv32 *core)
{
    struct rvdbg_command *c = &x->command;
    uint32_t regno = field_get(COMMAND_REGNO, c->word);
    if (!(c->word & COMMAND_TRANSFER))
        return CMDERR_NONE;
    if (c->word & COMMAND_WRITE)
        return (enum cmderr)rv32_debug_write(core, regno, c->data[0]);
    return (enum cmderr)rv32_debug_read(core, regno, &c->data[0]);
}

static void start(struct rvdbg *x)
{
    struct rvdbg_command *c = &x->command;
    unsigned core = control_selected(x);
    if (c->cmderr)
        return;
    if (!is_supported(x)) {
        c->cmderr = CMDERR_UNSUPPORTED;
        return;
    }
    if (core == RVDBG_CORES || !control_is_halted(x, core)) {
        c->cmderr = CMDERR_HALT_RESUME;
        return;
    }
    c->is_busy = true;
    c->core = core;
    c->busy_until_ps = rvdbg_now_ps(x) + rvdbg_cycles_ps(x, core, x->config.command_cycles);
    c->result = transfer(x, rvdbg_core(x, core));
    if (c->result || !(c->word & COMMAND_POSTEXEC))
        return;
    c->in_program = true;
    c->at = 0;
    run_program(x, RVDBG_AT_ONCE);
}

/* The host touches what it may not touch while a command runs. */
static bool is_too_early(struct rvdbg_command *c)
{
    if (c->is_busy && !c->cmderr)
        c->cmderr = CMDERR_BUSY;
    return c->is_busy;
}

/* --- registers --- */

uint32_t command_abstractcs(struct rvdbg *x, unsigned index)
{
    (void)index;
    const struct rvdbg_command *c = &x->command;
    uint32_t value = field_put(ABSTRACTCS_PROGBUFSIZE, 0, x->config.progbuf_words);
    value = field_put(ABSTRACTCS_DATACOUNT, value, x->config.data_words);
    value = field_put(ABSTRACTCS_CMDERR, value, c->cmderr);
    return value | (c->is_busy ? ABSTRACTCS_BUSY : 0);
}

void command_set_abstractcs(struct rvdbg *x, unsigned index, uint32_t value)
{
    (void)index;
    if (!is_too_early(&x->command))
        x->command.cmderr &= ~field_get(ABSTRACTCS_CMDERR, value);
}

void command_set_command(struct rvdbg *x, unsigned index, uint32_t value)
{
    (void)index;
    if (is_too_early(&x->command) || x->command.cmderr)
        return;
    x->command.word = value;
    start(x);
}

uint32_t command_abstractauto(struct rvdbg *x, unsigned index)
{
    (void)index;
    return x->command.autoexec;
}

void command_set_abstractauto(struct rvdbg *x, unsigned index, uint32_t value)
{
    (void)index;
    uint32_t data = BIT(x->config.data_words) - 1, progbuf = BIT(x->config.progbuf_words) - 1;
    if (!is_too_early(&x->command))
        x->command.autoexec =
            value & (field_put(ABSTRACTAUTO_DATA, 0, data) | field_put(ABSTRACTAUTO_PROGBUF, 0, progbuf));
}

static void autoexec(struct rvdbg *x, uint32_t bits, unsigned index)
{
    if (field_get(bits, x->command.autoexec) >> index & 1)
        start(x);
}

/* A read while a command runs gives nothing. */
uint32_t command_data(struct rvdbg *x, unsigned index)
{
    if (index >= x->config.data_words || is_too_early(&x->command))
        return 0;
    uint32_t value = x->command.data[index];
    autoexec(x, ABSTRACTAUTO_DATA, index);
    return value;
}

void command_set_data(struct rvdbg *x, unsigned index, uint32_t value)
{
    if (index >= x->config.data_words || is_too_early(&x->command))
        return;
    x->command.data[index] = value;
    autoexec(x, ABSTRACTAUTO_DATA, index);
}

uint32_t command_progbuf(struct rvdbg *x, unsigned index)
{
    if (index >= x->config.progbuf_words || is_too_early(&x->command))
        return 0;
    uint32_t value = x->command.progbuf[index];
    autoexec(x, ABSTRACTAUTO_PROGBUF, index);
    return value;
}

void command_set_progbuf(struct rvdbg *x, unsigned index, uint32_t value)
{
    if (index >= x->config.progbuf_words || is_too_early(&x->command))
        return;
    x->command.progbuf[index] = value;
    autoexec(x, ABSTRACTAUTO_PROGBUF, index);
}
