/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs small programs on the LX6 and LX7 interpreter, for comparison with other simulators: commands from stdin
 * (runner.h), any number of cases in one process. Besides those of runner.h:
 *
 *   core NAME          esp32 (the start value) or esp32s3. Makes a new core, as reset does.
 *   config KEY VALUE   vecbase, vector (reset vector), prid, configid0, configid1, loops, mac16, booleans, fp, s32c1i, salt,
 *                      pie (0 or 1: whether the core has it), ocd (1, the start value: BREAK and the like stop the run;
 *                      0: they go to the debug vector). Makes a new core, as reset does.
 *   irq LINE LEVEL KIND  what a line is: level, edge, software, nmi, timer0, timer1 or timer2. Makes a new core.
 *   reset              a new core in its reset state, with all the mapped memory filled with zeros
 *   reg NAME VALUE     ar0..ar63 (physical), a0..a15 (of the window that windowbase says now), f0..f15, pc, and every
 *                      special and user register by name (ps, sar, windowbase, ccompare0, threadptr, fcr, ...)
 *   run COUNT          runs COUNT cycles: an instruction, or one that raises an exception, takes one
 *   until ADDR COUNT   the same, but stops before an instruction at ADDR is executed, and waits on in WAITI
 *   dump               prints all registers, "NAME VALUE" on a line each, then "end"
 *
 * run and until print one line: "stop WHY pc=ADDR cycles=N instructions=N", where WHY is count, addr, waiti (waits for an
 * interrupt) or debug:CAUSE (DEBUGCAUSE). An instruction that the core does not have is said on stderr and raises exception 0.
 */
#include "runner.h"

#include "sim/lx6/lx6.h"

#include "regs/xtensa.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lx6run {
    struct runner runner;
    struct lx6_config config;
    uint32_t ocd; /* whether OCD is enabled */
    struct lx6 *core;
};

/* --- the core --- */

static void say_unknown(void *ctx, uint32_t pc, const char *what)
{
    (void)ctx;
    fprintf(stderr, "0x%08x: %s\n", pc, what);
}

static bool new_core(struct lx6run *r)
{
    const struct lx6_hooks hooks = {.unknown = say_unknown};
    lx6_free(r->core);
    r->core = lx6_new(&r->config, &r->runner.map, &hooks);
    if (r->core)
        lx6_set_ocd_enabled(r->core, r->ocd != 0);
    return r->core;
}

/* --- registers by name --- */

enum file { FILE_NONE, FILE_AR, FILE_A, FILE_F, FILE_PC, FILE_SR, FILE_UR };

struct reg {
    enum file file;
    unsigned number;
};

static bool numbered(const char *name, const char *prefix, unsigned count, unsigned *number)
{
    size_t len = strlen(prefix);
    if (strncmp(name, prefix, len) != 0 || !isdigit((unsigned char)name[len]))
        return false;
    char *end;
    *number = (unsigned)strtoul(name + len, &end, 10);
    return !*end && *number < count;
}

static bool is_name(const char *of_register, const char *name)
{
    return of_register && strcmp(of_register, name) == 0;
}

static struct reg find_reg(const struct lx6 *core, const char *name)
{
    struct reg r = {FILE_NONE, 0};
    if (numbered(name, "ar", LX6_ARS, &r.number))
        r.file = FILE_AR;
    else if (numbered(name, "a", 16, &r.number))
        r.file = FILE_A;
    else if (numbered(name, "f", LX6_FRS, &r.number))
        r.file = FILE_F;
    else if (strcmp(name, "pc") == 0)
        r.file = FILE_PC;
    for (unsigned i = 0; r.file == FILE_NONE && i < LX6_SRS; i++) {
        if (is_name(lx6_sr_name(core, i), name))
            r = (struct reg){FILE_SR, i};
        else if (is_name(lx6_ur_name(core, i), name))
            r = (struct reg){FILE_UR, i};
    }
    return r;
}

static bool set_reg(struct lx6run *r, const char *name, uint32_t value)
{
    struct reg reg = find_reg(r->core, name);
    unsigned base = lx6_sr(r->core, SR_WINDOWBASE) * 4;
    switch (reg.file) {
    case FILE_NONE:
        return false;
    case FILE_AR:
        lx6_set_ar(r->core, reg.number, value);
        break;
    case FILE_A:
        lx6_set_ar(r->core, base + reg.number, value);
        break;
    case FILE_F:
        lx6_set_fr(r->core, reg.number, value);
        break;
    case FILE_PC:
        lx6_set_pc(r->core, value);
        break;
    case FILE_SR:
        lx6_set_sr(r->core, reg.number, value);
        break;
    case FILE_UR:
        lx6_set_ur(r->core, reg.number, value);
        break;
    }
    return true;
}

static void dump(struct lx6run *r)
{
    printf("pc 0x%08x\n", lx6_pc(r->core));
    for (unsigned i = 0; i < LX6_ARS; i++)
        printf("ar%u 0x%08x\n", i, lx6_ar(r->core, i));
    for (unsigned i = 0; i < LX6_FRS; i++)
        printf("f%u 0x%08x\n", i, lx6_fr(r->core, i));
    for (unsigned i = 0; i < LX6_SRS; i++) {
        if (lx6_sr_name(r->core, i))
            printf("%s 0x%08x\n", lx6_sr_name(r->core, i), lx6_sr(r->core, i));
    }
    for (unsigned i = 0; i < LX6_SRS; i++) {
        if (lx6_ur_name(r->core, i))
            printf("%s 0x%08x\n", lx6_ur_name(r->core, i), lx6_ur(r->core, i));
    }
    printf("end\n");
}

/* --- running --- */

static void tell_stop(struct lx6run *r, const char *why, uint64_t cycles, uint64_t instructions)
{
    printf("stop %s pc=0x%08x cycles=%llu instructions=%llu\n", why, lx6_pc(r->core), (unsigned long long)cycles,
           (unsigned long long)(lx6_instructions(r->core) - instructions));
}

static const char *state_text(struct lx6run *r, char *text, size_t size)
{
    if (lx6_state(r->core) == LX6_STOPPED)
        snprintf(text, size, "debug:0x%x", lx6_sr(r->core, SR_DEBUGCAUSE));
    else
        snprintf(text, size, "%s", lx6_state(r->core) == LX6_WAITING ? "waiti" : "count");
    return text;
}

static void run(struct lx6run *r, uint64_t count)
{
    char why[32];
    uint64_t instructions = lx6_instructions(r->core);
    uint64_t cycles = lx6_run(r->core, count);
    tell_stop(r, state_text(r, why, sizeof why), cycles, instructions);
}

static void run_to(struct lx6run *r, uint32_t addr, uint64_t count)
{
    char why[32];
    uint64_t instructions = lx6_instructions(r->core), cycles = 0;
    while (cycles < count && lx6_pc(r->core) != addr && lx6_state(r->core) != LX6_STOPPED)
        cycles += lx6_run(r->core, 1);
    bool is_there = lx6_state(r->core) == LX6_RUNNING && lx6_pc(r->core) == addr;
    tell_stop(r, is_there ? "addr" : state_text(r, why, sizeof why), cycles, instructions);
}

/* --- commands; each returns NULL or what is wrong --- */

static const struct {
    const char *key;
    enum lx6_option option;
} options[] = {
    {"loops", LX6_LOOPS},   {"mac16", LX6_MAC16}, {"booleans", LX6_BOOLEANS}, {"fp", LX6_FP},
    {"s32c1i", LX6_S32C1I}, {"salt", LX6_SALT},   {"pie", LX6_PIE},
};

static const char *cmd_core(void *ctx, const struct runner_args *a)
{
    struct lx6run *r = ctx;
    static const struct {
        const char *name;
        const struct lx6_config *config;
    } cores[] = {{"esp32", &lx6_config_esp32_pro}, {"esp32s3", &lx7_config_esp32s3_pro}};
    for (size_t i = 0; i < sizeof cores / sizeof cores[0]; i++) {
        if (strcmp(cores[i].name, a->word[1]) != 0)
            continue;
        r->config = *cores[i].config;
        return new_core(r) ? NULL : "out of memory";
    }
    return "unknown core";
}

static const char *cmd_config(void *ctx, const struct runner_args *a)
{
    struct lx6run *r = ctx;
    struct lx6_config *c = &r->config;
    const struct {
        const char *key;
        uint32_t *word;
    } keys[] = {
        {"vecbase", &c->vecbase_reset}, {"vector", &c->reset_vector}, {"prid", &c->prid},
        {"configid0", &c->configid0},   {"configid1", &c->configid1}, {"ocd", &r->ocd},
    };
    uint64_t value;
    if (!runner_number(a->word[2], &value))
        return "the value is not a number";
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(keys[i].key, a->word[1]) != 0)
            continue;
        *keys[i].word = (uint32_t)value;
        return new_core(r) ? NULL : "out of memory";
    }
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (strcmp(options[i].key, a->word[1]) != 0)
            continue;
        c->options = value ? c->options | options[i].option : c->options & ~(uint32_t)options[i].option;
        return new_core(r) ? NULL : "out of memory";
    }
    return "unknown key";
}

/* What a line is, in struct lx6_config: one bit of a set, or the line itself. */
static bool give_line(struct lx6_config *c, uint8_t line, const char *kind)
{
    const struct {
        const char *kind;
        uint32_t *set;
        uint8_t *line;
    } kinds[] = {
        {"level", &c->irq_external, NULL},  {"edge", &c->irq_edge, NULL},       {"software", &c->irq_software, NULL},
        {"nmi", NULL, &c->irq_nmi},         {"timer0", NULL, &c->irq_timer[0]}, {"timer1", NULL, &c->irq_timer[1]},
        {"timer2", NULL, &c->irq_timer[2]},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].kind, kind) != 0)
            continue;
        if (kinds[i].set)
            *kinds[i].set |= BIT(line);
        else
            *kinds[i].line = line;
        return true;
    }
    return false;
}

static const char *cmd_irq(void *ctx, const struct runner_args *a)
{
    struct lx6run *r = ctx;
    struct lx6_config *c = &r->config;
    uint64_t line, level;
    if (!runner_number(a->word[1], &line) || !runner_number(a->word[2], &level) || line > 31 || level > 7)
        return "line must be 0..31 and level 0..7";
    c->irq_external &= ~BIT(line);
    c->irq_edge &= ~BIT(line);
    c->irq_software &= ~BIT(line);
    c->irq_level[line] = (uint8_t)level;
    if (!give_line(c, (uint8_t)line, a->word[3]))
        return "unknown kind";
    return new_core(r) ? NULL : "out of memory";
}

static const char *cmd_reset(void *ctx, const struct runner_args *a)
{
    (void)a;
    struct lx6run *r = ctx;
    runner_clear(&r->runner);
    return new_core(r) ? NULL : "out of memory";
}

static const char *cmd_reg(void *ctx, const struct runner_args *a)
{
    struct lx6run *r = ctx;
    uint64_t value;
    if (!runner_number(a->word[2], &value))
        return "the value is not a number";
    return set_reg(r, a->word[1], (uint32_t)value) ? NULL : "no such register";
}

static const char *cmd_run(void *ctx, const struct runner_args *a)
{
    struct lx6run *r = ctx;
    uint64_t count;
    if (!runner_number(a->word[1], &count))
        return "the count is not a number";
    run(r, count);
    return NULL;
}

static const char *cmd_until(void *ctx, const struct runner_args *a)
{
    struct lx6run *r = ctx;
    uint64_t addr, count;
    if (!runner_number(a->word[1], &addr) || !runner_number(a->word[2], &count))
        return "address and count must be numbers";
    run_to(r, (uint32_t)addr, count);
    return NULL;
}

static const char *cmd_dump(void *ctx, const struct runner_args *a)
{
    (void)a;
    struct lx6run *r = ctx;
    dump(r);
    return NULL;
}

static const struct runner_command commands[] = {
    {"core", cmd_core},   {"config", cmd_config}, {"irq", cmd_irq},
    {"reset", cmd_reset}, {"reg", cmd_reg},       {"run", cmd_run},
    {"until", cmd_until}, {"dump", cmd_dump},     {NULL},
};

int main(void)
{
    struct lx6run r = {.config = lx6_config_esp32_pro, .ocd = 1};
    int status = EXIT_FAILURE;
    if (runner_init(&r.runner, "lx6run", commands, &r) && new_core(&r))
        status = runner_run(&r.runner);
    lx6_free(r.core);
    runner_fini(&r.runner);
    return status;
}
