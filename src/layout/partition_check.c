/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong or odd with a partition table. */
#include "layout/partition.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct finding_kind app_align = {"partition-align", FINDING_ERROR,
                                              "the flash MMU maps pages of 64 KB, an app elsewhere cannot run",
                                              "move it to a multiple of 0x10000"};
static const struct finding_kind data_align = {"partition-align", FINDING_ERROR,
                                               "flash is erased in sectors of 4 KB, its neighbours would be erased too",
                                               "move it to a multiple of 0x1000"};
static const struct finding_kind size_align = {"partition-size-align", FINDING_ERROR,
                                               "flash is erased in sectors of 4 KB", "make it a multiple of 0x1000"};
static const struct finding_kind data_size_align = {"partition-size-align", FINDING_WARNING,
                                                    "the sector at its end cannot be erased without its neighbour",
                                                    "make the size a multiple of 0x1000"};
static const struct finding_kind no_size = {"partition-empty", FINDING_ERROR, "nothing can be stored in it",
                                            "give it a size, or remove it"};
static const struct finding_kind below_table = {"partition-below-table", FINDING_ERROR,
                                                "there are the bootloader and the table itself",
                                                "move it behind the table, or say where the table is (--table-offset)"};
static const struct finding_kind overlap = {"partition-overlap", FINDING_ERROR, "writing one destroys the other",
                                            "move one of them, or make it smaller"};
static const struct finding_kind beyond = {"partition-beyond-flash", FINDING_ERROR,
                                           "what is past the end of the flash cannot be written or read",
                                           "make it smaller, or use a larger flash and say so (--flash-size)"};
static const struct finding_kind same_name = {"partition-name", FINDING_ERROR,
                                              "a program that looks for the name finds the first one only",
                                              "give each partition a name of its own"};
static const struct finding_kind odd_name = {"partition-odd-name", FINDING_WARNING,
                                             "a name that is a type or subtype, but not this one, misleads",
                                             "check type and subtype, or choose another name"};
static const struct finding_kind no_name = {"partition-no-name", FINDING_WARNING, "it cannot be found by name",
                                            "give it a name"};
static const struct finding_kind twice = {"partition-twice", FINDING_ERROR, "only one of them can be used",
                                          "remove one, or change its subtype"};
static const struct finding_kind otadata_size = {"partition-otadata-size", FINDING_ERROR,
                                                 "OTA data takes two sectors, the bootloader refuses another size",
                                                 "make it 0x2000 bytes"};
static const struct finding_kind otadata_missing = {"partition-otadata-missing", FINDING_WARNING,
                                                    "without OTA data the slots are never chosen by an update",
                                                    "add a partition of type data, subtype ota, 0x2000 bytes"};
static const struct finding_kind slots_missing = {"partition-slots-missing", FINDING_WARNING,
                                                  "there is OTA data but no slot that it could choose",
                                                  "add app partitions ota_0 and ota_1, or remove it"};
static const struct finding_kind slot_gap = {"partition-slot-gap", FINDING_WARNING,
                                             "the bootloader counts slots from ota_0 on without gaps",
                                             "number the slots without a gap"};
static const struct finding_kind no_app = {"partition-no-app", FINDING_WARNING, "the bootloader finds nothing to start",
                                           "add an app partition, such as factory"};
static const struct finding_kind nvs_small = {"partition-nvs-small", FINDING_ERROR,
                                              "a writable NVS partition needs 0x3000 bytes at least",
                                              "make it larger, or give it the flag readonly"};
static const struct finding_kind not_readonly = {"partition-readonly", FINDING_ERROR,
                                                 "OTA data and core dumps are written while the program runs",
                                                 "remove the flag readonly"};
static const struct finding_kind odd_type = {"partition-type", FINDING_WARNING,
                                             "types 4 to 0x3E are kept for ESP-IDF's own future use",
                                             "use a type from 0x40 to 0xFE"};
static const struct finding_kind odd_flags = {"partition-flags", FINDING_WARNING,
                                              "such flags are not known, a newer tool may have made the table",
                                              "look at the project that the table came from"};

struct checker {
    const struct partition_table *t;
    const struct partition_rules *rules;
    struct findings *f;
};

/* "line 4: 'nvs'", or "'nvs'" when it is not from a text. */
static const char *who(char *text, size_t room, const struct partition *p)
{
    if (p->line)
        snprintf(text, room, "line %u: '%s'", p->line, p->label);
    else
        snprintf(text, room, "'%s'", p->label);
    return text;
}

#define complain(c, kind, p, fmt, ...)                                                                                 \
    findings_add_nowhere((c)->f, (kind), "%s " fmt, who((char[64]){0}, 64, (p)), __VA_ARGS__)

static uint64_t end_of(const struct partition *p)
{
    return p->offset + (uint64_t)p->size;
}

static bool is_data(const struct partition *p, uint8_t subtype)
{
    return partition_is(p, PARTITION_DATA, subtype);
}

static void check_place(const struct checker *c, const struct partition *p)
{
    bool is_app = p->type == PARTITION_APP;
    bool is_before = (p->type == PARTITION_BOOTLOADER || p->type == PARTITION_TABLE) && p->subtype == PARTITION_PRIMARY;
    uint32_t table_end = c->rules->table_offset + PARTITION_TABLE_SECTOR;
    if (p->offset % (is_app ? PARTITION_APP_ALIGN : PARTITION_ALIGN))
        complain(c, is_app ? &app_align : &data_align, p, "begins at 0x%" PRIX32, p->offset);
    if (!p->size)
        complain(c, &no_size, p, "has %d bytes", 0);
    else if (p->size % PARTITION_ALIGN)
        complain(c, is_app ? &size_align : &data_size_align, p, "has 0x%" PRIX32 " bytes", p->size);
    if (p->offset < table_end && !is_before)
        complain(c, &below_table, p, "begins at 0x%" PRIX32 ", the table at 0x%" PRIX32 " ends at 0x%" PRIX32,
                 p->offset, c->rules->table_offset, table_end);
    if (c->rules->flash_size && end_of(p) > c->rules->flash_size)
        complain(c, &beyond, p, "ends at 0x%" PRIX64 ", the flash at 0x%" PRIX64, end_of(p), c->rules->flash_size);
}

static void check_kind(const struct checker *c, const struct partition *p)
{
    bool is_readonly = p->flags & PARTITION_READONLY;
    uint32_t unknown = p->flags & ~(uint32_t)(PARTITION_ENCRYPTED | PARTITION_READONLY);
    if (p->type > PARTITION_TABLE && p->type < PARTITION_TYPE_ESP_CERT)
        complain(c, &odd_type, p, "has type 0x%02X", p->type);
    if (unknown)
        complain(c, &odd_flags, p, "has flags 0x%" PRIX32, unknown);
    if ((is_data(p, PARTITION_DATA_OTA) || is_data(p, PARTITION_DATA_TEE_OTA)) && p->size != PARTITION_OTADATA_SIZE)
        complain(c, &otadata_size, p, "has 0x%" PRIX32 " bytes", p->size);
    if ((is_data(p, PARTITION_DATA_OTA) || is_data(p, PARTITION_DATA_COREDUMP)) && is_readonly)
        complain(c, &not_readonly, p, "is marked %s", "readonly");
    if (is_data(p, PARTITION_DATA_NVS) && p->size < PARTITION_NVS_MIN && !is_readonly)
        complain(c, &nvs_small, p, "has 0x%" PRIX32 " bytes", p->size);
}

static void check_name(const struct checker *c, const struct partition *p)
{
    if (!p->label[0]) {
        complain(c, &no_name, p, "at 0x%" PRIX32 " has no name", p->offset);
        return;
    }
    char type[8], subtype[8];
    int as_type = partition_type_value(p->label);
    bool is_subtype = false, is_right = partition_subtype_value(p->type, p->label) == p->subtype;
    for (int t = PARTITION_APP; t <= PARTITION_TABLE; t++)
        is_subtype |= partition_subtype_value((uint8_t)t, p->label) >= 0;
    if ((as_type >= 0 && as_type != p->type) || (is_subtype && !is_right && as_type != p->type))
        complain(c, &odd_name, p, "is of type %s, subtype %s", partition_type_text(type, p->type),
                 partition_subtype_text(subtype, p->type, p->subtype));
}

/* Whether there may be one partition only of this kind. */
static bool is_single(const struct partition *p)
{
    return p->type == PARTITION_APP || is_data(p, PARTITION_DATA_OTA) || is_data(p, PARTITION_DATA_TEE_OTA);
}

static void check_pair(const struct checker *c, const struct partition *p, const struct partition *q)
{
    char name[64];
    if (p->size && q->size && p->offset < end_of(q) && q->offset < end_of(p))
        complain(c, &overlap, q, "(0x%" PRIX32 " to 0x%" PRIX64 ") overlaps %s (0x%" PRIX32 " to 0x%" PRIX64 ")",
                 q->offset, end_of(q), who(name, sizeof name, p), p->offset, end_of(p));
    if (p->label[0] && !strcmp(p->label, q->label))
        complain(c, &same_name, q, "has the name of the partition at 0x%" PRIX32, p->offset);
    if (p->type == q->type && p->subtype == q->subtype && is_single(p))
        complain(c, &twice, q, "has the type and subtype of %s", who(name, sizeof name, p));
}

static void check_slots(const struct checker *c)
{
    unsigned slots = 0, highest = 0, apps = 0;
    const struct partition *otadata = NULL;
    for (unsigned i = 0; i < c->t->count; i++) {
        const struct partition *p = &c->t->items[i];
        apps += p->type == PARTITION_APP;
        if (is_data(p, PARTITION_DATA_OTA))
            otadata = p;
        if (!partition_is_ota_slot(p))
            continue;
        slots++;
        unsigned n = p->subtype - PARTITION_APP_OTA_0 + 1U;
        highest = n > highest ? n : highest;
    }
    if (!apps)
        findings_add_nowhere(c->f, &no_app, "no partition is of type app");
    if (slots && !otadata)
        findings_add_nowhere(c->f, &otadata_missing, "there are %u OTA slots, and no partition for OTA data", slots);
    if (!slots && otadata)
        complain(c, &slots_missing, otadata, "is there, but %u OTA slots", slots);
    if (slots < highest)
        findings_add_nowhere(c->f, &slot_gap, "there are %u OTA slots, and the highest is ota_%u", slots, highest - 1);
}

void partition_check(const struct partition_table *t, const struct partition_rules *rules, struct findings *findings)
{
    struct checker c = {t, rules, findings};
    for (unsigned i = 0; i < t->count; i++) {
        check_place(&c, &t->items[i]);
        check_kind(&c, &t->items[i]);
        check_name(&c, &t->items[i]);
        for (unsigned k = 0; k < i; k++)
            check_pair(&c, &t->items[k], &t->items[i]);
    }
    check_slots(&c);
}
