/* SPDX-License-Identifier: Apache-2.0 */
/* Which app to boot: two records in two sectors, the valid one with the higher number wins (esp-idf
   esp_flash_partitions.h, bootloader_common.c). Rollback is not enabled: states new and pending boot like valid. */
#include "boot.h"

#include <stddef.h>

#include "../common/print.h"
#include "../common/spi_flash.h"

#define SEQ_ERASED 0xFFFFFFFFU

enum { STATE_VALID = 2, STATE_INVALID = 3, STATE_ABORTED = 4 };

struct record {
    uint32_t seq;
    uint8_t label[20];
    uint32_t state, crc;
};
_Static_assert(sizeof(struct record) == 32, "as it lies in flash");

/* CRC-32 of the sequence number, begun at 0 instead of all ones. */
static uint32_t seq_crc(uint32_t seq)
{
    uint32_t crc = seq;
    for (unsigned i = 0; i < 32; i++)
        crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320U : 0);
    return ~crc;
}

static bool is_written(const struct record *r)
{
    return r->seq != SEQ_ERASED && r->crc == seq_crc(r->seq);
}

static bool is_bootable(const struct record *r)
{
    return is_written(r) && r->state != STATE_INVALID && r->state != STATE_ABORTED;
}

static int default_index(const struct boot_table *t, bool is_initial)
{
    if (t->otadata.size && !is_initial)
        print_log('E', "boot", "no valid record in the OTA data");
    if (t->factory.size) {
        print_log('I', "boot", "Defaulting to factory image");
        return BOOT_INDEX_FACTORY;
    }
    print_log('I', "boot", "No factory image, trying OTA 0");
    return 0;
}

int otadata_select(const struct boot_table *t, bool *is_unset)
{
    struct record records[2] = {{.seq = SEQ_ERASED}, {.seq = SEQ_ERASED}};
    const struct record *best = NULL;
    bool has_otadata = t->otadata.size >= 2 * SPI_FLASH_SECTOR;
    for (unsigned i = 0; has_otadata && i < 2; i++) {
        spi_flash_read(t->otadata.offset + i * SPI_FLASH_SECTOR, (uint32_t *)&records[i], sizeof(records[i]));
        if (is_bootable(&records[i]) && (!best || records[i].seq > best->seq))
            best = &records[i];
    }
    *is_unset = has_otadata && !is_written(&records[0]) && !is_written(&records[1]);
    if (best && t->ota_count)
        return (int)((best->seq - 1) % t->ota_count);
    return default_index(t, !t->ota_count || (records[0].seq == SEQ_ERASED && records[1].seq == SEQ_ERASED));
}

void otadata_write(const struct boot_table *t, int index)
{
    struct record r = {.seq = (uint32_t)index + 1, .state = STATE_VALID};
    r.crc = seq_crc(r.seq);
    for (unsigned i = 0; i < sizeof(r.label); i++)
        r.label[i] = 0xFF;
    spi_flash_erase_sector(t->otadata.offset);
    spi_flash_program(t->otadata.offset, (const uint32_t *)&r, sizeof(r));
    print_log('I', "boot", "Set actual ota_seq=%u in otadata[0]", (unsigned)r.seq);
}
