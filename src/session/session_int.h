/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this folder. */
#ifndef SESSION_SESSION_INT_H
#define SESSION_SESSION_INT_H

#include "session/session.h"

#include "dm/xocd.h"
#include "jtag/jtag.h"

/* An option of the adapter as the configuration gave it. */
struct session_option {
    char *name, *value;
    struct session_option *next;
};

struct session {
    struct log *log;
    const atomic_bool *interrupted;
    struct clock host_clock;
    struct session_config config;
    char adapter_name[SESSION_NAME_LEN];
    struct session_option *options;     /* for the adapter of the configuration */
    struct session_option *sim_options; /* for the virtual board */
    bool is_sim;
    struct session_listener *listeners;

    /* from the wire upward; NULL while closed */
    struct adapter *adapter;
    struct jtag *jtag;
    struct target *target;
    struct flash *flash;
};

enum err session_keep_option(struct session *s, struct session_option **list, const char *name,
                             const char *value) MUST_USE;
/* A virtual board without a name: the one that fits the configured chip. */
enum err session_choose_board(struct session *s);
void session_free_options(struct session_option **list);
/* Tells all listeners. */
void session_tell(struct session *s, const struct session_news *news);

#endif
