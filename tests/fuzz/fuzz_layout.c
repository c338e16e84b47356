/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"
#include "sparse.h"

#include "layout/layout.h"

/* Settings: size, chip, flags, encryption, place of a table and of an app in sectors, live table. */
enum { SET_SIZE, SET_CHIP, SET_FLAGS, SET_FACT, SET_TABLE, SET_APP, SET_LIVE };
enum { FLAG_VERIFY = 1, FLAG_SURVEY = 2, FLAG_FILE = 4, FLAG_DESC = 8 };

static void check_regions(const struct layout *l)
{
    uint64_t at = 0;
    for (size_t i = 0; i < l->region_count; i++) {
        const struct layout_region *r = &l->regions[i];
        PROMISE(r->size > 0 && r->offset <= at && r->offset + (uint64_t)r->size <= l->flash_size);
        PROMISE(r->used <= r->size);
        at = r->offset + r->size > at ? r->offset + r->size : at;
    }
    PROMISE(at == l->flash_size);
}

static void check_boot(const struct layout *l, const struct layout_boot *b)
{
    bool is_found = b->kind != LAYOUT_BOOT_UNKNOWN && b->kind != LAYOUT_BOOT_NOTHING;
    PROMISE(is_found == (b->region >= 0));
    PROMISE(b->region < (int)l->region_count);
    PROMISE(!is_found || l->regions[b->region].image || l->regions[b->region].mcuboot);
}

static void check_mapping(const struct layout *l, const struct mapping_live *live)
{
    struct mapping image = {0}, now = {0}, both = {0};
    mapping_add_layout(&image, l);
    mapping_add_live(&now, live, l->flash_size, NULL);
    const struct mapping *const sources[] = {&now, &image};
    mapping_merge(sources, 2, &both, NULL);
    PROMISE(!now.count || both.count);
    mapping_fini(&image);
    mapping_fini(&now);
    mapping_fini(&both);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct sparse s;
    struct layout l;
    struct findings f = {0};
    if (len < SPARSE_SETTINGS)
        return 0;
    sparse_decode(&s, bytes, len);
    uint32_t sectors = bytes[SET_SIZE] * 4U + 1;
    uint32_t size = sectors * LAYOUT_SECTOR - (bytes[SET_SIZE] % 3);
    struct layout_request request =
        layout_request_default((struct reader){.read = sparse_read, .ctx = &s, .size = size});
    uint32_t table[128];
    for (unsigned i = 0; i < 128; i++)
        table[i] = bytes[SET_LIVE] && i % 16 < 4 ? bytes[SET_LIVE] + i : UINT32_MAX;
    const struct chip *chips[] = {chip_find("esp32"), chip_find("esp32s3")};
    struct mapping_live live = {.chip = chips[bytes[SET_LIVE] & 1], .cores = {{table, 128}}};
    request.chip =
        bytes[SET_CHIP] < 15 && image_chips[bytes[SET_CHIP] % 14].name ? &image_chips[bytes[SET_CHIP] % 14] : NULL;
    request.verify = bytes[SET_FLAGS] & FLAG_VERIFY;
    request.survey = bytes[SET_FLAGS] & FLAG_SURVEY;
    request.is_file = bytes[SET_FLAGS] & FLAG_FILE;
    request.running_desc =
        bytes[SET_FLAGS] & FLAG_DESC && len >= SPARSE_SETTINGS + IMAGE_APP_DESC_LEN ? bytes + SPARSE_SETTINGS : NULL;
    request.is_encryption_on = (enum layout_fact)(bytes[SET_FACT] % 3);
    request.table_offset = bytes[SET_TABLE] ? bytes[SET_TABLE] * (uint32_t)LAYOUT_SECTOR : LAYOUT_NOWHERE;
    request.app_offset = bytes[SET_APP] ? bytes[SET_APP] * (uint32_t)LAYOUT_SECTOR : LAYOUT_NOWHERE;
    request.live = bytes[SET_LIVE] ? &live : NULL;
    PROMISE(!layout_read(&request, &l, &f));
    PROMISE(l.bytes_read == s.bytes_read && s.bytes_read <= size);
    PROMISE(l.flash_size == size + l.base);
    check_regions(&l);
    check_boot(&l, &l.boot);
    check_mapping(&l, &live);
    layout_fini(&l);
    findings_fini(&f);
    return 0;
}
