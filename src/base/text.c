/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <stddef.h>
#include <string.h>

enum { MAX_LEN = 256 };

unsigned text_distance(const char *a, const char *b)
{
    unsigned row[MAX_LEN + 1];
    size_t n = strnlen(b, MAX_LEN);
    for (size_t j = 0; j <= n; j++)
        row[j] = (unsigned)j;
    for (size_t i = 0; a[i] && i < MAX_LEN; i++) {
        unsigned corner = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < n; j++) {
            unsigned change = corner + (a[i] != b[j]);
            corner = row[j + 1];
            unsigned best = row[j] + 1 < corner + 1 ? row[j] + 1 : corner + 1;
            row[j + 1] = change < best ? change : best;
        }
    }
    return row[n];
}

bool text_ends_with(const char *text, const char *ending)
{
    size_t len = strlen(text), end = strlen(ending);
    return len >= end && !strcmp(text + len - end, ending);
}
