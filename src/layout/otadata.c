/* SPDX-License-Identifier: Apache-2.0 */
#include "layout/otadata.h"

#include "base/bytes.h"
#include "base/hash.h"

#include <inttypes.h>

static const struct finding_kind bad_crc = {
    "otadata-crc", FINDING_WARNING, "the bootloader ignores the record",
    "erase the OTA data to start factory or ota_0, or let an update write it again"};
static const struct finding_kind odd_state = {"otadata-state", FINDING_WARNING, "no ESP-IDF writes such a state",
                                              "erase the OTA data"};
static const struct finding_kind rejected = {
    "otadata-rejected", FINDING_WARNING, "an update did not confirm itself or was refused, so it is not started again",
    "find out why the program did not confirm it, then update again"};
static const struct finding_kind pending = {"otadata-pending", FINDING_WARNING,
                                            "the program has to confirm the update, else the next reset rolls it back",
                                            "nothing, when the program will confirm it"};
static const struct finding_kind no_slots = {"otadata-no-slots", FINDING_WARNING,
                                             "the table has no OTA slot, so the record chooses nothing",
                                             "add the slots ota_0 and ota_1 to the table, or erase the OTA data"};

uint32_t otadata_crc(uint32_t seq)
{
    uint8_t bytes[4];
    le32_put(bytes, seq);
    return hash_crc32(UINT32_MAX, bytes, sizeof bytes);
}

const char *otadata_state_text(uint32_t state)
{
    static const char *const texts[] = {"new", "pending verify", "valid", "invalid", "aborted"};
    if (state < sizeof texts / sizeof texts[0])
        return texts[state];
    return state == OTADATA_BLANK ? "undefined" : "unknown";
}

static void read_record(const void *bytes, struct otadata_record *r)
{
    *r = (struct otadata_record){.is_blank = true, .seq = OTADATA_BLANK, .state = OTADATA_BLANK, .crc = OTADATA_BLANK};
    if (!bytes)
        return;
    enum { LABEL_LEN = 20 };
    struct rd rd = rd_from(bytes, OTADATA_RECORD_LEN);
    r->seq = rd_u32(&rd);
    rd_skip(&rd, LABEL_LEN);
    r->state = rd_u32(&rd);
    r->crc = rd_u32(&rd);
    r->crc_right = otadata_crc(r->seq);
    r->is_blank = r->seq == OTADATA_BLANK && r->crc == OTADATA_BLANK;
    r->is_valid =
        r->seq != OTADATA_BLANK && r->crc == r->crc_right && r->state != OTADATA_INVALID && r->state != OTADATA_ABORTED;
}

static void check_record(const struct otadata_record *r, uint32_t n, struct findings *f)
{
    uint32_t at = n * OTADATA_STRIDE;
    if (r->is_blank)
        return;
    if (r->crc != r->crc_right)
        findings_add(f, &bad_crc, at,
                     "record %" PRIu32 " (sequence %" PRIu32 ") has CRC 0x%08" PRIX32 ", right is 0x%08" PRIX32, n,
                     r->seq, r->crc, r->crc_right);
    else if (r->state == OTADATA_INVALID || r->state == OTADATA_ABORTED)
        findings_add(f, &rejected, at, "record %" PRIu32 " (sequence %" PRIu32 ") is marked %s", n, r->seq,
                     otadata_state_text(r->state));
    else if (r->state > OTADATA_ABORTED && r->state != OTADATA_BLANK)
        findings_add(f, &odd_state, at, "record %" PRIu32 " has the state 0x%08" PRIX32, n, r->state);
}

static unsigned slot_of(uint32_t seq, unsigned slot_count)
{
    return slot_count ? (seq - 1) % slot_count : 0;
}

void otadata_parse(const void *first, const void *second, unsigned slot_count, struct otadata *out, struct findings *f)
{
    const void *bytes[OTADATA_RECORDS] = {first, second};
    *out = (struct otadata){.winner = -1, .fallback = -1};
    for (uint32_t i = 0; i < OTADATA_RECORDS; i++) {
        read_record(bytes[i], &out->records[i]);
        check_record(&out->records[i], i, f);
    }
    const struct otadata_record *a = &out->records[0], *b = &out->records[1];
    if (!a->is_valid && !b->is_valid)
        return;
    out->winner = a->is_valid && (!b->is_valid || a->seq >= b->seq) ? 0 : 1;
    out->fallback = a->is_valid && b->is_valid ? 1 - out->winner : -1;
    const struct otadata_record *w = &out->records[out->winner];
    out->slot = slot_of(w->seq, slot_count);
    out->fallback_slot = out->fallback >= 0 ? slot_of(out->records[out->fallback].seq, slot_count) : 0;
    out->is_pending = w->state == OTADATA_PENDING;
    if (!slot_count)
        findings_add(f, &no_slots, (uint32_t)out->winner * OTADATA_STRIDE, "the record has sequence %" PRIu32, w->seq);
    else if (out->is_pending)
        findings_add(f, &pending, (uint32_t)out->winner * OTADATA_STRIDE,
                     "ota_%u runs for the first time and is not confirmed", out->slot);
}
