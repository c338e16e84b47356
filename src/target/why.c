/* SPDX-License-Identifier: Apache-2.0 */
/* Why a core stands still, in words; what knows an instruction set is behind core_ops. */
#include "target/target_int.h"

enum { WORD = 4 };

/* --- watchpoints --- */

static const char *access_name(enum wp_access access)
{
    return access == WP_READ ? "read" : access == WP_WRITE ? "write" : "read or write";
}

static bool covers(const struct watchpoint *w, const struct data_access *a)
{
    return a->addr < w->addr + w->len && w->addr < a->addr + a->width;
}

static bool read_now(struct core *c, const struct data_access *a, uint32_t *value)
{
    uint8_t bytes[WORD] = {0};
    bool is_read = a->width <= WORD && core_mem_read(c, a->addr, 0, bytes, a->width) == ERR_OK;
    for (unsigned i = 0; i < WORD; i++)
        *value = i ? *value | (uint32_t)bytes[i] << 8 * i : bytes[i];
    err_forget(c->target->log);
    return is_read;
}

/* The access has not been made yet: what stands there is the old value, and what a store brings the new one. */
static void put_access(struct core *c, const struct data_access *a, struct buf *out)
{
    uint32_t now = 0;
    unsigned digits = 2 * a->width;
    bool is_known = read_now(c, a, &now);
    if (!a->is_store && is_known)
        buf_printf(out, ": the program reads 0x%0*x from 0x%08x", (int)digits, (unsigned)now, (unsigned)a->addr);
    else if (a->is_store && is_known && a->has_value)
        buf_printf(out, ": the program changes 0x%08x from 0x%0*x to 0x%0*x", (unsigned)a->addr, (int)digits,
                   (unsigned)now, (int)digits, (unsigned)a->value);
    else
        buf_printf(out, ": the program %s 0x%08x", a->is_store ? "writes" : "reads", (unsigned)a->addr);
}

static void put_watch(struct core *c, struct buf *out)
{
    struct data_access a = {0};
    const struct watchpoint *w = core_hit_watchpoint(c);
    bool has_access = c->ops->data_access && c->ops->data_access(c, &a) == ERR_OK;
    err_forget(c->target->log);
    if (!w)
        return buf_printf(out, "stopped by a watchpoint, which the core does not name");
    buf_printf(out, "stopped by the watchpoint at 0x%08x (%u byte%s, %s)", (unsigned)w->addr, (unsigned)w->len,
               w->len == 1 ? "" : "s", access_name(w->access));
    if (has_access && covers(w, &a))
        put_access(c, &a, out);
}

/* --- breakpoints of the program's own --- */

static void put_break(struct core *c, uint32_t pc, struct buf *out)
{
    if (c->broke_at_ours || target_breakpoint_at(c->target, pc))
        return;
    if (c->ops->break_len(c)) {
        buf_printf(out, "stopped by a break instruction of the program's own");
        if (c->ops->put_break)
            c->ops->put_break(c, out);
        return;
    }
    buf_printf(out, "stopped by a hardware breakpoint of the program's own, as a panic handler sets it where a program "
                    "has failed when it "
                    "finds a debugger");
    if (c->ops->put_exception)
        c->ops->put_exception(c, out);
}

/* --- the core that all others stopped for --- */

static bool has_reason(const struct core *c)
{
    return c->state == CORE_HALTED && (c->reason == HALT_BREAKPOINT || c->reason == HALT_WATCHPOINT ||
                                       c->reason == HALT_BREAK_AND_WATCHPOINT || c->reason == HALT_EXCEPTION);
}

static void put_other(struct core *c, struct buf *out)
{
    for (unsigned i = 0; i < c->target->core_count; i++)
        if (&c->target->cores[i] != c && has_reason(&c->target->cores[i])) {
            buf_printf(out, "stopped because %s did", c->target->cores[i].name);
            return;
        }
}

void core_put_why(struct core *c, struct buf *out)
{
    uint32_t pc;
    if (c->state != CORE_HALTED || c->ops->pc(c, &pc) != ERR_OK)
        return err_forget(c->target->log);
    if (c->reason == HALT_WATCHPOINT || c->reason == HALT_BREAK_AND_WATCHPOINT)
        put_watch(c, out);
    else if (c->reason == HALT_BREAKPOINT)
        put_break(c, pc, out);
    else if (c->reason == HALT_REQUEST)
        put_other(c, out);
    if (c->ops->put_place)
        c->ops->put_place(c, pc, out);
    err_forget(c->target->log);
}
