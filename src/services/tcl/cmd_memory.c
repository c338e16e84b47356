/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of the target in bytes, half words and words. */
#include "services/tcl/tcl_int.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES_PER_LINE = 32, MAX_ELEMENTS = 0x10000, FILL_ROOM = 16 * 1024, MAX_DUMP = 0x1000000 };

static unsigned width_of(const struct tcl_call *c)
{
    return (unsigned)(c->command->key[0] - '0');
}

static uint32_t element(const uint8_t *at, unsigned width)
{
    return width == 4 ? le32_get(at) : width == 2 ? le16_get(at) : *at;
}

static void put_element(uint8_t *at, unsigned width, uint32_t value)
{
    for (unsigned i = 0; i < width; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static void take_phys(struct tcl_call *c)
{
    if (tcl_arg_is(c, 0, "phys"))
        tcl_shift(c);
}

static enum err check_place(struct tcl_call *c, uint32_t addr, unsigned width, uint64_t count)
{
    if (addr % width)
        return err_at(tcl_call_log(c), ERR_ALIGN, "%s: address 0x%08x is not a multiple of %u", c->command->name, addr,
                      width);
    if ((uint64_t)addr + count * width > 1ULL << 32)
        return err_at(tcl_call_log(c), ERR_RANGE,
                      "%s: %llu elements from 0x%08x on go past the end of the address space", c->command->name,
                      (unsigned long long)count, addr);
    return ERR_OK;
}

static void print_dump(struct tcl_call *c, uint32_t addr, unsigned width, const uint8_t *bytes, size_t len)
{
    for (size_t at = 0; at < len; at += width) {
        if (at % BYTES_PER_LINE == 0)
            buf_printf(&c->out, "%s0x%08x: ", at ? "\n" : "", addr + (uint32_t)at);
        buf_printf(&c->out, "%0*x ", (int)(2 * width), element(bytes + at, width));
    }
    buf_printf(&c->out, "\n");
}

static enum err cmd_md(struct tcl_call *c)
{
    struct core *core;
    uint32_t addr = 0, count = 1;
    unsigned width = width_of(c);
    take_phys(c);
    if (!c->argc)
        return tcl_usage_error(c);
    enum err e = tcl_core(c, &core);
    if (!e)
        e = tcl_arg_u32(c, 0, "the address", &addr);
    if (!e && c->argc > 1)
        e = tcl_arg_u32(c, 1, "the count", &count);
    if (!e)
        e = check_place(c, addr, width, count);
    if (!e && (uint64_t)count * width > MAX_DUMP)
        e = err_at(tcl_call_log(c), ERR_RANGE,
                   "%s: %u elements are too many to print; dump_image writes them to a file", c->command->name, count);
    if (e)
        return e;
    size_t len = (size_t)count * width;
    uint8_t *bytes = malloc(len ? len : 1);
    e = bytes ? core_mem_read(core, addr, width, bytes, len) : ERR_MEMORY;
    if (!e && len)
        print_dump(c, addr, width, bytes, len);
    free(bytes);
    return e;
}

static enum err fill(struct core *core, uint32_t addr, unsigned width, uint32_t value, uint64_t count)
{
    uint8_t block[FILL_ROOM];
    uint64_t left = count * width;
    for (size_t at = 0; at < sizeof block && at < left; at += width)
        put_element(block + at, width, value);
    enum err e = ERR_OK;
    while (left && !e) {
        size_t len = left < sizeof block ? (size_t)left : sizeof block;
        e = core_mem_write(core, addr, width, block, len);
        addr += (uint32_t)len;
        left -= len;
    }
    return e;
}

static enum err check_value(struct tcl_call *c, uint32_t value, unsigned width)
{
    if (width == 4 || value >> (8 * width) == 0)
        return ERR_OK;
    return err_at(tcl_call_log(c), ERR_RANGE, "%s: the value 0x%x does not fit into %u bits", c->command->name, value,
                  8 * width);
}

static enum err cmd_mw(struct tcl_call *c)
{
    struct core *core;
    uint32_t addr = 0, value = 0, count = 1;
    unsigned width = width_of(c);
    take_phys(c);
    if (c->argc < 2)
        return tcl_usage_error(c);
    enum err e = tcl_core(c, &core);
    if (!e)
        e = tcl_arg_u32(c, 0, "the address", &addr);
    if (!e)
        e = tcl_arg_u32(c, 1, "the value", &value);
    if (!e && c->argc > 2)
        e = tcl_arg_u32(c, 2, "the count", &count);
    if (!e)
        e = check_value(c, value, width);
    if (!e)
        e = check_place(c, addr, width, count);
    return e ? e : fill(core, addr, width, value, count);
}

/* Arguments of read_memory and write_memory: ADDRESS WIDTH ... */
static enum err place_args(struct tcl_call *c, uint32_t *addr, unsigned *width)
{
    uint32_t bits = 0;
    enum err e = tcl_arg_u32(c, 0, "the address", addr);
    if (!e)
        e = tcl_arg_u32(c, 1, "the width", &bits);
    if (!e && bits != 8 && bits != 16 && bits != 32)
        e = err_at(tcl_call_log(c), ERR_USAGE, "%s: the width is 8, 16 or 32 bits, not %u", c->command->name, bits);
    *width = bits / 8;
    return e;
}

static enum err cmd_read_memory(struct tcl_call *c)
{
    struct core *core;
    uint32_t addr = 0, count = 0;
    unsigned width = 0;
    enum err e = tcl_core(c, &core);
    if (!e)
        e = place_args(c, &addr, &width);
    if (!e)
        e = tcl_arg_u32(c, 2, "the count", &count);
    if (!e && count > MAX_ELEMENTS)
        e = err_at(tcl_call_log(c), ERR_RANGE, "read_memory: at most %d elements, not %u", MAX_ELEMENTS, count);
    if (!e)
        e = check_place(c, addr, width, count);
    if (e)
        return e;
    uint8_t *bytes = malloc((size_t)count * width + 1);
    e = bytes ? core_mem_read(core, addr, width, bytes, (size_t)count * width) : ERR_MEMORY;
    for (uint32_t i = 0; i < count && !e; i++)
        buf_printf(&c->out, "%s0x%x", i ? " " : "", element(bytes + (size_t)i * width, width));
    free(bytes);
    return e;
}

static enum err list_bytes(struct tcl_call *c, unsigned width, struct buf *bytes)
{
    Jim_Interp *jim = c->tcl->jim;
    int count = Jim_ListLength(jim, c->argv[2]);
    if (count > MAX_ELEMENTS)
        return err_at(tcl_call_log(c), ERR_RANGE, "write_memory: at most %d elements, not %d", MAX_ELEMENTS, count);
    for (int i = 0; i < count; i++) {
        uint64_t value = 0;
        enum err e =
            tcl_parse_u64(tcl_call_log(c), Jim_String(Jim_ListGetIndex(jim, c->argv[2], i)), "the value", &value);
        if (!e && value > UINT32_MAX)
            e = err_at(tcl_call_log(c), ERR_RANGE, "write_memory: element %d does not fit into 32 bits", i);
        if (!e)
            e = check_value(c, (uint32_t)value, width);
        if (e)
            return e;
        uint8_t raw[4];
        put_element(raw, width, (uint32_t)value);
        buf_append(bytes, raw, width);
    }
    return ERR_OK;
}

static enum err cmd_write_memory(struct tcl_call *c)
{
    struct core *core;
    uint32_t addr = 0;
    unsigned width = 0;
    struct buf bytes = {0};
    enum err e = tcl_core(c, &core);
    if (!e)
        e = place_args(c, &addr, &width);
    if (!e)
        e = list_bytes(c, width, &bytes);
    if (!e)
        e = check_place(c, addr, width, bytes.len / width);
    if (!e && bytes.len)
        e = core_mem_write(core, addr, width, bytes.bytes, bytes.len);
    buf_fini(&bytes);
    return e;
}

const struct tcl_command tcl_memory_commands[] = {
    {"mdw", TCL_EXEC, cmd_md, 1, 3, "['phys'] address [count]", "print words of memory", true, "4"},
    {"mdh", TCL_EXEC, cmd_md, 1, 3, "['phys'] address [count]", "print half words of memory", true, "2"},
    {"mdb", TCL_EXEC, cmd_md, 1, 3, "['phys'] address [count]", "print bytes of memory", true, "1"},
    {"mww", TCL_EXEC, cmd_mw, 2, 4, "['phys'] address value [count]", "write words to memory", true, "4"},
    {"mwh", TCL_EXEC, cmd_mw, 2, 4, "['phys'] address value [count]", "write half words to memory", true, "2"},
    {"mwb", TCL_EXEC, cmd_mw, 2, 4, "['phys'] address value [count]", "write bytes to memory", true, "1"},
    {"read_memory", TCL_EXEC, cmd_read_memory, 3, 4, "address width count ['phys']", "return memory as a list", true},
    {"write_memory", TCL_EXEC, cmd_write_memory, 3, 4, "address width list ['phys']", "write a list to memory", true},
    {NULL},
};
