/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/services/tcl_rig.h"

static void on_line(void *ctx, enum log_level level, const char *line)
{
    (void)level;
    buf_printf(ctx, "%s\n", line);
}

void tcl_rig_open(struct tcl_rig *r)
{
    *r = (struct tcl_rig){0};
    log_init(&r->log, LOG_INFO);
    r->sink = (struct log_sink){.fn = on_line, .ctx = &r->said};
    log_add_sink(&r->log, &r->sink);
    r->session = session_new(&r->log, NULL);
    r->tcl = tcl_new(r->session, NULL);
    assert_non_null(r->tcl);
}

void tcl_rig_close(struct tcl_rig *r)
{
    session_close(r->session);
    tcl_free(r->tcl);
    session_free(r->session);
    buf_fini(&r->said);
    buf_fini(&r->result);
}

static enum err run(struct tcl_rig *r, const char *script)
{
    buf_clear(&r->result);
    return tcl_eval(r->tcl, script, NULL, &r->result);
}

const char *tcl_rig_ok(struct tcl_rig *r, const char *script)
{
    if (run(r, script) != ERR_OK)
        fail_msg("%s: %s", script, buf_str(&r->result));
    return buf_str(&r->result);
}

const char *tcl_rig_fails(struct tcl_rig *r, const char *script)
{
    if (run(r, script) == ERR_OK)
        fail_msg("%s: no error, but '%s'", script, buf_str(&r->result));
    return buf_str(&r->result);
}
