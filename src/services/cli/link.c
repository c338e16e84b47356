/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/link.h"

#include "services/tcl/tcl.h"

#include <stdio.h>
#include <unistd.h>

static const char default_chip[] = "esp32"; /* of a board that is not known: the adapter lists the known ones */

enum { UART_RUN_MS = 1000, RUN_MAX_MS = 600000, DEFAULT_DEBUG = LOG_INFO };

/* --- Ctrl-C: a thread waits for the signal, so that no handler needs a global --- */

static void *watch(void *ctx)
{
    struct link *l = ctx;
    int signal_number;
    if (sigwait(&l->signals, &signal_number) == 0)
        atomic_store(&l->interrupted, true);
    /* A second Ctrl-C ends the program as it usually does. */
    sigset_t both = l->signals;
    pthread_sigmask(SIG_UNBLOCK, &both, NULL);
    for (;;)
        pause();
    return NULL;
}

static void start_watching(struct link *l)
{
    sigemptyset(&l->signals);
    sigaddset(&l->signals, SIGINT);
    sigaddset(&l->signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &l->signals, &l->old_signals);
    l->is_watching = pthread_create(&l->watcher, NULL, watch, l) == 0;
    if (!l->is_watching)
        pthread_sigmask(SIG_SETMASK, &l->old_signals, NULL);
}

static void stop_watching(struct link *l)
{
    if (!l->is_watching)
        return;
    pthread_cancel(l->watcher);
    pthread_join(l->watcher, NULL);
    pthread_sigmask(SIG_SETMASK, &l->old_signals, NULL);
    l->is_watching = false;
}

/* --- options --- */

static int take_debug(struct link *l)
{
    uint64_t level = DEFAULT_DEBUG;
    const char *text = cli_value(l->call, LINK_DEBUG);
    if (!cli_has(l->call, LINK_DEBUG))
        return CLI_DONE;
    if (text && !cli_number(text, LOG_DEBUG_USB, &level))
        return cli_usage(l->call, "--debug '%s' is no level from 0 to %d", text, LOG_DEBUG_USB);
    l->call->log.level = (enum log_level)level;
    return CLI_DONE;
}

static int take_sim_run(struct link *l)
{
    const char *text = cli_value(l->call, LINK_SIM_RUN);
    uint64_t ms = cli_has(l->call, LINK_SIM_UART) ? UART_RUN_MS : 0;
    if (text && !cli_number(text, RUN_MAX_MS, &ms))
        return cli_usage(l->call, "--sim-run '%s' is no number of milliseconds up to %d", text, RUN_MAX_MS);
    l->sim_run_ms = (unsigned)ms;
    return CLI_DONE;
}

enum err link_use_sim(struct session *s, const struct cli_call *call)
{
    const struct session_sim sim = {.board = cli_value(call, LINK_SIM),
                                    .flash_path = cli_value(call, LINK_SIM_FLASH),
                                    .flash_part = cli_value(call, LINK_SIM_PART),
                                    .flash_state = cli_value(call, LINK_SIM_STATE),
                                    .uart_path = cli_value(call, LINK_SIM_UART),
                                    .efuses = cli_value(call, LINK_SIM_EFUSE),
                                    .fault = cli_value(call, LINK_SIM_FAULT)};
    if (cli_has(call, LINK_SIM))
        return session_use_sim(s, &sim);
    if (sim.flash_path || sim.flash_part || sim.flash_state || sim.uart_path || sim.efuses || sim.fault)
        return err_at(session_log(s), ERR_USAGE,
                      "--sim-flash and the other options that begin so belong to a virtual board: add --sim");
    return ERR_OK;
}

/* --- opening --- */

static bool is_configured(const struct link *l)
{
    return cli_has(l->call, LINK_FILE) || cli_has(l->call, LINK_COMMAND);
}

/* One of -s, -f and -c, in the order given. */
static enum err run_option(struct link *l, const struct cli_given *given, struct buf *result)
{
    switch (given->option) {
    case LINK_SEARCH:
        return tcl_add_search_dir(l->tcl, given->value);
    case LINK_FILE:
        return tcl_run_file(l->tcl, given->value, result);
    case LINK_COMMAND:
        return tcl_eval(l->tcl, given->value, "-c", result);
    default:
        return ERR_OK;
    }
}

/* Runs the configuration. An error's sentence is in the log, as from everything else. */
static enum err configure(struct link *l)
{
    struct buf result = {0};
    enum err e = ERR_OK;
    for (size_t i = 0; i < l->call->given_count && !e; i++) {
        buf_clear(&result);
        e = run_option(l, &l->call->given[i], &result);
        if (e == ERR_USAGE && l->call->given[i].option == LINK_FILE)
            e = ERR_CONFIG; /* the command line itself is right */
        if (e && result.len)
            e = err_at(&l->call->log, e, "%s", buf_str(&result));
    }
    buf_fini(&result);
    return e;
}

enum err link_say_no_adapter(struct log *log)
{
    return err_at(log, ERR_USAGE,
                  "there is no adapter: name it and the chip with configuration files (-f interface/... -f "
                  "target/esp32.cfg, or -f board/...), or use a virtual board with --sim");
}

static enum err open_session(struct link *l)
{
    const char *chip = cli_value(l->call, LINK_CHIP);
    enum err e = link_use_sim(l->session, l->call);
    if (e)
        return e;
    if (is_configured(l)) {
        if (chip)
            return err_at(&l->call->log, ERR_USAGE, "--chip '%s' and a configuration (-f, -c) are both given; give one",
                          chip);
        e = configure(l);
        return e ? e : tcl_init(l->tcl);
    }
    const struct chip *of_board = session_sim_chip(l->session);
    e = session_use_chip(l->session, chip ? chip : of_board ? of_board->name : default_chip);
    if (e)
        return e;
    if (!cli_has(l->call, LINK_SIM))
        return link_say_no_adapter(&l->call->log);
    return session_open(l->session);
}

int link_begin(struct link *l, struct cli_call *call, enum err *e)
{
    *l = (struct link){.call = call};
    if (take_debug(l) || take_sim_run(l))
        return CLI_USAGE;
    start_watching(l);
    l->session = session_new(&call->log, &l->interrupted);
    l->tcl = l->session ? tcl_new(l->session, NULL) : NULL;
    *e = l->tcl ? open_session(l) : ERR_MEMORY;
    return CLI_DONE;
}

int link_open(struct link *l, struct cli_call *call)
{
    enum err e = ERR_OK;
    int status = link_begin(l, call, &e);
    if (status == CLI_DONE)
        status = cli_fail(call, e);
    return status == CLI_FAILED ? session_exit_status(e) : status;
}

void link_close(struct link *l)
{
    if (l->session && session_is_open(l->session) && session_is_sim(l->session) && l->sim_run_ms) {
        if (clock_wait_ms(session_clock(l->session), l->sim_run_ms))
            err_forget(&l->call->log); /* interrupted: the user has seen enough */
    }
    tcl_free(l->tcl);
    session_free(l->session);
    stop_watching(l);
    *l = (struct link){0};
}

struct target *link_target(const struct link *l)
{
    return session_target(l->session);
}

struct flash *link_flash(const struct link *l)
{
    return session_flash(l->session);
}

enum err link_reset_init(struct link *l)
{
    if (!is_configured(l))
        return target_reset(link_target(l), RESET_INIT);
    struct buf result = {0};
    enum err e = tcl_eval(l->tcl, "reset init", NULL, &result);
    if (e && result.len)
        e = err_at(&l->call->log, e, "%s", buf_str(&result));
    buf_fini(&result);
    return e;
}

enum err link_finish(struct link *l, bool leave_halted)
{
    session_hold_interrupt(l->session);
    enum err e = session_reset(l->session, leave_halted ? RESET_HALT : RESET_RUN);
    session_let_interrupt_go(l->session);
    return e;
}
