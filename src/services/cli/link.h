/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a command reaches a chip: the options that say so, the session behind them, and its end.
 *
 * With -f the configuration files are run as OpenOCD would; without, a chip is described by its name. --sim replaces
 * the adapter by a virtual board.
 */
#ifndef SERVICES_CLI_LINK_H
#define SERVICES_CLI_LINK_H

#include "services/cli/cli.h"
#include "session/session.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

/* The options that every command with a chip has come first in its table. */
enum {
    LINK_FILE,
    LINK_COMMAND,
    LINK_SEARCH,
    LINK_DEBUG,
    LINK_CHIP,
    LINK_SIM,
    LINK_SIM_FLASH,
    LINK_SIM_PART,
    LINK_SIM_STATE,
    LINK_SIM_UART,
    LINK_SIM_RUN,
    LINK_SIM_EFUSE,
    LINK_SIM_FAULT,
    LINK_OPTIONS_END,
};
// clang-format off
#define LINK_OPTIONS                                                                                                   \
    [LINK_FILE] = {"file", 'f', "FILE", "configuration file, as for OpenOCD; may be given more than once"},            \
    [LINK_COMMAND] = {"command", 'c', "COMMAND", "Tcl command to run before the chip is reached, likewise"},           \
    [LINK_SEARCH] = {"search", 's', "DIR", "look for configuration files there too"},                                  \
    [LINK_DEBUG] = {"debug", 'd', "[LEVEL]", "say more: 2 what is found, 3 each error where it arises (2 when no level is given)"},  \
    [LINK_CHIP] = {"chip", 0, "CHIP", "the chip, when no configuration names it (default: the board's)"},                     \
    [LINK_SIM] = {"sim", 0, "[BOARD]", "use a virtual board inside the program instead of an adapter"},                \
    [LINK_SIM_FLASH] = {"sim-flash", 0, "FILE", "file that keeps the virtual board's flash between runs"},             \
    [LINK_SIM_PART] = {"sim-flash-part", 0, "PART", CLI_PART_HELP},                                                     \
    [LINK_SIM_STATE] = {"sim-flash-state", 0, "NAME[,NAME...][@MS]", CLI_STATE_HELP},                                  \
    [LINK_SIM_UART] = {"sim-uart", 0, "FILE", "where the virtual board's serial output goes; - is the terminal"},      \
    [LINK_SIM_RUN] = {"sim-run", 0, "MS", "how long the virtual board goes on at the end (default 0; 1000 with "       \
                      "--sim-uart)"},                                                                                  \
    [LINK_SIM_EFUSE] = {"sim-efuse", 0, "NAME=VALUE,...", CLI_EFUSE_HELP},                                             \
    [LINK_SIM_FAULT] = {"sim-fault", 0, "NAME[@TCKS]", CLI_FAULT_HELP}
// clang-format on

struct tcl;

/* A link to a chip. A zeroed one is closed. */
struct link {
    struct cli_call *call;
    struct session *session;
    struct tcl *tcl;
    unsigned sim_run_ms;
    atomic_bool interrupted; /* Ctrl-C or SIGTERM: every wait of the session looks at it */
    pthread_t watcher;
    bool is_watching;
    sigset_t signals, old_signals;
};

/* Reads the options and opens the session. CLI_DONE, or another exit status after it has said why not; link_close is due
   in both cases. */
int link_open(struct link *l, struct cli_call *call);
/* The same, but an error of opening is not said: it is in *e, and its sentence in the log. */
int link_begin(struct link *l, struct cli_call *call, enum err *e);
/* Lets a virtual board go on for its time, closes everything. */
void link_close(struct link *l);

/* The virtual board that the options name, if they do. */
enum err link_use_sim(struct session *s, const struct cli_call *call) MUST_USE;
/* The sentence for a command line that says nothing of an adapter. */
enum err link_say_no_adapter(struct log *log) MUST_USE;

struct target *link_target(const struct link *l);
struct flash *link_flash(const struct link *l);
/* Resets the chip and halts it, with the configuration's events when there is one. */
enum err link_reset_init(struct link *l) MUST_USE;
/* Ends the flash agent and lets the chip run from reset, or halts it there: also after Ctrl-C, which stays pending. */
enum err link_finish(struct link *l, bool leave_halted) MUST_USE;

#endif
