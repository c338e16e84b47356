/* SPDX-License-Identifier: Apache-2.0 */
/* Files and their places in flash, as "FILE@OFFSET" on the command line says. */
#ifndef SERVICES_CLI_PIECES_H
#define SERVICES_CLI_PIECES_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/log.h"

#include <stddef.h>
#include <stdint.h>

struct piece {
    char *name; /* of the file */
    uint32_t offset;
    struct buf bytes;  /* never empty */
    bool is_encrypted; /* by the chip, while it is written */
};

/* A zeroed one is empty and ready. */
struct pieces {
    struct piece *items;
    size_t count, room;
};

#define PIECES_MAX_END ((uint64_t)1 << 32)

void pieces_fini(struct pieces *p);
/* Reads the file and adds it. ERR_USAGE when the offset is missing or no number; ERR_MALFORMED when the file is empty. */
enum err pieces_add_arg(struct log *log, struct pieces *p, const char *arg) MUST_USE;
enum err pieces_add_file(struct log *log, struct pieces *p, const char *path, uint32_t offset) MUST_USE;
/* Takes the content of bytes over, which is empty afterwards. */
enum err pieces_add(struct log *log, struct pieces *p, const char *name, uint32_t offset, struct buf *bytes) MUST_USE;
void pieces_drop_last(struct pieces *p);
/* Sorts by offset; ERR_USAGE when two overlap or one goes past 4 GB. */
enum err pieces_sort(struct log *log, struct pieces *p) MUST_USE;

struct merge_options {
    uint32_t base; /* flash offset of the first byte */
    uint8_t fill;
    uint64_t pad_to; /* flash offset up to which it is filled; 0: no padding */
};
/* Sorts, and appends everything to out as it would lie in flash. */
enum err pieces_merge(struct log *log, struct pieces *p, const struct merge_options *options, struct buf *out) MUST_USE;

#endif
