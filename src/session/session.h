/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session owns everything between the wire and the services: adapter, JTAG chain, debug modules, target, flash. It is
 * described first (configuration), then opened from the wire upward, and closed downward. Nobody else owns anything.
 *
 * One thread uses a session (the wire thread); only the interrupt flag given to session_new is set from elsewhere.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "adapter/adapter.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "chips/chip.h"
#include "flash/flash.h"
#include "rtos/rtos.h"
#include "target/target.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    SESSION_MAX_TAPS = 16,
    SESSION_MAX_CORES = CHIP_MAX_CORES,
    SESSION_MAX_BANKS = 32,
    SESSION_MAX_IDS = 8,
    SESSION_NAME_LEN = 64,
};

/* --- the description: plain data, written by the configuration before session_open --- */

/* A TAP that the configuration expects (jtag newtap), in the order of the chain: the first is next to TDO. */
struct session_tap {
    char name[SESSION_NAME_LEN]; /* "esp32.tap0" */
    unsigned ir_len;
    uint32_t ir_capture, ir_mask;
    uint32_t expected_ids[SESSION_MAX_IDS];
    unsigned expected_count;
    bool ignore_version, is_disabled;
    uint32_t idcode; /* what was found, 0 before session_open */
};

/* A core that the configuration names (target create). */
struct session_core {
    char name[SESSION_NAME_LEN]; /* "esp32.cpu0" */
    const struct chip *chip;
    unsigned tap;   /* index into taps */
    unsigned index; /* of the core in the chip (-coreid) */
    bool is_deferred;
};

/* A flash bank (flash bank): the whole flash (".flash"), or one of its views in the address space: that of the instructions
   (".irom"), that of the constants (".drom"). */
enum session_bank_kind { SESSION_BANK_FLASH, SESSION_BANK_IROM, SESSION_BANK_DROM };
struct session_bank {
    char name[SESSION_NAME_LEN];
    char driver[SESSION_NAME_LEN];
    enum session_bank_kind kind;
    uint32_t base, size; /* size as configured: 0 means "ask the flash"; of a view: as of the last session_mapping() */
    uint32_t offset;     /* in the flash, of its first byte */
    unsigned core;       /* index into cores */
};

struct session_config {
    struct session_tap taps[SESSION_MAX_TAPS];
    unsigned tap_count;
    struct session_core cores[SESSION_MAX_CORES];
    unsigned core_count;
    struct session_bank banks[SESSION_MAX_BANKS];
    unsigned bank_count;
    uint32_t speed_khz;                    /* 0: not said */
    uint32_t flash_size_override;          /* bytes, 0: what the flash says */
    char memory_ways[3][SESSION_NAME_LEN]; /* RISC-V: as target_set_memory_ways takes them */
    unsigned memory_way_count;             /* 0: not said */
    uint32_t command_timeout_ms;           /* RISC-V: 0: not said */
};

/* A virtual board instead of the adapter that the configuration names. */
struct session_sim {
    const char *board;       /* "esp32-wrover"; NULL: the first one of the configured chip */
    const char *flash_path;  /* --sim-flash; NULL: blank and forgotten */
    const char *flash_part;  /* --sim-flash-part; NULL: the board's own */
    const char *flash_state; /* --sim-flash-state, as in struct board_options; NULL: as delivered */
    const char *uart_path;   /* --sim-uart: "-" is stdout; NULL: not shown */
    const char *rom_path;    /* NULL: the board's own */
    const char *efuses;      /* --sim-efuse: "NAME=VALUE,..."; NULL: as the factory left them */
    const char *fault;       /* --sim-fault, as board_fault_parse takes it; NULL: none */
};

struct session;

/* interrupted may be NULL; every wait of the session looks at it. log stays the caller's. NULL when out of memory. */
struct session *session_new(struct log *log, const atomic_bool *interrupted);
void session_free(struct session *s); /* closes it first; takes NULL */

struct session_config *session_config(struct session *s);
struct log *session_log(const struct session *s);
/* The adapter's time while it is open (virtual on a virtual board), else the host's. */
const struct clock *session_clock(const struct session *s);
/* When the adapter was opened, by that clock. */
uint64_t session_opened_ns(const struct session *s);

/* Chooses the adapter ("adapter driver NAME"). A name of an adapter that OpenOCD has and espocd does not have yet is
   kept, and session_open refuses it with a remedy. ERR_NOT_FOUND for others; ERR_EXISTS when another one was chosen. */
enum err session_set_adapter(struct session *s, const char *name) MUST_USE;
/* "" when none was chosen. */
const char *session_adapter_name(const struct session *s);
/* An option of the adapter (port, host, serial...), kept until session_open gives it to the adapter. Later values of the
   same name replace earlier ones. */
enum err session_set_adapter_option(struct session *s, const char *option, const char *value) MUST_USE;
/* Replaces the adapter that the configuration names, before or after it does. Strings are copied. ERR_USAGE lists what is
   known when a board, part, state or fault is not. */
enum err session_use_sim(struct session *s, const struct session_sim *sim) MUST_USE;
bool session_is_sim(const struct session *s);
/* The chip of the virtual board, as its name says ("esp32" of "esp32-wrover"); NULL without one, or when its name says no
   known chip (then session_open will say so). */
const struct chip *session_sim_chip(const struct session *s);
/* Sets the TCK frequency; before session_open it is kept. *actual_khz (may be NULL) is what the adapter does. */
enum err session_set_speed(struct session *s, uint32_t khz, uint32_t *actual_khz) MUST_USE;
/* Adds a TAP, core or bank; the session copies it. ERR_EXISTS and ERR_RESOURCE say what is wrong. */
enum err session_add_tap(struct session *s, const struct session_tap *tap) MUST_USE;
enum err session_add_core(struct session *s, const struct session_core *core) MUST_USE;
enum err session_add_bank(struct session *s, const struct session_bank *bank) MUST_USE;
/* Describes a whole chip without a configuration file: its TAPs, cores and flash banks under their usual names, for
   commands such as "espocd flash". ERR_USAGE lists the known chips. */
enum err session_use_chip(struct session *s, const char *chip_name) MUST_USE;

/* --- life --- */
/* Opens adapter, chain, debug modules and target, examines the cores and says what it found (the lines of OpenOCD). An
   error leaves the session closed, and its sentence says what to do. ERR_OK when it is open already. */
enum err session_open(struct session *s) MUST_USE;
/* The two halves of session_open, for services that do something between them. */
enum err session_connect(struct session *s) MUST_USE; /* adapter, chain, debug modules */
enum err session_examine(struct session *s) MUST_USE; /* cores; closes the session when it fails */
/* Ends the flash agent (interrupted or not), lets the cores as they are, closes the adapter. */
void session_close(struct session *s);
bool session_is_open(const struct session *s);
/* The exit status for an error of session_open: 3 when there is no adapter or no chip, else 1. */
int session_exit_status(enum err e);

struct jtag; /* jtag/jtag.h */
/* NULL while closed, or when the configuration has no TAPs or no cores. */
struct adapter *session_adapter(struct session *s);
struct jtag *session_jtag(struct session *s);
struct target *session_target(struct session *s);
struct flash *session_flash(struct session *s);
/* The threads of the program; never NULL, and without any while the session is closed. What was read of them is forgotten when a
   core goes, stops or is reset. */
struct rtos *session_rtos(struct session *s);
/* Why the core of that index stopped, in words for a person: core_put_why, what the program says of an abort, and a watchdog that has
   reset the chip since the last stop. Nothing when there is nothing to say beyond what the user did. */
void session_put_why(struct session *s, unsigned core, struct buf *out);
/* The variables of a program that help with that: names to ask for, NULL past the end; and where one is. */
const char *session_symbol_name(unsigned i);
void session_set_symbol(struct session *s, const char *name, uint32_t addr);
/* The core that the configuration named so (cores[index]); NULL while closed. */
struct core *session_core(struct session *s, unsigned index);

/* While an interrupt is held, waits do not end for one that is pending or comes: so that what was begun can be put back. It
   stays pending, and the first wait after the last of the holds is let go ends for it. */
void session_hold_interrupt(struct session *s);
void session_let_interrupt_go(struct session *s);

/* Ends the flash agent: before a core runs the chip's own program again, and before its registers are set for that. ERR_OK
   without one. Directly after a reset, the threads that the program's last run has left in RAM end, too. */
enum err session_release_flash(struct session *s) MUST_USE;
/* The same, then target_reset: which also gets rid of an agent that could not be ended. */
enum err session_reset(struct session *s, enum reset_mode mode) MUST_USE;

/* --- events --- */
enum session_event {
    SESSION_HALTED,
    SESSION_RESUMED,
    SESSION_DEBUG_HALTED,
    SESSION_DEBUG_RESUMED,
    SESSION_GONE,      /* the core no longer answers */
    SESSION_WAS_RESET, /* somebody else reset the chip */
    SESSION_PROGRESS,  /* of a flash job: see struct session_news */
};
struct session_news {
    enum session_event event;
    unsigned core;          /* index into the configuration's cores */
    enum flash_phase phase; /* SESSION_PROGRESS */
    uint64_t done, total;   /* bytes */
};
struct session_listener {
    void (*fn)(void *ctx, const struct session_news *news);
    void *ctx;
    struct session_listener *next; /* the session's while added */
};
/* The listener stays the caller's and lives until it is removed. It runs on the wire thread. */
void session_add_listener(struct session *s, struct session_listener *l);
void session_remove_listener(struct session *s, struct session_listener *l);

#endif
