/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused before anything is written. */
#include "services/cli/inputs.h"

#include "layout/partition.h"

#include <inttypes.h>
#include <string.h>

/* An image that is whole is judged by its header; what only begins like one may be anything. */
static enum err check_image(struct log *log, const struct piece *p, const struct chip *chip, unsigned revision)
{
    struct image im;
    struct findings f = {0};
    image_parse(p->bytes.bytes, p->bytes.len, &im, &f);
    enum err e = ERR_OK;
    bool is_at_bootloader = p->offset == chip->image.bootloader_offset;
    if (im.is_complete && im.chip) {
        e = image_check_chip(log, &im.header, p->name, chip->image.id, revision, is_at_bootloader);
        if (!e && findings_verdict(log, &f, ERR_MALFORMED)) {
            log_warn(log, "'%s' is a damaged image and will not start: %s", p->name, err_why(log, ERR_MALFORMED));
            err_forget(log);
        }
    } else if (is_at_bootloader) {
        log_warn(log,
                 "'%s' goes where %s looks for its bootloader (0x%" PRIX32 "), but is no whole image: it will not "
                 "start",
                 p->name, chip->title, p->offset);
    }
    findings_fini(&f);
    return e;
}

/* What boots or is looked up begins at a sector: another offset is a slip of the hand, until somebody insists. */
static enum err check_sector(struct log *log, const struct piece *p)
{
    if (p->offset % FLASH_SECTOR_SIZE == 0)
        return ERR_OK;
    return err_at(log, ERR_ALIGN,
                  "the offset 0x%" PRIX32
                  " of '%s' is not aligned to the flash's sectors of %d bytes, where images and "
                  "tables begin; nothing was written; correct it, or say --force (what else is in the sector is kept)",
                  p->offset, p->name, FLASH_SECTOR_SIZE);
}

static enum err check_end(struct log *log, const struct piece *p, uint32_t flash_size)
{
    uint64_t end = p->offset + (uint64_t)p->bytes.len;
    if (end <= flash_size)
        return ERR_OK;
    return err_at(log, ERR_RANGE,
                  "'%s' (%zu bytes at 0x%" PRIX32 ") would end at 0x%" PRIX64 ", but the flash ends at 0x%" PRIX32
                  "; nothing was written; check the offset, or use a smaller file",
                  p->name, p->bytes.len, p->offset, end, flash_size);
}

/* When a partition table is among the files, nothing may be larger than its partition. */
static enum err check_partitions(struct log *log, const struct inputs *in, const struct partition_table *t)
{
    for (size_t i = 0; i < in->pieces.count; i++) {
        const struct piece *p = &in->pieces.items[i];
        for (unsigned k = 0; k < t->count; k++) {
            const struct partition *part = &t->items[k];
            if (part->offset == p->offset && p->bytes.len > part->size)
                return err_at(log, ERR_RANGE,
                              "'%s' has %zu bytes, but its partition '%s' at 0x%" PRIX32 " has %" PRIu32
                              "; nothing was written; make the partition larger, or say "
                              "--force",
                              p->name, p->bytes.len, part->label, part->offset, part->size);
        }
    }
    return ERR_OK;
}

static enum err check_tables(struct log *log, const struct inputs *in)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < in->pieces.count && !e; i++) {
        const struct piece *p = &in->pieces.items[i];
        struct partition_table t;
        struct findings f = {0};
        if (!partition_table_looks_right(p->bytes.bytes, p->bytes.len))
            continue;
        partition_parse(p->bytes.bytes, p->bytes.len, &t, &f);
        if (!findings_count(&f, FINDING_ERROR))
            e = check_partitions(log, in, &t);
        findings_fini(&f);
    }
    return e;
}

enum err inputs_check_size(struct log *log, const struct inputs *in, uint32_t flash_size)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < in->pieces.count && !e; i++)
        e = check_end(log, &in->pieces.items[i], flash_size);
    return e;
}

enum err inputs_check_fit(struct log *log, const struct inputs *in, const struct chip *chip, unsigned revision)
{
    const struct image_chip *wanted = in->chip ? image_chip_find(in->chip) : NULL;
    if (wanted && wanted->id != chip->image.id)
        return err_at(log, ERR_STATE,
                      "the build is for %s, the chip here is %s; nothing was written; build it for %s, or say --force",
                      wanted->title, chip->title, chip->title);
    enum err e = ERR_OK;
    for (size_t i = 0; i < in->pieces.count && !e; i++)
        e = check_sector(log, &in->pieces.items[i]);
    for (size_t i = 0; i < in->pieces.count && !e; i++)
        e = check_image(log, &in->pieces.items[i], chip, revision);
    return e ? e : check_tables(log, in);
}
