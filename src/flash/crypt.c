/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/crypt.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool crypt_is_wanted(const struct flash_piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pieces[i].is_encrypted)
            return true;
    return false;
}

enum err crypt_check_pieces(struct flash *f, const struct flash_piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!pieces[i].is_encrypted)
            continue;
        if (!f->encrypt_unit)
            return err_at(f->log, ERR_UNSUPPORTED,
                          "%s: letting the %s encrypt what is written is not there yet. Encrypt the file on the host "
                          "(espsecure encrypt_flash_data) and write it as it is",
                          pieces[i].name, f->chip_title);
        if (pieces[i].offset % f->encrypt_unit)
            return err_at(f->log, ERR_ALIGN,
                          "%s: the offset 0x%" PRIx32 " is not a multiple of %" PRIu32
                          ", the bytes that the %s encrypts together; give it another offset",
                          pieces[i].name, pieces[i].offset, f->encrypt_unit, f->chip_title);
    }
    return ERR_OK;
}

/* --- what is there --- */

static size_t run_of_encrypted(const struct plan *p, size_t from)
{
    size_t n = 0, longest = plan_run(p, from, p->count);
    while (n < longest && p->sectors[from + n].kind == PLAN_ENCRYPTED)
        n++;
    return n;
}

static enum err find_whole(struct flash *f, struct plan *p, size_t first, size_t count)
{
    uint8_t(*digests)[MAILBOX_DIGEST] = calloc(count, sizeof *digests);
    if (!digests)
        return ERR_MEMORY;
    enum err e =
        step_digests(f, FLASH_DECRYPTED, p->sectors[first].offset, (uint32_t)count * FLASH_SECTOR_SIZE, digests);
    for (size_t i = 0; i < count && !e; i++) {
        struct plan_sector *s = &p->sectors[first + i];
        uint8_t wanted[MAILBOX_DIGEST];
        digest_bytes(plan_wanted(p, first + i), FLASH_SECTOR_SIZE, wanted);
        if (!memcmp(digests[i], wanted, sizeof wanted))
            s->found = FOUND_SAME;
        else if (s->found != FOUND_BLANK)
            s->found = FOUND_DIFFERS;
    }
    free(digests);
    return e;
}

static enum err find_mixed(struct flash *f, struct plan *p, size_t sector)
{
    uint8_t content[FLASH_SECTOR_SIZE], plain[FLASH_SECTOR_SIZE];
    uint32_t offset = p->sectors[sector].offset;
    enum err e = step_read(f, FLASH_AS_IT_IS, offset, content, sizeof content);
    if (!e)
        e = step_read(f, FLASH_DECRYPTED, offset, plain, sizeof plain);
    if (!e)
        plan_merge_encrypted(p, sector, content, plain);
    return e;
}

enum err crypt_find(struct flash *f, struct plan *p)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < p->count && !e;) {
        size_t run = run_of_encrypted(p, i);
        if (run)
            e = find_whole(f, p, i, run);
        else if (p->sectors[i].kind == PLAN_MIXED)
            e = find_mixed(f, p, i);
        i += run ? run : 1;
    }
    return e;
}

/* --- verify --- */

enum err crypt_verify_mixed(struct flash *f, const struct plan *p, size_t sector, const char *name)
{
    uint8_t content[2][FLASH_SECTOR_SIZE];
    const uint8_t *wanted = plan_wanted(p, sector);
    uint32_t offset = p->sectors[sector].offset;
    enum err e = step_read(f, FLASH_AS_IT_IS, offset, content[0], FLASH_SECTOR_SIZE);
    if (!e)
        e = step_read(f, FLASH_DECRYPTED, offset, content[1], FLASH_SECTOR_SIZE);
    for (size_t i = 0; i < FLASH_SECTOR_SIZE && !e; i++) {
        bool is_crypted = plan_is_crypted(p, sector, i / FLASH_CRYPT_UNIT);
        if (content[is_crypted][i] != wanted[i])
            e = err_at(f->log, ERR_VERIFY, "the flash differs from %s at 0x%06zx: it holds 0x%02X%s instead of 0x%02X",
                       name, offset + i, content[is_crypted][i], is_crypted ? " (decrypted)" : "", wanted[i]);
    }
    return e;
}
