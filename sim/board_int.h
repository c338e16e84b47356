/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a virtual board; see board.h for what it is. */
#ifndef SIM_BOARD_INT_H
#define SIM_BOARD_INT_H

#include "sim/board.h"
#include "sim/nor/nor.h"
#include "sim/sched.h"
#include "sim/soc/soc.h"

enum { BOARD_MAX_TAPS = 4 };

/* What a board is made of. One row per row of board_models. */
struct board_parts {
    const struct soc_kind *chip;
    const uint8_t *(*rom)(size_t *size); /* its own boot ROM */
    const char *flash;                   /* the part's name */
    bool is_flash_octal;                 /* is so wired, and burnt into an eFuse of the chip */
    uint32_t psram_size;                 /* 0: none */
    uint8_t strapping;
    uint8_t mac[6];
};

struct board {
    struct log *log;
    const struct board_parts *parts;
    char *flash_path;   /* NULL: the flash is forgotten */
    bool is_flash_kept; /* in the file, as it was after so many changes */
    uint64_t kept_changes;
    board_uart_fn *uart;
    void *uart_ctx;

    struct sched sched; /* the chip's time; it lags behind now_ps and catches up when somebody looks */
    struct nor *nor;
    struct soc *chip;
    struct soc_tap taps[BOARD_MAX_TAPS]; /* 0 is nearest TDO */
    unsigned tap_count;

    uint64_t now_ps, tck_ps, latency_ps;
    uint64_t tcks;
    char *flash_states; /* that it will be put into by the event; NULL: none */
    struct sched_event preset;
    bool is_flash_absent;        /* by its options */
    bool trst, srst, is_enabled; /* is_enabled: level of the EN pin, as the chip was told */

    enum board_fault fault;      /* the one that is in effect */
    enum board_fault next_fault; /* takes effect when fault_in is counted down; BOARD_FAULT_NONE: none is waiting */
    uint64_t fault_in;
    uint32_t noise;
};

/* --- board_execute.c --- */
/* Lets the chip catch up with the board's time. */
void board_catch_up(struct board *b);

/* --- board_fault.c --- */
/* Counts one TCK period down to the fault that waits. */
void fault_count_down(struct board *b);
/* The level of TDO as the adapter sees it, when the chip drives tdo. */
bool fault_level(const struct board *b, bool tdo);
/* The same for one period of TCK: noise goes on. */
bool fault_tdo(struct board *b, bool tdo);
/* Whether TDO can be taken as it comes for so many TCK periods, so that they may be given at once. */
static inline bool fault_is_far(const struct board *b, uint64_t tcks)
{
    return b->fault == BOARD_FAULT_NONE && (b->next_fault == BOARD_FAULT_NONE || b->fault_in > tcks);
}
/* Counts so many TCK periods, all of them before the fault that waits. */
static inline void fault_pass(struct board *b, uint64_t tcks)
{
    if (b->next_fault != BOARD_FAULT_NONE)
        b->fault_in -= tcks;
}
/* Drives EN from SRST and the faults. */
void board_drive_enable(struct board *b);

/* --- board_flash.c --- */
/* Fills the flash from its file, if there is one. */
enum err board_load_flash(struct board *b) MUST_USE;

/* Takes NAME[,NAME...][@MS] apart, and looks at the names. *names is the caller's to free; NULL after an error. */
enum err board_parse_states(struct log *log, const char *states, char **names, uint64_t *ms) MUST_USE;

/* --- board_efuse.c --- */
/* Burns what board_options.efuses says, before the board is powered on. */
enum err board_burn_efuses(struct board *b, const char *list) MUST_USE;

#endif
