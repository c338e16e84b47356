/* SPDX-License-Identifier: Apache-2.0 */
#include "mem.h"

void *memcpy(void *to, const void *from, size_t len)
{
    unsigned char *t = to;
    for (const unsigned char *f = from; len; len--)
        *t++ = *f++;
    return to;
}

void *memset(void *at, int value, size_t len)
{
    for (unsigned char *p = at; len; len--)
        *p++ = (unsigned char)value;
    return at;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const unsigned char *x = a, *y = b;
    for (; len; len--, x++, y++) {
        if (*x != *y)
            return *x < *y ? -1 : 1;
    }
    return 0;
}
