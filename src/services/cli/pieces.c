/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/pieces.h"

#include "base/file.h"
#include "services/cli/cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void pieces_fini(struct pieces *p)
{
    for (size_t i = 0; i < p->count; i++) {
        free(p->items[i].name);
        buf_fini(&p->items[i].bytes);
    }
    free(p->items);
    *p = (struct pieces){0};
}

static enum err make_room(struct log *log, struct pieces *p)
{
    if (p->count < p->room)
        return ERR_OK;
    size_t room = p->room ? 2 * p->room : 8;
    struct piece *items = realloc(p->items, room * sizeof *items);
    if (!items)
        return err_at(log, ERR_MEMORY, "no memory for %zu files", room);
    p->items = items;
    p->room = room;
    return ERR_OK;
}

enum err pieces_add(struct log *log, struct pieces *p, const char *name, uint32_t offset, struct buf *bytes)
{
    if (!bytes->len)
        return err_at(log, ERR_MALFORMED, "'%s' is empty, there is nothing to write; check that it was built", name);
    enum err e = make_room(log, p);
    if (e)
        return e;
    char *copy = strdup(name);
    if (!copy)
        return err_at(log, ERR_MEMORY, "no memory for the name of '%s'", name);
    p->items[p->count++] = (struct piece){.name = copy, .offset = offset, .bytes = *bytes};
    *bytes = (struct buf){0};
    return ERR_OK;
}

void pieces_drop_last(struct pieces *p)
{
    struct piece *last = &p->items[--p->count];
    free(last->name);
    buf_fini(&last->bytes);
}

enum err pieces_add_file(struct log *log, struct pieces *p, const char *path, uint32_t offset)
{
    struct buf bytes = {0};
    enum err e = file_read(log, path, &bytes);
    if (!e)
        e = pieces_add(log, p, path, offset, &bytes);
    buf_fini(&bytes);
    return e;
}

enum err pieces_add_arg(struct log *log, struct pieces *p, const char *arg)
{
    const char *at = strrchr(arg, '@');
    uint64_t offset;
    if (!at || at == arg)
        return err_at(log, ERR_USAGE,
                      "'%s' does not say where in flash it goes: write FILE@OFFSET, as in app.bin@0x10000", arg);
    if (at[1] == '-')
        return err_at(log, ERR_USAGE, "the offset '%s' in '%s' is negative; offsets count from the begin of the flash",
                      at + 1, arg);
    if (!cli_number(at + 1, UINT32_MAX, &offset))
        return err_at(log, ERR_USAGE,
                      "the offset '%s' in '%s' is no number below 4 GB; write it decimal, or hex with 0x in front",
                      at + 1, arg);
    char *path = strndup(arg, (size_t)(at - arg));
    if (!path)
        return err_at(log, ERR_MEMORY, "no memory for the name of '%s'", arg);
    enum err e = pieces_add_file(log, p, path, (uint32_t)offset);
    free(path);
    return e;
}

static int by_offset(const void *a, const void *b)
{
    const struct piece *pa = a, *pb = b;
    return pa->offset < pb->offset ? -1 : pa->offset > pb->offset;
}

enum err pieces_sort(struct log *log, struct pieces *p)
{
    if (p->count)
        qsort(p->items, p->count, sizeof *p->items, by_offset);
    for (size_t i = 0; i < p->count; i++) {
        const struct piece *this = &p->items[i], *next = i + 1 < p->count ? this + 1 : NULL;
        uint64_t end = this->offset + (uint64_t)this->bytes.len;
        if (end > PIECES_MAX_END)
            return err_at(log, ERR_USAGE, "'%s' at 0x%" PRIX32 " would end past 4 GB; check its offset", this->name,
                          this->offset);
        if (next && end > next->offset)
            return err_at(log, ERR_USAGE,
                          "'%s' (0x%" PRIX32 " to 0x%" PRIX64 ") and '%s' (from 0x%" PRIX32 " on) overlap; check the "
                          "offsets",
                          this->name, this->offset, end, next->name, next->offset);
    }
    return ERR_OK;
}

enum err pieces_merge(struct log *log, struct pieces *p, const struct merge_options *o, struct buf *out)
{
    enum err e = pieces_sort(log, p);
    if (e)
        return e;
    uint64_t at = o->base;
    for (size_t i = 0; i < p->count; i++) {
        const struct piece *piece = &p->items[i];
        if (piece->offset < at)
            return err_at(log, ERR_USAGE, "'%s' at 0x%" PRIX32 " lies before the begin of the file, 0x%" PRIX32,
                          piece->name, piece->offset, o->base);
        buf_fill(out, o->fill, piece->offset - at);
        buf_append(out, piece->bytes.bytes, piece->bytes.len);
        at = piece->offset + (uint64_t)piece->bytes.len;
    }
    if (o->pad_to && o->pad_to < at)
        return err_at(log, ERR_USAGE, "the files end at 0x%" PRIX64 ", past the 0x%" PRIX64 " to pad to", at,
                      o->pad_to);
    if (o->pad_to)
        buf_fill(out, o->fill, o->pad_to - at);
    return out->failed ? err_at(log, ERR_MEMORY, "no memory for a file of %" PRIu64 " bytes", at - o->base) : ERR_OK;
}
