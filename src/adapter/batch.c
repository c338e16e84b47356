/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter/batch.h"

#include "base/bits.h"

#include <stdlib.h>
#include <string.h>

void batch_fini(struct batch *b)
{
    free(b->items);
    free(b->out);
    free(b->in);
    *b = (struct batch){0};
}

void batch_clear(struct batch *b)
{
    b->count = 0;
    b->out_bits = 0;
    b->in_bits = 0;
    b->failed = false;
}

/* Makes room for bits more bits in a bit string. */
static bool bits_reserve(struct batch *b, uint8_t **bytes, size_t *room, size_t used, size_t bits)
{
    size_t need = (used + bits + 7) / 8;
    if (b->failed || need <= *room)
        return !b->failed;
    size_t more = *room ? *room : 256;
    while (more < need)
        more *= 2;
    uint8_t *p = realloc(*bytes, more);
    if (!p) {
        b->failed = true;
        return false;
    }
    memset(p + *room, 0, more - *room);
    *bytes = p;
    *room = more;
    return true;
}

static struct batch_item *add_item(struct batch *b, enum batch_kind kind, size_t bits)
{
    if (b->failed)
        return NULL;
    if (b->count == b->room) {
        size_t room = b->room ? b->room * 2 : 64;
        struct batch_item *items = realloc(b->items, room * sizeof *items);
        if (!items) {
            b->failed = true;
            return NULL;
        }
        b->items = items;
        b->room = room;
    }
    struct batch_item *item = &b->items[b->count++];
    *item = (struct batch_item){.kind = kind, .bits = bits};
    return item;
}

void batch_tms(struct batch *b, uint64_t tms, unsigned bits, bool tdi)
{
    if (!bits || !bits_reserve(b, &b->out, &b->out_room, b->out_bits, bits))
        return;
    struct batch_item *item = add_item(b, BATCH_TMS, bits);
    if (!item)
        return;
    item->tdi = tdi;
    item->out_at = b->out_bits;
    bits_put_u64(b->out, b->out_bits, bits, tms);
    b->out_bits += bits;
}

size_t batch_shift(struct batch *b, const uint8_t *tdi, size_t bits, bool capture, bool leave)
{
    if (!bits || !bits_reserve(b, &b->out, &b->out_room, b->out_bits, bits))
        return 0;
    if (capture && !bits_reserve(b, &b->in, &b->in_room, b->in_bits, bits))
        return 0;
    struct batch_item *item = add_item(b, BATCH_SHIFT, bits);
    if (!item)
        return 0;
    item->capture = capture;
    item->leave = leave;
    item->out_at = b->out_bits;
    item->in_at = b->in_bits;
    if (tdi) {
        bits_copy(b->out, b->out_bits, tdi, 0, bits);
    } else {
        for (size_t i = 0; i < bits; i += 64)
            bits_put_u64(b->out, b->out_bits + i, bits - i < 64 ? (unsigned)(bits - i) : 64, 0);
    }
    b->out_bits += bits;
    if (capture)
        b->in_bits += bits;
    return item->in_at;
}

void batch_clock(struct batch *b, size_t clocks, bool tms, bool tdi)
{
    struct batch_item *item = clocks ? add_item(b, BATCH_CLOCK, clocks) : NULL;
    if (!item)
        return;
    item->tms = tms;
    item->tdi = tdi;
}

void batch_wait(struct batch *b, uint64_t ns)
{
    struct batch_item *item = ns ? add_item(b, BATCH_WAIT, 0) : NULL;
    if (item)
        item->wait_ns = ns;
}

uint64_t batch_tcks(const struct batch *b)
{
    uint64_t tcks = 0;
    for (size_t i = 0; i < b->count; i++)
        tcks += b->items[i].bits;
    return tcks;
}
