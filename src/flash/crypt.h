/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps of a job on what the chip encrypts. The key is in the chip and stays there: what the flash holds can only be
 * compared as the chip decrypts it, through its cache.
 */
#ifndef FLASH_CRYPT_H
#define FLASH_CRYPT_H

#include "flash/flash_int.h"
#include "flash/plan.h"

bool crypt_is_wanted(const struct flash_piece *pieces, size_t count);
/* Whether the encrypted pieces among them can be written so: ERR_UNSUPPORTED, ERR_ALIGN. */
enum err crypt_check_pieces(struct flash *f, const struct flash_piece *pieces, size_t count) MUST_USE;
/* Learns what is in the sectors that are not plain; those that are blank are known already. */
enum err crypt_find(struct flash *f, struct plan *p) MUST_USE;
/* Compares a sector of which some units are encrypted; name is what it should hold. */
enum err crypt_verify_mixed(struct flash *f, const struct plan *p, size_t sector, const char *name) MUST_USE;

#endif
