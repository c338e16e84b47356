/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SPI NOR flash chip: commands in, data out, and time that its work takes.
 *
 * The controller (sim/esp32) speaks in whole transactions: chip select goes low, bytes go out and in, chip select goes
 * high. What the command does happens at the end of the transaction, as on the chip.
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
    const char *name;
    uint8_t id[3];
    uint32_t size;
    const uint8_t *sfdp;
    uint32_t sfdp_size;
    struct nor_times {                        /* nanoseconds */
        uint64_t first_byte, more_byte, page; /* program: min(page, first_byte + (n - 1) * more_byte) */
        uint64_t sector, block32, block64, chip, status;
    } typical, maximum;
};

extern const struct nor_part nor_w25q64jv; /* 8 MB */
const struct nor_part *nor_part_find(const char *name);

struct nor *nor_new(const struct nor_part *part, struct sched *sched, bool maximum_times, struct log *log);
void nor_free(struct nor *n);
void nor_power_on(struct nor *n);

/* A transaction: select, any number of out bytes and in bytes in the order of the wires, deselect. A command that does not
   fit (short address, wrong mode, busy, write not enabled, protected) is ignored as the chip ignores it. */
void nor_select(struct nor *n);
/* One byte out while one byte comes in, on however many lines the controller uses. lines is 1, 2 or 4: a command that is
   given on other lines than the part takes it is not understood. */
uint8_t nor_transfer(struct nor *n, uint8_t out, unsigned lines);
void nor_dummy(struct nor *n, unsigned clocks);
void nor_deselect(struct nor *n);

uint8_t *nor_bytes(struct nor *n);
uint32_t nor_size(const struct nor *n);
/* Called when content changed by programming or erasing, so that caches of it can be refilled. */
void nor_on_change(struct nor *n, void (*fn)(void *ctx, uint32_t offset, uint32_t len), void *ctx);
uint32_t nor_erases(const struct nor *n, uint32_t sector);
uint64_t nor_busy_ns(const struct nor *n);
uint64_t nor_commands(const struct nor *n, uint8_t opcode);
void nor_fault_busy(struct nor *n, bool never_ready);
void nor_fault_weak(struct nor *n, bool weak);
void nor_set_absent(struct nor *n, bool absent);

#endif
