/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory map for GDB: ROM, the flash as the cores see it now with its erase blocks, and everything else as RAM, so that GDB
 * asks for it. Where the flash may be seen but nothing is known to be, GDB is told of ROM: it may be read, and breakpoints there
 * are hardware ones.
 */
#include "services/gdb/gdb_int.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PARTS = 4096 }; /* more than the pages of any MMU, each apart from the next */
#define ADDRESS_END 0x100000000ULL

enum part_kind { PART_RAM, PART_ROM, PART_FLASH };

struct part {
    uint64_t start, end;
    enum part_kind kind;
};

/* Sorted, without overlaps: what is put first stays. */
struct parts {
    struct part items[MAX_PARTS];
    size_t count;
};

bool gdb_is_off(const struct gdb *g, const char *option)
{
    const char *said = tcl_option(g->tcl, option);
    return said && !strcmp(said, "disable");
}

static void insert(struct parts *p, size_t at, uint64_t start, uint64_t end, enum part_kind kind)
{
    if (start >= end || p->count == MAX_PARTS)
        return;
    memmove(&p->items[at + 1], &p->items[at], (p->count - at) * sizeof p->items[0]);
    p->items[at] = (struct part){start, end, kind};
    p->count++;
}

/* Where something is already, it is left out. */
static void put(struct parts *p, uint64_t start, uint64_t end, enum part_kind kind)
{
    for (size_t i = 0; i < p->count && start < end; i++) {
        if (p->items[i].end <= start)
            continue;
        if (p->items[i].start >= end)
            return insert(p, i, start, end, kind);
        if (p->items[i].start > start) {
            insert(p, i, start, p->items[i].start, kind);
            i++;
        }
        start = p->items[i].end;
    }
    insert(p, p->count, start, end, kind);
}

const struct mapping *gdb_mapping(struct gdb *g, const struct gdb_client *client)
{
    bool may_ask = session_target(g->session) && (!client->is_live || gdb_is_halted(g));
    return may_ask ? session_mapping(g->session) : NULL;
}

void gdb_release_agent(struct gdb *g)
{
    enum err e = session_release_flash(g->session);
    if (e)
        log_warn(g->log, "the flash agent could not be taken out of the chip: %s", err_why(g->log, e));
    err_forget(g->log);
}

static void put_mapping(struct parts *p, const struct mapping *m)
{
    for (size_t i = 0; m && i < m->count; i++) {
        const struct mapping_range *r = &m->items[i];
        put(p, r->vaddr, (uint64_t)r->vaddr + r->size, r->memory == MAPPING_FLASH ? PART_FLASH : PART_RAM);
    }
}

static void put_regions(struct parts *p, const struct chip *chip)
{
    for (const struct chip_region *r = chip->regions; r->name; r++) {
        bool is_rom = r->kind == REGION_ROM || r->kind == REGION_FLASH_CODE || r->kind == REGION_FLASH_DATA;
        if (is_rom)
            put(p, r->base, (uint64_t)r->base + r->size, PART_ROM);
    }
}

/* What GDB cannot tell apart is one. */
static void join(struct parts *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->count; i++) {
        struct part *last = kept ? &p->items[kept - 1] : NULL;
        if (last && last->kind == p->items[i].kind && last->end == p->items[i].start)
            last->end = p->items[i].end;
        else
            p->items[kept++] = p->items[i];
    }
    p->count = kept;
}

static void print(const struct parts *p, struct buf *out)
{
    static const char *const names[] = {[PART_RAM] = "ram", [PART_ROM] = "rom", [PART_FLASH] = "flash"};
    buf_printf(out,
               "<?xml version=\"1.0\"?>\n<!DOCTYPE memory-map PUBLIC \"+//IDN gnu.org//DTD GDB Memory Map V1.0//EN\" "
               "\"http://sourceware.org/gdb/gdb-memory-map.dtd\">\n<memory-map>\n");
    for (size_t i = 0; i < p->count; i++) {
        const struct part *part = &p->items[i];
        buf_printf(out, "<memory type=\"%s\" start=\"0x%llx\" length=\"0x%llx\"", names[part->kind],
                   (unsigned long long)part->start, (unsigned long long)(part->end - part->start));
        if (part->kind == PART_FLASH)
            buf_printf(out, ">\n<property name=\"blocksize\">0x%x</property>\n</memory>\n", FLASH_SECTOR_SIZE);
        else
            buf_printf(out, "/>\n");
    }
    buf_printf(out, "</memory-map>\n");
}

/* Reading the mapping halts the chip: not for one who wants it to run on. */
void gdb_put_memory_map(struct gdb *g, const struct gdb_client *client, struct buf *out)
{
    struct parts *p = calloc(1, sizeof *p);
    if (!p)
        return;
    if (session_target(g->session)) {
        put_mapping(p, gdb_mapping(g, client));
        put_regions(p, target_chip(session_target(g->session)));
    }
    put(p, 0, ADDRESS_END, PART_RAM);
    join(p);
    print(p, out);
    free(p);
}
