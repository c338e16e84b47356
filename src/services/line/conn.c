/* SPDX-License-Identifier: Apache-2.0 */
/* One client: its bytes, its lines, its replies. */
#include "services/line/line_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CTRL_C = 3 };

const char *const line_kind_names[] = {[LINE_TELNET] = "telnet", [LINE_TCL] = "tcl", [LINE_GDB] = "gdb"};

static uv_stream_t *out_of(struct conn *c)
{
    return c->is_pipe ? (uv_stream_t *)&c->out : &c->in.stream;
}

struct conn *conn_find(struct line *l, unsigned id)
{
    struct conn *c = l->conns;
    while (c && (c->id != id || c->is_closing))
        c = c->next;
    return c;
}

/* --- life --- */

static void on_closed(uv_handle_t *handle)
{
    struct conn *c = handle->data;
    struct line *l = c->line;
    if (--c->open_handles)
        return;
    for (struct conn **at = &l->conns; *at; at = &(*at)->next) {
        if (*at == c) {
            *at = c->next;
            l->conn_count--;
            break;
        }
    }
    buf_fini(&c->input);
    telnet_fini(&c->telnet);
    gdb_wire_fini(c);
    free(c);
}

/* The wire thread is told of the end of those that it was told of. */
static void tell_end(struct conn *c)
{
    if (!c->gdb || !c->gdb->has_come)
        return;
    line_interrupt(c->line, c, true);
    line_post(c->line, c, LINE_WENT, "", 0);
    if (c->is_pipe)
        atomic_store(&c->line->pipe_ended, true);
}

void conn_close(struct conn *c)
{
    if (c->is_closing)
        return;
    c->is_closing = true;
    tell_end(c);
    uv_close(&c->in.handle, on_closed);
    if (c->is_out_open)
        uv_close((uv_handle_t *)&c->out, on_closed);
}

/* Ends it after what was sent has gone out. */
static void on_shut(uv_shutdown_t *request, int status)
{
    struct conn *c = request->data;
    (void)status;
    free(request);
    conn_close(c);
}

void conn_hang_up(struct conn *c)
{
    uv_shutdown_t *request = c->is_closing ? NULL : calloc(1, sizeof *request);
    if (!request)
        return conn_close(c);
    request->data = c;
    if (uv_shutdown(request, out_of(c), on_shut) != 0) {
        free(request);
        conn_close(c);
    }
}

/* --- output --- */

struct sending {
    uv_write_t write;
    struct conn *conn;
    char bytes[];
};

static void on_sent(uv_write_t *write, int status)
{
    struct sending *s = (struct sending *)write;
    if (status < 0 && status != UV_ECANCELED) {
        line_interrupt(s->conn->line, s->conn, true);
        conn_close(s->conn);
    }
    free(s);
}

void conn_send(struct conn *c, const void *bytes, size_t len)
{
    if (c->is_closing || !len)
        return;
    if (uv_stream_get_write_queue_size(out_of(c)) + len > LINE_MAX_QUEUED) {
        line_remark(c->line, "a %s client does not read what it asked for: hung up", line_kind_names[c->kind]);
        return conn_close(c);
    }
    uv_buf_t direct = uv_buf_init((char *)bytes, (unsigned)len);
    int sent = uv_try_write(out_of(c), &direct, 1);
    if (sent == (int)len)
        return;
    size_t done = sent > 0 ? (size_t)sent : 0;
    struct sending *s = malloc(sizeof *s + len - done);
    if (!s)
        return conn_close(c);
    s->conn = c;
    memcpy(s->bytes, (const char *)bytes + done, len - done);
    uv_buf_t rest = uv_buf_init(s->bytes, (unsigned)(len - done));
    if (uv_write(&s->write, out_of(c), &rest, 1, on_sent) != 0)
        free(s);
}

void conn_reply(struct conn *c, const struct buf *text, bool close)
{
    if (c->pending)
        c->pending--;
    if (c->kind == LINE_TCL) {
        struct buf reply = {0};
        buf_append(&reply, text->bytes, text->len);
        buf_u8(&reply, TCL_END);
        conn_send(c, reply.bytes, reply.len);
        buf_fini(&reply);
    } else {
        telnet_text(c, (const char *)text->bytes, text->len);
        if (text->len && text->bytes[text->len - 1] != '\n')
            conn_send(c, "\r\n", 2);
        if (!close)
            telnet_prompt(c);
    }
    if (close)
        conn_hang_up(c);
    else
        conn_pump(c);
}

/* --- input --- */

/* A browser that was led here speaks HTTP; no command begins so. Returns false while too little came to know. */
static bool check_http(struct conn *c, bool *is_http)
{
    static const char *const methods[] = {"GET ",     "POST ",  "HEAD ",    "PUT ",  "DELETE ",
                                          "OPTIONS ", "PATCH ", "CONNECT ", "TRACE "};
    size_t len = c->input.len;
    bool may_be = false;
    *is_http = false;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        size_t whole = strlen(methods[i]), part = len < whole ? len : whole;
        if (memcmp(c->input.bytes, methods[i], part) != 0)
            continue;
        *is_http |= part == whole;
        may_be |= part < whole;
    }
    return *is_http || !may_be;
}

static void post(struct conn *c, const char *text, size_t len)
{
    line_post(c->line, c, LINE_SENT, text, len);
}

static void pump_tcl(struct conn *c)
{
    while (!c->pending && !c->is_closing && c->used < c->input.len) {
        const uint8_t *from = c->input.bytes + c->used;
        size_t left = c->input.len - c->used;
        const uint8_t *end = memchr(from, TCL_END, left);
        if (!end) {
            if (left > TCL_MAX_LINE) {
                line_remark(c->line, "a tcl client sent more than %d bytes without an end: hung up", TCL_MAX_LINE);
                conn_close(c);
            }
            return;
        }
        c->used += (size_t)(end - from) + 1;
        post(c, (const char *)from, (size_t)(end - from));
    }
}

static void pump_telnet(struct conn *c)
{
    while (!c->pending && !c->is_closing && c->used < c->input.len) {
        if (!telnet_byte(c, c->input.bytes[c->used++]))
            continue;
        struct buf line = c->telnet.edit;
        c->telnet.edit = (struct buf){0};
        post(c, buf_str(&line), line.len);
        buf_fini(&line);
    }
}

void conn_pump(struct conn *c)
{
    bool is_http = false;
    if (!c->was_checked && c->input.len && (c->was_checked = check_http(c, &is_http)) && is_http) {
        line_remark(c->line, "a %s client speaks HTTP: a web page is trying to get in? hung up",
                    line_kind_names[c->kind]);
        return conn_close(c);
    }
    if (!c->was_checked)
        return;
    if (c->kind == LINE_GDB)
        gdb_wire_pump(c);
    else if (c->kind == LINE_TCL)
        pump_tcl(c);
    else
        pump_telnet(c);
    if (c->used == c->input.len) {
        buf_clear(&c->input);
        c->used = 0;
    }
    /* A GDB that has ended waits for nothing; other clients may still read the reply of what they sent. */
    if (c->at_end && !c->is_closing && (c->kind == LINE_GDB || !c->pending))
        conn_hang_up(c);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle;
    buf->base = malloc(suggested);
    buf->len = buf->base ? suggested : 0;
}

/* While a request runs, Ctrl-C from its telnet client overtakes everything else. */
static void look_for_interrupt(struct conn *c, const uint8_t *bytes, size_t len)
{
    if (c->kind == LINE_TELNET && c->pending && memchr(bytes, CTRL_C, len))
        line_interrupt(c->line, c, false);
}

static void take(struct conn *c, const uint8_t *bytes, size_t len)
{
    if (c->used && c->used > c->input.len / 2) {
        memmove(c->input.bytes, c->input.bytes + c->used, c->input.len - c->used);
        c->input.len -= c->used;
        c->used = 0;
    }
    buf_append(&c->input, bytes, len);
    size_t most = c->kind == LINE_GDB ? GDB_MAX_UNREAD : 2 * (size_t)TCL_MAX_LINE;
    look_for_interrupt(c, bytes, len);
    conn_pump(c);
    if (c->input.failed || c->input.len - c->used > most) {
        line_remark(c->line, "a %s client sends more than it waits for: hung up", line_kind_names[c->kind]);
        return conn_close(c);
    }
}

static void on_bytes(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct conn *c = stream->data;
    if (count > 0) {
        take(c, (const uint8_t *)buf->base, (size_t)count);
    } else if (count == UV_EOF) {
        c->at_end = true; /* it may still wait for the reply of what it sent */
        c->was_checked = true;
        conn_pump(c);
    } else if (count < 0) {
        line_interrupt(c->line, c, true);
        conn_close(c);
    }
    free(buf->base);
}

static struct conn *new_conn(struct line *l, enum line_kind kind)
{
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    *c = (struct conn){.line = l, .kind = kind, .id = ++l->last_id, .next = l->conns, .open_handles = 1};
    if (kind == LINE_GDB && !gdb_wire_init(c)) {
        free(c);
        return NULL;
    }
    return c;
}

static void drop_conn(struct conn *c)
{
    if (c)
        gdb_wire_fini(c);
    free(c);
}

static void begin(struct conn *c)
{
    struct line *l = c->line;
    c->in.handle.data = c;
    l->conns = c;
    l->conn_count++;
}

void conn_accept(struct line *l, struct server *server)
{
    enum line_kind kind = server->kind;
    struct conn *c = new_conn(l, kind);
    if (c)
        c->server = server->number;
    if (!c || uv_tcp_init(&l->loop, &c->in.tcp) != 0)
        return drop_conn(c);
    begin(c);
    bool is_full = l->conn_count > LINE_MAX_CONNECTIONS;
    if (uv_accept((uv_stream_t *)&server->tcp, &c->in.stream) != 0 || is_full) {
        if (is_full)
            line_remark(l, "there are %d clients already: a %s client was refused", LINE_MAX_CONNECTIONS,
                        line_kind_names[kind]);
        return conn_close(c);
    }
    uv_tcp_nodelay(&c->in.tcp, 1);
    uv_tcp_keepalive(&c->in.tcp, 1, TCP_PROBE_S);
    if (kind == LINE_TELNET)
        telnet_greet(c);
    uv_read_start(&c->in.stream, on_room, on_bytes);
}

int conn_open_pipe(struct line *l)
{
    if (uv_guess_handle(STDIN_FILENO) != UV_NAMED_PIPE || uv_guess_handle(STDOUT_FILENO) != UV_NAMED_PIPE)
        return UV_ENOTSOCK;
    struct conn *c = new_conn(l, LINE_GDB);
    if (!c)
        return UV_ENOMEM;
    int e = uv_pipe_init(&l->loop, &c->in.pipe, 0);
    if (e) {
        drop_conn(c);
        return e;
    }
    begin(c);
    c->is_pipe = c->was_checked = true;
    e = uv_pipe_open(&c->in.pipe, STDIN_FILENO);
    if (!e && !(e = uv_pipe_init(&l->loop, &c->out, 0))) {
        c->out.data = c;
        c->is_out_open = true;
        c->open_handles++;
        e = uv_pipe_open(&c->out, STDOUT_FILENO);
    }
    if (!e)
        e = uv_read_start(&c->in.stream, on_room, on_bytes);
    if (e)
        conn_close(c);
    else
        conn_pump(c);
    return e;
}
