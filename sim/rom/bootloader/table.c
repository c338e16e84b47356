/* SPDX-License-Identifier: Apache-2.0 */
/* The partition table: esp-idf esp_flash_partitions.h, esp_partition.h. */
#include "boot.h"

#include <stddef.h>

#include "../common/md5.h"
#include "../common/mem.h"
#include "../common/print.h"
#include "../common/spi_flash.h"

#define TABLE_BYTES   0xC00U
#define TABLE_ENTRIES (TABLE_BYTES / sizeof(struct entry))
#define MAGIC_ENTRY   0x50AA
#define MAGIC_MD5     0xEBEB
#define MAGIC_END     0xFFFF

struct entry {
    uint16_t magic;
    uint8_t type, subtype;
    uint32_t offset, size;
    char label[16]; /* no terminator when all 16 are used */
    uint32_t flags;
};
_Static_assert(sizeof(struct entry) == 32, "as it lies in flash");

enum { TYPE_APP, TYPE_DATA };
enum { APP_FACTORY = 0x00, APP_OTA_0 = 0x10, APP_TEST = 0x20, DATA_OTA = 0x00 };

static const struct usage {
    uint8_t type, subtype, last;
    const char *name;
} usages[] = {
    {TYPE_APP, APP_FACTORY, APP_FACTORY, "factory app"},
    {TYPE_APP, APP_OTA_0, APP_OTA_0 + BOOT_OTA_SLOTS - 1, "OTA app"},
    {TYPE_APP, APP_TEST, APP_TEST, "test app"},
    {TYPE_APP, 0x00, 0xFF, "Unknown app"},
    {TYPE_DATA, DATA_OTA, DATA_OTA, "OTA data"},
    {TYPE_DATA, 0x01, 0x01, "RF data"},
    {TYPE_DATA, 0x02, 0x02, "WiFi data"},
    {TYPE_DATA, 0x04, 0x04, "NVS keys"},
    {TYPE_DATA, 0x00, 0xFF, "Unknown data"},
};

static const char *usage_name(const struct entry *e)
{
    for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++) {
        const struct usage *u = &usages[i];
        if (e->type == u->type && e->subtype >= u->subtype && e->subtype <= u->last)
            return u->name;
    }
    return "unknown";
}

static void print_entry(unsigned number, const struct entry *e)
{
    char label[sizeof(e->label) + 1] = {0};
    for (unsigned i = 0; i < sizeof(e->label); i++)
        label[i] = e->label[i];
    print_log('I', "boot", "%2u %-16s %-16s %02x %02x %08x %08x", number, label, usage_name(e), e->type, e->subtype,
              (unsigned)e->offset, (unsigned)e->size);
}

static void take_entry(struct boot_table *t, const struct entry *e)
{
    struct boot_slot slot = {e->offset, e->size};
    unsigned ota = e->subtype - (unsigned)APP_OTA_0;
    if (e->type == TYPE_DATA && e->subtype == DATA_OTA)
        t->otadata = slot;
    if (e->type != TYPE_APP)
        return;
    if (e->subtype == APP_FACTORY)
        t->factory = slot;
    else if (e->subtype == APP_TEST)
        t->test = slot;
    else if (ota < BOOT_OTA_SLOTS)
        t->ota[ota] = slot;
}

static bool is_md5_right(const struct entry *entries, unsigned count)
{
    uint8_t digest[16];
    md5((const uint8_t *)entries, (uint32_t)(count * sizeof(entries[0])), digest);
    if (!memcmp(digest, (const uint8_t *)&entries[count] + 16, sizeof(digest)))
        return true;
    print_log('E', "flash_parts", "MD5 of the partition table at 0x%x does not fit its %u entries", BOOT_TABLE_OFFSET,
              count);
    return false;
}

static bool check_entry(unsigned number, const struct entry *e, uint32_t flash_size)
{
    if (e->magic != MAGIC_ENTRY) {
        print_log('E', "flash_parts", "partition %u invalid magic number 0x%x", number, e->magic);
        return false;
    }
    if (e->offset >= flash_size || e->size > flash_size - e->offset) {
        print_log('E', "flash_parts", "partition %u invalid: 0x%x+0x%x ends beyond the flash of 0x%x bytes", number,
                  (unsigned)e->offset, (unsigned)e->size, (unsigned)flash_size);
        return false;
    }
    return true;
}

/* The number of good entries, or -1. */
static int check_entries(const struct entry *entries, uint32_t flash_size)
{
    unsigned count = 0;
    while (count < TABLE_ENTRIES && entries[count].magic != MAGIC_MD5 && entries[count].magic != MAGIC_END) {
        if (!check_entry(count, &entries[count], flash_size))
            return -1;
        count++;
    }
    if (!count) {
        print_log('E', "flash_parts", "no partition table at 0x%x (starts with 0x%x)", BOOT_TABLE_OFFSET,
                  entries[0].magic);
        return -1;
    }
    if (count == TABLE_ENTRIES || entries[count].magic == MAGIC_END)
        print_log('W', "flash_parts", "the partition table has no MD5");
    else if (!is_md5_right(entries, count))
        return -1;
    return (int)count;
}

bool table_read(struct boot_table *t, uint32_t flash_size)
{
    struct entry entries[TABLE_ENTRIES];
    *t = (struct boot_table){0};
    spi_flash_read(BOOT_TABLE_OFFSET, (uint32_t *)entries, sizeof(entries));
    int count = check_entries(entries, flash_size);
    if (count < 0)
        return false;
    print_log('I', "boot", "Partition Table:");
    print_log('I', "boot", "## Label            Usage          Type ST Offset   Length");
    for (int i = 0; i < count; i++) {
        print_entry((unsigned)i, &entries[i]);
        take_entry(t, &entries[i]);
    }
    print_log('I', "boot", "End of partition table");
    while (t->ota_count < BOOT_OTA_SLOTS && t->ota[t->ota_count].size)
        t->ota_count++;
    return true;
}
