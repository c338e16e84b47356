/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GDB server, on the wire thread: what packets mean. Frames and sockets are services/line's. It serves one target, the
 * cores of the session's chip, to any number of GDBs at once; cores are its threads.
 *
 * Attaching needs no flash and cannot fail: what cannot be learned is left out and said in words.
 */
#ifndef SERVICES_GDB_GDB_H
#define SERVICES_GDB_GDB_H

#include "services/line/line.h"
#include "services/tcl/tcl.h"
#include "session/session.h"

struct gdb;

/* session, tcl and line stay the caller's and outlive the server. NULL when out of memory. */
struct gdb *gdb_new(struct session *session, struct tcl *tcl, struct line *line);
/* Removes the breakpoints that GDBs have set, if the chip can be reached. Takes NULL. */
void gdb_free(struct gdb *g);

/* Opens the ports that the configuration names, after "init", and says so as OpenOCD does: one for the cores that it groups, and one
   for each core that it does not, or that has a port of its own. All serve the same cores; a client begins with that of its port.
   Opens none for a configuration without a target. */
enum err gdb_listen(struct gdb *g) MUST_USE;
/* The first of them; "" when there is none. */
const char *gdb_port(const struct gdb *g);

/* One event of a GDB; the caller frees its text afterwards. */
void gdb_handle(struct gdb *g, const struct line_request *request);
/* Looks after the chip for the GDBs that wait for it to stop: to be called often while gdb_pace is not GDB_IDLE. Also tells
   them of stops that others have caused. */
void gdb_poll(struct gdb *g);
enum gdb_pace {
    GDB_IDLE,    /* nobody waits */
    GDB_WAITING, /* the chip runs */
    GDB_BUSY,    /* it is being stepped: there is work at once */
};
enum gdb_pace gdb_pace(const struct gdb *g);

#endif
