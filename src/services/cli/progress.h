/* SPDX-License-Identifier: Apache-2.0 */
/* Shows how far a flash job is: a bar on a terminal, else a line when a phase is done. On stderr. */
#ifndef SERVICES_CLI_PROGRESS_H
#define SERVICES_CLI_PROGRESS_H

#include "session/session.h"

struct progress {
    struct session *session;
    struct session_listener listener;
    bool is_terminal, is_silent;
    bool is_bar_shown;
    enum flash_phase phase;
    uint64_t total;    /* of the phase shown; 0: none yet */
    uint64_t begin_ns; /* of the phase, in the session's time */
    int percent;       /* last shown */
};

/* Begins to listen to the session. silent: shows nothing. */
void cli_progress_start(struct progress *p, struct session *s, bool silent);
/* Ends a bar that is on the screen, so that other lines can follow, and stops listening. A second stop does
   nothing. */
void cli_progress_stop(struct progress *p);

#endif
