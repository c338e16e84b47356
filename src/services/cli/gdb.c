/* SPDX-License-Identifier: Apache-2.0 */
/* espocd gdb: the server and GDB in one go. GDB has the terminal, and Ctrl-C is its business; the server lives as long as it. */
#include "base/host.h"
#include "services/cli/cli.h"
#include "services/cli/gdb_find.h"
#include "services/cli/link.h"
#include "services/cli/openocd_int.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GDB_PROGRAM = LINK_OPTIONS_END, GDB_ATTACH, GDB_LIVE, GDB_BREAK };

static const struct cli_option options[] = {
    LINK_OPTIONS,
    [GDB_PROGRAM] = {"gdb", 0, "PROGRAM", "the GDB to run (default: the one for the chip)"},
    [GDB_ATTACH] = {"attach", 0, NULL, "stop the program where it is; without, the chip is reset and runs to main"},
    [GDB_LIVE] = {"live", 0, NULL, "attach without stopping the program: Ctrl-C stops it"},
    [GDB_BREAK] = {"break", 'b', "WHERE", "where to stop first (default: app_main, else main)"},
    {NULL},
};

/* --- what GDB is told --- */

struct command {
    char **argv;
    size_t count, room;
};

static void add(struct command *c, const char *word)
{
    if (c->count + 1 < c->room)
        c->argv[c->count++] = strdup(word);
}

static void add_line(struct command *c, const char *fmt, const char *arg)
{
    struct buf line = {0};
    buf_printf(&line, fmt, arg); /* NOLINT: the formats are those of this file */
    add(c, "-ex");
    add(c, buf_str(&line));
    buf_fini(&line);
}

static void free_command(struct command *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->argv[i]);
    free(c->argv);
}

/* A program of which GDB knows the begin is run up to it. */
static void say_start(struct command *c, const struct cli_call *call, const char *first)
{
    const char *where = cli_value(call, GDB_BREAK) ? cli_value(call, GDB_BREAK) : first;
    if (cli_has(call, GDB_LIVE) || cli_has(call, GDB_ATTACH))
        return;
    add_line(c, "monitor reset %s", "halt");
    add_line(c, "maintenance flush %s", "register-cache");
    if (!where)
        return;
    add_line(c, "thbreak %s", where);
    add_line(c, "%s", "continue");
}

static bool is_elf(const struct cli_call *call)
{
    return call->arg_count && call->args[0][0] != '-';
}

static bool make_command(struct command *c, const struct cli_call *call, const char *program, const char *port,
                         const char *first)
{
    enum { OWN_WORDS = 20 };
    c->room = call->arg_count + OWN_WORDS;
    c->argv = calloc(c->room, sizeof *c->argv);
    if (!c->argv)
        return false;
    add(c, program);
    add(c, "-q");
    if (is_elf(call))
        add(c, call->args[0]);
    add_line(c, "set remotetimeout %s", "10");
    add_line(c, "target extended-remote 127.0.0.1:%s", port);
    say_start(c, call, first);
    for (size_t i = is_elf(call) ? 1 : 0; i < call->arg_count; i++)
        add(c, call->args[i]);
    return true;
}

/* --- GDB's life --- */

static enum err start(struct openocd *o, const struct command *c)
{
    line_leave_terminal(o->line);
    o->child = fork();
    if (o->child == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        signal(SIGINT, SIG_DFL);
        signal(SIGPIPE, SIG_DFL);
        execvp(c->argv[0], c->argv);
        fprintf(stderr, "Error: %s cannot be run: %s\n", c->argv[0], strerror(errno));
        _exit(EXIT_FAILURE);
    }
    if (o->child > 0)
        return ERR_OK;
    o->child = 0;
    return err_at(&o->log, ERR_RESOURCE, "GDB cannot be started: %s", strerror(errno));
}

/* The options of the configuration, in the order given. */
static enum err run_options(struct openocd *o, const struct cli_call *call, struct buf *result)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < call->given_count && !e; i++) {
        const struct cli_given *g = &call->given[i];
        if (g->option == LINK_FILE)
            e = tcl_run_file(o->tcl, g->value, result);
        else if (g->option == LINK_COMMAND)
            e = tcl_eval(o->tcl, g->value, "-c", result);
        else if (g->option == LINK_SEARCH)
            e = tcl_add_search_dir(o->tcl, g->value);
        if (e && result->len)
            e = err_at(&o->log, e, "%s", buf_str(result));
        buf_clear(result);
    }
    return e;
}

static enum err configure(struct openocd *o, const struct cli_call *call)
{
    static const char ports[] = "gdb port 0; telnet port disabled; tcl port disabled";
    struct buf result = {0};
    enum err e = link_use_sim(o->session, call);
    const char *chip = cli_value(call, LINK_CHIP);
    if (!e)
        e = tcl_eval(o->tcl, ports, NULL, &result);
    buf_clear(&result);
    if (!e && !chip && !cli_has(call, LINK_FILE) && !cli_has(call, LINK_COMMAND) && !cli_has(call, LINK_SIM))
        e = link_say_no_adapter(&o->log);
    if (!e)
        e = run_options(o, call, &result);
    if (!e && chip) {
        struct buf file = {0};
        buf_printf(&file, "target/%s.cfg", chip);
        e = tcl_run_file(o->tcl, buf_str(&file), &result);
        if (e && result.len)
            e = err_at(&o->log, e, "%s", buf_str(&result));
        buf_fini(&file);
    }
    buf_clear(&result);
    if (!e && cli_has(call, GDB_LIVE))
        e = tcl_eval(o->tcl, "gdb attach_mode live", NULL, &result);
    buf_fini(&result);
    return e ? e : tcl_init(o->tcl);
}

static enum err find_program(struct openocd *o, const struct cli_call *call, char *found, size_t room)
{
    const char *given = cli_value(call, GDB_PROGRAM);
    const struct session_config *config = session_config(o->session);
    if (!config->core_count)
        return err_at(&o->log, ERR_CONFIG, "the configuration names no target, so there is nothing to debug");
    if (!given)
        return gdb_find(&o->log, config->cores[0].chip, NULL, NULL, found, room);
    snprintf(found, room, "%s", given);
    return ERR_OK;
}

static enum err run(struct openocd *o, struct cli_call *call, int *status)
{
    char program[HOST_PATH];
    const char *first = NULL;
    struct command c = {0};
    enum err e = is_elf(call) ? gdb_first_function(&o->log, call->args[0], &first) : ERR_OK;
    if (!e)
        e = configure(o, call);
    if (!e)
        e = find_program(o, call, program, sizeof program);
    if (!e)
        e = gdb_listen(o->gdb);
    if (!e && !make_command(&c, call, program, gdb_port(o->gdb), first))
        e = ERR_MEMORY;
    if (!e)
        e = start(o, &c);
    free_command(&c);
    if (!e)
        *status = openocd_loop(o);
    return e;
}

/* A first word of the terminal's is enough; what the server logs otherwise is for -d. */
static int run_gdb(struct cli_call *call)
{
    struct openocd o = {0};
    uint64_t level = LOG_INFO;
    int status = CLI_FAILED;
    const char *debug = cli_value(call, LINK_DEBUG);
    if (debug && !cli_number(debug, LOG_DEBUG_USB, &level))
        return cli_usage(call, "--debug '%s' is no level from 0 to %d", debug, LOG_DEBUG_USB);
    if (!openocd_open(&o, NULL, cli_has(call, LINK_DEBUG) ? LOG_DEBUG_USB : LOG_WARN)) {
        fputs("Error: espocd could not start: out of memory\n", stderr);
        openocd_close(&o);
        return CLI_FAILED;
    }
    o.log.level = (enum log_level)level;
    o.is_gdb_open = true;
    enum err e = run(&o, call, &status);
    if (e) {
        fprintf(stderr, "espocd gdb: %s\n", err_why(&o.log, e));
        status = e == ERR_USAGE ? CLI_USAGE : tcl_exit_status(o.tcl, e);
    }
    openocd_close(&o);
    return status;
}

int cmd_gdb(int argc, char **argv)
{
    static const struct cli_verb verb = {
        "gdb",
        "[FILE.elf] [-- GDB_ARGUMENT...]",
        "debug the chip: starts the server and the GDB for the chip",
        "With FILE.elf its symbols are loaded, the chip is reset, and the program runs up to app_main (or main). What "
        "comes\n"
        "behind -- is given to GDB. The server ends with GDB and takes the breakpoints out; a chip that GDB leaves "
        "halted stays so.\n\n"
        "The program in the chip is not changed: 'espocd flash' puts it there.",
        options,
        0,
        0,
        run_gdb};
    return cli_run_verb(&verb, NULL, argc, argv);
}
