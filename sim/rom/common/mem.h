/* SPDX-License-Identifier: Apache-2.0 */
/* What gcc calls on its own. Data RAM only: byte accesses. */
#ifndef ROM_COMMON_MEM_H
#define ROM_COMMON_MEM_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t len);
void *memset(void *at, int value, size_t len);
int memcmp(const void *a, const void *b, size_t len);

#endif
