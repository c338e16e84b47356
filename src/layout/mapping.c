/* SPDX-License-Identifier: Apache-2.0 */
#include "layout/mapping.h"

#include "layout/layout.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ALL_CORES = 0xFF, CORES = 8 };

static const struct finding_kind differs = {
    "mapping-differs", FINDING_WARNING,
    "another program runs than the one that would boot, or it has changed its mapping",
    "nothing, after an update or while a bootloader runs; else reset the chip"};

const char *mapping_source_text(enum mapping_source s)
{
    static const char *const texts[] = {"live MMU", "app image", "MCUboot image", "simple boot image", "user"};
    return texts[s];
}

void mapping_fini(struct mapping *m)
{
    free(m->items);
    *m = (struct mapping){0};
}

void mapping_add(struct mapping *m, const struct mapping_range *range)
{
    struct mapping_range r = *range;
    uint64_t room = (UINT64_C(1) << 32) - r.vaddr, behind = (UINT64_C(1) << 32) - r.offset;
    r.size = r.size < room ? r.size : (uint32_t)room;
    r.size = r.size < behind ? r.size : (uint32_t)behind;
    if (!r.size || !r.core_mask)
        return;
    if (m->count == m->room) {
        size_t more = m->room ? 2 * m->room : 16;
        struct mapping_range *items = realloc(m->items, more * sizeof *items);
        if (!items) {
            m->failed = true;
            return;
        }
        m->items = items;
        m->room = more;
    }
    m->items[m->count++] = r;
}

static uint64_t end_of(const struct mapping_range *r)
{
    return (uint64_t)r->vaddr + r->size;
}

static bool is_alike(const struct mapping_range *a, const struct mapping_range *b)
{
    return a->memory == b->memory && a->is_code == b->is_code && a->is_data == b->is_data && a->source == b->source;
}

/* By core mask first, so that neighbours are next to each other; by address in the end. */
static int by_mask(const void *a, const void *b)
{
    const struct mapping_range *x = a, *y = b;
    if (x->core_mask != y->core_mask)
        return x->core_mask < y->core_mask ? -1 : 1;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return x->vaddr < y->vaddr ? -1 : x->vaddr > y->vaddr;
}

static int by_address(const void *a, const void *b)
{
    const struct mapping_range *x = a, *y = b;
    if (x->vaddr != y->vaddr)
        return x->vaddr < y->vaddr ? -1 : 1;
    return by_mask(a, b);
}

static void order(struct mapping *m, int (*by)(const void *, const void *))
{
    if (m->count)
        qsort(m->items, m->count, sizeof *m->items, by);
}

static void join_neighbours(struct mapping *m)
{
    size_t kept = 0;
    order(m, by_mask);
    for (size_t i = 0; i < m->count; i++) {
        struct mapping_range *r = &m->items[i], *last = kept ? &m->items[kept - 1] : NULL;
        bool goes_on = last && last->core_mask == r->core_mask && is_alike(last, r) && end_of(last) == r->vaddr &&
                       (uint64_t)last->offset + last->size == r->offset;
        if (goes_on)
            last->size += r->size;
        else
            m->items[kept++] = *r;
    }
    m->count = kept;
}

/* Ranges that are the same but for the cores become one. */
static void join_cores(struct mapping *m)
{
    size_t kept = 0;
    order(m, by_address);
    for (size_t i = 0; i < m->count; i++) {
        struct mapping_range *r = &m->items[i], *same = NULL;
        for (size_t k = kept; k > 0 && m->items[k - 1].vaddr == r->vaddr && !same; k--) {
            struct mapping_range *before = &m->items[k - 1];
            if (before->size == r->size && before->offset == r->offset && is_alike(before, r))
                same = before;
        }
        if (same)
            same->core_mask |= r->core_mask;
        else
            m->items[kept++] = *r;
    }
    m->count = kept;
    order(m, by_address);
}

void mapping_sort(struct mapping *m)
{
    join_neighbours(m);
    join_cores(m);
}

/* --- images --- */

static uint8_t cores_of(const struct image_chip *chip)
{
    const struct chip *c = chip ? chip_by_image_id(chip->id) : NULL;
    unsigned mask = c ? (1U << c->core_count) - 1 : ALL_CORES;
    return (uint8_t)mask;
}

/* Whole pages: the MMU maps nothing less. Nothing when address and offset do not agree within a page. */
static void add_pages(struct mapping *m, struct mapping_range r, uint32_t page)
{
    uint32_t in_page = r.vaddr % page;
    if (!r.size || r.offset % page != in_page)
        return;
    uint64_t size = ((uint64_t)in_page + r.size + page - 1) / page * page;
    r.vaddr -= in_page;
    r.offset -= in_page;
    r.size = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
    mapping_add(m, &r);
}

void mapping_add_image(struct mapping *m, const struct image *im, uint32_t offset, enum mapping_source source)
{
    uint32_t page = im->page_size ? im->page_size : IMAGE_PAGE_SIZE;
    for (unsigned n = 0; n < im->segment_count; n++) {
        const struct image_segment *s = &im->segments[n];
        if (!s->region || !s->region->is_flash || s->offset > UINT32_MAX - offset)
            continue;
        add_pages(m,
                  (struct mapping_range){.vaddr = s->addr,
                                         .size = s->len,
                                         .offset = offset + s->offset,
                                         .is_code = s->region->bus != IMAGE_BUS_DATA,
                                         .is_data = s->region->bus != IMAGE_BUS_CODE,
                                         .core_mask = cores_of(im->chip),
                                         .source = source},
                  page);
    }
    mapping_sort(m);
}

void mapping_add_mcuboot(struct mapping *m, const struct mcuboot_image *im, uint32_t offset)
{
    const struct mcuboot_part *parts[] = {&im->irom, &im->drom};
    for (int i = 0; i < 2; i++) {
        const struct mcuboot_part *p = parts[i];
        if (p->offset > UINT32_MAX - offset)
            continue;
        add_pages(m,
                  (struct mapping_range){.vaddr = p->addr,
                                         .size = p->size,
                                         .offset = offset + p->offset,
                                         .is_code = i == 0,
                                         .is_data = i == 1,
                                         .core_mask = ALL_CORES,
                                         .source = MAPPING_MCUBOOT},
                  IMAGE_PAGE_SIZE);
    }
    mapping_sort(m);
}

void mapping_add_layout(struct mapping *m, const struct layout *l)
{
    static const enum mapping_source sources[] = {
        [LAYOUT_BOOT_UNKNOWN] = MAPPING_USER,       [LAYOUT_BOOT_NOTHING] = MAPPING_USER,
        [LAYOUT_BOOT_APP] = MAPPING_IMAGE,          [LAYOUT_BOOT_MCUBOOT] = MAPPING_MCUBOOT,
        [LAYOUT_BOOT_SIMPLE] = MAPPING_SIMPLE_BOOT, [LAYOUT_BOOT_USER] = MAPPING_USER,
    };
    if (l->boot.region < 0)
        return;
    const struct layout_region *r = &l->regions[l->boot.region];
    if (r->image)
        mapping_add_image(m, r->image, r->offset, sources[l->boot.kind]);
    if (r->mcuboot)
        mapping_add_mcuboot(m, r->mcuboot, r->offset);
}

/* --- merging --- */

struct merger {
    struct mapping *out;
    unsigned core;
    size_t source; /* that is being taken */
    uint32_t said; /* bit n: of source n a contradiction was said */
    struct findings *f;
};

static bool sees(const struct mapping_range *r, unsigned core)
{
    return r->core_mask >> core & 1;
}

static bool contradicts(const struct mapping_range *a, const struct mapping_range *b)
{
    bool overlaps = a->vaddr < end_of(b) && b->vaddr < end_of(a);
    return overlaps && (a->memory != b->memory || a->offset - a->vaddr != b->offset - b->vaddr);
}

/* The better range that a range contradicts on this core; NULL: none. */
static const struct mapping_range *contradicted(const struct merger *g, const struct mapping_range *r, size_t better)
{
    for (size_t i = 0; i < better; i++) {
        if (sees(&g->out->items[i], g->core) && contradicts(r, &g->out->items[i]))
            return &g->out->items[i];
    }
    return NULL;
}

static void say(struct merger *g, const struct mapping_range *r, const struct mapping_range *better)
{
    if (!(g->said >> g->source & 1))
        findings_add_nowhere(g->f, &differs,
                             "%s: 0x%08" PRIX32 " is flash offset 0x%" PRIX32 ", by %s it is %s 0x%" PRIX32,
                             mapping_source_text(r->source), r->vaddr, r->offset, mapping_source_text(better->source),
                             better->memory == MAPPING_PSRAM ? "PSRAM offset" : "flash offset",
                             better->offset + (r->vaddr - better->vaddr));
    g->said |= 1U << g->source;
}

/* Adds what of r no better range covers: from the lowest address up. out is sorted by address up to better. */
static void add_uncovered(struct merger *g, struct mapping_range r, size_t better)
{
    r.core_mask = (uint8_t)(1U << g->core);
    uint64_t at = r.vaddr, end = end_of(&r);
    for (size_t i = 0; i <= better && at < end; i++) {
        const struct mapping_range *b = i < better ? &g->out->items[i] : NULL;
        if (b && (!sees(b, g->core) || end_of(b) <= at))
            continue;
        uint64_t to = b && b->vaddr < end ? b->vaddr : end;
        uint64_t next = b && b->vaddr < end ? end_of(b) : end;
        if (to > at) {
            struct mapping_range piece = r;
            piece.vaddr = (uint32_t)at;
            piece.offset = r.offset + (uint32_t)(at - r.vaddr);
            piece.size = (uint32_t)(to - at);
            mapping_add(g->out, &piece); /* b is not valid any more */
        }
        at = next;
    }
}

static void take_source(struct merger *g, const struct mapping *source)
{
    size_t better = g->out->count;
    for (size_t i = 0; i < source->count; i++) {
        const struct mapping_range *r = &source->items[i];
        const struct mapping_range *b = sees(r, g->core) && r->is_code ? contradicted(g, r, better) : NULL;
        if (b) {
            say(g, r, b);
            return;
        }
    }
    for (size_t i = 0; i < source->count; i++) {
        struct mapping_range r = source->items[i];
        if (!sees(&r, g->core))
            continue;
        /* Segments of an image may share a page; pages of an MMU never overlap. */
        size_t so_far = r.source == MAPPING_LIVE ? better : g->out->count;
        const struct mapping_range *b = contradicted(g, &r, better);
        if (b)
            say(g, &r, b);
        else if (!contradicted(g, &r, so_far))
            add_uncovered(g, r, so_far);
        if (r.source != MAPPING_LIVE)
            order(g->out, by_address);
    }
    order(g->out, by_address);
}

void mapping_merge(const struct mapping *const *sources, size_t count, struct mapping *out, struct findings *f)
{
    struct mapping one = {0};
    struct merger g = {.out = &one, .f = f};
    for (size_t s = 0; s < count; s++)
        out->failed = out->failed || (sources[s] && sources[s]->failed);
    for (g.core = 0; g.core < CORES; g.core++) {
        one.count = 0;
        for (g.source = 0; g.source < count; g.source++) {
            if (sources[g.source])
                take_source(&g, sources[g.source]);
        }
        for (size_t i = 0; i < one.count; i++)
            mapping_add(out, &one.items[i]);
    }
    out->failed = out->failed || one.failed;
    mapping_fini(&one);
    mapping_sort(out);
}

/* --- looking up --- */

const struct mapping_range *mapping_at(const struct mapping *m, int core, uint32_t vaddr)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct mapping_range *r = &m->items[i];
        if (vaddr - r->vaddr < r->size && vaddr >= r->vaddr && (core < 0 || sees(r, (unsigned)core)))
            return r;
    }
    return NULL;
}

bool mapping_to_flash(const struct mapping *m, int core, uint32_t vaddr, uint32_t *offset, uint32_t *left)
{
    const struct mapping_range *r = mapping_at(m, core, vaddr);
    if (!r || r->memory != MAPPING_FLASH)
        return false;
    *offset = r->offset + (vaddr - r->vaddr);
    if (left)
        *left = r->size - (vaddr - r->vaddr);
    return true;
}

size_t mapping_from_flash(const struct mapping *m, int core, uint32_t offset, uint32_t *vaddrs, size_t room)
{
    size_t count = 0;
    for (size_t i = 0; i < m->count; i++) {
        const struct mapping_range *r = &m->items[i];
        if (r->memory != MAPPING_FLASH || offset < r->offset || offset - r->offset >= r->size ||
            (core >= 0 && !sees(r, (unsigned)core)))
            continue;
        if (count < room)
            vaddrs[count] = r->vaddr + (offset - r->offset);
        count++;
    }
    return count;
}
