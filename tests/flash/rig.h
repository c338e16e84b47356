/* SPDX-License-Identifier: Apache-2.0 */
/* All layers from a virtual board up to its flash, as a session builds them. */
#ifndef TESTS_FLASH_RIG_H
#define TESTS_FLASH_RIG_H

#include "adapter/adapter.h"
#include "base/bytes.h"
#include "base/log.h"
#include "flash/flash.h"
#include "jtag/jtag.h"
#include "sim/board.h"
#include "target/target.h"

struct rig {
    struct chip chip; /* a copy of the record, with the cores asked for */
    struct log log;
    struct adapter *adapter;
    struct jtag *jtag;
    struct target *target;
    struct flash *flash;
    struct board *board;
};

/* With so many of the chip's cores in use; 0: all. What to set on the adapter before it is opened: pairs of option and value, ended by NULL; may be NULL. */
enum err rig_open(struct rig *r, const char *const *options, unsigned cores) MUST_USE;
/* The same of another chip, on the virtual board that the options name. */
enum err rig_open_chip(struct rig *r, const char *chip, const char *const *options, unsigned cores) MUST_USE;
void rig_close(struct rig *r);

/* Bytes without a pattern, the same for the same seed. */
void rig_fill(uint8_t *bytes, size_t len, uint32_t seed);

/* A file of a sample build. */
struct rig_file {
    const char *name; /* in the build's folder; NULL ends a list */
    uint32_t offset;  /* in flash */
};
enum { RIG_FILES = 4 };
/* Reads the files of a build into files[], in their order (the caller's to free, after an error too), programs them, and resets
   the chip so that it runs them. */
enum err rig_run_build(struct rig *r, const char *folder, const struct rig_file *list, struct buf *files) MUST_USE;
/* How often the text stands in a file, such as the one that a board's UART is written to. */
size_t rig_count_in(struct rig *r, const char *path, const char *text);

#endif
