/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this folder. */
#ifndef SERVICES_LINE_LINE_INT_H
#define SERVICES_LINE_LINE_INT_H

#include "services/line/line.h"
#include "services/line/packet.h"

#include <uv.h>

enum {
    LINE_MAX_CONNECTIONS = 16,
    TELNET_MAX_LINE = 64 * 1024,
    TCL_MAX_LINE = 4 * 1024 * 1024,
    LINE_MAX_QUEUED = 8 * 1024 * 1024, /* bytes that a client may leave unread */
    LINE_HISTORY = 64,
    TCL_END = 0x1A,
    GDB_MAX_UNREAD = 4 * PACKET_MAX, /* a GDB waits for a reply before it asks again */
    GDB_PATIENCE_MS = 500,
    TCP_PROBE_S = 30, /* a client that has lost its connection is found out after some of these */
};

/* What a client types: the line that is being edited, and the position in escape and telnet sequences. */
struct telnet {
    enum { TELNET_TEXT, TELNET_IAC, TELNET_OPTION, TELNET_SUB, TELNET_SUB_IAC, TELNET_ESC, TELNET_CSI } state;
    struct buf edit;
    size_t cursor;
    bool after_cr;
    char csi;
    char *history[LINE_HISTORY];
    unsigned history_count, history_at;
};

/* What is under way between a GDB and us: frames, acknowledgements. */
struct gdb_wire {
    struct packet_parser parser;
    struct buf last; /* what was sent last, for a GDB that asks for it again */
    bool has_no_acks, has_come;
    enum line_patience patience;
    uint64_t spoke_ms; /* by the loop's clock */
    unsigned notes;
};

/* One client. Lives in the service thread only. */
struct conn {
    struct line *line;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe; /* standard input */
    } in;
    uv_pipe_t out; /* standard output, when is_pipe */
    bool is_pipe, is_out_open;
    unsigned id;
    enum line_kind kind;
    unsigned server;
    bool is_closing, at_end, notifies, was_checked;
    unsigned pending; /* requests that the wire thread has not ended */
    unsigned open_handles;
    struct gdb_wire *gdb; /* NULL of other kinds */
    struct buf input;     /* bytes that came and are not yet used */
    size_t used;
    struct telnet telnet;
    struct conn *next;
};

/* What the wire thread gives to the service thread. */
enum message_kind {
    MESSAGE_REPLY,
    MESSAGE_PACKET,
    MESSAGE_END,
    MESSAGE_PATIENCE,
    MESSAGE_LOG,
    MESSAGE_NOTIFY,
    MESSAGE_SUBSCRIBE,
    MESSAGE_LISTEN,
    MESSAGE_LEAVE_TERMINAL,
    MESSAGE_STOP
};
struct message {
    enum message_kind kind;
    unsigned connection;
    bool flag; /* REPLY, END: close; SUBSCRIBE: on */
    enum line_patience patience;
    struct buf bytes;
    struct listen *listen;
    struct message *next;
};

/* A server to open; the wire thread waits for its outcome. */
struct listen {
    enum line_kind kind;
    const char *address;
    unsigned port, actual_port;
    bool is_pipe;
    int uv_error;
    bool is_done;
};

struct queued_request {
    struct line_request request;
    struct queued_request *next;
};

struct line {
    struct log *log;
    atomic_bool *interrupted;
    atomic_bool wants_quit, pipe_ended;
    uv_thread_t thread;
    uv_loop_t loop;
    uv_async_t wake;
    uv_signal_t signals[3];
    struct server {
        uv_tcp_t tcp; /* first: handles are told by their address */
        enum line_kind kind;
        unsigned number; /* of its kind */
    } servers[LINE_MAX_SERVERS];
    unsigned server_count;
    uv_timer_t tick; /* while a GDB is there */

    uv_mutex_t lock; /* guards what follows */
    uv_cond_t changed;
    struct message *messages, **messages_end;
    struct queued_request *requests, **requests_end;
    unsigned served;    /* the connection whose request the wire thread runs; 0: none */
    bool may_interrupt; /* and Ctrl-C of its client raises the flag */
    struct buf remarks; /* lines for the log, which belongs to the wire thread */

    struct conn *conns; /* the service thread's */
    unsigned conn_count, last_id;
};

/* conn.c: clients */
extern const char *const line_kind_names[];
void conn_accept(struct line *l, struct server *server);
/* Serves standard input and output as a GDB; a libuv error. */
int conn_open_pipe(struct line *l);
/* Ends it after what was sent has gone out. */
void conn_hang_up(struct conn *c);
void conn_send(struct conn *c, const void *bytes, size_t len);
/* Takes lines out of what came, until one is under way. */
void conn_pump(struct conn *c);
void conn_close(struct conn *c);
void conn_reply(struct conn *c, const struct buf *text, bool close);
struct conn *conn_find(struct line *l, unsigned id);

/* gdb_wire.c: frames and acknowledgements of a GDB */
bool gdb_wire_init(struct conn *c);
void gdb_wire_fini(struct conn *c);
void gdb_wire_pump(struct conn *c);
void gdb_wire_send(struct conn *c, const void *payload, size_t len);
/* Says something to a GDB that waits, if it is time. */
void gdb_wire_tick(struct conn *c);

/* telnet.c: the terminal of a person */
void telnet_greet(struct conn *c);
/* Takes one byte; true when a line is complete in telnet.edit. */
bool telnet_byte(struct conn *c, uint8_t byte);
void telnet_prompt(struct conn *c);
/* Text with line ends as terminals want them. */
void telnet_text(struct conn *c, const char *text, size_t len);
/* A line that comes in between: what is being typed is taken away and put back. */
void telnet_log(struct conn *c, const char *text, size_t len);
void telnet_fini(struct telnet *t);

/* line.c: to the wire thread */
void line_post(struct line *l, struct conn *c, enum line_event event, const char *text, size_t len);
void line_remark(struct line *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The client of a running request wants it to end, or is gone; its waiting requests are dropped. Returns whether the flag was
   raised. */
bool line_interrupt(struct line *l, const struct conn *c, bool is_gone);

#endif
