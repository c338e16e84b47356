/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "layout/mapping.h"
#include "layout/mcuboot.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct mcuboot_image m;
    struct findings f = {0};
    struct mapping map = {0};
    struct reader r = reader_of_memory(bytes, len);
    PROMISE(!mcuboot_read(&r, 0, UINT32_MAX, true, &m, &f));
    PROMISE(m.is_whole ? m.len && m.len <= len : !m.len);
    PROMISE(!m.is_whole || m.irom.offset + (uint64_t)m.irom.size < len + MCUBOOT_PART_ROUNDING);
    mapping_add_mcuboot(&map, &m, 0x10000);
    mapping_fini(&map);
    findings_fini(&f);
    return 0;
}
