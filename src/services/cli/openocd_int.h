/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of the command line of OpenOCD. */
#ifndef SERVICES_CLI_OPENOCD_INT_H
#define SERVICES_CLI_OPENOCD_INT_H

#include "services/gdb/gdb.h"
#include "services/line/line.h"
#include "services/tcl/tcl.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/types.h>

/* Where log lines go: stderr, or the file that -l and log_output name. */
struct console {
    struct log_sink sink;
    struct tcl *tcl; /* asked for the file's name; NULL while there is none */
    FILE *file;      /* NULL: stderr */
    char *file_name;
    unsigned line_count;
    enum log_level most; /* what is above is not for the terminal */
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
    pid_t child; /* espocd gdb: the GDB that it serves, 0: none */
    struct log_sink telnet_sink;
};

/* Makes all but the server for GDB's and the ports. program: argv[0], or NULL. most: of the log on the terminal. False when out of
   memory; openocd_close is due in both cases. */
bool openocd_open(struct openocd *o, const char *program, enum log_level most);
void openocd_close(struct openocd *o);
/* Serves until it is told to end, or its child has ended; returns the exit status. */
int openocd_loop(struct openocd *o);
/* Opens the servers, runs "init" unless the configuration forbids it, and serves until it is told to end. Returns the exit
   status. */
int openocd_serve(struct openocd *o);

#endif
