/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SPI NOR flash chip: commands in, data out, and time that its work takes.
 *
 * The controller (sim/esp32) speaks in whole transactions: chip select goes low, bytes go out and in, chip select goes
 * high. What the command does happens at the end of the transaction, as on the chip.
 *
 * Programming and erasing change the content at once and keep the chip busy for as long as it takes. Nobody can look
 * meanwhile; only when an operation is suspended, its range already reads as after it, where the datasheet promises
 * nothing. Sources: Winbond's W25Q64JV and W25Q64FV datasheets, JESD216; each part names the source of its SFDP bytes.
 */
#ifndef SIM_NOR_NOR_H
#define SIM_NOR_NOR_H

#include "base/err.h"
#include "base/log.h"
#include "sim/sched.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nor;

/* One part, constant data with its source. */
struct nor_part {
    const char *name; /* NULL ends the list */
    uint8_t id[3];
    uint32_t size;
    uint8_t device_id;       /* of commands 90 and AB */
    uint8_t status[3];       /* as delivered */
    bool is_qe_fixed;        /* the quad enable bit cannot be cleared */
    bool is_status2_cleared; /* by a write of one byte with command 01 */
    const uint8_t *sfdp;
    uint32_t sfdp_size;
    struct nor_times {                        /* nanoseconds */
        uint64_t first_byte, more_byte, page; /* program: min(page, first_byte + (n - 1) * more_byte) */
        uint64_t sector, block32, block64, chip, status;
        uint64_t suspend, wake, reset; /* until WIP falls, until awake after AB, after 99 */
    } typical, maximum;
};

extern const struct nor_part nor_parts[]; /* ended by a NULL name */
/* By name, such as "W25Q64JV" (8 MB); NULL for one that is not known. */
const struct nor_part *nor_part_find(const char *name);

/* Blank, powered on. sched gives the time; log may be NULL. NULL when out of memory. */
struct nor *nor_new(const struct nor_part *part, struct sched *sched, bool maximum_times, struct log *log);
void nor_free(struct nor *n); /* takes NULL */
/* Power off and on: volatile state is gone, an operation that ran is cut off. */
void nor_power_on(struct nor *n);

/* A transaction: select, any number of out bytes and in bytes in the order of the wires, deselect. A command that does not
   fit (short address, wrong mode, busy, write not enabled, protected) is ignored as the chip ignores it. */
void nor_select(struct nor *n);
/* One byte out while one byte comes in, on however many lines the controller uses. lines is 1, 2, 4 or 8, or'ed with NOR_DDR
   when both edges of the clock carry bits: a byte takes 8 / lines clocks, half of that with NOR_DDR, and 8 | NOR_DDR is two
   bytes a clock. The controller only clocks bits; the chip decides whether it understands them. A command that is given on
   other lines than the part takes it in its present mode is not understood. Where nothing drives the lines they read as ones.

   In octal modes the wires carry: an opcode of two bytes (its inverse follows on Macronix, itself on GigaDevice and ISSI;
   with one byte per opcode in their single-rate form), four address bytes, then data. At double rate data come in pairs
   from an even address. Macronix sends the odd byte of each pair first ("byte order swapped" of its SFDP table), and what
   it programs it takes in the same order, so that a byte has another place than at single rate. */
#define NOR_DDR 0x80U
uint8_t nor_transfer(struct nor *n, uint8_t out, unsigned lines);
/* Clocks (not edges) during which nobody drives the lines. Too few or too many of them shift what is read, as on the chip. */
void nor_dummy(struct nor *n, unsigned clocks);
void nor_deselect(struct nor *n);

/* The content, for whoever loads, saves or caches it. A writer tells nobody: see nor_on_change for the other way. */
uint8_t *nor_bytes(struct nor *n);
uint32_t nor_size(const struct nor *n);
/* Whether a read command would be answered now: false while busy, asleep or absent. */
bool nor_is_readable(const struct nor *n);
/* The time up to which the chip is busy, in ps of the board's clock; SCHED_NEVER for one that never gets ready. */
uint64_t nor_busy_until(const struct nor *n);
/* Called before and after programming or erasing changes content; either may be NULL. */
typedef void nor_change_fn(void *ctx, uint32_t offset, uint32_t len);
void nor_on_change(struct nor *n, nor_change_fn *before, nor_change_fn *after, void *ctx);
uint32_t nor_erases(const struct nor *n, uint32_t sector);  /* of a 4 KB sector since nor_new */
uint64_t nor_busy_ns(const struct nor *n);                  /* that programs, erases and status writes took */
uint64_t nor_commands(const struct nor *n, uint8_t opcode); /* given, understood or not */
uint8_t nor_status(const struct nor *n, unsigned number);   /* register 1, 2 or 3 now */
void nor_fault_busy(struct nor *n, bool never_ready);       /* WIP never falls once it has risen */
void nor_fault_weak(struct nor *n, bool weak);              /* a programmed page keeps one bit at 1 */
void nor_set_absent(struct nor *n, bool absent);

#endif
