/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a user gives to "flash" and "verify": FILE@OFFSET, FILE.elf, FILE.elf@OFFSET, or the build directory of a project.
 *
 * A program (ELF) without an offset goes where its build says ("app" in flasher_args.json beside it), else where the
 * partition table in the flash has the app that starts without OTA data, else to 0x10000.
 */
#ifndef SERVICES_CLI_INPUTS_H
#define SERVICES_CLI_INPUTS_H

#include "flash/flash.h"
#include "layout/flasher_args.h"
#include "layout/image.h"
#include "services/cli/pieces.h"

struct program {
    char *path;
    struct buf elf;
    bool has_offset;
    uint32_t offset;
    bool is_encrypted;
};

/* A zeroed one is empty. */
struct inputs {
    struct pieces pieces;
    struct program *programs;
    size_t program_count;
    bool encrypts; /* single files are encrypted by the chip; set it before they are read */
    char *chip;    /* that a build directory is for; NULL when none says so */
};

void inputs_fini(struct inputs *in);
/* Reads everything that the arguments name. Touches no chip. */
enum err inputs_read(struct log *log, struct inputs *in, char **args, size_t count) MUST_USE;
/* Makes images of the programs, for this chip and flash, and sorts all pieces. The flash is read only when a program's
   place must be looked up in it. */
enum err inputs_resolve(struct log *log, struct inputs *in, const struct chip *chip, struct flash *flash,
                        const struct flash_info *info) MUST_USE;
/* ERR_STATE when a build directory among them is for another chip. */
enum err inputs_check_build(struct log *log, const struct inputs *in, const struct chip *chip) MUST_USE;

#endif
