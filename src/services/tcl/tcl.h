/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration language: Tcl (by Jim) with the commands of OpenOCD over one session. Used by the wire thread only.
 */
#ifndef SERVICES_TCL_TCL_H
#define SERVICES_TCL_TCL_H

#include "base/bytes.h"
#include "session/session.h"

#include <stdbool.h>

struct tcl;

/* What the configuration says about the servers; ports are text, as users write them: "3333", "disabled", "0". */
struct tcl_servers {
    char gdb_port[32], telnet_port[32], tcl_port[32];
    char bind_address[64];
    bool gdb_was_configured;
};

/* session stays the caller's and outlives the interpreter. program_path (argv[0]) tells where the configuration files
   lie; may be NULL. NULL when out of memory. */
struct tcl *tcl_new(struct session *session, const char *program_path);
void tcl_free(struct tcl *t); /* takes NULL */

/* Directories given by -s and add_script_search_dir, in order. */
enum err tcl_add_search_dir(struct tcl *t, const char *dir) MUST_USE;
/* Finds a configuration file as OpenOCD does. ERR_NOT_FOUND: "Can't find X", with the nearest names and where it looked. */
enum err tcl_find_file(struct tcl *t, const char *name, struct buf *path) MUST_USE;

/* Runs a script; its result, or its error sentence with file and line, is appended to result. name stands for the script
   in error messages ("-c", "telnet"); NULL: none. An "exit" or "shutdown" inside is no error: see below. */
enum err tcl_eval(struct tcl *t, const char *script, const char *name, struct buf *result) MUST_USE;
/* Finds and runs a file (what -f does). */
enum err tcl_run_file(struct tcl *t, const char *file, struct buf *result) MUST_USE;
/* The same as the command "init": opens the session and leaves the configuration stage. A second one does nothing. */
enum err tcl_init(struct tcl *t) MUST_USE;
bool tcl_is_init_done(const struct tcl *t);
/* "noinit" was said. */
bool tcl_is_noinit(const struct tcl *t);

/* "shutdown" was said, and the exit status that it asked for. */
bool tcl_wants_shutdown(const struct tcl *t, int *status);
/* Asks for it from outside (a signal): runs pre_shutdown_commands. */
void tcl_shutdown(struct tcl *t);
/* "exit" was said since the last call: the connection that said it is to be closed. */
bool tcl_took_exit(struct tcl *t);
/* A command switched "tcl notifications" since the last look; applies to the connection that is being served. */
bool tcl_took_notifications(struct tcl *t, bool *on);
/* Who is speaking: true for a telnet or Tcl connection, where "exit" closes just that. */
void tcl_set_in_connection(struct tcl *t, bool in_connection);
/* The exit status that the last error stands for: 1, or 3 when there was no adapter or no chip. */
int tcl_exit_status(const struct tcl *t, enum err e);

/* Polls the target, if polling is on, and runs the event handlers that are due. Errors are said once per change. */
void tcl_poll(struct tcl *t);
/* The lines that events put for connections with notifications on: "type target_state state halted"... Empties the list. */
void tcl_take_notifications(struct tcl *t, struct buf *lines);

/* Runs what poll and commands have left to do: event handlers, and the lines about them. For those who poll by themselves. */
void tcl_run_events(struct tcl *t);
/* Forgets what it would say and run about halts and resumes: for a halt that nobody is to notice. */
void tcl_drop_halts(struct tcl *t);
/* Runs the handler of an event of a core (an index into the configuration's cores) and what follows from it. */
enum err tcl_event(struct tcl *t, unsigned core, const char *event) MUST_USE;
/* A setting that a command keeps for others, by the command's name: "gdb memory_map". NULL: not set. */
const char *tcl_option(const struct tcl *t, const char *command);
/* What "TARGET configure -option value" says of a core; NULL: nothing. */
const char *tcl_target_option(const struct tcl *t, unsigned core, const char *option);

/* Whether "target smp" has put a core into a group. */
bool tcl_is_in_group(const struct tcl *t, unsigned core);

/* program_esp was run without "exit": the program serves on, and says so. */
bool tcl_goes_on(const struct tcl *t);

const struct tcl_servers *tcl_servers(const struct tcl *t);
bool tcl_log_to_stdout(const struct tcl *t);

/* The file that log_output names; NULL: stderr. */
const char *tcl_log_file(const struct tcl *t);

/* The first line of the banner: "Open On-Chip Debugger v0.12.0-espocd...". */
const char *tcl_version(void);

#endif
