/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mode in which a flash is found, and the way back to it. The agent works in plain SPI, which every part knows: a flash
 * that is found otherwise is brought there and taken back at the end.
 *
 * Nothing that is sent while the mode is not known can erase or write, in whatever mode it is heard: see
 * docs/decisions/110-flash-in-any-state.md.
 */
#ifndef AGENT_MODE_H
#define AGENT_MODE_H

#include "agent/mailbox.h"
#include "agent/spi.h"

/* How commands go in a mode. */
struct mode_way;

struct mode {
    const struct mode_way *way; /* that the flash was found in; NULL: not looked for, or nothing answers */
    uint32_t notes;             /* enum mailbox_notes */
    uint32_t rdid;              /* manufacturer | type << 8 | capacity << 16; what was read last if nothing answers */
    uint32_t status;            /* register 1, as last read in that mode */
};

/* Finds the mode, waits for a flash that is busy or suspended, and brings it to plain SPI. AGENT_NO_FLASH when nothing
   answers, AGENT_CANCELLED when it stays busy, AGENT_NO_SPI when it does not leave its mode. */
enum mailbox_result mode_find(struct mode *m, struct spi *s, const volatile uint32_t *cancel);
/* The flash is idle and in plain SPI: takes it back to how it was found, or, with as_after_power_on, ends what is left of
   that, so that a boot ROM can read it. */
void mode_leave(struct mode *m, struct spi *s, bool as_after_power_on);
/* For the report. */
enum mailbox_mode_found mode_number(const struct mode *m);

#endif
