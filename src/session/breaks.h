/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breakpoints wherever a program runs: in hardware, in RAM, in flash.
 *
 * Those in flash are set when the cores go on (session_prepare_run), all at once, so that a sector is written once however many
 * it gets, and setting and removing one in between costs nothing. They are breakpoints by address: where that lies in the flash
 * is asked of the chip. While the program that they belong to is not mapped, after a reset, the flash holds none, because a
 * bootloader refuses a program that was changed; they are set when the program begins.
 *
 * A journal in the user's state folder knows of every sector that is not as it was programmed. session_examine restores what an
 * earlier session left behind.
 */
#ifndef SESSION_BREAKS_H
#define SESSION_BREAKS_H

#include "session/session.h"

enum session_break {
    SESSION_BREAK_HARD,    /* in hardware, or not at all */
    SESSION_BREAK_WRITTEN, /* in RAM or flash, or not at all */
    SESSION_BREAK_SOFT,    /* in RAM where that is possible, else as ANY */
    SESSION_BREAK_ANY,     /* in hardware, then RAM, then flash */
};

/* len: of the instruction there, as the user sees it. The sentence of an error says why each of the ways is closed. */
enum err session_add_breakpoint(struct session *s, uint32_t addr, uint8_t len, enum session_break kind) MUST_USE;

/* Before cores are let go to run the program, which are halted: the flash agent is ended, and the flash holds the breakpoints
   that are wanted there. */
enum err session_prepare_run(struct session *s) MUST_USE;
/* The same before one instruction is done: the flash is left as it is. */
enum err session_prepare_step(struct session *s) MUST_USE;
/* Takes out of the flash what nobody wants any more, of a target that stays halted. */
enum err session_drop_breakpoints(struct session *s) MUST_USE;
/* After a poll: whether the cores have stopped for the session's own sake, and go on again. The chip was reset, so that the
   flash is restored; or the program begins, so that its breakpoints can be set. */
enum err session_look_after(struct session *s, bool *goes_on) MUST_USE;

/* One of those that lie in flash, for lists. */
struct session_flash_break {
    uint32_t addr, offset;
    bool is_known;   /* offset is */
    bool is_set;     /* the flash holds it now; else when the cores go on */
    bool is_movable; /* it is a hardware breakpoint at the moment, and may be moved to flash */
};
/* Fills at most room; gives how many there are. */
size_t session_flash_breaks(struct session *s, struct session_flash_break *out, size_t room);
/* Sectors of the flash that were written for breakpoints in this session, and put back. */
unsigned session_flash_break_writes(const struct session *s);

#endif
