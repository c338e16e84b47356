/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual board: chip, flash, serial port and JTAG connector, with a clock of its own.
 *
 * Usable without the debugger. Nothing here is global: any number of boards live in one process, each used by one thread
 * at a time. Time passes only inside board_tck, board_execute and board_advance.
 */
#ifndef SIM_BOARD_H
#define SIM_BOARD_H

#include "adapter/batch.h"
#include "base/err.h"
#include "base/log.h"
#include "sim/nor/nor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct board;

/* Bytes that the chip sends on its console UART. */
typedef void board_uart_fn(void *ctx, const uint8_t *bytes, size_t len);

struct board_options {
    const char *flash_path; /* file that holds the flash: read at start if it exists, written at board_sync and at
                                 board_free if something has changed; NULL: blank and forgotten */
    const char *flash_part; /* its flash is another part than the board's own, by name; NULL: its own */
    const char
        *flash_state;     /* NAME[,NAME...][@MS]: states of NOR_STATES that the flash is found in, so many milliseconds
                                after power-on (0); NULL: as delivered. They do not come back after a power cycle. */
    const char *rom_path; /* a boot ROM image instead of the board's own, NULL: its own */
    board_uart_fn *uart;  /* may be NULL */
    void *uart_ctx;
    uint32_t tck_khz;    /* 0: 20000 */
    uint32_t latency_us; /* what board_execute adds per batch: an adapter's round trip; 125 is high speed USB */
    uint8_t
        strapping; /* GPIO_STRAP at reset; 0: the board's default (0x13 on the ESP32, 0x08 on the ESP32-S3, 0x0C on the ESP32-C3) */
    const char *efuses; /* "NAME=VALUE,...", burnt beside the factory's: by the names that espefuse has; NULL: none */
    bool flash_maximum_times; /* the flash takes its maximum instead of its typical times */
    bool flash_absent;        /* nothing answers on the flash bus */
};

/* What is known about the boards, for help texts and --board; ended by a NULL name. */
struct board_model {
    const char *name;  /* "esp32-wrover" */
    const char *title; /* "ESP32 rev 3, two LX6 cores, 8 MB flash, UART0" */
};
extern const struct board_model board_models[];

/* Makes a board in its power-on state. log stays the caller's and outlives the board. On failure NULL, and *e says why
   (unknown board: the text lists the known ones; flash file of a wrong size: both sizes are named). */
struct board *board_new(const char *name, const struct board_options *options, struct log *log, enum err *e);
/* Whether there are a board, a part, states and a fault of these names (each may be NULL: not asked about), before a board
   is made. ERR_USAGE, with a sentence that lists what is known, when there is none. */
enum err board_check_names(struct log *log, const char *name, const char *part, const char *states,
                           const char *fault) MUST_USE;
void board_free(struct board *b); /* takes NULL */
/* Writes the flash file now, if the content has changed since it was read or written. ERR_OK without one. */
enum err board_sync(struct board *b) MUST_USE;

/* --- time --- */
uint64_t board_now_ns(const struct board *b);
void board_advance_ns(struct board *b, uint64_t ns);
void board_set_tck_khz(struct board *b, uint32_t khz); /* 0 is ignored */

/* --- the JTAG connector --- */
/* One TCK period: TMS and TDI are sampled at its rising edge, TDO changes at its falling edge. Returns the TDO that was
   there before the rising edge. */
bool board_tck(struct board *b, bool tms, bool tdi);
bool board_tdo(const struct board *b);
/* The same for a whole batch; adds the latency of one round trip. Captures are filled. */
void board_execute(struct board *b, struct batch *batch);
/* true: asserted. TRST resets the TAPs; SRST is the chip's EN pin. */
void board_set_reset(struct board *b, bool trst, bool srst);
/* The host resets the chip over its USB-Serial-JTAG: by DTR and RTS of the console, or by the JTAG interface. False: the
   chip has none, or it is off. */
bool board_usb_reset(struct board *b, bool by_jtag);
/* Power off and on again. */
void board_power_cycle(struct board *b);

/* --- the flash --- */
/* Puts it into states, as flash_state in the options does; a time counts from now. Replaces one that has not come yet. */
enum err board_preset_flash(struct board *b, const char *states) MUST_USE;

/* --- the serial port --- */
void board_uart_send(struct board *b, const uint8_t *bytes, size_t len); /* to the chip's receive pin */

/* --- looking inside, for tests and figures --- */
uint32_t board_flash_size(const struct board *b);
const uint8_t *board_flash_bytes(const struct board *b);
enum nor_mode board_flash_mode(const struct board *b); /* how the flash takes commands now */
/* How often the 4 KB sector was erased since board_new. */
uint32_t board_flash_erases(const struct board *b, uint32_t sector);
uint64_t board_flash_busy_ns(const struct board *b); /* time that the flash spent programming and erasing */
uint64_t board_flash_commands(const struct board *b, uint8_t opcode);
uint64_t board_tcks(const struct board *b);
uint64_t board_resets(const struct board *b); /* system resets of any cause since power-on */
uint32_t board_reset_cause(const struct board *b, unsigned core);
unsigned board_core_count(const struct board *b);
uint64_t board_core_instructions(const struct board *b, unsigned core);
struct lx6 *board_lx6(struct board *b, unsigned core); /* NULL for a core of another kind */

/* --- faults --- */
/* X(NAME, "its name for users", "what happens"). */
#define BOARD_FAULTS(X)                                                                                                \
    X(TDO_HIGH, "tdo-high", "TDO is stuck at 1")                                                                       \
    X(TDO_LOW, "tdo-low", "TDO is stuck at 0")                                                                         \
    X(TDO_NOISE, "tdo-noise", "TDO gives random bits, the same in every run")                                          \
    X(HELD_RESET, "held-reset", "the chip's EN pin is held low")                                                       \
    X(FLASH_BUSY, "flash-busy", "the flash stays busy once it has begun to write")                                     \
    X(FLASH_WEAK, "flash-weak", "each page that is programmed keeps a bit at 1")                                       \
    X(FLASH_ABSENT, "flash-absent", "nothing answers on the flash bus")                                                \
    X(UNPLUGGED, "unplugged", "the adapter is gone")

enum board_fault {
    BOARD_FAULT_NONE,
#define BOARD_FAULT_ENUM(name, text, help) BOARD_FAULT_##name,
    BOARD_FAULTS(BOARD_FAULT_ENUM)
#undef BOARD_FAULT_ENUM
};
/* Reads NAME or NAME@TCKS, as users write a fault and the number of TCK periods after which it comes. The sentence of an
   error lists the names. */
enum err board_fault_parse(struct log *log, const char *text, enum board_fault *fault, uint64_t *after_tcks) MUST_USE;
/* Takes effect after this many more TCK periods (0: now). */
void board_set_fault(struct board *b, enum board_fault fault, uint64_t after_tcks);
/* With BOARD_FAULT_UNPLUGGED no TCK reaches the chip any more, and an adapter fails. */
bool board_is_unplugged(const struct board *b);

#endif
