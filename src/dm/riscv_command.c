/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Abstract commands, the program buffer, and what became of a queue.
 *
 * A command that is given, or whose result is fetched, while the one before it is busy sets cmderr, and so does one that
 * fails; all that follow are ignored then. So the queue ends with a look at cmderr, and one that came too early is run again
 * from its beginning, slower.
 */
#include "dm/riscv_int.h"

enum { BUSY_POLL_NS = 20000, BUSY_POLL_CLOCKS = 64, TRIES = 32 };
#define CMDERR_CLEAR ABSTRACTCS_CMDERR
#define SBCS_CLEAR   (SBCS_BUSYERROR | SBCS_ERROR)

/* CSRRS s0, csr, zero and CSRRW zero, csr, s0; RISC-V Unprivileged ISA, Zicsr */
#define INSN_READ_CSR(csr)  ((uint32_t)(csr) << 20 | 2U << 12 | RISCV_S0 << 7 | OPCODE_SYSTEM)
#define INSN_WRITE_CSR(csr) ((uint32_t)(csr) << 20 | RISCV_S0 << 15 | 1U << 12 | OPCODE_SYSTEM)

/* --- queueing --- */

void rvdm_queue_select(struct rvdm *x, unsigned core)
{
    struct rvdm_module *m = rvdm_module_of(x, core);
    if (m->hart == x->cores[core].hart)
        return;
    rvdm_dmi_write(x, x->cores[core].module, DM_DMCONTROL, rvdm_dmcontrol(x, core));
    m->hart = x->cores[core].hart;
}

void rvdm_queue_command(struct rvdm *x, unsigned core, uint32_t command)
{
    rvdm_queue_select(x, core);
    rvdm_queue_dmi(x, &(struct rvdm_op){.module = (uint8_t)x->cores[core].module,
                                        .op = DMI_WRITE,
                                        .addr = DM_COMMAND,
                                        .pace = RVDM_COMMAND,
                                        .data = command});
    rvdm_module_of(x, core)->has_commands = true;
}

uint32_t rvdm_register_command(uint32_t regno, uint32_t flags)
{
    return field_put(COMMAND_SIZE, flags, ACCESS_SIZE_32) | field_put(COMMAND_REGNO, 0, regno);
}

unsigned rvdm_program_room(const struct rvdm_module *m)
{
    unsigned words = field_get(ABSTRACTCS_PROGBUFSIZE, m->abstractcs);
    return words && !(m->dmstatus & DMSTATUS_IMPEBREAK) ? words - 1 : words;
}

void rvdm_queue_program(struct rvdm *x, unsigned core, const uint32_t *words, unsigned count)
{
    unsigned module = x->cores[core].module;
    for (unsigned i = 0; i < count; i++)
        rvdm_dmi_write(x, module, DM_PROGBUF0 + i, words[i]);
    if (count < field_get(ABSTRACTCS_PROGBUFSIZE, x->modules[module].abstractcs))
        rvdm_dmi_write(x, module, DM_PROGBUF0 + count, INSN_EBREAK);
}

static bool is_by_program(const struct rvdm_module *m, uint32_t regno)
{
    return m->csrs_by_program && regno < RISCV_REGNO_X(0);
}

void rvdm_queue_read(struct dm *d, unsigned core, uint32_t regno, uint32_t *value)
{
    struct rvdm *x = rvdm_of(d);
    rvdm_queue_select(x, core);
    if (is_by_program(rvdm_module_of(x, core), regno)) {
        x->cores[core].is_clobbered = true;
        rvdm_queue_program(x, core, &(uint32_t){INSN_READ_CSR(regno)}, 1);
        rvdm_queue_command(x, core, rvdm_register_command(0, COMMAND_POSTEXEC));
        regno = RISCV_REGNO_X(RISCV_S0);
    }
    rvdm_queue_command(x, core, rvdm_register_command(regno, COMMAND_TRANSFER));
    rvdm_dmi_read(x, x->cores[core].module, DM_DATA0, value);
}

void rvdm_queue_write(struct dm *d, unsigned core, uint32_t regno, uint32_t value)
{
    struct rvdm *x = rvdm_of(d);
    uint32_t flags = COMMAND_TRANSFER | COMMAND_WRITE;
    rvdm_queue_select(x, core);
    if (is_by_program(rvdm_module_of(x, core), regno)) {
        x->cores[core].is_clobbered = true;
        rvdm_queue_program(x, core, &(uint32_t){INSN_WRITE_CSR(regno)}, 1);
        flags |= COMMAND_POSTEXEC;
        regno = RISCV_REGNO_X(RISCV_S0);
    }
    rvdm_dmi_write(x, x->cores[core].module, DM_DATA0, value);
    rvdm_queue_command(x, core, rvdm_register_command(regno, flags));
}

/* --- what became of it --- */

/* Runs some accesses while a queue waits to be run again. */
static enum err run_aside(struct rvdm *x, struct rvdm_op *ops, size_t count)
{
    struct rvdm_op *kept = x->ops;
    size_t kept_count = x->op_count, kept_room = x->op_room;
    x->ops = ops;
    x->op_count = x->op_room = count;
    enum err e = rvdm_run_accesses(x);
    x->ops = kept;
    x->op_count = kept_count;
    x->op_room = kept_room;
    return e;
}

static enum err ask_until_idle(struct rvdm *x, unsigned module, unsigned reg, uint32_t busy, uint32_t *value)
{
    const struct clock *clock = jtag_clock(x->jtag);
    struct deadline deadline = deadline_ms(clock, x->timeout_ms);
    enum err e = ERR_OK;
    while (!e && *value & busy) {
        if (deadline_passed(&deadline))
            return err_at(x->base.log, ERR_TIMEOUT,
                          "%s was busy for %u ms: an access of it hangs in the chip (a device without a clock?), or "
                          "the core went "
                          "away. Reset the chip",
                          reg == DM_SBCS ? "the system bus of the debug module" : "an abstract command",
                          (unsigned)x->timeout_ms);
        e = clock_wait_ns(clock, BUSY_POLL_NS);
        jtag_idle(x->jtag, BUSY_POLL_CLOCKS); /* some modules work by TCK alone */
        if (!e)
            e = run_aside(
                x, &(struct rvdm_op){.module = (uint8_t)module, .op = DMI_READ, .addr = (uint8_t)reg, .in = value}, 1);
    }
    return e;
}

static enum err too_slow(struct rvdm *x, const char *what)
{
    return err_at(x->base.log, ERR_OVERRUN,
                  "%s did not keep up with the debugger however long it waited: the core's clock is slow for this TCK. "
                  "Lower the adapter speed",
                  what);
}

static enum err command_failed(struct rvdm *x, uint32_t cmderr)
{
    static const struct {
        enum err e;
        const char *text;
    } all[] = {
        [CMDERR_UNSUPPORTED] = {ERR_UNSUPPORTED, "the debug module does not support what it was asked for"},
        [CMDERR_EXCEPTION] = {ERR_EXEC, "the core raised an exception when the debugger used it"},
        [CMDERR_HALT_RESUME] = {ERR_STATE, "the core is not halted (or not there), so it cannot do what is asked"},
        [CMDERR_BUS] = {ERR_EXEC, "a bus refused what the core was asked to do"},
        [6] = {ERR_EXEC, "the debug module gave an error that no specification names"},
        [CMDERR_OTHER] = {ERR_EXEC, "an abstract command failed for a reason of the chip's own"},
    };
    return err_at(x->base.log, all[cmderr].e, "%s", all[cmderr].text);
}

static enum err judge_commands(struct rvdm *x, unsigned module, bool *again)
{
    struct rvdm_module *m = &x->modules[module];
    enum err e = ask_until_idle(x, module, DM_ABSTRACTCS, ABSTRACTCS_BUSY, &m->abstractcs_now);
    uint32_t cmderr = field_get(ABSTRACTCS_CMDERR, m->abstractcs_now);
    if (e || cmderr == CMDERR_NONE)
        return e;
    struct rvdm_op ops[] = {
        {.module = (uint8_t)module, .op = DMI_WRITE, .addr = DM_ABSTRACTCS, .data = CMDERR_CLEAR},
        {.module = (uint8_t)module, .op = DMI_WRITE, .addr = DM_ABSTRACTAUTO},
    };
    e = run_aside(x, ops, m->has_autoexec_on ? 2 : 1);
    if (e)
        return e;
    if (cmderr != CMDERR_BUSY)
        return command_failed(x, cmderr);
    *again = true;
    return rvdm_go_slower(m, RVDM_COMMAND) ? ERR_OK : too_slow(x, "an abstract command");
}

static enum err judge_bus(struct rvdm *x, unsigned module, bool *again)
{
    struct rvdm_module *m = &x->modules[module];
    enum err e = ask_until_idle(x, module, DM_SBCS, SBCS_BUSY, &m->sbcs_now);
    if (e || !(m->sbcs_now & SBCS_CLEAR))
        return e;
    e = run_aside(x, &(struct rvdm_op){.module = (uint8_t)module, .op = DMI_WRITE, .addr = DM_SBCS, .data = SBCS_CLEAR},
                  1);
    if (e)
        return e;
    if (!(m->sbcs_now & SBCS_BUSYERROR))
        return err_at(x->base.log, ERR_FAULT, "the system bus refused an access (sberror %u)",
                      (unsigned)field_get(SBCS_ERROR, m->sbcs_now));
    *again = true;
    return rvdm_go_slower(m, RVDM_BUS) ? ERR_OK : too_slow(x, "the system bus of the debug module");
}

static void queue_questions(struct rvdm *x)
{
    for (unsigned i = 0; i < x->module_count; i++) {
        struct rvdm_module *m = &x->modules[i];
        if (m->has_commands)
            rvdm_dmi_read(x, i, DM_ABSTRACTCS, &m->abstractcs_now);
        if (m->has_bus)
            rvdm_dmi_read(x, i, DM_SBCS, &m->sbcs_now);
    }
}

/* The first error counts; each module is looked at in any case. */
static enum err judge(struct rvdm *x, bool *again)
{
    enum err first = ERR_OK;
    *again = false;
    for (unsigned i = 0; i < x->module_count; i++) {
        enum err e = x->modules[i].has_commands ? judge_commands(x, i, again) : ERR_OK;
        if (!e && x->modules[i].has_bus)
            e = judge_bus(x, i, again);
        if (e && !first)
            first = e;
    }
    return first;
}

static void note_good(struct rvdm *x)
{
    size_t count[DM_MAX_CORES][RVDM_PACES] = {{0}};
    for (size_t i = 0; i < x->op_count; i++)
        count[x->ops[i].module][x->ops[i].pace]++;
    for (unsigned i = 0; i < x->module_count; i++)
        for (unsigned p = RVDM_COMMAND; p < RVDM_PACES; p++)
            rvdm_note_good(&x->modules[i], (enum rvdm_pace)p, count[i][p]);
}

enum err rvdm_run(struct dm *d)
{
    struct rvdm *x = rvdm_of(d);
    bool again = true;
    enum err e = ERR_OK;
    if (!x->op_count)
        return ERR_OK;
    queue_questions(x);
    for (unsigned i = 0; !e && again && i < TRIES; i++) {
        e = rvdm_run_accesses(x);
        if (!e)
            e = judge(x, &again);
    }
    if (!e && again)
        e = too_slow(x, "the debug module");
    if (!e)
        note_good(x);
    else
        for (unsigned i = 0; i < x->module_count; i++)
            x->modules[i].hart = RVDM_NO_HART;
    rvdm_forget_queue(x);
    return e;
}

/* --- for target/ --- */

enum err rvdm_execute(struct dm *d, unsigned core, uint32_t instruction)
{
    struct rvdm *x = rvdm_of(d);
    if (!rvdm_program_room(rvdm_module_of(x, core)))
        return err_at(d->log, ERR_UNSUPPORTED, "the debug module has no program buffer to run an instruction from");
    rvdm_queue_select(x, core);
    rvdm_queue_program(x, core, &instruction, 1);
    rvdm_queue_command(x, core, rvdm_register_command(0, COMMAND_POSTEXEC));
    return rvdm_run(d);
}

enum err rvdm_fence(struct dm *d, unsigned core)
{
    struct rvdm *x = rvdm_of(d);
    struct rvdm_module *m = rvdm_module_of(x, core);
    static const uint32_t program[] = {INSN_FENCE_I, INSN_FENCE};
    unsigned room = rvdm_program_room(m);
    if (!m->was_written || m->has_no_fence || !room)
        return ERR_OK;
    rvdm_queue_select(x, core);
    rvdm_queue_program(x, core, program, room < 2 ? 1 : 2);
    rvdm_queue_command(x, core, rvdm_register_command(0, COMMAND_POSTEXEC));
    enum err e = rvdm_run(d);
    m->was_written &= e != ERR_OK;
    m->has_no_fence = e == ERR_EXEC;
    if (e == ERR_EXEC) {
        err_forget(d->log);
        e = ERR_OK;
    }
    return e;
}

enum err rvdm_is_64_bit(struct dm *d, unsigned core, bool *is)
{
    struct rvdm *x = rvdm_of(d);
    uint32_t command =
        field_put(COMMAND_SIZE, rvdm_register_command(RISCV_REGNO_X(RISCV_S0), COMMAND_TRANSFER), ACCESS_SIZE_64);
    rvdm_queue_command(x, core, command);
    enum err e = rvdm_run(d);
    *is = !e;
    if (e != ERR_UNSUPPORTED && e != ERR_EXEC)
        return e;
    err_forget(d->log);
    return ERR_OK;
}

enum err rvdm_find_csr_way(struct dm *d, unsigned core)
{
    struct rvdm *x = rvdm_of(d);
    struct rvdm_module *m = rvdm_module_of(x, core);
    uint32_t dcsr;
    if (m->csrs_by_program)
        return ERR_OK;
    rvdm_queue_read(d, core, CSR_DCSR, &dcsr);
    enum err e = rvdm_run(d);
    if (e != ERR_UNSUPPORTED)
        return e;
    if (!rvdm_program_room(m))
        return err_at(
            d->log, e,
            "the debug module reaches CSRs neither by abstract commands nor by instructions (it has no program "
            "buffer): cores behind it cannot be debugged");
    err_forget(d->log);
    m->csrs_by_program = true;
    return ERR_OK;
}

bool rvdm_clobbers_for_csrs(const struct dm *d, unsigned core)
{
    const struct rvdm *x = (const struct rvdm *)d;
    return x->modules[x->cores[core].module].csrs_by_program;
}

bool rvdm_take_clobbered(struct dm *d, unsigned core)
{
    struct rvdm_core *c = &rvdm_of(d)->cores[core];
    bool was = c->is_clobbered;
    c->is_clobbered = false;
    return was;
}

void rvdm_set_timeout(struct dm *d, uint32_t timeout_ms)
{
    rvdm_of(d)->timeout_ms = timeout_ms;
}

void rvdm_set_compressed(struct dm *d, unsigned core, bool is_compressed)
{
    rvdm_of(d)->cores[core].is_compressed = is_compressed;
}
