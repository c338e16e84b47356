/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "layout/otadata.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct otadata o;
    struct findings f = {0};
    if (len < 1)
        return 0;
    unsigned slots = bytes[0] % 17;
    const uint8_t *first = len > OTADATA_RECORD_LEN ? bytes + 1 : NULL;
    const uint8_t *second = len > 2 * OTADATA_RECORD_LEN ? bytes + 1 + OTADATA_RECORD_LEN : NULL;
    otadata_parse(first, second, slots, &o, &f);
    PROMISE(o.winner >= -1 && o.winner < OTADATA_RECORDS && o.fallback >= -1 && o.fallback < OTADATA_RECORDS);
    PROMISE(o.winner < 0 || o.records[o.winner].is_valid);
    PROMISE(o.fallback < 0 || (o.records[o.fallback].is_valid && o.fallback != o.winner));
    PROMISE(!slots || (o.slot < slots && o.fallback_slot < slots));
    findings_fini(&f);
    return 0;
}
