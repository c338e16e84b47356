/* SPDX-License-Identifier: Apache-2.0 */
/* The service thread and the queues between it and the wire thread. */
#include "services/line/line_int.h"

#include "base/host.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 8, NS_PER_MS = 1000000, MAX_PORT = 65535 };

/* --- to the wire thread --- */

void line_post(struct line *l, struct conn *c, enum line_event event, const char *text, size_t len)
{
    struct queued_request *q = calloc(1, sizeof *q);
    char *copy = q ? malloc(len + 1) : NULL;
    if (!copy) {
        free(q);
        return conn_close(c);
    }
    memcpy(copy, text, len);
    copy[len] = 0;
    c->pending++;
    q->request = (struct line_request){
        .connection = c->id, .kind = c->kind, .server = c->server, .event = event, .text = copy, .len = len};
    uv_mutex_lock(&l->lock);
    *l->requests_end = q;
    l->requests_end = &q->next;
    uv_cond_signal(&l->changed);
    uv_mutex_unlock(&l->lock);
}

void line_remark(struct line *l, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    uv_mutex_lock(&l->lock);
    buf_printf(&l->remarks, "%s\n", text);
    uv_cond_signal(&l->changed);
    uv_mutex_unlock(&l->lock);
}

static void drop_requests(struct line *l, unsigned connection)
{
    struct queued_request **at = &l->requests;
    while (*at) {
        struct queued_request *q = *at;
        if (q->request.connection != connection) {
            at = &q->next;
            continue;
        }
        *at = q->next;
        free(q->request.text);
        free(q);
    }
    l->requests_end = at;
}

bool line_interrupt(struct line *l, const struct conn *c, bool is_gone)
{
    uv_mutex_lock(&l->lock);
    bool is_raised = l->served == c->id && l->may_interrupt;
    if (is_raised)
        atomic_store(l->interrupted, true);
    if (is_gone)
        drop_requests(l, c->id);
    uv_mutex_unlock(&l->lock);
    return is_raised;
}

/* --- the service thread --- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct line *l = handle->data;
    (void)number;
    if (atomic_exchange(&l->wants_quit, true)) {
        static const char text[] = "espocd: the second signal ends the program at once\n";
        if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
            _exit(EXIT_FAILURE);
        _exit(EXIT_FAILURE);
    }
    atomic_store(l->interrupted, true);
    uv_mutex_lock(&l->lock);
    uv_cond_signal(&l->changed);
    uv_mutex_unlock(&l->lock);
}

static void on_client(uv_stream_t *server, int status)
{
    struct line *l = server->data;
    if (status == 0)
        conn_accept(l, (struct server *)server);
}

static void on_tick(uv_timer_t *timer)
{
    struct line *l = timer->data;
    for (struct conn *c = l->conns; c; c = c->next)
        if (c->gdb && !c->is_closing)
            gdb_wire_tick(c);
}

static int open_server(struct line *l, struct listen *wanted)
{
    struct sockaddr_storage address = {0};
    int len = sizeof address;
    if (l->server_count == LINE_MAX_SERVERS)
        return UV_EMFILE;
    struct server *s = &l->servers[l->server_count];
    uv_tcp_t *server = &s->tcp;
    s->kind = wanted->kind;
    s->number = 0;
    for (unsigned i = 0; i < l->server_count; i++)
        s->number += l->servers[i].kind == wanted->kind;
    int e = uv_ip4_addr(wanted->address, (int)wanted->port, (struct sockaddr_in *)&address);
    if (e)
        e = uv_ip6_addr(wanted->address, (int)wanted->port, (struct sockaddr_in6 *)&address);
    if (!e)
        e = uv_tcp_init(&l->loop, server);
    if (!e) {
        server->data = l;
        l->server_count++;
        e = uv_tcp_bind(server, (struct sockaddr *)&address, 0);
    }
    if (!e)
        e = uv_listen((uv_stream_t *)server, BACKLOG, on_client);
    if (!e)
        e = uv_tcp_getsockname(server, (struct sockaddr *)&address, &len);
    wanted->actual_port = ntohs(((struct sockaddr_in *)&address)->sin_port); /* at the same place for IPv6 */
    return e;
}

static void do_listen(struct line *l, struct listen *wanted)
{
    if (wanted->kind == LINE_GDB && !uv_is_active((uv_handle_t *)&l->tick))
        uv_timer_start(&l->tick, on_tick, GDB_PATIENCE_MS, GDB_PATIENCE_MS / 2);
    wanted->uv_error = wanted->is_pipe ? conn_open_pipe(l) : open_server(l, wanted);
    uv_mutex_lock(&l->lock);
    wanted->is_done = true;
    uv_cond_signal(&l->changed);
    uv_mutex_unlock(&l->lock);
}

static void close_handle(uv_handle_t *handle, void *ctx)
{
    struct line *l = ctx;
    bool is_stream = handle->type == UV_TCP || handle->type == UV_NAMED_PIPE;
    bool is_server = handle >= (uv_handle_t *)l->servers && handle < (uv_handle_t *)(l->servers + LINE_MAX_SERVERS);
    if (is_stream && !is_server)
        conn_close(handle->data);
    else if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void to_all(struct line *l, const struct message *m)
{
    for (struct conn *c = l->conns, *next; c; c = next) {
        next = c->next;
        if (m->kind == MESSAGE_LOG && c->kind == LINE_TELNET)
            telnet_log(c, (const char *)m->bytes.bytes, m->bytes.len);
        else if (m->kind == MESSAGE_NOTIFY && c->notifies)
            conn_send(c, m->bytes.bytes, m->bytes.len);
    }
}

static void end_request(struct conn *c, bool close)
{
    if (c->pending)
        c->pending--;
    if (close)
        conn_hang_up(c);
    else
        conn_pump(c);
}

static void handle_message(struct line *l, struct message *m)
{
    struct conn *c = conn_find(l, m->connection);
    switch (m->kind) {
    case MESSAGE_REPLY:
        if (c)
            conn_reply(c, &m->bytes, m->flag);
        break;
    case MESSAGE_PACKET:
        if (c && c->gdb)
            gdb_wire_send(c, m->bytes.bytes, m->bytes.len);
        break;
    case MESSAGE_END:
        if (c)
            end_request(c, m->flag);
        break;
    case MESSAGE_PATIENCE:
        if (c && c->gdb)
            c->gdb->patience = m->patience;
        break;
    case MESSAGE_SUBSCRIBE:
        if (c)
            c->notifies = m->flag;
        break;
    case MESSAGE_LISTEN:
        do_listen(l, m->listen);
        break;
    case MESSAGE_LEAVE_TERMINAL:
        uv_signal_stop(&l->signals[0]); /* SIGINT */
        signal(SIGINT, SIG_IGN);
        break;
    case MESSAGE_STOP:
        uv_walk(&l->loop, close_handle, l);
        break;
    default:
        to_all(l, m);
        break;
    }
}

static void on_wake(uv_async_t *handle)
{
    struct line *l = handle->data;
    uv_mutex_lock(&l->lock);
    struct message *m = l->messages;
    l->messages = NULL;
    l->messages_end = &l->messages;
    uv_mutex_unlock(&l->lock);
    while (m) {
        struct message *next = m->next;
        handle_message(l, m);
        buf_fini(&m->bytes);
        free(m);
        m = next;
    }
}

static void service_thread(void *arg)
{
    struct line *l = arg;
    uv_run(&l->loop, UV_RUN_DEFAULT);
}

/* --- the wire thread's side --- */

static void give(struct line *l, struct message m)
{
    struct message *copy = malloc(sizeof *copy);
    if (!copy)
        return;
    *copy = m;
    uv_mutex_lock(&l->lock);
    *l->messages_end = copy;
    l->messages_end = &copy->next;
    uv_mutex_unlock(&l->lock);
    uv_async_send(&l->wake);
}

static bool open_loop(struct line *l)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    if (uv_loop_init(&l->loop) != 0)
        return false;
    if (uv_async_init(&l->loop, &l->wake, on_wake) != 0)
        return false;
    l->wake.data = l;
    uv_timer_init(&l->loop, &l->tick);
    l->tick.data = l;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        uv_signal_init(&l->loop, &l->signals[i]);
        l->signals[i].data = l;
        uv_signal_start(&l->signals[i], on_signal, numbers[i]);
    }
    return uv_thread_create(&l->thread, service_thread, l) == 0;
}

struct line *line_start(struct log *log, atomic_bool *interrupted)
{
    struct line *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->log = log;
    l->interrupted = interrupted;
    l->messages_end = &l->messages;
    l->requests_end = &l->requests;
    signal(SIGPIPE, SIG_IGN); /* a client that is gone is found by the write */
    uv_mutex_init(&l->lock);
    uv_cond_init(&l->changed);
    if (open_loop(l))
        return l;
    free(l);
    return NULL;
}

void line_stop(struct line *l)
{
    if (!l)
        return;
    give(l, (struct message){.kind = MESSAGE_STOP});
    uv_thread_join(&l->thread);
    uv_loop_close(&l->loop);
    while (l->requests) {
        struct queued_request *q = l->requests;
        l->requests = q->next;
        free(q->request.text);
        free(q);
    }
    buf_fini(&l->remarks);
    uv_cond_destroy(&l->changed);
    uv_mutex_destroy(&l->lock);
    free(l);
}

bool line_wants_quit(const struct line *l)
{
    return atomic_load(&l->wants_quit);
}

static enum err say_refused(struct line *l, const struct listen *wanted)
{
    const char *name = line_kind_names[wanted->kind];
    char holder[HOST_NAME * 2];
    host_port_holder(&host_roots, wanted->port, holder, sizeof holder);
    if (wanted->uv_error == UV_EADDRINUSE)
        return err_at(l->log, ERR_EXISTS,
                      "couldn't bind %s to socket on port %u: it is in use (by %s); end "
                      "that one, or choose another port: -c \"%s port %u\", or -c \"%s port disabled\"",
                      name, wanted->port, holder[0] ? holder : "another espocd or openocd?", name,
                      wanted->port < MAX_PORT ? wanted->port + 1 : 0, name);
    return err_at(l->log, ERR_IO, "couldn't bind %s to socket on %s port %u: %s", name, wanted->address, wanted->port,
                  uv_strerror(wanted->uv_error));
}

static void ask_for(struct line *l, struct listen *wanted)
{
    give(l, (struct message){.kind = MESSAGE_LISTEN, .listen = wanted});
    uv_mutex_lock(&l->lock);
    while (!wanted->is_done)
        uv_cond_wait(&l->changed, &l->lock);
    uv_mutex_unlock(&l->lock);
}

static enum err open_pipe(struct line *l, char actual[static 32])
{
    struct listen wanted = {.kind = LINE_GDB, .is_pipe = true};
    ask_for(l, &wanted);
    if (wanted.uv_error)
        return err_at(
            l->log, ERR_IO,
            "gdb port pipe: standard input and output are no pipe between GDB and this program (%s); in GDB say: "
            "target remote | espocd ... -c \"gdb port pipe\"",
            uv_strerror(wanted.uv_error));
    snprintf(actual, 32, "pipe");
    return ERR_OK;
}

enum err line_listen(struct line *l, enum line_kind kind, const char *address, const char *port, char actual[static 32])
{
    actual[0] = 0;
    if (!strcmp(port, "disabled"))
        return ERR_OK;
    if (kind == LINE_GDB && !strcmp(port, "pipe"))
        return open_pipe(l, actual);
    char *end;
    unsigned long number = strtoul(port, &end, 0);
    if (*end || end == port || number > MAX_PORT)
        return err_at(l->log, ERR_USAGE, "%s port: '%s' is no port", line_kind_names[kind], port);
    struct listen wanted = {.kind = kind, .address = address, .port = (unsigned)number};
    ask_for(l, &wanted);
    if (wanted.uv_error)
        return say_refused(l, &wanted);
    snprintf(actual, 32, "%u", wanted.actual_port);
    log_info(l->log, "Listening on port %s for %s connections", actual, line_kind_names[kind]);
    return ERR_OK;
}

/* Takes the remarks out; the log is the wire thread's. */
static void say_remarks(struct line *l)
{
    uv_mutex_lock(&l->lock);
    struct buf remarks = l->remarks;
    l->remarks = (struct buf){0};
    uv_mutex_unlock(&l->lock);
    for (char *at = (char *)remarks.bytes, *end; at && remarks.len && (end = memchr(at, '\n', remarks.len));
         at = end + 1) {
        *end = 0;
        log_info(l->log, "%s", at);
        remarks.len -= (size_t)(end + 1 - at);
    }
    buf_fini(&remarks);
}

/* Waits for a change until the time is over; false then. Holds the lock but while it waits. */
static bool wait_for_change(struct line *l, uint64_t until_ns)
{
    uint64_t now = uv_hrtime();
    if (l->requests || l->remarks.len || atomic_load(&l->wants_quit))
        return true;
    return now < until_ns && uv_cond_timedwait(&l->changed, &l->lock, until_ns - now) == 0;
}

static bool take_request(struct line *l, struct line_request *request)
{
    struct queued_request *q = l->requests;
    if (!q)
        return false;
    l->requests = q->next;
    if (!l->requests)
        l->requests_end = &l->requests;
    l->served = q->request.connection;
    l->may_interrupt = q->request.kind != LINE_GDB;
    *request = q->request;
    free(q);
    return true;
}

bool line_wait(struct line *l, uint32_t timeout_ms, struct line_request *request)
{
    uint64_t until = uv_hrtime() + (uint64_t)timeout_ms * NS_PER_MS;
    bool is_there = false, goes_on = true;
    while (!is_there && goes_on) {
        uv_mutex_lock(&l->lock);
        goes_on = wait_for_change(l, until) && !atomic_load(&l->wants_quit);
        is_there = take_request(l, request);
        uv_mutex_unlock(&l->lock);
        say_remarks(l);
    }
    return is_there;
}

void line_reply(struct line *l, unsigned connection, const char *text, size_t len, bool close)
{
    struct message m = {.kind = MESSAGE_REPLY, .connection = connection, .flag = close};
    buf_append(&m.bytes, text, len);
    uv_mutex_lock(&l->lock);
    l->served = 0;
    uv_mutex_unlock(&l->lock);
    give(l, m);
}

void line_packet(struct line *l, unsigned connection, const void *payload, size_t len)
{
    struct message m = {.kind = MESSAGE_PACKET, .connection = connection};
    buf_append(&m.bytes, payload, len);
    give(l, m);
}

void line_end(struct line *l, unsigned connection, bool close)
{
    uv_mutex_lock(&l->lock);
    l->served = 0;
    uv_mutex_unlock(&l->lock);
    give(l, (struct message){.kind = MESSAGE_END, .connection = connection, .flag = close});
}

void line_keep_patient(struct line *l, unsigned connection, enum line_patience how)
{
    give(l, (struct message){.kind = MESSAGE_PATIENCE, .connection = connection, .patience = how});
}

void line_allow_interrupt(struct line *l, bool on)
{
    uv_mutex_lock(&l->lock);
    l->may_interrupt = on;
    uv_mutex_unlock(&l->lock);
}

void line_leave_terminal(struct line *l)
{
    give(l, (struct message){.kind = MESSAGE_LEAVE_TERMINAL});
}

bool line_pipe_ended(const struct line *l)
{
    return atomic_load(&l->pipe_ended);
}

void line_log(struct line *l, const char *text)
{
    struct message m = {.kind = MESSAGE_LOG};
    buf_append(&m.bytes, text, strlen(text));
    give(l, m);
}

void line_notify(struct line *l, const char *bytes, size_t len)
{
    struct message m = {.kind = MESSAGE_NOTIFY};
    buf_append(&m.bytes, bytes, len);
    if (len)
        give(l, m);
    else
        buf_fini(&m.bytes);
}

void line_set_notifications(struct line *l, unsigned connection, bool on)
{
    give(l, (struct message){.kind = MESSAGE_SUBSCRIBE, .connection = connection, .flag = on});
}
