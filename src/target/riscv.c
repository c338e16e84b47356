/* SPDX-License-Identifier: Apache-2.0 */
/* The RISC-V core's memory, breakpoints, algorithms, and the table of all that it does. */
#include "target/riscv_int.h"

#include <stdlib.h>

enum { EBREAK_LEN = 4, C_EBREAK_LEN = 2, STACK_ALIGN = 16, POKES_MAX = 64 };

/* --- memory --- */

static enum err load(struct core *c, uint32_t addr, unsigned width, uint32_t *value)
{
    return rvdm_load(c->target->dm, c->index, addr, width, value);
}

static enum err store(struct core *c, uint32_t addr, unsigned width, uint32_t value)
{
    return rvdm_store(c->target->dm, c->index, addr, width, value);
}

static enum err access_all(struct core *c, const struct core_access *list, size_t count)
{
    struct rvdm_access *all = calloc(count, sizeof *all);
    if (count && !all)
        return err_at(c->target->log, ERR_MEMORY, "no memory for %zu accesses to chip registers", count);
    for (size_t i = 0; i < count; i++)
        all[i] = (struct rvdm_access){list[i].addr, list[i].value, list[i].into, list[i].count};
    enum err e = rvdm_access_all(c->target->dm, c->index, all, count);
    free(all);
    if (e != ERR_FAULT)
        return e;
    return err_at(c->target->log, e, "%s refused one of %zu accesses to chip registers from 0x%08x on", c->name, count,
                  (unsigned)list[0].addr);
}

/* Reads only: see core_ops. */
static enum err read_all(struct core *c, const struct core_access *list, size_t count)
{
    struct rvdm_range *ranges = calloc(count, sizeof *ranges);
    if (!ranges)
        return err_at(c->target->log, ERR_MEMORY, "no memory to read %zu places", count);
    for (size_t i = 0; i < count; i++)
        ranges[i] = (struct rvdm_range){list[i].addr, list[i].into, list[i].count};
    enum err e = rvdm_read_ranges(c->target->dm, c->index, ranges, count);
    free(ranges);
    return e;
}

static enum err follow(struct core *c, const struct core_chain *list, size_t count)
{
    struct rvdm_chain *chains = calloc(count, sizeof *chains);
    if (!chains)
        return err_at(c->target->log, ERR_MEMORY, "no memory to follow %zu lists", count);
    for (size_t i = 0; i < count; i++)
        chains[i] = (struct rvdm_chain){.from = list[i].from,
                                        .next_offset = list[i].next_offset,
                                        .value_offset = list[i].value_offset,
                                        .nodes = list[i].nodes,
                                        .values = list[i].values,
                                        .count = list[i].count};
    enum err e = rvdm_follow(c->target->dm, c->index, chains, count);
    free(chains);
    return e;
}

static enum err run_pokes(struct core *c, const struct chip_poke *pokes, size_t count)
{
    enum err e = ERR_OK;
    for (size_t done = 0, n; !e && done < count; done += n) {
        struct rvdm_poke list[POKES_MAX];
        n = count - done < POKES_MAX ? count - done : POKES_MAX;
        for (size_t i = 0; i < n; i++)
            list[i] = (struct rvdm_poke){pokes[done + i].addr, pokes[done + i].value};
        e = rvdm_store_all(c->target->dm, c->index, list, n);
    }
    if (e != ERR_FAULT)
        return e;
    return err_at(c->target->log, e, "%s refused one of %zu writes to chip registers from 0x%08x on", c->name, count,
                  (unsigned)pokes[0].addr);
}

/* The debug module tells what it clobbered; an exception in debug mode leaves no trace in the core. */
static void no_scratch(struct core *c)
{
    (void)c;
}

enum err rv_instruction(struct core *c, uint32_t addr, uint32_t *word)
{
    uint32_t words[2] = {0};
    bool is_split = addr % 4 != 0;
    enum err e = core_read_words(c, addr - addr % 4, words, 1);
    *word = words[0] >> (is_split ? 16 : 0);
    if (!e && is_split && rv_instruction_len(*word) > C_EBREAK_LEN) {
        e = core_read_words(c, addr - addr % 4 + 4, &words[1], 1);
        *word |= words[1] << 16;
    }
    return e;
}

unsigned rv_instruction_len(uint32_t word)
{
    return (word & 3) == 3 ? EBREAK_LEN : C_EBREAK_LEN;
}

/* --- breakpoints --- */

static unsigned break_len(struct core *c)
{
    uint32_t word = 0;
    if (c->cause != DCSR_CAUSE_EBREAK || rv_instruction(c, c->halt_pc, &word) != ERR_OK)
        return 0;
    return rv_instruction_len(word);
}

static void break_bytes(uint8_t len, uint8_t *bytes)
{
    uint32_t word = len == C_EBREAK_LEN ? INSN_C_EBREAK : INSN_EBREAK;
    for (unsigned i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i < EBREAK_LEN ? word >> (8 * i) : 0);
}

static unsigned instruction_len(const uint8_t *bytes)
{
    return rv_instruction_len(bytes[0]);
}

static enum err execute(struct core *c, uint32_t word)
{
    return rvdm_execute(c->target->dm, c->index, word);
}

/* --- algorithms --- */

static const uint16_t algorithm_csrs[] = {CSR_MSTATUS, CSR_MTVEC, CSR_MEPC, CSR_MCAUSE, CSR_MTVAL};

static unsigned algorithm_regs(struct core *c, uint16_t *list)
{
    unsigned count = 0;
    list[count++] = RV_PC;
    list[count++] = RV_PRIV;
    for (unsigned i = 1; i < RISCV_GENERAL_REGS; i++)
        list[count++] = (uint16_t)i;
    for (unsigned i = 0; i < sizeof algorithm_csrs / sizeof algorithm_csrs[0]; i++)
        list[count++] = (uint16_t)rv_csr_index(c, algorithm_csrs[i]);
    return count;
}

/* In machine mode, with interrupts masked, no breakpoint of the program's, and a return address that leads nowhere. */
static enum err prepare_algorithm(struct core *c, const struct algorithm *a)
{
    uint32_t mstatus = 0;
    if (a->arg_count > sizeof a->args / sizeof a->args[0])
        return err_at(c->target->log, ERR_USAGE, "an algorithm takes at most %zu arguments, not %u",
                      sizeof a->args / sizeof a->args[0], a->arg_count);
    enum err e = rv_csr_read(c, CSR_MSTATUS, &mstatus);
    if (e)
        return e;
    rv_csr_set(c, CSR_MSTATUS, mstatus & ~(MSTATUS_MIE | MSTATUS_MPRV));
    core_reg_set(c, RV_PC, a->pc);
    core_reg_set(c, RV_PRIV, PRV_M);
    core_reg_set(c, RISCV_RA, 0);
    core_reg_set(c, RISCV_SP, a->stack_top - a->stack_top % STACK_ALIGN);
    for (unsigned i = 0; i < a->arg_count; i++)
        core_reg_set(c, RISCV_A0 + i, a->args[i]);
    rv_disarm(c);
    return ERR_OK;
}

static enum err algorithm_result(struct core *c, uint32_t *result, uint32_t *pc)
{
    enum err e = core_reg_read(c, RISCV_A0, result);
    return e ? e : core_reg_read(c, RV_PC, pc);
}

static enum err get_pc(struct core *c, uint32_t *pc)
{
    return core_reg_read(c, RV_PC, pc);
}

static enum err set_pc(struct core *c, uint32_t pc)
{
    return core_reg_write(c, RV_PC, pc);
}

#define OPS(list)                                                                                                      \
    .gdb_architecture = "riscv:rv32", .regs = (list), .reg_count = &list##_count, .learn_halt = rv_learn_halt,         \
    .canonical = rv_canonical, .fetch = rv_fetch, .flush = rv_flush, .step = rv_step, .break_len = break_len,          \
    .break_bytes = break_bytes, .longest_break = EBREAK_LEN, .instruction_len = instruction_len,                       \
    .step_patched = rv_step_patched, .load = load, .store = store, .access_all = access_all, .run_pokes = run_pokes,   \
    .hw_slots = rv_hw_slots, .are_slots_shared = true, .forgets_breaks_at_reset = true,                                \
    .set_hw_break = rv_set_hw_break, .set_hw_watch = rv_set_hw_watch, .check_watch = rv_check_watch,                   \
    .deaf_text = "it hangs in an access to a bus", .execute = execute, .gdb_number = rv_gdb_number,                    \
    .find_watch = rv_find_watch, .hit_watch = rv_hit_watch, .data_access = rv_data_access,                             \
    .put_exception = rv_put_exception, .put_break = rv_put_break, .prepare_algorithm = prepare_algorithm,              \
    .algorithm_regs = algorithm_regs, .algorithm_result = algorithm_result, .touch_scratch = no_scratch,               \
    .note_exception = no_scratch, .pc = get_pc, .set_pc = set_pc, .read_all = read_all, .follow = follow

const struct core_ops core_ops_riscv_esp = {OPS(riscv_regs_esp)};
const struct core_ops core_ops_riscv_any = {OPS(riscv_regs_any)};
