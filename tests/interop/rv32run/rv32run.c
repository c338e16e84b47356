/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs small programs on the RISC-V interpreter, for comparison with other simulators: commands from stdin (runner.h),
 * any number of cases in one process. Besides those of runner.h:
 *
 *   core NAME          esp32c3, or plain (the start value): RV32IMAC with user mode, mie, mip, mcycle, MPRV, 16 PMP
 *                      entries and two triggers, as the RISC-V specifications describe it and nothing else. Makes a new
 *                      core, as reset does.
 *   config KEY VALUE   misa, vector (reset vector), pmps, triggers. Makes a new core, as reset does.
 *   clint ADDR         a core-local interruptor: msip at 0 drives line 3, mtimecmp at 0x4000 line 7; mtime at 0xBFF8
 *                      stands still
 *   irq LINE LEVEL     the level of an interrupt line
 *   reset              a new core in its reset state, with all the mapped memory filled with zeros
 *   reg NAME VALUE     x0..x31, pc, prv (0 or 3), and every CSR by name
 *   run COUNT          runs COUNT cycles: an instruction, or one that raises an exception, takes one
 *   until ADDR COUNT [SLICE]  the same in slices of SLICE cycles (1 when it is not given), until one ends at ADDR: with
 *                      slices of more than one cycle ADDR holds a jump to itself. Waits on in WFI.
 *   dump               prints all registers, "NAME VALUE" on a line each, then "end"
 *
 * run and until print one line: "stop WHY pc=ADDR cycles=N instructions=N", where WHY is count, addr, wfi (waits for an
 * interrupt) or debug:CAUSE (dcsr.cause). An instruction that the core does not have is said on stderr and raises
 * exception 2.
 */
#include "runner.h"

#include "regs/riscv_csr.h"
#include "sim/rv32/rv32.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLINT_MSIP = 0, CLINT_MTIMECMP = 0x4000, CLINT_MTIME = 0xBFF8, CLINT_SIZE = 0x10000, MTIME = 0x10000000 };
enum { LINE_SOFTWARE = 3, LINE_TIMER = 7 };
enum { WORD_MSIP, WORD_MTIMECMP, WORD_MTIMECMPH, CLINT_WORDS };

struct rv32run {
    struct runner runner;
    struct rv32_config config;
    struct rv32 *core;
    uint32_t clint_words[CLINT_WORDS];
    struct mem_device clint;
};

static const struct rv32_config plain = {
    .name = "plain",
    .misa = 0x40000000 | MISA_I | MISA_M | MISA_A | MISA_C | MISA_U,
    .options = RV32_MIE_MIP | RV32_COUNTERS | RV32_MISALIGNED,
    .reset_vector = 0x80000000,
    .mtvec_base = ~MTVEC_MODE,
    .mstatus_mask = MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP | MSTATUS_MPRV | MSTATUS_TW,
    .mcause_mask = ~0U,
    .irq_lines = BIT(3) | BIT(7) | BIT(11),
    .pmps = 16,
    .triggers = 2,
    .mcontrol = MCONTROL_DMODE | MCONTROL_HIT | MCONTROL_ACTION | MCONTROL_CHAIN | MCONTROL_MATCH | MCONTROL_M |
                MCONTROL_U | MCONTROL_EXECUTE | MCONTROL_STORE | MCONTROL_LOAD,
    .trigger_matches = 0x3F,
    .maskmax = 31,
    .dcsr = DCSR_EBREAKM | DCSR_EBREAKU | DCSR_STEPIE | DCSR_MPRVEN | DCSR_STEP,
    .xdebugver = 4,
};

static void say_unknown(void *ctx, uint32_t pc, const char *what)
{
    (void)ctx;
    fprintf(stderr, "0x%08x: %s\n", pc, what);
}

static bool new_core(struct rv32run *r)
{
    const struct rv32_hooks hooks = {.unknown = say_unknown};
    rv32_free(r->core);
    r->clint_words[WORD_MSIP] = 0;
    r->clint_words[WORD_MTIMECMP] = r->clint_words[WORD_MTIMECMPH] = ~0U;
    r->core = rv32_new(&r->config, &r->runner.map, &hooks);
    return r->core;
}

/* --- the core-local interruptor --- */

/* Which word a register is, CLINT_WORDS: none. */
static unsigned clint_word(uint32_t offset)
{
    if (offset == CLINT_MSIP)
        return WORD_MSIP;
    return (offset & ~4U) == CLINT_MTIMECMP ? WORD_MTIMECMP + offset / 4 % 2 : CLINT_WORDS;
}

static mem_fault clint_read(void *ctx, uint32_t offset, uint32_t *value)
{
    const struct rv32run *r = ctx;
    unsigned word = clint_word(offset);
    *value = word < CLINT_WORDS ? r->clint_words[word] : offset == CLINT_MTIME ? MTIME : 0;
    return MEM_OK;
}

static mem_fault clint_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct rv32run *r = ctx;
    unsigned word = clint_word(offset);
    if (word < CLINT_WORDS)
        r->clint_words[word] = value;
    rv32_set_irq(r->core, LINE_SOFTWARE, r->clint_words[WORD_MSIP] & 1);
    rv32_set_irq(r->core, LINE_TIMER, !r->clint_words[WORD_MTIMECMPH] && r->clint_words[WORD_MTIMECMP] <= MTIME);
    return MEM_OK;
}

/* --- registers by name --- */

static bool is_x(const char *name, unsigned *number)
{
    uint64_t value;
    if (name[0] != 'x' || !runner_number(name + 1, &value) || value >= RV32_XS)
        return false;
    *number = (unsigned)value;
    return true;
}

static bool set_reg(struct rv32run *r, const char *name, uint32_t value)
{
    unsigned n;
    if (is_x(name, &n))
        rv32_set_x(r->core, n, value);
    else if (strcmp(name, "pc") == 0)
        rv32_set_pc(r->core, value);
    else if (strcmp(name, "prv") == 0)
        rv32_set_privilege(r->core, value);
    else {
        for (n = 0; n < RV32_CSRS; n++) {
            const char *its = rv32_csr_name(r->core, n);
            if (its && strcmp(its, name) == 0)
                break;
        }
        if (n == RV32_CSRS)
            return false;
        rv32_set_csr(r->core, n, value);
    }
    return true;
}

/* --- running --- */

static void tell_stop(struct rv32run *r, uint32_t addr, uint64_t cycles, uint64_t instructions)
{
    const char *why = rv32_state(r->core) == RV32_WAITING ? "wfi" : rv32_pc(r->core) == addr ? "addr" : "count";
    char text[32];
    if (rv32_state(r->core) == RV32_HALTED) {
        snprintf(text, sizeof text, "debug:%u", field_get(DCSR_CAUSE, rv32_csr(r->core, CSR_DCSR)));
        why = text;
    }
    printf("stop %s pc=0x%08x cycles=%llu instructions=%llu\n", why, rv32_pc(r->core), (unsigned long long)cycles,
           (unsigned long long)(rv32_instructions(r->core) - instructions));
}

static const char *cmd_run(void *ctx, const struct runner_args *a)
{
    struct rv32run *r = ctx;
    uint64_t count, instructions = rv32_instructions(r->core);
    if (!runner_number(a->word[1], &count))
        return "the count is not a number";
    uint64_t cycles = rv32_run(r->core, count);
    tell_stop(r, ~0U, cycles, instructions);
    return NULL;
}

static const char *cmd_until(void *ctx, const struct runner_args *a)
{
    struct rv32run *r = ctx;
    uint64_t addr, count, slice = 1, cycles = 0, instructions = rv32_instructions(r->core);
    if (!runner_number(a->word[1], &addr) || !runner_number(a->word[2], &count) ||
        (*a->word[3] && !runner_number(a->word[3], &slice)))
        return "address, count and slice must be numbers";
    while (cycles < count && rv32_pc(r->core) != addr && rv32_state(r->core) != RV32_HALTED)
        cycles += rv32_run(r->core, slice);
    tell_stop(r, (uint32_t)addr, cycles, instructions);
    return NULL;
}

/* --- commands --- */

static const char *cmd_core(void *ctx, const struct runner_args *a)
{
    static const struct rv32_config *const cores[] = {&plain, &rv32_config_esp32c3};
    struct rv32run *r = ctx;
    for (size_t i = 0; i < sizeof cores / sizeof(cores[0]); i++) {
        if (strcmp(cores[i]->name, a->word[1]) != 0)
            continue;
        r->config = *cores[i];
        return new_core(r) ? NULL : "out of memory";
    }
    return "unknown core";
}

static const char *cmd_config(void *ctx, const struct runner_args *a)
{
    struct rv32run *r = ctx;
    uint64_t value;
    if (!runner_number(a->word[2], &value))
        return "the value is not a number";
    if (strcmp(a->word[1], "misa") == 0)
        r->config.misa = (uint32_t)value;
    else if (strcmp(a->word[1], "vector") == 0)
        r->config.reset_vector = (uint32_t)value;
    else if (strcmp(a->word[1], "pmps") == 0 && value <= RV32_PMPS && value % 4 == 0)
        r->config.pmps = (uint8_t)value;
    else if (strcmp(a->word[1], "triggers") == 0 && value <= RV32_TRIGGERS)
        r->config.triggers = (uint8_t)value;
    else
        return "unknown key, or not a value for it";
    return new_core(r) ? NULL : "out of memory";
}

static const char *cmd_clint(void *ctx, const struct runner_args *a)
{
    struct rv32run *r = ctx;
    uint64_t addr;
    if (!runner_number(a->word[1], &addr) || addr % MEM_PAGE_SIZE || addr + CLINT_SIZE > 1ULL << 32)
        return "the address must be a multiple of 4096";
    r->clint = (struct mem_device){.name = "clint", .read = clint_read, .write = clint_write, .ctx = r};
    mem_map_device(&r->runner.map, (uint32_t)addr, CLINT_SIZE, &r->clint, (uint32_t)addr);
    return NULL;
}

static const char *cmd_irq(void *ctx, const struct runner_args *a)
{
    struct rv32run *r = ctx;
    uint64_t line, level;
    if (!runner_number(a->word[1], &line) || !runner_number(a->word[2], &level) || line > 31)
        return "line must be 0..31 and level 0 or 1";
    rv32_set_irq(r->core, (unsigned)line, level != 0);
    return NULL;
}

static const char *cmd_reset(void *ctx, const struct runner_args *a)
{
    struct rv32run *r = ctx;
    (void)a;
    runner_clear(&r->runner);
    return new_core(r) ? NULL : "out of memory";
}

static const char *cmd_reg(void *ctx, const struct runner_args *a)
{
    uint64_t value;
    if (!runner_number(a->word[2], &value))
        return "the value is not a number";
    return set_reg(ctx, a->word[1], (uint32_t)value) ? NULL : "no such register";
}

static const char *cmd_dump(void *ctx, const struct runner_args *a)
{
    struct rv32run *r = ctx;
    (void)a;
    printf("pc 0x%08x\nprv 0x%x\n", rv32_pc(r->core), rv32_privilege(r->core));
    for (unsigned i = 0; i < RV32_XS; i++)
        printf("x%u 0x%08x\n", i, rv32_x(r->core, i));
    for (unsigned i = 0; i < RV32_CSRS; i++) {
        if (rv32_csr_name(r->core, i))
            printf("%s 0x%08x\n", rv32_csr_name(r->core, i), rv32_csr(r->core, i));
    }
    printf("end\n");
    return NULL;
}

static const struct runner_command commands[] = {
    {"core", cmd_core}, {"config", cmd_config}, {"clint", cmd_clint}, {"irq", cmd_irq},   {"reset", cmd_reset},
    {"reg", cmd_reg},   {"run", cmd_run},       {"until", cmd_until}, {"dump", cmd_dump}, {NULL},
};

int main(void)
{
    struct rv32run r = {.config = plain};
    int status = EXIT_FAILURE;
    if (runner_init(&r.runner, "rv32run", commands, &r) && new_core(&r))
        status = runner_run(&r.runner);
    rv32_free(r.core);
    runner_fini(&r.runner);
    return status;
}
