/* SPDX-License-Identifier: Apache-2.0 */
/* The flash drawn in a terminal: a picture to scale, then lists. */
#include "services/cli/map_view.h"

#include "services/cli/cli.h"
#include "services/cli/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CELLS = 64, ROWS = 4, NO_LETTER = '+' };
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* The colour of a kind: parameters of the terminal's SGR sequence. */
static const char *const colors[] = {
    [LAYOUT_UNKNOWN] = "33",           [LAYOUT_BLANK] = "90",   [LAYOUT_ENCRYPTED] = "35", [LAYOUT_BOOTLOADER] = "36;1",
    [LAYOUT_PARTITION_TABLE] = "31;1", [LAYOUT_OTADATA] = "31", [LAYOUT_APP] = "32;1",     [LAYOUT_NVS] = "34;1",
    [LAYOUT_NVS_KEYS] = "34",          [LAYOUT_PHY] = "34",     [LAYOUT_COREDUMP] = "35",  [LAYOUT_SPIFFS] = "36",
    [LAYOUT_LITTLEFS] = "36",          [LAYOUT_FAT] = "36",     [LAYOUT_ROMFS] = "36",     [LAYOUT_MCUBOOT] = "32;1",
    [LAYOUT_SIMPLE_BOOT] = "32;1",     [LAYOUT_DATA] = "34",    [LAYOUT_FOREIGN] = "33",
};

struct drawing {
    const struct map_view *view;
    struct buf *out;
    bool with_color;
};

static void begin_color(struct drawing *d, enum layout_kind kind)
{
    if (d->with_color)
        buf_printf(d->out, "\033[%sm", colors[kind]);
}

static void end_color(struct drawing *d)
{
    if (d->with_color)
        buf_printf(d->out, "\033[0m");
}

/* The key of a region in the picture; gaps have none. */
static char letter_of(const struct layout *l, const struct layout_region *r)
{
    if (map_is_gap(r))
        return r->kind == LAYOUT_BLANK ? '.' : r->kind == LAYOUT_ENCRYPTED ? '#' : '?';
    size_t at = 0;
    for (const struct layout_region *other = l->regions; other != r; other++)
        at += !map_is_gap(other);
    return at < sizeof letters - 1 ? letters[at] : NO_LETTER;
}

/* --- the picture --- */

static uint32_t overlap(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len)
{
    uint64_t from = a > b ? a : b, to = a + a_len < b + b_len ? a + a_len : b + b_len;
    return from < to ? (uint32_t)(to - from) : 0;
}

/* Whose cell it is: the region that has most of it, where one that is no gap always wins over one that is. */
static const struct layout_region *cell_region(const struct layout *l, uint64_t from, uint32_t len)
{
    const struct layout_region *best = NULL;
    uint32_t best_len = 0;
    for (size_t i = 0; i < l->region_count; i++) {
        const struct layout_region *r = &l->regions[i];
        uint32_t n = overlap(r->offset, r->size, from, len);
        if (!n)
            continue;
        bool wins =
            !best || (map_is_gap(best) && !map_is_gap(r)) || (map_is_gap(best) == map_is_gap(r) && n > best_len);
        if (wins) {
            best = r;
            best_len = n;
        }
    }
    return best;
}

/* Capital where bytes are in use, small where space is only set aside. */
static char cell_char(const struct layout *l, const struct layout_region *r, uint64_t from, uint32_t len)
{
    char c = letter_of(l, r);
    bool is_blank = r->content == LAYOUT_BLANK; /* as far as it was read, which the list of regions says */
    bool is_free = is_blank || (r->is_used_known && !overlap(r->offset, r->used, from, len));
    return is_free && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void draw_cells(struct drawing *d, uint64_t row, uint32_t cell)
{
    const struct layout *l = d->view->layout;
    for (unsigned i = 0; i < CELLS; i++) {
        uint64_t from = row + (uint64_t)i * cell;
        const struct layout_region *r = from < l->flash_size ? cell_region(l, from, cell) : NULL;
        if (!r)
            break;
        begin_color(d, r->kind);
        buf_u8(d->out, (uint8_t)cell_char(l, r, from, cell));
        end_color(d);
    }
}

/* Under a row: what of it is mapped, for any core. */
static bool draw_mapped(struct drawing *d, const struct mapping *m, uint64_t row, uint32_t cell)
{
    char marks[CELLS + 1] = "";
    bool has_any = false;
    for (unsigned i = 0; i < CELLS; i++) {
        bool is_code = false, is_data = false;
        for (size_t k = 0; k < m->count; k++) {
            const struct mapping_range *r = &m->items[k];
            if (r->memory != MAPPING_FLASH || !overlap(r->offset, r->size, row + (uint64_t)i * cell, cell))
                continue;
            is_code |= r->is_code;
            is_data |= r->is_data;
        }
        marks[i] = is_code && is_data ? 'x' : is_code ? 'i' : is_data ? 'd' : ' ';
        has_any |= marks[i] != ' ';
    }
    for (size_t n = CELLS; n && marks[n - 1] == ' '; n--)
        marks[n - 1] = '\0';
    if (has_any)
        buf_printf(d->out, "%14s%s\n", "", marks);
    return has_any;
}

static void draw_picture(struct drawing *d, const struct mapping *m)
{
    const struct layout *l = d->view->layout;
    uint32_t cell = LAYOUT_SECTOR;
    while ((uint64_t)cell * CELLS * ROWS < l->flash_size)
        cell *= 2;
    bool is_mapped = false;
    for (uint64_t row = 0; row < l->flash_size; row += (uint64_t)cell * CELLS) {
        buf_printf(d->out, "  0x%08" PRIX64 "  ", row + l->base);
        draw_cells(d, row, cell);
        buf_printf(d->out, "\n");
        is_mapped |= draw_mapped(d, m, row, cell);
    }
    char size[32];
    buf_printf(d->out, "%14sone character: %s; capital: in use, small: set aside, dot: free\n", "",
               cli_size(size, sizeof size, cell));
    if (is_mapped)
        buf_printf(d->out, "%14sbelow a row, %s: i code, d data, x both\n", "",
                   m == d->view->now ? "what is mapped now" : "what will be mapped");
}

/* --- the regions --- */

static void list_region(struct drawing *d, const struct layout_region *r)
{
    const struct layout *l = d->view->layout;
    char label[PARTITION_LABEL_LEN + 1], what[96], size[32], used[32] = "";
    const char *marks = map_marks(l, r);
    if (r->is_used_known && !map_is_gap(r))
        cli_size(used, sizeof used, r->used);
    begin_color(d, r->kind);
    buf_printf(d->out, "  %c", letter_of(l, r));
    end_color(d);
    buf_printf(d->out, "  %08" PRIX32 "  %9s  %9s  %-16s  %s%s%s\n", r->offset + l->base,
               cli_size(size, sizeof size, r->size), used, map_label(label, sizeof label, r),
               map_what(what, sizeof what, r), *marks ? "  <- " : "", marks);
    if (r->detail[0])
        buf_printf(d->out, "%37s%s\n", "", r->detail);
}

static void list_regions(struct drawing *d)
{
    const struct layout *l = d->view->layout;
    buf_printf(d->out, "\n     %-8s  %9s  %9s  %-16s  %s\n", "offset", "size", "in use", "name", "what");
    for (size_t i = 0; i < l->region_count; i++)
        list_region(d, &l->regions[i]);
}

/* --- the mapping --- */

static const char *bus_of(const struct mapping_range *r)
{
    return r->is_code && r->is_data ? "both" : r->is_code ? "code" : "data";
}

static void list_range(struct drawing *d, const struct mapping_range *r)
{
    const struct map_view *v = d->view;
    char cores[40], label[PARTITION_LABEL_LEN + 1] = "";
    uint64_t last = (uint64_t)r->vaddr + r->size - 1;
    const struct layout_region *region = r->memory == MAPPING_FLASH ? layout_at(v->layout, r->offset) : NULL;
    if (region)
        map_label(label, sizeof label, region);
    buf_printf(d->out, "  %08" PRIX32 "-%08" PRIX64 "  %s  %-9s  %s %08" PRIX32 "-%08" PRIX64 "  %s\n", r->vaddr, last,
               bus_of(r), v->core_count ? map_cores(cores, sizeof cores, r, v->core_count) : "",
               r->memory == MAPPING_FLASH ? "flash" : "PSRAM", r->offset, (uint64_t)r->offset + r->size - 1,
               label[0] || !region ? label : layout_kind_text(region->kind));
}

static void list_mapping(struct drawing *d, const char *heading, const struct mapping *m)
{
    buf_printf(d->out, "\n%s\n", heading);
    for (size_t i = 0; i < m->count; i++)
        list_range(d, &m->items[i]);
    if (!m->count)
        buf_printf(d->out, "  nothing\n");
}

static bool is_same(const struct mapping *a, const struct mapping *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct mapping_range *x = &a->items[i], *y = &b->items[i];
        if (x->vaddr != y->vaddr || x->size != y->size || x->offset != y->offset || x->memory != y->memory)
            return false;
    }
    return true;
}

static void list_mappings(struct drawing *d)
{
    const struct map_view *v = d->view;
    char heading[160];
    if (v->now && v->no_live)
        buf_printf(d->out, "\nMapped now (live MMU): not known, %s\n", v->no_live);
    else if (v->now)
        list_mapping(d, "Mapped now (live MMU)", v->now);
    if (v->now && !v->no_live && is_same(v->now, v->expected))
        return;
    if (!v->expected->count)
        return;
    const char *source = mapping_source_text(v->expected->items[0].source);
    snprintf(heading, sizeof heading, "Mapped once it runs (%s)", source);
    list_mapping(d, heading, v->expected);
}

/* --- all of it --- */

static void say_boot(struct drawing *d, const char *verb, const struct layout_boot *boot)
{
    const struct layout *l = d->view->layout;
    char label[PARTITION_LABEL_LEN + 1];
    if (boot->region < 0) {
        if (boot->why[0])
            buf_printf(d->out, "%s: %s (%s)\n", verb, layout_boot_text(boot->kind), boot->why);
        return;
    }
    const struct layout_region *r = &l->regions[boot->region];
    map_label(label, sizeof label, r);
    buf_printf(d->out, "%s: %s at 0x%" PRIX32, verb, label[0] ? label : layout_kind_text(r->kind), r->offset + l->base);
    if (boot->why[0])
        buf_printf(d->out, " (%s)", boot->why);
    buf_printf(d->out, "\n");
}

static void say_head(struct drawing *d)
{
    const struct map_view *v = d->view;
    const struct layout *l = v->layout;
    buf_printf(d->out, "%s\n", v->title);
    buf_printf(d->out, "%s", v->cores_off ? v->cores_off : "");
    if (v->flash)
        buf_printf(d->out, "%s\n", v->flash);
    if (l->known_name)
        buf_printf(d->out, "Layout: %s\n", l->known_name);
    if (l->table)
        buf_printf(d->out, "Partition table at 0x%" PRIX32 "%s%s\n", l->table->offset + l->base,
                   l->table_why[0] ? ": " : "", l->table_why);
    else
        buf_printf(d->out, "No partition table%s%s\n", l->table_why[0] ? ": " : "", l->table_why);
    say_boot(d, "Boots", &l->boot);
    if (v->now)
        say_boot(d, "Runs", &l->running);
    buf_printf(d->out, "\n");
}

static void list_finding(struct drawing *d, const struct finding *f)
{
    enum { INDENT = 2, MORE_INDENT = 6 };
    char head[64], at[32] = "";
    if (f->has_offset)
        snprintf(at, sizeof at, " at 0x%" PRIX64 ":", f->offset);
    snprintf(head, sizeof head, "%s:%s", severity_name(f->kind->severity), at);
    buf_printf(d->out, "%*s%s", INDENT, "", head);
    report_words_to(d->out, f->seen, INDENT + strlen(head), MORE_INDENT);
    char more[1024];
    snprintf(more, sizeof more, "%s; %s", f->kind->means, f->kind->remedy);
    buf_printf(d->out, "%*s", MORE_INDENT, "");
    report_words_to(d->out, more, MORE_INDENT, MORE_INDENT);
}

static void list_findings(struct drawing *d)
{
    const struct findings *f = d->view->findings;
    if (f->count)
        buf_printf(d->out, "\nFindings\n");
    for (size_t i = 0; i < f->count; i++)
        list_finding(d, &f->items[i]);
}

void map_text(const struct map_view *view, bool with_color, struct buf *out)
{
    struct drawing d = {.view = view, .out = out, .with_color = with_color};
    const struct mapping *shown = view->now && !view->no_live ? view->now : view->expected;
    say_head(&d);
    draw_picture(&d, shown);
    list_regions(&d);
    list_mappings(&d);
    list_findings(&d);
}
