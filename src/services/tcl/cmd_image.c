/* SPDX-License-Identifier: Apache-2.0 */
/* Files into memory, memory into files. */
#include "services/tcl/sections.h"
#include "services/tcl/tcl_int.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

enum { DIFF_LIMIT = 128 };

/* "FILE [OFFSET [KIND [MIN [MAX_LEN]]]]" */
struct image_call {
    struct core *core;
    char *path;
    struct sections sections;
    uint32_t offset, lowest, highest;
    uint64_t start_ns;
};

static enum err image_args(struct tcl_call *c, struct image_call *i)
{
    uint32_t max_len = 0;
    i->highest = UINT32_MAX;
    enum err e = c->argc > 1 ? tcl_arg_u32(c, 1, "the address", &i->offset) : ERR_OK;
    if (!e && c->argc > 3)
        e = tcl_arg_u32(c, 3, "the lowest address", &i->lowest);
    if (!e && c->argc > 4)
        e = tcl_arg_u32(c, 4, "the length", &max_len);
    if (!e && c->argc > 4)
        i->highest = max_len ? i->lowest + max_len - 1 : i->lowest;
    return e;
}

static enum err image_begin(struct tcl_call *c, struct image_call *i)
{
    *i = (struct image_call){.path = tcl_file_name(tcl_arg(c, 0))};
    enum err e = i->path ? tcl_core(c, &i->core) : ERR_MEMORY;
    if (!e)
        e = image_args(c, i);
    if (!e)
        e = sections_load(tcl_call_log(c), i->path, c->argc > 2 ? tcl_arg(c, 2) : NULL, &i->sections);
    i->start_ns = clock_now_ns(session_clock(c->tcl->session));
    return e;
}

static void image_end(struct image_call *i)
{
    sections_fini(&i->sections);
    free(i->path);
}

/* The part of a section that the limits leave; false for none. */
static bool clip(const struct image_call *i, const struct section *s, uint32_t *addr, const uint8_t **bytes,
                 size_t *len)
{
    uint64_t first = (uint64_t)s->addr + i->offset, end = first + s->len;
    uint64_t from = first < i->lowest ? i->lowest : first;
    uint64_t to = end > (uint64_t)i->highest + 1 ? (uint64_t)i->highest + 1 : end;
    if (from >= to)
        return false;
    *addr = (uint32_t)from;
    *bytes = i->sections.bytes.bytes + s->at + (from - first);
    *len = (size_t)(to - from);
    return true;
}

static void print_rate(struct tcl_call *c, const char *verb, uint64_t len, uint64_t start_ns)
{
    double seconds = (double)(clock_now_ns(session_clock(c->tcl->session)) - start_ns) / 1e9;
    tcl_print(c, "%s %llu bytes in %fs (%0.3f KiB/s)", verb, (unsigned long long)len, seconds,
              seconds > 0 ? (double)len / 1024 / seconds : 0.0);
}

/* What is done with the bytes of a section that belong at addr. */
typedef enum err part_fn(struct tcl_call *c, struct core *core, uint32_t addr, const uint8_t *bytes, size_t len);

static enum err for_each_part(struct tcl_call *c, part_fn *fn, const char *verb)
{
    struct image_call i;
    uint64_t total = 0;
    enum err e = image_begin(c, &i);
    for (unsigned k = 0; k < i.sections.count && !e; k++) {
        uint32_t addr;
        const uint8_t *bytes;
        size_t len;
        if (!clip(&i, &i.sections.list[k], &addr, &bytes, &len))
            continue;
        e = fn(c, i.core, addr, bytes, len);
        total += len;
    }
    if (!e)
        print_rate(c, verb, total, i.start_ns);
    image_end(&i);
    return e;
}

static enum err load_part(struct tcl_call *c, struct core *core, uint32_t addr, const uint8_t *bytes, size_t len)
{
    enum err e = core_mem_write(core, addr, 0, bytes, len);
    if (!e)
        tcl_print(c, "%zu bytes written at address 0x%08x", len, addr);
    return e;
}

static enum err cmd_load_image(struct tcl_call *c)
{
    return for_each_part(c, load_part, "downloaded");
}

static unsigned print_diffs(struct tcl_call *c, uint32_t addr, const uint8_t *is, const uint8_t *was, size_t len)
{
    unsigned diffs = 0;
    for (size_t at = 0; at < len && diffs < DIFF_LIMIT; at++) {
        if (is[at] != was[at])
            tcl_print(c, "diff %u address 0x%08x. Was 0x%02x instead of 0x%02x", diffs++, addr + (uint32_t)at, is[at],
                      was[at]);
    }
    return diffs;
}

static enum err verify_part(struct tcl_call *c, struct core *core, uint32_t addr, const uint8_t *bytes, size_t len)
{
    uint8_t *is = malloc(len);
    enum err e = is ? core_mem_read(core, addr, 0, is, len) : ERR_MEMORY;
    unsigned diffs = e ? 0 : print_diffs(c, addr, is, bytes, len);
    free(is);
    if (diffs)
        return err_at(tcl_call_log(c), ERR_VERIFY, "the memory at 0x%08x differs from the file (%s%u bytes)", addr,
                      diffs == DIFF_LIMIT ? "at least " : "", diffs);
    return e;
}

static enum err cmd_verify_image(struct tcl_call *c)
{
    return for_each_part(c, verify_part, "verified");
}

static enum err cmd_test_image(struct tcl_call *c)
{
    struct sections s = {0};
    uint32_t offset = 0;
    uint64_t total = 0;
    char *path = tcl_file_name(tcl_arg(c, 0));
    enum err e = !path ? ERR_MEMORY : c->argc > 1 ? tcl_arg_u32(c, 1, "the address", &offset) : ERR_OK;
    if (!e)
        e = sections_load(tcl_call_log(c), path, c->argc > 2 ? tcl_arg(c, 2) : NULL, &s);
    uint64_t start = clock_now_ns(session_clock(c->tcl->session));
    for (unsigned k = 0; k < s.count && !e; k++) {
        tcl_print(c, "0x%08x %zu bytes", s.list[k].addr + offset, s.list[k].len);
        total += s.list[k].len;
    }
    if (!e)
        print_rate(c, "verified", total, start);
    sections_fini(&s);
    free(path);
    return e;
}

static enum err dump(struct tcl_call *c, struct core *core, uint32_t addr, uint32_t len)
{
    char *path = tcl_file_name(tcl_arg(c, 0));
    uint8_t *bytes = malloc(len ? len : 1);
    uint64_t start = clock_now_ns(session_clock(c->tcl->session));
    enum err e = path && bytes ? core_mem_read(core, addr, 0, bytes, len) : ERR_MEMORY;
    if (!e)
        e = file_write(tcl_call_log(c), path, bytes, len);
    if (!e)
        print_rate(c, "dumped", len, start);
    free(bytes);
    free(path);
    return e;
}

static enum err cmd_dump_image(struct tcl_call *c)
{
    struct core *core;
    uint32_t addr = 0, len = 0;
    enum err e = tcl_core(c, &core);
    if (!e)
        e = tcl_arg_u32(c, 1, "the address", &addr);
    if (!e)
        e = tcl_arg_u32(c, 2, "the length", &len);
    if (!e && (uint64_t)addr + len > 1ULL << 32)
        e = err_at(tcl_call_log(c), ERR_RANGE,
                   "dump_image: %u bytes from 0x%08x on go past the end of the address space", len, addr);
    return e ? e : dump(c, core, addr, len);
}

const struct tcl_command tcl_image_commands[] = {
    {"load_image", TCL_EXEC, cmd_load_image, 1, 5, "file [address [bin|ihex|elf [lowest [length]]]]",
     "write a file to memory", true},
    {"verify_image", TCL_EXEC, cmd_verify_image, 1, 3, "file [address [bin|ihex|elf]]", "compare a file with memory",
     true},
    {"verify_image_checksum", TCL_EXEC, cmd_verify_image, 1, 3, "file [address [bin|ihex|elf]]",
     "compare a file with memory", true},
    {"test_image", TCL_ANY, cmd_test_image, 1, 3, "file [address [bin|ihex|elf]]", "read a file only", true},
    {"dump_image", TCL_EXEC, cmd_dump_image, 3, 3, "file address length", "write memory to a file", true},
    {NULL},
};
