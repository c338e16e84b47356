/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service thread: it owns the telnet and Tcl sockets and the signals of the terminal. The wire thread takes requests
 * from it and gives it replies, through queues; neither waits for the other's work.
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

enum line_kind { LINE_TELNET, LINE_TCL };

/* One line that a client sent. */
struct line_request {
    unsigned connection;
    enum line_kind kind;
    char *text; /* the taker's: free() */
};

/* Starts the thread; SIGINT, SIGTERM and SIGHUP go to it from now on, and SIGPIPE to nobody. The flag is raised by the first signal, by Ctrl-C in a
   telnet connection whose request is running, and when such a connection breaks. The second signal ends the process. */
struct line *line_start(struct log *log, atomic_bool *interrupted);
/* Ends the thread after what is queued has been sent. Takes NULL. */
void line_stop(struct line *l);
/* A signal asked the program to end. */
bool line_wants_quit(const struct line *l);

/* Opens a server on a port: a number, "0" for any free one, "disabled" for none. *actual is the port's number, "" for none.
   ERR_EXISTS when the port is in use, with a remedy. */
enum err line_listen(struct line *l, enum line_kind kind, const char *address, const char *port,
                     char actual[static 32]) MUST_USE;

/* Waits up to timeout_ms for a request; false when none came. The connection of the request counts as being served until
   line_reply. */
bool line_wait(struct line *l, uint32_t timeout_ms, struct line_request *request);
/* Ends a request; text goes to the client with what its protocol puts around it. close: hang up afterwards. */
void line_reply(struct line *l, unsigned connection, const char *text, size_t len, bool close);
/* A line of log for all telnet connections. */
void line_log(struct line *l, const char *text);
/* Bytes for all Tcl connections that want notifications. */
void line_notify(struct line *l, const char *bytes, size_t len);
void line_set_notifications(struct line *l, unsigned connection, bool on);

#endif
