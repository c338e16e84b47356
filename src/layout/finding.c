/* SPDX-License-Identifier: Apache-2.0 */
#include "layout/finding.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void findings_fini(struct findings *f)
{
    free(f->items);
    *f = (struct findings){0};
}

static struct finding *next_item(struct findings *f)
{
    if (f->count >= FINDINGS_MAX || f->failed)
        return NULL;
    if (f->count == f->room) {
        size_t room = f->room ? 2 * f->room : 8;
        struct finding *items = realloc(f->items, room * sizeof *items);
        if (!items) {
            f->failed = true;
            return NULL;
        }
        f->items = items;
        f->room = room;
    }
    return &f->items[f->count++];
}

static void add(struct findings *f, struct finding what, const char *fmt, va_list args)
{
    struct finding *item = f ? next_item(f) : NULL;
    if (!item)
        return;
    *item = what;
    vsnprintf(item->seen, sizeof item->seen, fmt, args);
}

void findings_add(struct findings *f, const struct finding_kind *kind, uint64_t offset, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add(f, (struct finding){.kind = kind, .offset = (f ? f->base : 0) + offset, .has_offset = true}, fmt, args);
    va_end(args);
}

void findings_add_nowhere(struct findings *f, const struct finding_kind *kind, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add(f, (struct finding){.kind = kind}, fmt, args);
    va_end(args);
}

size_t findings_count(const struct findings *f, enum severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < f->count; i++)
        count += f->items[i].kind->severity == severity;
    return count;
}

const struct finding *findings_first(const struct findings *f, enum severity severity)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->items[i].kind->severity == severity)
            return &f->items[i];
    }
    return NULL;
}

const char *severity_name(enum severity s)
{
    static const char *const names[] = {"note", "warning", "error"};
    return names[s];
}

enum err findings_verdict(struct log *log, const struct findings *f, enum err code)
{
    const struct finding *first = findings_first(f, FINDING_ERROR);
    if (!first)
        return ERR_OK;
    if (!first->has_offset)
        return err_at(log, code, "%s: %s; %s", first->seen, first->kind->means, first->kind->remedy);
    return err_at(log, code, "at offset 0x%" PRIX64 ": %s: %s; %s", first->offset, first->seen, first->kind->means,
                  first->kind->remedy);
}
