/* SPDX-License-Identifier: Apache-2.0 */
/* MMU tables decoded and merged with ranges. Input: settings, 7 bytes a range, then entries of two tables, 16 bits each. */
#include "fuzz.h"

#include "layout/mapping.h"

enum { SETTINGS = 4, RANGES_MAX = 8, RANGE_LEN = 7, ENTRIES = 512, PAGE = 0x10000 };

static const uint8_t *take_ranges(struct mapping *m, const uint8_t *at, const uint8_t *end, unsigned count)
{
    for (unsigned i = 0; i < count && end - at >= RANGE_LEN; i++, at += RANGE_LEN) {
        mapping_add(m, &(struct mapping_range){
                           .vaddr = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (at[6] & 0x0FU) << 12,
                           .size = (uint32_t)at[2] << 14,
                           .offset = (uint32_t)at[3] << 16 | (at[6] & 0x0FU) << 12,
                           .is_code = at[4] & 1,
                           .is_data = !(at[4] & 1) || (at[4] & 2),
                           .core_mask = at[5],
                           .source = (enum mapping_source)(1 + at[4] / 4 % MAPPING_USER),
                       });
    }
    mapping_sort(m);
    return at;
}

static void check_merged(const struct mapping *m)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct mapping_range *r = &m->items[i];
        PROMISE(r->size && r->core_mask && r->vaddr + (uint64_t)r->size <= UINT64_C(1) << 32);
        PROMISE(!i || m->items[i - 1].vaddr <= r->vaddr);
        for (size_t k = i + 1; k < m->count && m->items[k].vaddr < r->vaddr + (uint64_t)r->size; k++)
            PROMISE(!(m->items[k].core_mask & r->core_mask));
        int core = __builtin_ctz(r->core_mask);
        PROMISE(mapping_at(m, core, r->vaddr) == r && mapping_at(m, core, r->vaddr + (r->size - 1)) == r);
        uint32_t offset, left, back[1];
        if (mapping_to_flash(m, core, r->vaddr, &offset, &left))
            PROMISE(offset == r->offset && left == r->size && mapping_from_flash(m, core, offset, back, 1));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len < SETTINGS)
        return 0;
    static const char *const chips[] = {"esp32", "esp32s3"};
    uint32_t tables[2][ENTRIES];
    struct mapping_live live = {.chip = chip_find(chips[bytes[0] & 1]), .off_mask = bytes[1] & 3};
    struct mapping image = {0}, now = {0}, both = {0};
    struct findings f = {0};
    const uint8_t *end = bytes + len, *at = take_ranges(&image, bytes + SETTINGS, end, bytes[2] % (RANGES_MAX + 1));
    for (size_t core = 0; core < 2; core++) {
        size_t n = 0;
        for (; n < ENTRIES && end - at >= 2; n++, at += 2)
            tables[core][n] = (uint32_t)(at[0] | at[1] << 8);
        live.cores[core].entries = tables[core];
        live.cores[core].count = n;
    }
    mapping_add_live(&now, &live, (uint32_t)bytes[3] << 20, &f);
    check_merged(&now);
    const struct mapping *const sources[] = {&now, &image};
    mapping_merge(sources, 2, &both, &f);
    check_merged(&both);
    PROMISE(!image.failed && !now.failed && !both.failed);
    mapping_fini(&image);
    mapping_fini(&now);
    mapping_fini(&both);
    findings_fini(&f);
    return 0;
}
