/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SPI NOR flash chip: commands in, data out, and time that its work takes.
 *
 * The controller (sim/esp32 and its relatives) clocks bytes on lines, in whole transactions: chip select goes low, bytes go
 * out and in, chip select goes high. What the command does happens at the end of the transaction, as on the chip.
 *
 * Programming and erasing change the content at once and keep the chip busy for as long as it takes. Nobody can look
 * meanwhile; only when an operation is suspended, its range already reads as after it, where makers promise nothing.
 *
 * Sources: each file of parts names the public drivers, lists of parts and dumps that were read, and says what is assembled
 * from relatives or assumed. Makers' datasheets were known at second hand only.
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
struct nor_part;

/* --- the parts --- */

/* The parts one after the other, by maker; NULL behind the last. */
const struct nor_part *nor_part_at(size_t index);
/* By name, such as "W25Q64JV" (8 MB), in any case of letters; NULL for one that is not known. */
const struct nor_part *nor_part_find(const char *name);
/* The same; ERR_USAGE, with a sentence that lists the known parts, for one that is not known. */
enum err nor_part_parse(struct log *log, const char *name, const struct nor_part **part) MUST_USE;
const char *nor_part_name(const struct nor_part *part);
const char *nor_part_maker(const struct nor_part *part);
uint32_t nor_part_size(const struct nor_part *part);
const uint8_t *nor_part_id(const struct nor_part *part); /* three bytes */

/* --- life --- */

/* Blank, powered on. sched gives the time; log may be NULL. NULL when out of memory. */
struct nor *nor_new(const struct nor_part *part, struct sched *sched, bool maximum_times, struct log *log);
void nor_free(struct nor *n); /* takes NULL */
/* Power off and on: volatile state is gone, an operation that ran is cut off. */
void nor_power_on(struct nor *n);

/* --- a transaction --- */

/* Select, any number of out bytes and in bytes in the order of the wires, deselect. A command that does not fit (short
   address, wrong mode, busy, write not enabled, protected) is ignored as the chip ignores it. */
void nor_select(struct nor *n);
/* One byte out while one byte comes in, on however many lines the controller uses. lines is 1, 2, 4 or 8, or'ed with NOR_DDR
   when both edges of the clock carry bits: a byte takes 8 / lines clocks, half of that with NOR_DDR, and 8 | NOR_DDR is two
   bytes a clock. The controller only clocks bits; the chip takes them on the lines that it listens to in its present mode,
   where a line that nobody drives reads as 1. On one line the chip answers on IO1, as the controller expects.

   Who wants to be understood in an octal mode sends: an opcode of two bytes (its inverse follows on Macronix, itself on
   GigaDevice and ISSI), four address bytes (Macronix: also before registers and the id), dummy clocks, data. At double rate
   data come in pairs from an even address. Macronix sends the odd byte of each pair first ("byte order swapped" in its SFDP
   table), and takes what it programs in the same order: a byte has another place on the wires than at single rate. */
#define NOR_DDR 0x80U
uint8_t nor_transfer(struct nor *n, uint8_t out, unsigned lines);
/* Clocks (not edges) during which nobody drives the lines. Too few or too many of them shift what is read, as on the chip. */
void nor_dummy(struct nor *n, unsigned clocks);
void nor_deselect(struct nor *n);

/* --- states that it can be found in --- */

/* X(NAME, "its name for users", "what it is"). */
#define NOR_STATES(X)                                                                                                  \
    X(QPI, "qpi", "takes commands on four lines only")                                                                 \
    X(OPI_STR, "opi-str", "takes commands on eight lines only, one byte a clock")                                      \
    X(OPI_DTR, "opi-dtr", "takes commands on eight lines only, two bytes a clock")                                     \
    X(ADDRESS4, "4-byte", "takes four address bytes with every command")                                               \
    X(EXTENDED, "extended-address", "a 3-byte address means the second 16 MB")                                         \
    X(CONTINUOUS, "continuous-read", "takes an address on all lines at once, and no opcode")                           \
    X(ASLEEP, "deep-power-down", "sleeps; only release (AB) wakes it")                                                 \
    X(ERASING, "erase-running", "is erasing a block of 64 KB: a blank one, or else the last")                          \
    X(ERASE_SUSPENDED, "erase-suspended", "has stopped in an erase of such a block")                                   \
    X(PROGRAM_SUSPENDED, "program-suspended", "has stopped while it programs a page (with ones)")                      \
    X(WRITE_ENABLED, "write-enabled", "the next program, erase or status write needs no write enable")                 \
    X(PROTECTED_BLOCKS, "protected-blocks", "its block protect bits cover the lower half, or the upper one")           \
    X(PROTECTED_ALL, "protected-all", "its block protect bits cover everything")                                       \
    X(PROTECTED_PIN, "protected-pin", "protected-all, locked by the status register's bit and a low WP pin")           \
    X(BLOCK_LOCKS, "block-locks", "a lock on each block, all closed, instead of the block protect bits")               \
    X(QE_CLEAR, "qe-clear", "its quad enable bit is 0")                                                                \
    X(QE_SET, "qe-set", "its quad enable bit is 1")                                                                    \
    X(STUCK_LOW, "lines-low", "its data lines are shorted to ground: everything reads as 0")                           \
    X(STUCK_HIGH, "lines-high", "its data lines stay high: everything reads as 1")

enum nor_state {
#define NOR_STATE_ENUM(name, text, help) NOR_STATE_##name,
    NOR_STATES(NOR_STATE_ENUM)
#undef NOR_STATE_ENUM
        NOR_STATE_COUNT,
};
/* Puts the chip into a state, as if a program had; idle, not selected. ERR_UNSUPPORTED, with a sentence, on a part that
   cannot be in it. Protection and QE bits stay over a power cycle, the others do not. */
enum err nor_enter(struct nor *n, enum nor_state state) MUST_USE;
/* The same by names, more than one of them separated by commas. ERR_USAGE, with a sentence that lists the names, for one
   that is not known. */
enum err nor_preset(struct nor *n, const char *names) MUST_USE;
/* Looks at the names only, as nor_preset does. */
enum err nor_check_states(struct log *log, const char *names) MUST_USE;
const char *nor_state_name(enum nor_state state);

/* --- looking inside --- */

enum nor_mode { NOR_SPI, NOR_QPI, NOR_OPI_STR, NOR_OPI_DTR };
/* How it takes commands now. A cache that reads the content at once instead of clocking each byte asks these first. */
enum nor_mode nor_mode(const struct nor *n);
bool nor_is_4byte(const struct nor *n); /* of address, in every command with one */
/* Whether a read command on single, dual or quad lines with three address bytes would give the content now: false while
   busy, asleep, absent, waiting for an address only, or in another mode. */
bool nor_is_readable(const struct nor *n);
/* The same for the read of an octal mode, with that mode's opcode, addresses and dummy clocks. */
bool nor_is_readable_octal(const struct nor *n, enum nor_mode mode);
/* The content, for whoever loads, saves or caches it. A writer tells nobody: see nor_on_change for the other way. */
uint8_t *nor_bytes(struct nor *n);
const struct nor_part *nor_part_of(const struct nor *n);
uint32_t nor_size(const struct nor *n);
/* The time up to which the chip is busy, in ps of the board's clock; SCHED_NEVER for one that never gets ready. */
uint64_t nor_busy_until(const struct nor *n);
/* How often programming or erasing has changed content since the chip was made. */
uint64_t nor_changes(const struct nor *n);
/* Called before and after programming or erasing changes content; either may be NULL. */
typedef void nor_change_fn(void *ctx, uint32_t offset, uint32_t len);
void nor_on_change(struct nor *n, nor_change_fn *before, nor_change_fn *after, void *ctx);
uint32_t nor_erases(const struct nor *n, uint32_t sector);  /* of a 4 KB sector since nor_new */
uint64_t nor_busy_ns(const struct nor *n);                  /* that programs, erases and status writes took */
uint64_t nor_commands(const struct nor *n, uint8_t opcode); /* given, understood or not */
uint8_t nor_status(const struct nor *n, unsigned number);   /* register 1, 2 or 3 now (2 is Macronix's configuration) */
bool nor_is_protected(const struct nor *n, uint32_t offset, uint32_t len);

/* --- faults --- */

void nor_fault_busy(struct nor *n, bool never_ready); /* WIP never falls once it has risen */
void nor_fault_weak(struct nor *n, bool weak);        /* a programmed page keeps one bit at 1 */
void nor_set_absent(struct nor *n, bool absent);      /* reads all ones */
void nor_set_wp(struct nor *n, bool low);             /* the WP pin; high as long as nobody sets it */

#endif
