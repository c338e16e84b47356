/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this folder. */
#ifndef SESSION_SESSION_INT_H
#define SESSION_SESSION_INT_H

#include "session/session.h"

#include "dm/riscv_dm.h"
#include "dm/xocd.h"
#include "jtag/jtag.h"
#include "layout/mapping.h"

/* An option of the adapter as the configuration gave it. */
struct session_option {
    char *name, *value;
    struct session_option *next;
};

/* What may be said of the mapping, each once. */
enum flash_map_doubt {
    FLASH_MAP_CHIP,
    FLASH_MAP_LIVE,
    FLASH_MAP_FLASH,
    FLASH_MAP_NOTHING,
    FLASH_MAP_USER,
    FLASH_MAP_DOUBTS
};
enum { FLASH_MAP_TEXT = 768 };

/* See flash_map.h. */
struct flash_map {
    struct mapping merged;
    bool is_fresh;       /* nothing has happened since that may have changed it */
    uint32_t app_offset; /* LAYOUT_NOWHERE: the user says nothing */
    char said[FLASH_MAP_DOUBTS][FLASH_MAP_TEXT];
};

struct session {
    struct log *log;
    const atomic_bool *interrupted;
    unsigned interrupt_holds; /* while not 0, no wait looks at the flag */
    struct clock host_clock;
    struct session_config config;
    char adapter_name[SESSION_NAME_LEN];
    struct session_option *options;     /* for the adapter of the configuration */
    struct session_option *sim_options; /* for the virtual board */
    bool is_sim;
    struct session_listener *listeners;
    struct flash_map flash_map;
    struct rtos *rtos;    /* its kind and symbols outlive a closed session */
    bool has_old_threads; /* since a reset: RAM may hold those of the program's last run */

    /* from the wire upward; NULL while closed */
    struct adapter *adapter;
    uint64_t opened_ns; /* by its clock */
    struct jtag *jtag;
    struct target *target;
    struct flash *flash;
};

enum err session_keep_option(struct session *s, struct session_option **list, const char *name,
                             const char *value) MUST_USE;
/* A virtual board without a name: the one that fits the configured chip. */
enum err session_choose_board(struct session *s);
void session_free_options(struct session_option **list);
void session_fini_mapping(struct session *s);
/* Tells all listeners. */
void session_tell(struct session *s, const struct session_news *news);

#endif
