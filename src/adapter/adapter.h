/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An adapter: the thing between the host and the JTAG pins. One constant op table per kind, all of them in adapter_list.
 */
#ifndef ADAPTER_ADAPTER_H
#define ADAPTER_ADAPTER_H

#include "adapter/batch.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct adapter;

/* An option that a configuration can set before open; values arrive as text. */
struct adapter_option {
    const char *name; /* "port" */
    const char *help; /* "TCP port of the server, 0 for a UNIX socket named by host" */
};

struct adapter_ops {
    const char *name;                     /* as in "adapter driver NAME" */
    const char *help;                     /* one line for "adapter list" */
    const struct adapter_option *options; /* ended by a NULL name; may be NULL */
    /* Makes an unopened adapter with its default options. Never touches hardware. */
    struct adapter *(*create)(struct log *log);
    void (*destroy)(struct adapter *a);
    enum err (*configure)(struct adapter *a, const char *option, const char *value);
    enum err (*open)(struct adapter *a);
    void (*close)(struct adapter *a);
    /* Runs the batch to its end and fills its captures. On an error nothing captured is valid. */
    enum err (*execute)(struct adapter *a, struct batch *b);
    /* Sets the TCK frequency; *actual_khz is what the adapter really uses. NULL: no speed to set. */
    enum err (*set_speed)(struct adapter *a, uint32_t khz, uint32_t *actual_khz);
    /* Drives TRST and SRST (true: asserted). NULL: the adapter has no such lines. */
    enum err (*set_reset)(struct adapter *a, bool trst, bool srst);
};

/* The part that every adapter has; a driver's own struct starts with it. */
struct adapter {
    const struct adapter_ops *ops;
    struct log *log;
    struct clock clock; /* the time that passes for this adapter; the host's unless the driver sets another */
    bool is_open;
    uint64_t executes;  /* round trips so far */
    uint64_t tcks;      /* TCK periods so far */
    uint32_t speed_khz; /* what was asked for, 0 before */
};

extern const struct adapter_ops adapter_sim_ops;
extern const struct adapter_ops adapter_remote_bitbang_ops;

/* Every adapter of this program, ended by NULL. */
extern const struct adapter_ops *const adapter_list[];
/* NULL when there is none of that name. */
const struct adapter_ops *adapter_find(const char *name);

/* The dispatcher: it alone knows that a NULL op means unsupported, and it counts. */
struct adapter *adapter_new(const struct adapter_ops *ops, struct log *log);
void adapter_free(struct adapter *a); /* closes it first; takes NULL */
enum err adapter_configure(struct adapter *a, const char *option, const char *value) MUST_USE;
enum err adapter_open(struct adapter *a) MUST_USE;
void adapter_close(struct adapter *a);
enum err adapter_execute(struct adapter *a, struct batch *b) MUST_USE;
enum err adapter_set_speed(struct adapter *a, uint32_t khz, uint32_t *actual_khz) MUST_USE;
enum err adapter_set_reset(struct adapter *a, bool trst, bool srst) MUST_USE;
const struct clock *adapter_clock(const struct adapter *a);

/* The adapter "sim" carries a board inside the process. Options: board, flash, rom, uart, latency-us, efuse...; see
   sim.c. This gives the board while it is open (for tests, --sim-uart and figures), else NULL. */
struct board;
struct board *adapter_sim_board(struct adapter *a);
/* The virtual board that stands for a chip when none is named: the first one whose name begins with the chip's. NULL: the
   chip has none. chip NULL: the first board of all. */
const char *adapter_sim_board_of(const char *chip);

#endif
