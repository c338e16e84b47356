/* SPDX-License-Identifier: Apache-2.0 */
/* Physical memory protection, and the windows in which neither it nor a trigger has to be asked. Source: RISC-V
   Privileged Architecture, 3.7. */
#include "sim/rv32/rv32_int.h"

enum { ALL = PMPCFG_R | PMPCFG_W | PMPCFG_X };

uint32_t rv32_data_privilege(const struct rv32 *c)
{
    bool is_other = c->mstatus & MSTATUS_MPRV && (c->state != RV32_HALTED || c->dcsr & DCSR_MPRVEN);
    return is_other ? field_get(MSTATUS_MPP, c->mstatus) : c->prv;
}

/* --- registers --- */

static bool is_locked(const struct rv32 *c, unsigned n)
{
    return c->pmpcfg[n] & PMPCFG_L;
}

/* The entry after this one locks it too, when its range begins here. */
uint32_t rv32_pmpaddr_write(const struct rv32 *c, unsigned n, uint32_t value)
{
    bool is_begin = n + 1 < c->config->pmps && is_locked(c, n + 1) && field_get(PMPCFG_A, c->pmpcfg[n + 1]) == PMP_TOR;
    return is_locked(c, n) || is_begin ? c->pmpaddr[n] : value;
}

uint8_t rv32_pmpcfg_write(const struct rv32 *c, unsigned n, uint8_t value)
{
    return is_locked(c, n) ? c->pmpcfg[n] : value & (uint8_t)(PMPCFG_L | PMPCFG_A | ALL);
}

/* --- ranges --- */

/* What an entry covers: from first to last, both included; false: nothing. Addresses are those of 32-bit buses. */
static bool range_of(const struct rv32 *c, unsigned n, uint64_t *first, uint64_t *last)
{
    uint64_t at = c->pmpaddr[n], low = ~at & (at + 1); /* the lowest 0 bit */
    switch (field_get(PMPCFG_A, c->pmpcfg[n])) {
    case PMP_TOR:
        *first = n ? (uint64_t)c->pmpaddr[n - 1] << 2 : 0;
        *last = (at << 2) - 1;
        return at && *first <= *last;
    case PMP_NA4:
        *first = at << 2;
        *last = *first + 3;
        return true;
    case PMP_NAPOT:
        *first = (at & ~(low | (low - 1))) << 2;
        *last = *first + (low << 3) - 1;
        return true;
    default:
        return false;
    }
}

/* The lowest entry that covers an address, -1: none. */
static int entry_at(const struct rv32 *c, uint32_t addr)
{
    uint64_t first, last;
    for (unsigned n = 0; n < c->config->pmps; n++) {
        if (range_of(c, n, &first, &last) && addr >= first && addr <= last)
            return (int)n;
    }
    return -1;
}

/* --- segments --- */

static void add_bound(uint32_t *bounds, unsigned *count, uint64_t at)
{
    unsigned i = *count;
    if (at > UINT32_MAX)
        return;
    while (i && bounds[i - 1] > at)
        i--;
    if (i && bounds[i - 1] == at)
        return;
    for (unsigned k = (*count)++; k > i; k--)
        bounds[k] = bounds[k - 1];
    bounds[i] = (uint32_t)at;
}

static unsigned find_bounds(const struct rv32 *c, uint32_t *bounds)
{
    unsigned count = 0;
    uint64_t first, last;
    add_bound(bounds, &count, 0);
    for (unsigned n = 0; n < c->config->pmps; n++) {
        if (!range_of(c, n, &first, &last))
            continue;
        add_bound(bounds, &count, first);
        add_bound(bounds, &count, last + 1);
    }
    for (unsigned n = 0; n < c->config->triggers; n++) {
        uint32_t from, to;
        rv32_trigger_range(&c->triggers[n], &from, &to);
        if (!rv32_trigger_kinds(&c->triggers[n]) || from > to)
            continue;
        add_bound(bounds, &count, from);
        add_bound(bounds, &count, (uint64_t)to + 1);
    }
    return count;
}

static uint8_t watched_at(const struct rv32 *c, uint32_t addr)
{
    uint8_t kinds = 0;
    for (unsigned n = 0; n < c->config->triggers; n++) {
        uint32_t from, to;
        rv32_trigger_range(&c->triggers[n], &from, &to);
        if (addr >= from && addr <= to)
            kinds |= rv32_trigger_kinds(&c->triggers[n]);
    }
    return kinds;
}

static struct rv32_segment segment_from(const struct rv32 *c, uint32_t first)
{
    int entry = entry_at(c, first);
    struct rv32_segment s = {.first = first, .entry = (int8_t)entry, .watched = watched_at(c, first)};
    uint8_t cfg = entry < 0 ? 0 : c->pmpcfg[entry];
    s.user = entry < 0 ? (c->config->pmps ? 0 : ALL) : cfg & ALL;
    s.machine = cfg & PMPCFG_L ? cfg & ALL : ALL;
    return s;
}

static void make_segments(struct rv32 *c)
{
    uint32_t bounds[RV32_SEGMENTS];
    c->segment_count = find_bounds(c, bounds);
    for (unsigned i = 0; i < c->segment_count; i++)
        c->segments[i] = segment_from(c, bounds[i]);
}

/* The position of the segment that holds an address. */
static unsigned segment_of(struct rv32 *c, uint32_t addr)
{
    if (!c->segment_count)
        make_segments(c);
    unsigned low = 0, high = c->segment_count;
    while (high - low > 1) {
        unsigned middle = (low + high) / 2;
        if (c->segments[middle].first <= addr)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void rv32_forget_windows(struct rv32 *c)
{
    c->read.room = c->write.room = c->fetch.room = 0;
}

void rv32_forget_segments(struct rv32 *c)
{
    c->segment_count = 0;
    rv32_forget_windows(c);
}

/* --- accesses --- */

static struct rv32_window *window_for(struct rv32 *c, uint8_t kind)
{
    return kind == PMPCFG_R ? &c->read : kind == PMPCFG_W ? &c->write : &c->fetch;
}

static void move_window(struct rv32 *c, unsigned at, uint8_t kind)
{
    const struct rv32_segment *s = &c->segments[at];
    struct rv32_window *w = window_for(c, kind);
    uint32_t last = at + 1 < c->segment_count ? s[1].first - 1 : UINT32_MAX;
    bool is_free = kind == PMPCFG_X || !(s->watched & kind); /* blocks know of triggers themselves */
    w->first = s->first;
    w->room = is_free && last - s->first >= 3 ? last - s->first - 2 : 0;
}

/* An entry that covers a part of an access only refuses it, whatever the mode. */
bool rv32_pmp_allows(struct rv32 *c, uint32_t addr, unsigned size, uint8_t kind)
{
    struct rv32_window *w = window_for(c, kind);
    if (addr - w->first < w->room)
        return true;
    uint32_t privilege = kind == PMPCFG_X ? c->prv : rv32_data_privilege(c);
    unsigned at = segment_of(c, addr), last = segment_of(c, addr + size - 1);
    const struct rv32_segment *s = &c->segments[at];
    if (s->entry != c->segments[last].entry || !((privilege == PRV_M ? s->machine : s->user) & kind))
        return false;
    move_window(c, at, kind);
    return true;
}

bool rv32_is_watched(struct rv32 *c, uint32_t addr, unsigned size, uint8_t kind)
{
    unsigned at = segment_of(c, addr), last = segment_of(c, addr + size - 1);
    uint8_t watched = c->segments[last].watched;
    for (; at < last; at++)
        watched |= c->segments[at].watched;
    return watched & kind;
}
