/* SPDX-License-Identifier: Apache-2.0 */
/* What `espocd doctor` found, line by line, and who looks for it. Nothing is changed anywhere. */
#ifndef SERVICES_CLI_DOCTOR_H
#define SERVICES_CLI_DOCTOR_H

#include "base/host.h"
#include "session/survey.h"

#include <jansson.h>
#include <stdio.h>

enum verdict_kind {
    VERDICT_GOOD,
    VERDICT_NOTE, /* odd, or worth knowing */
    VERDICT_BAD,
};

enum { VERDICT_SEEN = 640, VERDICT_REMEDY = 512 };

struct verdict {
    enum verdict_kind kind;
    const char *subject; /* "adapter", "chip", "flash" ...: constant */
    char seen[VERDICT_SEEN];
    char remedy[VERDICT_REMEDY]; /* "" for what is good */
};

/* A zeroed one is empty. */
struct verdicts {
    struct verdict *items;
    size_t count, room;
    bool failed; /* memory ran out */
};

void verdicts_fini(struct verdicts *v);
void verdict_good(struct verdicts *v, const char *subject, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* remedy is a constant sentence. */
void verdict_add(struct verdicts *v, enum verdict_kind kind, const char *subject, const char *remedy, const char *fmt,
                 ...) __attribute__((format(printf, 5, 6)));
size_t verdicts_count(const struct verdicts *v, enum verdict_kind kind);

void verdicts_print(FILE *out, const struct verdicts *v, bool with_color);
json_t *verdicts_json(const struct verdicts *v); /* a new reference */

/* USB adapters, the kind of system, GDB for the chip (NULL: any). path: NULL for the environment's PATH. */
void doctor_host(struct verdicts *v, const struct host_roots *roots, const char *path, const struct chip *chip);
/* resets: how often the chip was reset in watched_ms before the survey. */
void doctor_chip(struct verdicts *v, const struct survey *s, unsigned resets, unsigned watched_ms);
void doctor_flash(struct verdicts *v, const struct survey *s);

#endif
