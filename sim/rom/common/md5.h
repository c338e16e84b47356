/* SPDX-License-Identifier: Apache-2.0 */
/* MD5 (RFC 1321) of a piece of memory. */
#ifndef ROM_COMMON_MD5_H
#define ROM_COMMON_MD5_H

#include <stdint.h>

void md5(const uint8_t *bytes, uint32_t len, uint8_t digest[16]);

#endif
