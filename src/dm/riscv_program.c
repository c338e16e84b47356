/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory through a halted core: by a program of its own instructions, or by the module's abstract commands.
 *
 * The program moves a word between s1 and the address in s0, and counts s0 up. Reading or writing data0 starts it again
 * (abstractauto), so each word costs one access. A word that is refused does not count s0 up: it says which one it was.
 */
#include "dm/riscv_int.h"

#include <assert.h>

enum { ABSTRACT_BATCH = 64 };

/* RISC-V Unprivileged ISA: loads and stores between s1 and (s0), by funct3; ADDI s0, s0, 4; and the same compressed. */
#define INSN_LOAD(funct3)  ((uint32_t)(funct3) << 12 | RISCV_S0 << 15 | RISCV_S1 << 7 | OPCODE_LOAD)
#define INSN_STORE(funct3) ((uint32_t)(funct3) << 12 | RISCV_S0 << 15 | RISCV_S1 << 20 | OPCODE_STORE)
#define INSN_NEXT          0x00440413U
#define INSN_C_LW_NEXT     0x04114004U /* C.LW s1, 0(s0); C.ADDI s0, 4 */
#define INSN_C_SW_NEXT     0x0411C004U /* C.SW s1, 0(s0); C.ADDI s0, 4 */
enum { FUNCT3_B = 0, FUNCT3_H = 1, FUNCT3_W = 2, FUNCT3_UNSIGNED = 4 };

#define S0_REGNO RISCV_REGNO_X(RISCV_S0)
#define S1_REGNO RISCV_REGNO_X(RISCV_S1)

static unsigned funct3_of(unsigned width)
{
    return width == RVDM_WORD ? FUNCT3_W : width == 2 ? FUNCT3_H : FUNCT3_B;
}

static void queue_data(struct rvdm *x, unsigned core, unsigned reg, uint32_t value)
{
    rvdm_dmi_write(x, x->cores[core].module, reg, value);
}

/* data0, with the command that this starts when it is to. */
static void queue_data0(struct rvdm *x, unsigned core, bool starts, const struct rvdm_op *access)
{
    struct rvdm_op op = *access;
    op.module = (uint8_t)x->cores[core].module;
    op.addr = DM_DATA0;
    op.pace = starts ? RVDM_COMMAND : RVDM_PLAIN;
    rvdm_queue_dmi(x, &op);
}

static void queue_read_data0(struct rvdm *x, unsigned core, bool starts, uint32_t *value)
{
    queue_data0(x, core, starts, &(struct rvdm_op){.op = DMI_READ, .in = value});
}

static void queue_autoexec(struct rvdm *x, unsigned core, bool on)
{
    struct rvdm_module *m = rvdm_module_of(x, core);
    if (!m->has_autoexec)
        return;
    rvdm_dmi_write(x, x->cores[core].module, DM_ABSTRACTAUTO, on ? ABSTRACTAUTO_DATA0 : 0);
    m->has_autoexec_on = true;
}

/* --- single accesses --- */

static void queue_load(struct rvdm *x, unsigned core, uint32_t addr, uint32_t *value)
{
    queue_data(x, core, DM_DATA0, addr);
    rvdm_queue_command(x, core, rvdm_register_command(S0_REGNO, COMMAND_TRANSFER | COMMAND_WRITE | COMMAND_POSTEXEC));
    rvdm_queue_command(x, core, rvdm_register_command(S1_REGNO, COMMAND_TRANSFER));
    queue_read_data0(x, core, false, value);
}

static void queue_store(struct rvdm *x, unsigned core, uint32_t addr, uint32_t value)
{
    queue_data(x, core, DM_DATA0, addr);
    rvdm_queue_command(x, core, rvdm_register_command(S0_REGNO, COMMAND_TRANSFER | COMMAND_WRITE));
    queue_data(x, core, DM_DATA0, value);
    rvdm_queue_command(x, core, rvdm_register_command(S1_REGNO, COMMAND_TRANSFER | COMMAND_WRITE | COMMAND_POSTEXEC));
}

static enum err as_fault(enum err e)
{
    return e == ERR_EXEC ? ERR_FAULT : e;
}

enum err rvdm_program_load(struct rvdm *x, unsigned core, uint32_t addr, unsigned width, uint32_t *value)
{
    unsigned funct3 = funct3_of(width) | (width < RVDM_WORD ? FUNCT3_UNSIGNED : 0);
    x->cores[core].is_clobbered = true;
    rvdm_queue_select(x, core);
    rvdm_queue_program(x, core, &(uint32_t){INSN_LOAD(funct3)}, 1);
    queue_load(x, core, addr, value);
    return as_fault(rvdm_run(&x->base));
}

enum err rvdm_program_store_all(struct rvdm *x, unsigned core, unsigned width, const struct rvdm_poke *pokes,
                                size_t count)
{
    x->cores[core].is_clobbered = true;
    rvdm_queue_select(x, core);
    rvdm_queue_program(x, core, &(uint32_t){INSN_STORE(funct3_of(width))}, 1);
    for (size_t i = 0; i < count; i++)
        queue_store(x, core, pokes[i].addr, pokes[i].value);
    rvdm_module_of(x, core)->was_written = true;
    return as_fault(rvdm_run(&x->base));
}

/* --- blocks by program --- */

/* Whether the buffer has room for a program that counts the address up. */
static bool queue_block_program(struct rvdm *x, const struct rvdm_block *b)
{
    uint32_t access = b->in ? INSN_LOAD(FUNCT3_W) : INSN_STORE(FUNCT3_W);
    unsigned room = rvdm_program_room(rvdm_module_of(x, b->core));
    rvdm_queue_select(x, b->core);
    if (room >= 2) {
        rvdm_queue_program(x, b->core, (const uint32_t[]){access, INSN_NEXT}, 2);
        return true;
    }
    bool is_compressed = x->cores[b->core].is_compressed;
    if (is_compressed)
        access = b->in ? INSN_C_LW_NEXT : INSN_C_SW_NEXT;
    rvdm_queue_program(x, b->core, &access, 1);
    return is_compressed;
}

/* The words are two behind: s1 holds the one before the next, data0 the one before that. */
static void queue_stream_in(struct rvdm *x, const struct rvdm_block *b)
{
    uint32_t next = rvdm_register_command(S1_REGNO, COMMAND_TRANSFER | COMMAND_POSTEXEC);
    bool has_auto = rvdm_module_of(x, b->core)->has_autoexec;
    queue_data(x, b->core, DM_DATA0, b->addr);
    rvdm_queue_command(x, b->core,
                       rvdm_register_command(S0_REGNO, COMMAND_TRANSFER | COMMAND_WRITE | COMMAND_POSTEXEC));
    if (b->count > 1)
        rvdm_queue_command(x, b->core, next);
    if (b->count > 2)
        queue_autoexec(x, b->core, true);
    for (size_t i = 0; i + 2 < b->count; i++) {
        queue_read_data0(x, b->core, has_auto, &b->in[i]);
        if (!has_auto)
            rvdm_queue_command(x, b->core, next);
    }
    if (b->count > 2)
        queue_autoexec(x, b->core, false);
    if (b->count > 1)
        queue_read_data0(x, b->core, false, &b->in[b->count - 2]);
    rvdm_queue_command(x, b->core, rvdm_register_command(S1_REGNO, COMMAND_TRANSFER));
    queue_read_data0(x, b->core, false, &b->in[b->count - 1]);
}

static void queue_stream_out(struct rvdm *x, const struct rvdm_block *b)
{
    uint32_t next = rvdm_register_command(S1_REGNO, COMMAND_TRANSFER | COMMAND_WRITE | COMMAND_POSTEXEC);
    bool has_auto = rvdm_module_of(x, b->core)->has_autoexec;
    assert(b->out);
    queue_data(x, b->core, DM_DATA0, b->addr);
    rvdm_queue_command(x, b->core, rvdm_register_command(S0_REGNO, COMMAND_TRANSFER | COMMAND_WRITE));
    queue_data(x, b->core, DM_DATA0, b->out[0]);
    rvdm_queue_command(x, b->core, next);
    if (b->count > 1)
        queue_autoexec(x, b->core, true);
    for (size_t i = 1; i < b->count; i++) {
        queue_data0(x, b->core, has_auto, &(struct rvdm_op){.op = DMI_WRITE, .data = b->out[i]});
        if (!has_auto)
            rvdm_queue_command(x, b->core, next);
    }
    if (b->count > 1)
        queue_autoexec(x, b->core, false);
}

/* A program without room to count is given each address. */
static void queue_words(struct rvdm *x, const struct rvdm_block *b)
{
    assert(b->in || b->out);
    for (size_t i = 0; i < b->count; i++) {
        uint32_t addr = b->addr + (uint32_t)(i * RVDM_WORD);
        if (b->in)
            queue_load(x, b->core, addr, &b->in[i]);
        else
            queue_store(x, b->core, addr, b->out[i]);
    }
}

/* The register that counted says which word was refused. */
static enum err find_fault(struct rvdm *x, const struct rvdm_block *b, enum rvdm_way way, size_t *done)
{
    uint32_t at = b->addr;
    if (way == RVDM_PROGRAM_BUFFER)
        rvdm_queue_read(&x->base, b->core, S0_REGNO, &at);
    else
        rvdm_dmi_read(x, x->cores[b->core].module, DM_DATA1, &at);
    enum err e = rvdm_run(&x->base);
    size_t words = (at - b->addr) / RVDM_WORD;
    *done = !e && words < b->count ? words : 0;
    return e ? e : ERR_FAULT;
}

static struct rvdm_block part_of(const struct rvdm_block *b, size_t from, size_t count)
{
    return (struct rvdm_block){.core = b->core,
                               .addr = b->addr + (uint32_t)(from * RVDM_WORD),
                               .count = count,
                               .in = b->in ? b->in + from : NULL,
                               .out = b->out ? b->out + from : NULL};
}

static void queue_by_program(struct rvdm *x, const struct rvdm_block *b)
{
    queue_autoexec(x, b->core, false); /* as a run that failed may have left it */
    if (!queue_block_program(x, b))
        queue_words(x, b);
    else if (b->in)
        queue_stream_in(x, b);
    else
        queue_stream_out(x, b);
}

enum err rvdm_program_block(struct rvdm *x, const struct rvdm_block *b, size_t *done)
{
    enum err e = ERR_OK;
    *done = 0;
    x->cores[b->core].is_clobbered = true; /* by a failed abstract command too, in some modules */
    while (!e && *done < b->count) {
        struct rvdm_block part =
            part_of(b, *done, rvdm_batch(rvdm_module_of(x, b->core), RVDM_COMMAND, b->count - *done));
        size_t good = part.count;
        queue_by_program(x, &part);
        e = rvdm_run(&x->base);
        if (e == ERR_EXEC)
            e = find_fault(x, &part, RVDM_PROGRAM_BUFFER, &good);
        else if (e)
            good = 0;
        *done += good;
    }
    return e;
}

void rvdm_queue_program_read(struct rvdm *x, const struct rvdm_block *b)
{
    x->cores[b->core].is_clobbered = true;
    queue_by_program(x, b);
}

/* --- linked lists --- */

/* LW rd, offset(s0) */
static uint32_t load_at(unsigned rd, uint32_t offset)
{
    return offset << 20 | RISCV_S0 << 15 | FUNCT3_W << 12 | rd << 7 | OPCODE_LOAD;
}

/* s0 holds the node and s1 its value; to fetch the value is to go on to the next node. */
static void queue_chain(struct rvdm *x, unsigned core, const struct rvdm_chain *chain)
{
    queue_data(x, core, DM_DATA0, chain->from);
    rvdm_queue_command(x, core, rvdm_register_command(S0_REGNO, COMMAND_TRANSFER | COMMAND_WRITE | COMMAND_POSTEXEC));
    for (size_t i = 0; i < chain->count; i++) {
        uint32_t goes_on = i + 1 < chain->count ? COMMAND_POSTEXEC : 0;
        rvdm_queue_command(x, core, rvdm_register_command(S0_REGNO, COMMAND_TRANSFER));
        queue_read_data0(x, core, false, &chain->nodes[i]);
        rvdm_queue_command(x, core, rvdm_register_command(S1_REGNO, COMMAND_TRANSFER | goes_on));
        queue_read_data0(x, core, false, &chain->values[i]);
    }
}

enum err rvdm_program_follow(struct rvdm *x, unsigned core, const struct rvdm_chain *list, size_t count)
{
    if (rvdm_program_room(rvdm_module_of(x, core)) < 2)
        return ERR_UNSUPPORTED;
    x->cores[core].is_clobbered = true;
    queue_autoexec(x, core, false);
    rvdm_queue_select(x, core);
    for (size_t i = 0; i < count; i++) {
        const uint32_t program[] = {load_at(RISCV_S0, list[i].next_offset), load_at(RISCV_S1, list[i].value_offset)};
        bool is_new =
            !i || list[i].next_offset != list[i - 1].next_offset || list[i].value_offset != list[i - 1].value_offset;
        if (is_new)
            rvdm_queue_program(x, core, program, 2);
        queue_chain(x, core, &list[i]);
    }
    return as_fault(rvdm_run(&x->base));
}

/* --- blocks by abstract commands --- */

static uint32_t memory_command(unsigned width, uint32_t flags)
{
    flags = field_put(COMMAND_CMDTYPE, flags, CMDTYPE_MEMORY);
    return field_put(COMMAND_SIZE, flags,
                     width == RVDM_WORD ? ACCESS_SIZE_32
                     : width == 2       ? ACCESS_SIZE_16
                                        : ACCESS_SIZE_8);
}

static void queue_abstract_read(struct rvdm *x, const struct rvdm_block *b)
{
    uint32_t next = memory_command(RVDM_WORD, COMMAND_POSTINCREMENT);
    bool has_auto = rvdm_module_of(x, b->core)->has_autoexec;
    queue_autoexec(x, b->core, false);
    queue_data(x, b->core, DM_DATA1, b->addr);
    rvdm_queue_command(x, b->core, next);
    if (b->count > 1)
        queue_autoexec(x, b->core, true);
    for (size_t i = 0; i + 1 < b->count; i++) {
        queue_read_data0(x, b->core, has_auto, &b->in[i]);
        if (!has_auto)
            rvdm_queue_command(x, b->core, next);
    }
    if (b->count > 1)
        queue_autoexec(x, b->core, false);
    queue_read_data0(x, b->core, false, &b->in[b->count - 1]);
}

/* Each with its address: what a command leaves in data1 after a write is the module's own business in some. */
static void queue_abstract_write(struct rvdm *x, const struct rvdm_block *b)
{
    assert(b->out);
    for (size_t i = 0; i < b->count; i++) {
        queue_data(x, b->core, DM_DATA1, b->addr + (uint32_t)(i * RVDM_WORD));
        queue_data(x, b->core, DM_DATA0, b->out[i]);
        rvdm_queue_command(x, b->core, memory_command(RVDM_WORD, COMMAND_WRITE));
    }
}

/* Writes do not say which one was refused: they are made one by one. */
static enum err write_one_by_one(struct rvdm *x, const struct rvdm_block *b, size_t *done)
{
    enum err e = ERR_OK;
    for (*done = 0; *done < b->count; ++*done) {
        struct rvdm_block one = part_of(b, *done, 1);
        queue_abstract_write(x, &one);
        e = as_fault(rvdm_run(&x->base));
        if (e)
            break;
    }
    return e;
}

enum err rvdm_abstract_block(struct rvdm *x, const struct rvdm_block *b, size_t *done)
{
    enum err e = ERR_OK;
    *done = 0;
    x->cores[b->core].is_clobbered = true; /* by a failed abstract command too, in some modules */
    while (!e && *done < b->count) {
        size_t n = b->count - *done;
        if (b->out && n > ABSTRACT_BATCH)
            n = ABSTRACT_BATCH;
        struct rvdm_block part = part_of(b, *done, rvdm_batch(rvdm_module_of(x, b->core), RVDM_COMMAND, n));
        size_t good = part.count;
        if (part.in)
            queue_abstract_read(x, &part);
        else
            queue_abstract_write(x, &part);
        e = rvdm_run(&x->base);
        if (e == ERR_EXEC)
            e = part.in ? find_fault(x, &part, RVDM_ABSTRACT, &good) : write_one_by_one(x, &part, &good);
        else if (e)
            good = 0;
        *done += good;
    }
    return e;
}

enum err rvdm_abstract_load(struct rvdm *x, unsigned core, uint32_t addr, unsigned width, uint32_t *value)
{
    x->cores[core].is_clobbered = true;
    queue_data(x, core, DM_DATA1, addr);
    rvdm_queue_command(x, core, memory_command(width, 0));
    queue_read_data0(x, core, false, value);
    return as_fault(rvdm_run(&x->base));
}

enum err rvdm_abstract_store_all(struct rvdm *x, unsigned core, unsigned width, const struct rvdm_poke *pokes,
                                 size_t count)
{
    x->cores[core].is_clobbered = true;
    for (size_t i = 0; i < count; i++) {
        queue_data(x, core, DM_DATA1, pokes[i].addr);
        queue_data(x, core, DM_DATA0, pokes[i].value);
        rvdm_queue_command(x, core, memory_command(width, COMMAND_WRITE));
    }
    rvdm_module_of(x, core)->was_written = true;
    return as_fault(rvdm_run(&x->base));
}
