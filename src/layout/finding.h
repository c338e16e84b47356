/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings: what the layout engine remarks on bytes that it was shown. Each kind is a constant row; a finding adds where
 * it was and what was seen there.
 */
#ifndef LAYOUT_FINDING_H
#define LAYOUT_FINDING_H

#include "base/err.h"
#include "base/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum severity {
    FINDING_NOTE,    /* worth knowing */
    FINDING_WARNING, /* works, but probably not as meant */
    FINDING_ERROR,   /* does not work */
};

struct finding_kind {
    const char *code; /* stable word for programs and tests: "image-checksum" */
    enum severity severity;
    const char *means;  /* what it means */
    const char *remedy; /* what to do */
};

enum { FINDING_SEEN_MAX = 256 };

struct finding {
    const struct finding_kind *kind;
    uint64_t offset; /* in the flash or file; meaningless without has_offset */
    bool has_offset;
    char seen[FINDING_SEEN_MAX]; /* what was seen */
};

/* A list of findings. A zeroed one is empty and ready. base is added to the offsets of what is found from then on, so
   that a parser that looks at a piece reports places in the whole. */
struct findings {
    struct finding *items;
    size_t count, room;
    uint64_t base;
    bool failed; /* memory ran out, some are missing */
};

void findings_fini(struct findings *f);
/* f may be NULL: nothing is kept. At most FINDINGS_MAX are kept. */
enum { FINDINGS_MAX = 1000 };
void findings_add(struct findings *f, const struct finding_kind *kind, uint64_t offset, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same for what has no place. */
void findings_add_nowhere(struct findings *f, const struct finding_kind *kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

size_t findings_count(const struct findings *f, enum severity severity);
/* The first finding of that severity; NULL when there is none. */
const struct finding *findings_first(const struct findings *f, enum severity severity);
const char *severity_name(enum severity s); /* "note", "warning", "error" */

/* ERR_OK when no finding is an error; else code, with the first error as the sentence. */
enum err findings_verdict(struct log *log, const struct findings *f, enum err code) MUST_USE;

#endif
