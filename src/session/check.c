/* SPDX-License-Identifier: Apache-2.0 */
#include "session/check.h"

#include "layout/image.h"
#include "layout/partition.h"

#include <inttypes.h>

/* --- places --- */

static uint64_t end_of(const struct flash_piece *p)
{
    return p->offset + (uint64_t)p->len;
}

static enum err check_end(struct log *log, const struct flash_piece *p, uint32_t flash_size)
{
    if (end_of(p) <= flash_size)
        return ERR_OK;
    return err_at(log, ERR_RANGE,
                  "'%s' (%zu bytes at 0x%" PRIX32 ") would end at 0x%" PRIX64 ", but the flash ends at 0x%" PRIX32
                  "; nothing was written; check the offset, or use a smaller file",
                  p->name, p->len, p->offset, end_of(p), flash_size);
}

static enum err check_apart(struct log *log, const struct flash_piece *a, const struct flash_piece *b)
{
    if (a->offset >= end_of(b) || b->offset >= end_of(a))
        return ERR_OK;
    return err_at(log, ERR_RANGE,
                  "'%s' (0x%" PRIX32 " to 0x%" PRIX64 ") and '%s' (0x%" PRIX32 " to 0x%" PRIX64
                  ") overlap; nothing was written; check the offsets",
                  a->name, a->offset, end_of(a), b->name, b->offset, end_of(b));
}

enum err session_check_places(struct log *log, const struct flash_piece *pieces, size_t count, uint32_t flash_size)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < count && !e; i++) {
        e = check_end(log, &pieces[i], flash_size);
        for (size_t k = 0; k < i && !e; k++)
            e = check_apart(log, &pieces[k], &pieces[i]);
    }
    return e;
}

enum err session_check_sectors(struct log *log, const struct flash_piece *pieces, size_t count, const char *force)
{
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].offset % FLASH_SECTOR_SIZE)
            return err_at(log, ERR_ALIGN,
                          "the offset 0x%" PRIX32 " of '%s' is not aligned to the flash's sectors of %d bytes, where "
                          "images and tables begin; nothing was written; correct it, or say %s (what else is in the "
                          "sector is kept)",
                          pieces[i].offset, pieces[i].name, FLASH_SECTOR_SIZE, force);
    }
    return ERR_OK;
}

/* --- partitions --- */

static enum err check_fits(struct log *log, const struct flash_piece *p, const struct partition_table *t,
                           const char *force)
{
    for (unsigned k = 0; k < t->count; k++) {
        const struct partition *part = &t->items[k];
        if (part->offset == p->offset && p->len > part->size)
            return err_at(log, ERR_RANGE,
                          "'%s' has %zu bytes, but its partition '%s' at 0x%" PRIX32 " has %" PRIu32
                          "; nothing was written; make the partition larger, or say %s",
                          p->name, p->len, part->label, part->offset, part->size, force);
    }
    return ERR_OK;
}

enum err session_check_partitions(struct log *log, const struct flash_piece *pieces, size_t count, const char *force)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < count && !e; i++) {
        struct partition_table t;
        struct findings f = {0};
        if (!partition_table_looks_right(pieces[i].bytes, pieces[i].len))
            continue;
        partition_parse(pieces[i].bytes, pieces[i].len, &t, &f);
        bool is_sound = !findings_count(&f, FINDING_ERROR);
        findings_fini(&f);
        for (size_t k = 0; k < count && !e && is_sound; k++)
            e = check_fits(log, &pieces[k], &t, force);
    }
    return e;
}

/* --- images --- */

static void warn_of_damage(struct log *log, const struct flash_piece *p, const struct findings *f)
{
    if (!findings_verdict(log, f, ERR_MALFORMED))
        return;
    log_warn(log, "'%s' is a damaged image and will not start: %s", p->name, err_why(log, ERR_MALFORMED));
    err_forget(log);
}

static enum err check_image(struct log *log, const struct flash_piece *p, const struct chip *chip, unsigned revision)
{
    struct image im;
    struct findings f = {0};
    if (image_is_esp8266(p->bytes, p->len))
        return err_at(log, ERR_STATE,
                      "'%s' is an image for ESP8266, the chip here is %s: it would not start; build it for %s, or say "
                      "force to write it all the same",
                      p->name, chip->title, chip->title);
    image_parse(p->bytes, p->len, &im, &f);
    enum err e = ERR_OK;
    bool is_at_bootloader = p->offset == chip->image.bootloader_offset;
    if (im.is_complete && im.chip) {
        e = image_check_chip(log, &im.header, p->name, chip->image.id);
        if (!e)
            e = image_check_revision(log, &im.header, p->name, revision, is_at_bootloader);
        if (!e)
            warn_of_damage(log, p, &f);
    } else if (is_at_bootloader) {
        log_warn(log,
                 "'%s' goes where %s looks for its bootloader (0x%" PRIX32 "), but is no whole image: it will not "
                 "start",
                 p->name, chip->title, p->offset);
    }
    findings_fini(&f);
    return e;
}

enum err session_check_images(struct log *log, const struct flash_piece *pieces, size_t count, const struct chip *chip,
                              unsigned revision)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < count && !e; i++)
        e = check_image(log, &pieces[i], chip, revision);
    return e;
}

/* --- encryption --- */

/* A file that was encrypted on the host looks like nothing. */
static bool is_plain_image(const struct flash_piece *p)
{
    struct image im;
    struct findings f = {0};
    image_parse(p->bytes, p->len, &im, &f);
    findings_fini(&f);
    return (im.is_complete && im.chip) || partition_table_looks_right(p->bytes, p->len);
}

static enum err refuse_encryption(struct target *t, const struct flash_piece *p, const char *name)
{
    const char *title = target_chip(t)->title;
    return err_at(
        target_log(t), ERR_STATE,
        "'%s' is to be encrypted, but flash encryption is off on this %s (its eFuse %s has an even number of set "
        "bits): it would read what was encrypted as it lies there. Nothing was written; write it without "
        "encryption, or switch encryption on first",
        p->name, title, name);
}

enum err session_check_encryption(struct target *target, const struct flash_piece *pieces, size_t count)
{
    bool is_on = false;
    const char *name = "for it";
    enum err e = target_setting(target, CHIP_FLASH_ENCRYPTION, &is_on, &name);
    for (size_t i = 0; i < count && !e; i++) {
        const struct flash_piece *p = &pieces[i];
        if (p->is_encrypted && !is_on)
            e = refuse_encryption(target, p, name);
        else if (!p->is_encrypted && is_on && is_plain_image(p))
            log_warn(
                target_log(target),
                "'%s' is written as it is, but this %s decrypts what it reads there (eFuse %s): it will see nonsense. "
                "Let it be encrypted ('encrypt', --encrypt), or encrypt the file on the host",
                p->name, target_chip(target)->title, name);
    }
    return e;
}
