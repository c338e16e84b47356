/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of breakpoints share. */
#ifndef SESSION_BREAKS_INT_H
#define SESSION_BREAKS_INT_H

#include "session/breaks.h"
#include "session/session_int.h"
#include "session/survey.h"

/* --- breaks_choose.c: which of them are in hardware; pure --- */
struct break_choice {
    uint32_t addr;
    bool is_in_flash; /* the flash holds it already */
    bool is_old;      /* it was there when the cores ran last */
    bool takes_slot;  /* out: it is to be tried in hardware, in the order of rank */
    unsigned rank;
};
/* What the flash holds stays there. Of the others new ones come first, because they tend to be temporary; so one that stays
   moves to flash once, and steps over calls cost no write after that. */
void break_choose(struct break_choice *list, size_t count);

/* --- breaks_place.c --- */
/* Whether the address lies where the program may be executed from flash. */
bool break_is_flash_window(const struct session *s, uint32_t addr);
/* Why no breakpoint can be put there, as an error. */
enum err break_check_flash(struct session *s, uint32_t addr) MUST_USE;

/* --- breaks_journal.c --- */
/* Gives the flash its journal: named for the chip with this MAC, or for the virtual board. */
void breaks_use_journal(struct session *s, const uint8_t mac[SURVEY_MAC]);
/* The flash has put originals back for a job of its own: the target is told what is left. */
void breaks_note_change(struct session *s);
void breaks_close_journal(struct session *s);

#endif
