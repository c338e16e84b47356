/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service thread: it owns the sockets of telnet, Tcl port and GDB, and the signals of the terminal. The wire thread
 * takes requests from it and gives it replies, through queues; neither waits for the other's work.
 *
 * Functions are for the wire thread unless they say otherwise. Connections are numbers; one that is gone is ignored.
 */
#ifndef SERVICES_LINE_LINE_H
#define SERVICES_LINE_LINE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/log.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line;

enum { LINE_MAX_SERVERS = 8 };
enum line_kind { LINE_TELNET, LINE_TCL, LINE_GDB, LINE_KINDS };

/* What a client did. Telnet and Tcl clients only send lines. */
enum line_event {
    LINE_SENT,      /* a line, or the payload of a packet */
    LINE_CAME,      /* a GDB connected */
    LINE_WENT,      /* it is gone: nothing can be sent to it any more */
    LINE_INTERRUPT, /* it sent Ctrl-C, and its running request could not be interrupted, or there was none */
};
struct line_request {
    unsigned connection;
    enum line_kind kind;
    enum line_event event;
    unsigned server; /* through which it came: the servers of a kind are numbered as they were opened, from 0 on */
    char *text;      /* the taker's: free(); len bytes and a zero */
    size_t len;
};

/* Starts the thread; SIGINT, SIGTERM and SIGHUP go to it from now on, and SIGPIPE to nobody. The flag is raised by the first signal, by Ctrl-C in a
   telnet connection whose request is running, and when such a connection breaks. The second signal ends the process. */
struct line *line_start(struct log *log, atomic_bool *interrupted);
/* Ends the thread after what is queued has been sent. Takes NULL. */
void line_stop(struct line *l);
/* A signal asked the program to end. */
bool line_wants_quit(const struct line *l);

/* Opens a server on a port, in all up to LINE_MAX_SERVERS of them: a number, "0" for any free one, "disabled" for none; for GDB also "pipe": standard input and
   output are its only client. *actual is the port's number, "" for none.
   ERR_EXISTS when the port is in use, with a remedy. */
enum err line_listen(struct line *l, enum line_kind kind, const char *address, const char *port,
                     char actual[static 32]) MUST_USE;

/* Waits up to timeout_ms for a request; false when none came. The connection of the request counts as being served until
   line_reply. */
bool line_wait(struct line *l, uint32_t timeout_ms, struct line_request *request);
/* Ends a request; text goes to the client with what its protocol puts around it. close: hang up afterwards. */
void line_reply(struct line *l, unsigned connection, const char *text, size_t len, bool close);
/* For GDB: a packet, framed here; the request goes on. */
void line_packet(struct line *l, unsigned connection, const void *payload, size_t len);
/* For GDB: ends a request without sending anything. */
void line_end(struct line *l, unsigned connection, bool close);
/* What keeps a GDB patient while the request that is served takes long: nothing (the default), notifications, or empty console
   output, where the protocol allows that. */
enum line_patience { LINE_SILENT, LINE_NOTES, LINE_CONSOLE };
void line_keep_patient(struct line *l, unsigned connection, enum line_patience how);
/* For GDB: whether Ctrl-C raises the flag while the request runs. A new request begins without. */
void line_allow_interrupt(struct line *l, bool on);
/* Ctrl-C on the terminal is from now on for a program that this one has started. */
void line_leave_terminal(struct line *l);
/* The client of "gdb port pipe" is gone: there is nobody left to serve. */
bool line_pipe_ended(const struct line *l);
/* A line of log for all telnet connections. */
void line_log(struct line *l, const char *text);
/* Bytes for all Tcl connections that want notifications. */
void line_notify(struct line *l, const char *bytes, size_t len);
void line_set_notifications(struct line *l, unsigned connection, bool on);

#endif
