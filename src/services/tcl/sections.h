/* SPDX-License-Identifier: Apache-2.0 */
/* Files that go into memory: raw bytes, Intel HEX, ELF. */
#ifndef SERVICES_TCL_SECTIONS_H
#define SERVICES_TCL_SECTIONS_H

#include "base/bytes.h"
#include "base/log.h"

#include <stdint.h>

enum { SECTIONS_MAX = 256 };

struct section {
    uint32_t addr;
    size_t at, len; /* in the bytes */
};

/* A zeroed one is empty; sections_fini frees what it holds. */
struct sections {
    struct buf bytes;
    struct section list[SECTIONS_MAX];
    unsigned count;
    const char *kind; /* "bin", "ihex", "elf" */
};

/* Reads a file. kind: "bin", "ihex", "elf", or NULL to find out from the content. A raw file gets address 0. ERR_NOT_FOUND,
   ERR_IO, ERR_MALFORMED (with the line), ERR_UNSUPPORTED for kinds that are not there. */
enum err sections_load(struct log *log, const char *path, const char *kind, struct sections *s) MUST_USE;
void sections_fini(struct sections *s);

#endif
