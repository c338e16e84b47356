/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A survey: everything that can be learned of a chip and of its flash without changing either. Cores that are not halted are
 * halted meanwhile and go on afterwards, also after an error or Ctrl-C; their watchdogs stand still with them.
 *
 * Nothing in it is a precondition of anything else. What could not be learned is left out, and said in words.
 */
#ifndef SESSION_SURVEY_H
#define SESSION_SURVEY_H

#include "layout/layout.h"
#include "layout/mapping.h"
#include "session/session.h"

enum { SURVEY_WHY = 512, SURVEY_MAC = 6 };

struct survey_request {
    uint32_t table_offset, app_offset; /* hints of the user; LAYOUT_NOWHERE: none */
    bool verify_images;                /* read them whole (megabytes) */
    bool look_everywhere;              /* at the begin of every sector, so that used space is known */
    bool leave_flash;                  /* do not touch it: the chip and its MMU only */
};
struct survey_request survey_request_default(void);

/* A core as it was found. */
struct survey_core {
    enum core_state state;
    const char *off; /* why it was unavailable, a constant sentence; NULL when it was not */
    bool has_pc, has_reset_cause;
    uint32_t pc, reset_cause;
};

struct survey {
    const struct chip *chip;
    unsigned core_count;
    struct survey_core cores[CHIP_MAX_CORES];
    uint8_t cores_halted; /* bit n: the survey halted core n, and let it go on in the end */

    bool has_facts; /* what follows was read; else facts_why */
    char facts_why[SURVEY_WHY];
    unsigned revision; /* major * 100 + minor; see has_revision */
    bool has_revision;
    uint8_t mac[SURVEY_MAC];
    uint32_t settings;                      /* bit n: enum chip_setting n is on */
    const struct chip_boot_mode *boot_mode; /* that the strapping pins asked for; NULL: none of the known */
    uint32_t closed, locked; /* bit n: permission n of the chip forbids something; and only a reset changes that */

    bool has_live; /* the MMU was read; else live_why */
    char live_why[SURVEY_WHY];

    bool has_flash; /* the flash said who it is; else flash_why */
    char flash_why[SURVEY_WHY];
    struct flash_info flash;

    bool has_layout; /* the flash was read; else flash_why */
    struct layout layout;
    struct mapping now;      /* what the cores see; empty without has_live */
    struct mapping expected; /* what they will see once that which boots runs */
    struct mapping merged;   /* now, and where it says nothing what is expected: for breakpoints and memory maps */
    struct findings findings;
    uint64_t ns; /* that it took, in the session's time */

    uint32_t *mmu_words[CHIP_MAX_CORES]; /* the tables; the survey's own */
    uint32_t
        *psram_words[CHIP_MAX_CORES]; /* entries of external RAM, when they are others and the core sees it; likewise */
    uint8_t cores_off;                /* bit n: core n cannot run, or has not begun: its table means nothing */
};

/*
 * Looks. The session is open. An error: nobody answers any more, the chip cannot be halted, Ctrl-C; out then holds what was
 * learned up to there, and the cores go on, if the adapter is there still. A Ctrl-C that comes when they are being let go is
 * not an error: it stays pending. That the flash does not answer or holds garbage is no error. out need not be initialised; survey_fini
 * it in every case.
 */
enum err session_survey(struct session *s, const struct survey_request *request, struct survey *out) MUST_USE;
void survey_fini(struct survey *v);

bool survey_has_setting(const struct survey *v, enum chip_setting setting);

#endif
