/* SPDX-License-Identifier: Apache-2.0 */
/* The GDB for a chip, and what it is to be told of a program. */
#ifndef SERVICES_CLI_GDB_FIND_H
#define SERVICES_CLI_GDB_FIND_H

#include "base/err.h"
#include "base/log.h"
#include "chips/chip.h"

#include <stdbool.h>
#include <stddef.h>

/* Looks along path (NULL: PATH), then where ESP-IDF puts its tools (tools_dir; NULL: IDF_TOOLS_PATH, else ~/.espressif).
   ERR_NOT_FOUND: the sentence names what was looked for and what provides it. */
enum err gdb_find(struct log *log, const struct chip *chip, const char *path, const char *tools_dir, char *found,
                  size_t room) MUST_USE;

/* The same for those who only want to know: false when there is none. */
bool gdb_search(const struct chip *chip, const char *path, const char *tools_dir, char *found, size_t room);
/* What provides a GDB for this kind of chip, a sentence. */
const char *gdb_remedy(const struct chip *chip);

/* The function that a program of an ELF file begins with, for the user: "app_main", else "main"; NULL when it has neither.
   An error when the file cannot be read or is none. */
enum err gdb_first_function(struct log *log, const char *elf_path, const char **name) MUST_USE;

#endif
