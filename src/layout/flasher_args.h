/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a build says about flashing it: flasher_args.json, and the older flash_args, of ESP-IDF's build directory.
 *
 * Written by esp-idf components/esptool_py (flasher_args.json.in, project_include.cmake). No files are read here.
 */
#ifndef LAYOUT_FLASHER_ARGS_H
#define LAYOUT_FLASHER_ARGS_H

#include "base/err.h"
#include "base/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flasher_file {
    char *path; /* as written: relative to the build directory unless absolute */
    char *name; /* "bootloader", "app", "partition-table", ...; NULL when the build does not name it */
    uint32_t offset;
    bool is_encrypted; /* to be encrypted while it is written */
};

/* A zeroed one is empty. */
struct flasher_args {
    struct flasher_file *files; /* in the order written */
    size_t count, room;
    char *chip;                                 /* "esp32"; NULL when not said */
    char *flash_mode, *flash_size, *flash_freq; /* "dio", "4MB", "40m", or "keep"; NULL when not said */
};

void flasher_args_fini(struct flasher_args *a);
/* ERR_MALFORMED with the line or the key that is wrong; out is empty then. */
enum err flasher_args_from_json(struct log *log, const char *text, size_t len, struct flasher_args *out) MUST_USE;
enum err flasher_args_from_text(struct log *log, const char *text, size_t len, struct flasher_args *out) MUST_USE;
/* The file of that name; NULL when there is none. */
const struct flasher_file *flasher_args_find(const struct flasher_args *a, const char *name);

#endif
