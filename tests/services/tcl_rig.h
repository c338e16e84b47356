/* SPDX-License-Identifier: Apache-2.0 */
/* An interpreter over a session of its own, with what it says collected. */
#ifndef TESTS_SERVICES_TCL_RIG_H
#define TESTS_SERVICES_TCL_RIG_H

#include "tests/unit.h"

#include "services/tcl/tcl.h"

struct tcl_rig {
    struct log log;
    struct log_sink sink;
    struct buf said; /* log lines, each with its newline */
    struct buf result;
    struct session *session;
    struct tcl *tcl;
};

void tcl_rig_open(struct tcl_rig *r);
void tcl_rig_close(struct tcl_rig *r);
/* Runs a script; the result, or the error's sentence, is what it returns. It is valid until the next one. */
const char *tcl_rig_ok(struct tcl_rig *r, const char *script);
const char *tcl_rig_fails(struct tcl_rig *r, const char *script);

#endif
