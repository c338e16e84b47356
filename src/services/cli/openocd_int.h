/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of the command line of OpenOCD. */
#ifndef SERVICES_CLI_OPENOCD_INT_H
#define SERVICES_CLI_OPENOCD_INT_H

#include "services/gdb/gdb.h"
#include "services/line/line.h"
#include "services/tcl/tcl.h"

#include <stdatomic.h>
#include <stdio.h>

/* Where log lines go: stderr, or the file that -l and log_output name. */
struct console {
    struct log_sink sink;
    struct tcl *tcl; /* asked for the file's name; NULL while there is none */
    FILE *file;      /* NULL: stderr */
    char *file_name;
    unsigned line_count;
};

void console_init(struct console *c, struct log *log);
void console_fini(struct console *c, struct log *log);

/* One run of the program. */
struct openocd {
    struct log log;
    struct console console;
    atomic_bool interrupted;
    struct session *session;
    struct tcl *tcl;
    struct line *line;
    struct gdb *gdb; /* while it serves */
    bool is_gdb_open;
    struct log_sink telnet_sink;
};

/* Opens the servers, runs "init" unless the configuration forbids it, and serves until it is told to end. Returns the exit
   status. */
int openocd_serve(struct openocd *o);

#endif
