/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection of a GDB as the service thread sees it: frames, acknowledgements, Ctrl-C, and a word now and then while the
 * wire thread works. What packets mean is the wire thread's business (services/gdb), but for QStartNoAckMode, which is about
 * frames.
 */
#include "services/line/line_int.h"

#include <stdlib.h>
#include <string.h>

bool gdb_wire_init(struct conn *c)
{
    c->gdb = calloc(1, sizeof *c->gdb);
    return c->gdb != NULL;
}

void gdb_wire_fini(struct conn *c)
{
    if (c->gdb)
        buf_fini(&c->gdb->last);
    free(c->gdb);
    c->gdb = NULL;
}

static void transmit(struct conn *c, const struct buf *frame)
{
    c->gdb->spoke_ms = uv_now(&c->line->loop);
    conn_send(c, frame->bytes, frame->len);
}

void gdb_wire_send(struct conn *c, const void *payload, size_t len)
{
    struct gdb_wire *g = c->gdb;
    buf_clear(&g->last);
    packet_put(&g->last, payload, len);
    transmit(c, &g->last);
}

void gdb_wire_tick(struct conn *c)
{
    struct gdb_wire *g = c->gdb;
    if (!c->pending || g->patience == LINE_SILENT || uv_now(&c->line->loop) - g->spoke_ms < GDB_PATIENCE_MS)
        return;
    struct buf frame = {0}, note = {0};
    if (g->patience == LINE_CONSOLE) {
        packet_put(&frame, "O", 1);
    } else {
        buf_printf(&note, "espocd:%u", g->notes++);
        packet_put_notification(&frame, note.bytes, note.len);
    }
    transmit(c, &frame);
    buf_fini(&note);
    buf_fini(&frame);
}

/* --- what comes --- */

static void acknowledge(struct conn *c, char how)
{
    if (!c->gdb->has_no_acks)
        conn_send(c, &how, 1);
}

static void start_no_acks(struct conn *c)
{
    gdb_wire_send(c, "OK", 2);
    c->gdb->has_no_acks = c->gdb->parser.ignores_sum = true;
}

static void take_data(struct conn *c)
{
    static const char no_acks[] = "QStartNoAckMode";
    const struct packet_parser *p = &c->gdb->parser;
    acknowledge(c, '+');
    if (p->len == sizeof no_acks - 1 && !memcmp(p->data, no_acks, p->len))
        return start_no_acks(c);
    c->gdb->spoke_ms = uv_now(&c->line->loop);
    line_post(c->line, c, LINE_SENT, (const char *)p->data, p->len);
}

static void take_interrupt(struct conn *c)
{
    if (!line_interrupt(c->line, c, false))
        line_post(c->line, c, LINE_INTERRUPT, "", 0);
}

static void handle(struct conn *c, enum packet_event event)
{
    switch (event) {
    case PACKET_DATA:
        return take_data(c);
    case PACKET_DAMAGED:
        return acknowledge(c, '-');
    case PACKET_TOO_LONG:
        acknowledge(c, '+');
        line_remark(c->line, "a gdb client sent a packet of more than %d bytes: refused", PACKET_MAX);
        return gdb_wire_send(c, "E01", 3);
    case PACKET_NACK:
        if (c->gdb->last.len && !c->gdb->has_no_acks)
            transmit(c, &c->gdb->last);
        return;
    case PACKET_INTERRUPT:
        return take_interrupt(c);
    default:
        return;
    }
}

/* While a request is under way the next packet waits; what stands between packets does not. */
static bool must_wait(const struct conn *c)
{
    return c->pending && c->gdb->parser.state == PACKET_BETWEEN && c->input.bytes[c->used] == '$';
}

void gdb_wire_pump(struct conn *c)
{
    if (!c->gdb->has_come) {
        c->gdb->has_come = true;
        line_post(c->line, c, LINE_CAME, "", 0);
    }
    while (!c->is_closing && c->used < c->input.len && !must_wait(c)) {
        size_t used = 0, left = c->input.len - c->used;
        bool is_between = c->gdb->parser.state == PACKET_BETWEEN;
        enum packet_event event = packet_take(&c->gdb->parser, c->input.bytes + c->used, is_between ? 1 : left, &used);
        c->used += used;
        handle(c, event);
    }
}
