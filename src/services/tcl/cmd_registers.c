/* SPDX-License-Identifier: Apache-2.0 */
/* reg, get_reg, set_reg. */
#include "services/tcl/tcl_int.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_BITS = 32, WORD_DIGITS = 8, MAX_WORDS = 8 /* reg_desc.bits has 8 bits */ };

static unsigned words_of(const struct reg_desc *reg)
{
    return (reg->bits + WORD_BITS - 1U) / WORD_BITS;
}

/* 0x and the digits of all words, the highest first; the highest word with this many. */
static void print_words(struct tcl_call *c, const uint32_t *words, unsigned count, int digits)
{
    buf_printf(&c->out, "0x%0*x", digits, words[count - 1]);
    for (unsigned i = count - 1; i-- > 0;)
        buf_printf(&c->out, "%08x", words[i]);
}

static void print_value(struct tcl_call *c, const struct reg_desc *reg, const uint32_t *words, bool is_dirty)
{
    unsigned count = words_of(reg);
    buf_printf(&c->out, "%s (/%u): ", reg->name, reg->bits);
    print_words(c, words, count, (int)(reg->bits + 3 - WORD_BITS * (count - 1)) / 4);
    buf_printf(&c->out, "%s\n", is_dirty ? " (dirty)" : "");
}

/* A value of the register's width: a number, or hex digits behind 0x when it has more than 64 bits. */
static enum err parse_words(struct tcl_call *c, const struct reg_desc *reg, const char *text, uint32_t *words)
{
    unsigned count = words_of(reg);
    size_t len = strlen(text);
    memset(words, 0, MAX_WORDS * sizeof *words);
    if (len > 2 && len <= 2 + (size_t)count * WORD_DIGITS && !strncasecmp(text, "0x", 2) &&
        strspn(text + 2, "0123456789abcdefABCDEF") == len - 2) {
        for (size_t i = 0; i < len - 2; i++) {
            char digit[2] = {text[len - 1 - i], 0};
            words[i / WORD_DIGITS] |= (uint32_t)strtoul(digit, NULL, 16) << (4 * (i % WORD_DIGITS));
        }
        return ERR_OK;
    }
    uint64_t value = 0;
    enum err e = tcl_parse_u64(tcl_call_log(c), text, "the value", &value);
    if (!e && count == 1 && value > UINT32_MAX)
        e = err_at(tcl_call_log(c), ERR_RANGE, "the value '%s' does not fit into the %u bits of %s", text, reg->bits,
                   reg->name);
    words[0] = (uint32_t)value;
    words[1] = (uint32_t)(value >> WORD_BITS);
    return e;
}

/* Values are shown of a halted core; of one that runs only the names can be known. */
static enum err print_all(struct tcl_call *c, struct core *core)
{
    if (core_state(core) == CORE_HALTED) {
        enum err e = core_regs_fetch(core);
        if (e)
            return e;
    }
    size_t count;
    const struct reg_desc *list = core_reg_list(core, &count);
    tcl_print(c, "===== %s registers", core_name(core));
    for (unsigned i = 0; i < count; i++) {
        uint32_t words[MAX_WORDS];
        buf_printf(&c->out, "(%u) ", i);
        if (core_reg_is_cached(core, i) && core_reg_read_words(core, i, words) == ERR_OK)
            print_value(c, &list[i], words, core_reg_is_dirty(core, i));
        else
            tcl_print(c, "%s (/%u)", list[i].name, list[i].bits);
    }
    return ERR_OK;
}

static enum err find_reg(struct tcl_call *c, struct core *core, const char *name, unsigned *index)
{
    size_t count;
    const struct reg_desc *list = core_reg_list(core, &count);
    int found = core_reg_find(core, name);
    for (size_t i = 0; i < count && found < 0; i++) {
        if (!strcasecmp(list[i].name, name))
            found = (int)i;
    }
    char *end;
    unsigned long number = strtoul(name, &end, 0);
    if (found < 0 && *name && !*end && number < count)
        found = (int)number;
    if (found < 0)
        return err_at(tcl_call_log(c), ERR_NOT_FOUND, "register %s not found in current target", name);
    *index = (unsigned)found;
    return ERR_OK;
}

static enum err cmd_reg(struct tcl_call *c)
{
    struct core *core;
    unsigned index = 0;
    size_t count;
    uint32_t words[MAX_WORDS] = {0};
    enum err e = tcl_core(c, &core);
    if (e)
        return e;
    if (!c->argc)
        return print_all(c, core);
    e = find_reg(c, core, tcl_arg(c, 0), &index);
    const struct reg_desc *reg = &core_reg_list(core, &count)[index];
    if (!e && tcl_arg_is(c, 1, "force"))
        core_reg_forget(core, index);
    else if (!e && c->argc > 1) {
        e = parse_words(c, reg, tcl_arg(c, 1), words);
        if (!e)
            e = core_reg_write_words(core, index, words);
    }
    if (!e)
        e = core_reg_read_words(core, index, words);
    if (!e)
        print_value(c, reg, words, false);
    return e;
}

static enum err find_known(struct tcl_call *c, struct core *core, const char *name, unsigned *index)
{
    int found = core_reg_find(core, name);
    if (found < 0)
        return err_at(tcl_call_log(c), ERR_NOT_FOUND, "unknown register '%s'", name);
    *index = (unsigned)found;
    return ERR_OK;
}

static enum err cmd_get_reg(struct tcl_call *c)
{
    struct core *core;
    bool force = tcl_arg_is(c, 0, "-force");
    if (force)
        tcl_shift(c);
    if (c->argc != 1)
        return tcl_usage_error(c);
    enum err e = tcl_core(c, &core);
    int count = Jim_ListLength(c->tcl->jim, c->argv[0]);
    for (int i = 0; i < count && !e; i++) {
        const char *name = Jim_String(Jim_ListGetIndex(c->tcl->jim, c->argv[0], i));
        unsigned index = 0;
        size_t registers;
        uint32_t words[MAX_WORDS];
        e = find_known(c, core, name, &index);
        if (!e && force)
            core_reg_forget(core, index);
        if (!e)
            e = core_reg_read_words(core, index, words);
        if (e)
            break;
        buf_printf(&c->out, "%s%s ", i ? " " : "", name);
        print_words(c, words, words_of(&core_reg_list(core, &registers)[index]), WORD_DIGITS);
    }
    return e;
}

static enum err cmd_set_reg(struct tcl_call *c)
{
    struct core *core;
    Jim_Interp *jim = c->tcl->jim;
    int count = Jim_ListLength(jim, c->argv[0]);
    enum err e = tcl_core(c, &core);
    if (!e && count % 2)
        e = tcl_usage_error(c);
    for (int i = 0; i + 1 < count && !e; i += 2) {
        unsigned index = 0;
        size_t registers;
        uint32_t words[MAX_WORDS];
        e = find_known(c, core, Jim_String(Jim_ListGetIndex(jim, c->argv[0], i)), &index);
        if (!e)
            e = parse_words(c, &core_reg_list(core, &registers)[index],
                            Jim_String(Jim_ListGetIndex(jim, c->argv[0], i + 1)), words);
        if (!e)
            e = core_reg_write_words(core, index, words);
    }
    return e;
}

const struct tcl_command tcl_register_commands[] = {
    {"reg", TCL_EXEC, cmd_reg, 0, 2, "[name|number [value|'force']]", "print or write registers", true},
    {"get_reg", TCL_EXEC, cmd_get_reg, 1, 2, "[-force] {name...}", "return registers as a dictionary", true},
    {"set_reg", TCL_EXEC, cmd_set_reg, 1, 1, "{name value...}", "write registers", true},
    {NULL},
};
