/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "layout/partition.h"

#include <string.h>

/* What was read without errors is written as CSV, and read again it is the same. */
static void check_round_trip(const struct partition_table *t, const struct partition_rules *rules)
{
    struct partition_table back;
    struct findings f = {0};
    struct buf csv = {0};
    if (!partition_to_csv(NULL, t, &csv)) {
        partition_from_csv((const char *)csv.bytes, csv.len, rules, &back, &f);
        PROMISE(!findings_count(&f, FINDING_ERROR) && back.count == t->count);
        for (unsigned i = 0; i < t->count; i++) {
            back.items[i].line = t->items[i].line;
            PROMISE(!memcmp(&back.items[i], &t->items[i], sizeof t->items[i]));
        }
    }
    findings_fini(&f);
    buf_fini(&csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct partition_table t;
    struct partition_rules rules = partition_rules_default();
    struct findings f = {0};
    partition_from_csv((const char *)bytes, len, &rules, &t, &f);
    PROMISE(t.count || findings_count(&f, FINDING_ERROR));
    if (!findings_count(&f, FINDING_ERROR))
        check_round_trip(&t, &rules);
    partition_check(&t, &rules, &f);
    findings_fini(&f);
    return 0;
}
