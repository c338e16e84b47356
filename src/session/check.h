/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is refused before a programming job touches the flash: one place and one set of texts for every service that writes
 * files. Only session_check_encryption talks to the chip.
 */
#ifndef SESSION_CHECK_H
#define SESSION_CHECK_H

#include "base/err.h"
#include "base/log.h"
#include "chips/chip.h"
#include "flash/flash.h"
#include "target/target.h"

#include <stddef.h>
#include <stdint.h>

/* Every piece ends inside the flash, and no two overlap. Nothing that is forced gets around this. */
enum err session_check_places(struct log *log, const struct flash_piece *pieces, size_t count,
                              uint32_t flash_size) MUST_USE;

/* Encrypted pieces need a chip whose eFuses have flash encryption on. On such a chip a plain image or partition table is
   warned of: the chip would decrypt it. Some core must be halted. */
enum err session_check_encryption(struct target *target, const struct flash_piece *pieces, size_t count) MUST_USE;

/* The rest is refused unless the user insists; force is how the service spells that ("--force"). */

/* What boots or is looked up begins at a sector. */
enum err session_check_sectors(struct log *log, const struct flash_piece *pieces, size_t count,
                               const char *force) MUST_USE;
/* When a sound partition table is among the pieces, none is larger than its partition. */
enum err session_check_partitions(struct log *log, const struct flash_piece *pieces, size_t count,
                                  const char *force) MUST_USE;
/* Images are for this chip and revision (major * 100 + minor). Only one that is whole is judged: what merely begins like
   one may be anything. Warns of damaged images, and of what is no image where the bootloader belongs. */
enum err session_check_images(struct log *log, const struct flash_piece *pieces, size_t count, const struct chip *chip,
                              unsigned revision) MUST_USE;

#endif
