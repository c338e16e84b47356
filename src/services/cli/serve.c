/* SPDX-License-Identifier: Apache-2.0 */
/* The wire thread while it serves: requests of clients, background polling, the time of a virtual board. */
#include "services/cli/cli.h"
#include "services/cli/openocd_int.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum {
    POLL_MS = 100,
    STOP_POLL_MS = 2,    /* while a GDB waits for the chip to stop */
    BOARD_STEP_MS = 1,   /* of virtual time, between two looks at the wall clock */
    BOARD_BUDGET_MS = 50 /* of wall time per poll, for a board that is slower than its chip */
};

static void to_telnet(void *ctx, enum log_level level, const char *line)
{
    (void)level;
    line_log(ctx, line);
}

static void take_notifications(struct openocd *o, unsigned connection)
{
    struct buf lines = {0};
    bool on;
    if (connection && tcl_took_notifications(o->tcl, &on))
        line_set_notifications(o->line, connection, on);
    tcl_take_notifications(o->tcl, &lines);
    line_notify(o->line, (const char *)lines.bytes, lines.len);
    buf_fini(&lines);
}

static void handle_line(struct openocd *o, struct line_request *request)
{
    struct buf result = {0};
    int status;
    tcl_set_in_connection(o->tcl, true);
    enum err e = tcl_eval(o->tcl, request->text, NULL, &result);
    tcl_set_in_connection(o->tcl, false);
    log_debug(&o->log, "connection %u: %s: %s", request->connection, request->text, err_name(e));
    bool ends = tcl_wants_shutdown(o->tcl, &status), closes = tcl_took_exit(o->tcl);
    if (ends)
        buf_clear(&result);
    take_notifications(o, request->connection);
    line_reply(o->line, request->connection, (const char *)result.bytes, result.len, closes);
    buf_fini(&result);
}

static enum err open_gdb(struct openocd *o)
{
    o->is_gdb_open = true;
    return gdb_listen(o->gdb);
}

/* "noinit" was said, and a client said "init" later. */
static void open_late(struct openocd *o)
{
    if (o->is_gdb_open || !tcl_is_init_done(o->tcl))
        return;
    enum err e = open_gdb(o);
    if (e)
        log_error(&o->log, "%s", err_why(&o->log, e));
    err_forget(&o->log);
}

static void handle(struct openocd *o, struct line_request *request)
{
    if (request->kind == LINE_GDB) {
        gdb_handle(o->gdb, request);
        take_notifications(o, 0);
    } else {
        handle_line(o, request);
    }
    free(request->text);
    open_late(o);
    /* What interrupted this request has done its work; a signal to end stays. */
    if (!line_wants_quit(o->line))
        atomic_store(&o->interrupted, false);
}

/* A virtual board's time follows the wall's, as far as the host is fast enough. */
static void run_board(struct openocd *o, unsigned max_ms)
{
    struct clock wall = clock_host(&o->interrupted);
    const struct clock *board = session_clock(o->session);
    uint64_t start = clock_now_ms(&wall);
    for (unsigned ms = 0; ms < max_ms && clock_now_ms(&wall) - start < BOARD_BUDGET_MS; ms += BOARD_STEP_MS) {
        if (clock_wait_ms(board, BOARD_STEP_MS) != ERR_OK)
            return;
    }
}

static void idle(struct openocd *o)
{
    if (!session_is_open(o->session))
        return;
    if (session_is_sim(o->session))
        run_board(o, POLL_MS);
    tcl_poll(o->tcl);
    take_notifications(o, 0);
}

/* A GDB waits for the chip. */
static void look_for_stop(struct openocd *o, enum gdb_pace pace)
{
    if (pace == GDB_WAITING && session_is_open(o->session) && session_is_sim(o->session))
        run_board(o, STOP_POLL_MS);
    gdb_poll(o->gdb);
    take_notifications(o, 0);
}

static void say_goes_on(struct openocd *o, const char *telnet_port, const char *tcl_port)
{
    struct buf text = {0};
    if (*telnet_port)
        buf_printf(&text, " telnet on port %s", telnet_port);
    if (*tcl_port)
        buf_printf(&text, "%s Tcl on port %s", *telnet_port ? "," : "", tcl_port);
    log_user(&o->log,
             "program_esp is done, and espocd goes on serving:%s. Ctrl-C or the command 'shutdown' ends it; with the "
             "word 'exit', program_esp ends by itself.",
             text.len ? buf_str(&text) : " no port is open");
    buf_fini(&text);
}

static enum err open_servers(struct openocd *o)
{
    const struct tcl_servers *s = tcl_servers(o->tcl);
    char telnet_port[32] = "", tcl_port[32] = "";
    enum err e = line_listen(o->line, LINE_TCL, s->bind_address, s->tcl_port, tcl_port);
    if (!e)
        e = line_listen(o->line, LINE_TELNET, s->bind_address, s->telnet_port, telnet_port);
    if (!e && !tcl_is_noinit(o->tcl))
        e = tcl_init(o->tcl);
    if (!e && tcl_is_init_done(o->tcl))
        e = open_gdb(o);
    if (!e && tcl_goes_on(o->tcl))
        say_goes_on(o, telnet_port, tcl_port);
    return e;
}

static bool is_over(struct openocd *o)
{
    if (o->child > 0 && waitpid(o->child, NULL, WNOHANG) == o->child)
        o->child = -1;
    return line_wants_quit(o->line) || line_pipe_ended(o->line) || o->child < 0;
}

/* Until a command or a signal ends it. */
int openocd_loop(struct openocd *o)
{
    int status = CLI_DONE;
    while (!tcl_wants_shutdown(o->tcl, &status) && !is_over(o)) {
        static const uint32_t pause_ms[] = {[GDB_IDLE] = POLL_MS, [GDB_WAITING] = STOP_POLL_MS, [GDB_BUSY] = 0};
        struct line_request request;
        enum gdb_pace pace = gdb_pace(o->gdb);
        if (line_wait(o->line, pause_ms[pace], &request))
            handle(o, &request);
        else if (pace == GDB_IDLE)
            idle(o);
        else
            look_for_stop(o, pace);
    }
    atomic_store(&o->interrupted, false);
    tcl_shutdown(o->tcl);
    tcl_wants_shutdown(o->tcl, &status);
    return status;
}

int openocd_serve(struct openocd *o)
{
    o->telnet_sink = (struct log_sink){.fn = to_telnet, .ctx = o->line};
    log_add_sink(&o->log, &o->telnet_sink);
    enum err e = open_servers(o);
    int status;
    if (e) {
        log_error(&o->log, "%s", err_why(&o->log, e));
        status = tcl_exit_status(o->tcl, e);
    } else {
        status = openocd_loop(o);
    }
    log_remove_sink(&o->log, &o->telnet_sink);
    return status;
}
