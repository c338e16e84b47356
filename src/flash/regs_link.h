/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers behind agent/reg.h when the agent's code runs on the host: of a SPI MEM controller and the chip around it,
 * through a halted core. Writes wait until something is read; a read goes with them in one round trip, and where transfers
 * of flash content are bound to follow each other, many of them with their data.
 *
 * The functions of reg.h cannot fail: after an error nothing is sent any more, zeros are read, and error says which it was.
 */
#ifndef FLASH_REGS_LINK_H
#define FLASH_REGS_LINK_H

#include "agent/spi_mem.h"
#include "target/target.h"

enum { REGS_QUEUE = 192, REGS_AHEAD = 64, REGS_WORDS = SPI_CHUNK / 4, REGS_SETTINGS = 8, REGS_LOOKS = 32 };

/* What the owner of a link knows of its work. */
struct regs_owner {
    /* Before each way to the chip: whether the time is over, or the user wants no more, is seen here. */
    void (*before)(void *ctx);
    /* How many transfers like one that reads bytes at this address of the flash follow it, each step bytes further. */
    unsigned (*ahead)(void *ctx, uint32_t address, uint32_t bytes, uint32_t *step);
    void *ctx;
};

/* A transfer that was done before it was asked for. */
struct regs_transfer {
    uint32_t address, looks[REGS_LOOKS], words[REGS_WORDS];
    unsigned look_count;
};

struct regs_link {
    struct spi spi; /* what the agent sees of it */
    struct core *core;
    const struct clock *clock;
    struct regs_owner owner;
    enum err error;

    struct core_access queue[REGS_QUEUE];
    size_t queued;
    struct core_access *batch;

    uint32_t address;                                 /* as set; sent with the next command */
    uint32_t settings[REGS_SETTINGS], known_settings; /* as sent; bit n: is known */
    enum { TRANSFER_UNKNOWN, TRANSFER_RUNS, TRANSFER_HAS_ENDED } transfer;
    bool is_user;         /* it is a transfer as the settings say, and no command of the controller's own */
    unsigned words_known; /* of the controller's buffer */
    bool status_is_known;
    uint32_t words[REGS_WORDS], status;
    /* At CMD behind a transfer that brings so many words, until it has ended for certain. */
    unsigned looks[REGS_WORDS + 1], looks_at_least[REGS_WORDS + 1];

    struct regs_transfer *ahead;
    unsigned ahead_at, ahead_count;
};

/* To a chip's controller, through a core of it; clock says how long a pause is. False without memory. */
bool regs_link_init(struct regs_link *l, const struct spi_mem_chip *chip, struct core *core, const struct clock *clock,
                    struct regs_owner owner);
void regs_link_fini(struct regs_link *l);
/* Forgets what is known of the chip and an error. */
void regs_link_reset(struct regs_link *l);
/* Sends what waits. Gives the link's error. */
enum err regs_link_flush(struct regs_link *l);

#endif
