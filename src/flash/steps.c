/* SPDX-License-Identifier: Apache-2.0 */
/* The steps that jobs are made of, and the tasks behind them. */
#include "flash/flash_int.h"

#include "agent/digest.h"
#include "base/bits.h"
#include "base/bytes.h"

#include <inttypes.h>
#include <string.h>

/* Limits: esp-idf spi_flash_chip_generic.c and the datasheets' maxima, doubled. A flash may still be busy with an erase
   that a reset cut off. */
enum {
    READY_STALL_MS = 10000,
    READ_STALL_MS = 10000,
    PROGRAM_STALL_MS = 10000,
    ERASE_SECTOR_STALL_MS = 10000,
    ERASE_BLOCK_STALL_MS = 20000,
    READ_MS_PER_MIB = 8000, /* SHA-256 on a slow clock included */
    PAGE_LIMIT_MS = 10,
    CRYPT_PAGE_LIMIT_MS = 40,             /* eight program commands a page */
    DIGEST_STEP = 64 * FLASH_SECTOR_SIZE, /* a bar that moves: some 60 ms of work */
};

static uint32_t limit_for_reading(uint32_t len)
{
    return READ_STALL_MS + (len >> 10) * READ_MS_PER_MIB / 1024;
}

uint32_t access_to_read(const struct flash *f)
{
    const struct nor_commands *c = &f->commands;
    return field_put(ACCESS_OPCODE, 0, c->read_opcode) | field_put(ACCESS_DUMMY, 0, c->read_dummy) |
           field_put(ACCESS_LINES, 0, c->read_lines) | field_put(ACCESS_ADDRESS, 0, c->address_bytes);
}

static uint32_t access_to_change(const struct flash *f, uint8_t opcode, uint8_t unit)
{
    return field_put(ACCESS_OPCODE, 0, opcode) | field_put(ACCESS_UNIT, 0, unit) |
           field_put(ACCESS_ADDRESS, 0, f->commands.address_bytes);
}

struct flash_task task_erase(const struct flash *f, const struct nor_erase_type *type, uint32_t offset, uint32_t len)
{
    uint32_t stall = type->log2 > 12 ? ERASE_BLOCK_STALL_MS : ERASE_SECTOR_STALL_MS;
    return (struct flash_task){.command = JOB_ERASE,
                               .offset = offset,
                               .length = len,
                               .parameter = access_to_change(f, type->opcode, type->log2),
                               .stall_ms = stall,
                               .limit_ms = stall * (len >> type->log2)};
}

struct flash_task task_program(const struct flash *f, uint32_t offset, const void *bytes, size_t len, bool is_encrypted)
{
    return (struct flash_task){.command = is_encrypted ? JOB_PROGRAM_ENCRYPTED : JOB_PROGRAM,
                               .offset = offset,
                               .length = (uint32_t)len,
                               .parameter = access_to_change(f, f->commands.program_opcode, 0),
                               .out = bytes,
                               .out_len = len,
                               .stall_ms = PROGRAM_STALL_MS,
                               .limit_ms = PROGRAM_STALL_MS + (uint32_t)len / FLASH_PAGE_SIZE *
                                                                  (is_encrypted ? CRYPT_PAGE_LIMIT_MS : PAGE_LIMIT_MS)};
}

struct flash_task task_compare(const struct flash *f, uint32_t offset, const void *bytes, size_t len)
{
    return (struct flash_task){.command = JOB_COMPARE,
                               .offset = offset,
                               .length = (uint32_t)len,
                               .parameter = access_to_read(f),
                               .out = bytes,
                               .out_len = len,
                               .stall_ms = READ_STALL_MS,
                               .limit_ms = limit_for_reading((uint32_t)len)};
}

static enum err ask_identity(struct flash *f, struct mailbox_id *id)
{
    struct flash_task t = {.command = JOB_IDENTIFY,
                           .in = id,
                           .in_len = sizeof *id,
                           .stall_ms = READY_STALL_MS,
                           .limit_ms = READY_STALL_MS};
    return exchange_one(f, &t, NULL);
}

static const char *const mode_words[] = {
    [FLASH_MODE_QPI] = "its commands going on four lines (QPI)",
    [FLASH_MODE_OPI_STR] = "its commands going on eight lines (OPI, single rate)",
    [FLASH_MODE_OPI_DTR] = "its commands going on eight lines at double rate (OPI DTR)",
};

static const struct note_words {
    unsigned note;
    const char *text;
} note_words[] = {
    {FLASH_WAS_CONTINUOUS, "reading without an opcode (continuous read)"},
    {FLASH_WAS_ASLEEP, "asleep (deep power-down)"},
    {FLASH_WAS_BUSY, "busy with an erase or program, which has ended now"},
    {FLASH_WAS_SUSPENDED, "in a suspended erase or program, which was resumed and has ended now"},
    {FLASH_WAS_WRITABLE, "ready to be written (write enable was set)"},
};

/* Who is only looked at has no use for more than the first sentence. */
static void say_how_it_was_found(const struct flash *f)
{
    struct buf text = {0};
    const struct flash_info *i = &f->info;
    if (i->mode <= FLASH_MODE_OPI_DTR && mode_words[i->mode])
        buf_printf(&text, "%s", mode_words[i->mode]);
    for (size_t n = 0; n < sizeof note_words / sizeof note_words[0]; n++) {
        if (i->notes & note_words[n].note)
            buf_printf(&text, "%s%s", text.len ? "; " : "", note_words[n].text);
    }
    if (text.len)
        log_info(f->log, "Flash: it was found %s%s", i->mode > FLASH_MODE_SPI ? "with " : "", buf_str(&text));
    buf_fini(&text);
    if (i->protected_range.len)
        log_info(f->log, "Flash: 0x%06" PRIx32 " to 0x%06" PRIx32 " are write-protected by %s",
                 i->protected_range.offset, i->protected_range.offset + i->protected_range.len - 1, i->protection);
}

static void take_status(struct flash_info *info, uint32_t status)
{
    for (unsigned i = 0; i < sizeof info->status; i++)
        info->status[i] = (uint8_t)(status >> 8 * i);
    nor_find_protection(info);
}

/* A size that the user gives: where the flash says none, the commands follow it. */
static void override_size(struct flash *f, struct flash_info *info, const uint8_t *sfdp)
{
    struct nor_said said;
    if (!info->size) {
        (void)nor_parse_sfdp(sfdp, NOR_SFDP_READ, &said);
        nor_choose_commands(&said, f->size_override, &f->commands);
    }
    info->size = f->size_override;
    info->size_source = "ESP_FLASH_SIZE";
}

enum err step_identify(struct flash *f)
{
    if (f->is_identified)
        return ERR_OK;
    struct mailbox_id id;
    enum err e = ask_identity(f, &id);
    if (e)
        return e;
    uint8_t rdid[4];
    memcpy(rdid, &id.rdid, sizeof rdid); /* as they lie in the chip's memory: little-endian */
    struct flash_info info = {.mode = (enum flash_mode)id.mode, .notes = id.notes};
    e = nor_describe(f->log, rdid, id.sfdp, f->wiring, &info, &f->commands);
    if (e == ERR_FLASH && f->size_override && info.manufacturer) {
        err_forget(f->log);
        e = ERR_OK;
    }
    if (e)
        return e;
    if (f->size_override)
        override_size(f, &info, id.sfdp);
    take_status(&info, id.status);
    f->info = info;
    f->is_identified = true;
    log_info(f->log, "Flash: %s, JEDEC id %02x%02x%02x, %" PRIu32 " KB by %s", info.maker, rdid[0], rdid[1], rdid[2],
             info.size / 1024, info.size_source);
    say_how_it_was_found(f);
    return ERR_OK;
}

enum err step_check_range(struct flash *f, const char *what, uint64_t offset, uint64_t len)
{
    uint64_t end = offset + len;
    if (end <= f->info.size)
        return ERR_OK;
    return err_at(f->log, ERR_RANGE,
                  "%s: 0x%" PRIx64 " bytes at 0x%06" PRIx64 " end at 0x%" PRIx64 ", but the flash has 0x%" PRIx32
                  " bytes (%" PRIu32 " KB by %s)",
                  what, len, offset, end, f->info.size, f->info.size / 1024, f->info.size_source);
}

/* --- reading --- */

enum err step_read(struct flash *f, enum flash_view view, uint32_t offset, void *buf, size_t len)
{
    uint8_t *to = buf;
    enum err e = ERR_OK;
    while (len && !e) {
        uint32_t part = len < MAILBOX_DATA_SIZE ? (uint32_t)len : MAILBOX_DATA_SIZE;
        struct flash_task t = {.command = view == FLASH_DECRYPTED ? JOB_READ_PLAIN : JOB_READ,
                               .offset = offset,
                               .length = part,
                               .parameter = access_to_read(f),
                               .in = to,
                               .in_len = part,
                               .stall_ms = READ_STALL_MS,
                               .limit_ms = limit_for_reading(part)};
        e = exchange_queue(f, &t, progress_count, f);
        offset += part;
        to += part;
        len -= part;
    }
    return e ? e : exchange_drain(f);
}

enum err step_gather(struct flash *f, const struct flash_pieces_of *g, void *buf)
{
    const uint32_t most = MAILBOX_DATA_SIZE / g->each * g->each;
    uint32_t offset = g->offset;
    uint8_t *to = buf;
    enum err e = ERR_OK;
    for (size_t left = g->count * g->each; left && !e;) {
        uint32_t part = left < most ? (uint32_t)left : most;
        struct flash_task t = {.command = JOB_GATHER,
                               .offset = offset,
                               .length = part,
                               .parameter = access_to_read(f),
                               .detail = field_put(GATHER_EACH, field_put(GATHER_STEP, 0, g->log2_step), g->each),
                               .in = to,
                               .in_len = part,
                               .stall_ms = READ_STALL_MS,
                               .limit_ms = limit_for_reading(part)};
        e = exchange_queue(f, &t, NULL, NULL);
        offset += part / g->each << g->log2_step;
        to += part;
        left -= part;
    }
    return e ? e : exchange_drain(f);
}

/* --- digests --- */

size_t digest_pieces(uint32_t offset, uint32_t len)
{
    uint64_t end = (uint64_t)offset + len;
    return len ? (size_t)((end + FLASH_SECTOR_SIZE - 1) / FLASH_SECTOR_SIZE - offset / FLASH_SECTOR_SIZE) : 0;
}

void digest_bytes(const void *bytes, size_t len, uint8_t digest[MAILBOX_DIGEST])
{
    uint32_t words[FLASH_SECTOR_SIZE / 4];
    struct digest d;
    const uint8_t *from = bytes;
    digest_start(&d, 0);
    while (len) {
        size_t part = len < sizeof words ? len : sizeof words;
        for (size_t i = 0; i < (part + 3) / 4; i++) {
            uint8_t four[4] = {0};
            memcpy(four, from + 4 * i, part - 4 * i < 4 ? part - 4 * i : 4);
            words[i] = le32_get(four);
        }
        digest_add(&d, words, (uint32_t)part);
        from += part;
        len -= part;
    }
    digest_end(&d);
    for (unsigned i = 0; i < 4; i++)
        le32_put(digest + 4 * i, d.h[i]);
}

void digest_blank_sector(uint8_t digest[MAILBOX_DIGEST])
{
    uint8_t ff[FLASH_SECTOR_SIZE];
    memset(ff, 0xFF, sizeof ff);
    digest_bytes(ff, sizeof ff, digest);
}

enum err step_digests(struct flash *f, enum flash_view view, uint32_t offset, uint32_t len,
                      uint8_t (*digests)[MAILBOX_DIGEST])
{
    enum err e = ERR_OK;
    while (len && !e) {
        uint32_t to_step = DIGEST_STEP - offset % DIGEST_STEP;
        uint32_t part = len < to_step ? len : to_step;
        size_t pieces = digest_pieces(offset, part);
        struct flash_task t = {.command = view == FLASH_DECRYPTED ? JOB_DIGEST_PLAIN : JOB_DIGEST,
                               .offset = offset,
                               .length = part,
                               .parameter = access_to_read(f),
                               .in = digests,
                               .in_len = pieces * MAILBOX_DIGEST,
                               .stall_ms = READ_STALL_MS,
                               .limit_ms = limit_for_reading(part)};
        e = exchange_queue(f, &t, progress_count, f);
        digests += pieces;
        offset += part;
        len -= part;
    }
    return e ? e : exchange_drain(f);
}

/* --- write protection --- */

enum err step_read_status(struct flash *f)
{
    struct mailbox_id id;
    enum err e = ask_identity(f, &id);
    if (!e)
        take_status(&f->info, id.status);
    return e;
}

static bool is_in_the_way(const struct flash_range *r, uint32_t offset, uint32_t len)
{
    return r->len && offset < r->offset + (uint64_t)r->len && r->offset < offset + (uint64_t)len;
}

static enum err write_status(struct flash *f)
{
    struct nor_status_write writes[NOR_STATUS_WRITES];
    enum err e = ERR_OK;
    nor_unprotect_writes(&f->info, writes);
    for (unsigned i = 0; i < NOR_STATUS_WRITES && writes[i].opcode && !e; i++) {
        struct flash_task t = {.command = JOB_STATUS,
                               .parameter = writes[i].opcode | (uint32_t)writes[i].bytes << 8,
                               .detail = writes[i].value,
                               .stall_ms = READY_STALL_MS,
                               .limit_ms = READY_STALL_MS};
        e = exchange_one(f, &t, NULL);
    }
    return e;
}

static enum err say_it_stays(struct flash *f, const struct flash_range *r, const char *by)
{
    const uint8_t *s = f->info.status;
    return err_at(f->log, ERR_FLASH,
                  "the flash is write protected (0x%06" PRIx32 " to 0x%06" PRIx32
                  " by %s) and stays so: its WP pin or a lock bit holds the protection (status registers 0x%02X, "
                  "0x%02X); nothing was changed. Look at the WP pin, or cycle the flash's power",
                  r->offset, r->offset + r->len - 1, by, s[0], s[1]);
}

enum err step_unprotect(struct flash *f, const char *what, uint32_t offset, uint32_t len)
{
    const struct flash_info before = f->info;
    const struct flash_range r = before.protected_range;
    if (!is_in_the_way(&r, offset, len))
        return ERR_OK;
    if (f->must_not_unprotect)
        return err_at(f->log, ERR_STATE,
                      "%s: 0x%06" PRIx32 " to 0x%06" PRIx32 " of the flash are write-protected by %s, and the flash "
                      "would ignore what is written there; nothing was changed. Give --unprotect to clear it",
                      what, r.offset, r.offset + r.len - 1, before.protection);
    enum err e = write_status(f);
    if (!e)
        e = step_read_status(f);
    if (!e && nor_has_block_locks(&f->info))
        f->info.protected_range.len = 0; /* opened until power-off; each would have to be asked */
    if (!e && f->info.protected_range.len)
        return say_it_stays(f, &r, before.protection);
    if (!e)
        log_warn(f->log, "flash: the write protection of 0x%06" PRIx32 " to 0x%06" PRIx32 " (%s) was taken off",
                 r.offset, r.offset + r.len - 1, before.protection);
    return e;
}
