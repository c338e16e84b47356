/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "layout/partition.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct partition_table t;
    struct partition_rules rules = partition_rules_default();
    struct findings f = {0};
    struct buf bin = {0}, csv = {0};
    rules.flash_size = 4 << 20;
    partition_parse(bytes, len, &t, &f);
    PROMISE(t.has_end || findings_count(&f, FINDING_ERROR));
    /* A table without errors comes back as it was. */
    if (!findings_count(&f, FINDING_ERROR)) {
        PROMISE(!partition_to_bin(NULL, &t, t.has_md5, &bin));
        PROMISE(t.len <= len && t.len <= bin.len && !memcmp(bin.bytes, bytes, t.count * PARTITION_ENTRY_LEN));
    }
    partition_check(&t, &rules, &f);
    if (partition_to_csv(NULL, &t, &csv))
        PROMISE(!csv.failed);
    findings_fini(&f);
    buf_fini(&bin);
    buf_fini(&csv);
    return 0;
}
