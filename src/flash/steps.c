/* SPDX-License-Identifier: Apache-2.0 */
/* The steps that jobs are made of, and the tasks behind them. */
#include "flash/flash_int.h"

#include "agent/digest.h"
#include "base/bytes.h"
#include "regs/spi_nor.h"

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

struct flash_task task_erase(const struct nor_erase_type *type, uint32_t offset, uint32_t len)
{
    uint32_t stall = type->log2 > 12 ? ERASE_BLOCK_STALL_MS : ERASE_SECTOR_STALL_MS;
    return (struct flash_task){.command = JOB_ERASE,
                               .offset = offset,
                               .length = len,
                               .parameter = type->opcode | (uint32_t)type->log2 << 8,
                               .stall_ms = stall,
                               .limit_ms = stall * (len >> type->log2)};
}

struct flash_task task_program(uint32_t offset, const void *bytes, size_t len, bool is_encrypted)
{
    return (struct flash_task){.command = is_encrypted ? JOB_PROGRAM_ENCRYPTED : JOB_PROGRAM,
                               .offset = offset,
                               .length = (uint32_t)len,
                               .out = bytes,
                               .out_len = len,
                               .stall_ms = PROGRAM_STALL_MS,
                               .limit_ms = PROGRAM_STALL_MS + (uint32_t)len / FLASH_PAGE_SIZE *
                                                                  (is_encrypted ? CRYPT_PAGE_LIMIT_MS : PAGE_LIMIT_MS)};
}

struct flash_task task_compare(uint32_t offset, const void *bytes, size_t len)
{
    return (struct flash_task){.command = JOB_COMPARE,
                               .offset = offset,
                               .length = (uint32_t)len,
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

enum err step_identify(struct flash *f)
{
    if (f->is_identified)
        return ERR_OK;
    struct mailbox_id id;
    enum err e = ask_identity(f, &id);
    if (e)
        return e;
    uint8_t rdid[4], status[4];
    memcpy(rdid, &id.rdid, sizeof rdid); /* as they lie in the chip's memory: little-endian */
    memcpy(status, &id.status, sizeof status);
    struct flash_info info = {.status = {status[0], status[1], status[2]}};
    e = nor_describe(f->log, rdid, id.sfdp, &info, f->erase_types);
    if (e == ERR_FLASH && f->size_override && info.manufacturer) {
        err_forget(f->log);
        e = ERR_OK;
    }
    if (e)
        return e;
    if (f->size_override) {
        info.size = f->size_override;
        info.size_source = "ESP_FLASH_SIZE";
    }
    f->info = info;
    f->is_identified = true;
    log_info(f->log, "Flash: %s, JEDEC id %02x%02x%02x, %" PRIu32 " KB by %s", info.maker, rdid[0], rdid[1], rdid[2],
             info.size / 1024, info.size_source);
    return ERR_OK;
}

enum err step_check_range(struct flash *f, const char *what, uint64_t offset, uint64_t len)
{
    uint64_t end = offset + len;
    if (end > f->info.size)
        return err_at(f->log, ERR_RANGE,
                      "%s: 0x%" PRIx64 " bytes at 0x%06" PRIx64 " end at 0x%" PRIx64 ", but the flash has 0x%" PRIx32
                      " bytes (%" PRIu32 " KB by %s)",
                      what, len, offset, end, f->info.size, f->info.size / 1024, f->info.size_source);
    if (end > f->max_size)
        return err_at(f->log, ERR_UNSUPPORTED,
                      "%s: 0x%" PRIx64 " bytes at 0x%06" PRIx64 " end beyond 0x%" PRIx32
                      ", the last byte that three address bytes reach; four-byte addresses are not there yet",
                      what, len, offset, f->max_size);
    return ERR_OK;
}

/* --- reading --- */

static void count_bytes(void *ctx, const struct flash_answer *answer)
{
    progress_add(ctx, answer->done);
}

enum err step_read(struct flash *f, enum flash_view view, uint32_t offset, void *buf, size_t len)
{
    uint8_t *to = buf;
    enum err e = ERR_OK;
    while (len && !e) {
        uint32_t part = len < MAILBOX_DATA_SIZE ? (uint32_t)len : MAILBOX_DATA_SIZE;
        struct flash_task t = {.command = view == FLASH_DECRYPTED ? JOB_READ_PLAIN : JOB_READ,
                               .offset = offset,
                               .length = part,
                               .in = to,
                               .in_len = part,
                               .stall_ms = READ_STALL_MS,
                               .limit_ms = limit_for_reading(part)};
        e = exchange_queue(f, &t, count_bytes, f);
        offset += part;
        to += part;
        len -= part;
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
                               .in = digests,
                               .in_len = pieces * MAILBOX_DIGEST,
                               .stall_ms = READ_STALL_MS,
                               .limit_ms = limit_for_reading(part)};
        e = exchange_queue(f, &t, count_bytes, f);
        digests += pieces;
        offset += part;
        len -= part;
    }
    return e ? e : exchange_drain(f);
}

/* --- write protection --- */

/* How parts clear their block protection (esp-idf bootloader_flash_unlock_default): Macronix and ISSI keep their quad
   enable bit in status register 1; GigaDevice takes one byte; others would clear register 2 with a one byte write, so both
   are written. */
static struct flash_task unprotect_task(const struct flash_info *info)
{
    enum { QE_IN_SR1 = 0x40 };
    struct flash_task t = {.command = JOB_STATUS, .stall_ms = READY_STALL_MS, .limit_ms = READY_STALL_MS};
    bool keeps_qe = info->manufacturer == 0xC2 || info->manufacturer == 0x9D;
    bool one_byte = keeps_qe || info->manufacturer == 0xC8;
    uint32_t sr1 = keeps_qe ? info->status[0] & QE_IN_SR1 : 0;
    t.parameter = NOR_WRITE_STATUS | (one_byte ? 1U : 2U) << 8;
    t.detail = sr1 | (uint32_t)info->status[1] << 8;
    return t;
}

enum err step_unprotect(struct flash *f)
{
    uint8_t before = f->info.status[0];
    if (!(before & NOR_SR1_BP))
        return ERR_OK;
    struct flash_task t = unprotect_task(&f->info);
    struct mailbox_id id;
    enum err e = exchange_one(f, &t, NULL);
    if (!e)
        e = ask_identity(f, &id);
    if (e)
        return e;
    f->info.status[0] = (uint8_t)id.status;
    if (f->info.status[0] & NOR_SR1_BP)
        return err_at(f->log, ERR_FLASH,
                      "the flash is write protected (status 0x%02X) and stays so: its WP pin or a lock bit holds the "
                      "protection; nothing was changed",
                      before);
    log_warn(f->log, "flash: its write protection (status 0x%02X) was taken off", before);
    return ERR_OK;
}
