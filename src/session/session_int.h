/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this folder. */
#ifndef SESSION_SESSION_INT_H
#define SESSION_SESSION_INT_H

#include "session/session.h"

#include "base/state_file.h"
#include "dm/riscv_dm.h"
#include "dm/xocd.h"
#include "flash/patch.h"
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

enum { SESSION_SYMBOLS = 3 };

/* See flash_map.h. */
struct flash_map {
    struct mapping merged;
    bool is_fresh;       /* nothing has happened since that may have changed it */
    uint32_t app_offset; /* LAYOUT_NOWHERE: the user says nothing */
    uint32_t boot_entry; /* of the image that boots; 0: none is known */
    char said[FLASH_MAP_DOUBTS][FLASH_MAP_TEXT];
};

enum { BREAK_BYTES = 4, BREAK_ALIASES = 8, BREAKS_OLD = 256 };

/* A breakpoint that is in the flash. */
struct break_site {
    uint32_t addr, offset[BREAK_BYTES]; /* of each byte of the instruction: they may lie on two pages */
    uint8_t len, code[BREAK_BYTES], original[BREAK_BYTES];
    uint32_t seen_at[BREAK_ALIASES]; /* the addresses of its first byte */
    size_t seen_count;
};

/* See breaks.h. */
struct breaks {
    struct break_site *sites;
    size_t site_count;
    uint32_t old[BREAKS_OLD]; /* those that could be moved when the cores ran last */
    size_t old_count;
    bool is_stale;   /* the chip was reset, or a change was cut short */
    bool is_booting; /* it was reset and the program has not begun yet */
    bool was_reset;  /* and that is to be looked after */
    bool is_checked; /* nothing forbids breakpoints in flash, as of this halt */
    bool has_catch;  /* a breakpoint of the session's own stands at the program's begin: */
    uint32_t entry;
    bool is_working; /* what the flash does is no user's job */
    bool is_wear_said;
    bool is_blocked; /* an earlier session's are still in the flash */
    bool has_journal;
    char name[PATCH_CHIP_LEN]; /* of the journal; "": nothing outlives the session */
    struct state_file file;
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
    struct rtos *rtos;                 /* its kind and symbols outlive a closed session */
    uint32_t symbols[SESSION_SYMBOLS]; /* of why.c */
    bool has_symbol[SESSION_SYMBOLS];
    unsigned was_reset;   /* cores of the configuration, a bit each: reset since that was told */
    bool has_old_threads; /* since a reset: RAM may hold those of the program's last run */
    struct breaks breaks;

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
bool session_has_flash_bank(const struct session *s);
/* Where the image that boots begins; 0: none says so. */
uint32_t session_boot_entry(struct session *s);
/* What was said of the virtual board; NULL: nothing. */
const char *session_sim_option(const struct session *s, const char *name);

/* breaks.c, breaks_journal.c */
/* Restores what an earlier session left in the flash. */
void breaks_recover(struct session *s);
enum err breaks_take_out(struct session *s) MUST_USE;
/* Before the chip is reset and runs: so that the begin of its program is seen. */
void breaks_expect_program(struct session *s);
/* ours: the session's own reset, for which the flash is restored already. */
void breaks_note_reset(struct session *s, bool is_ours);
void breaks_fini(struct session *s);
/* Tells all listeners. */
void session_tell(struct session *s, const struct session_news *news);

#endif
