/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, ranges, thread ids and hex bytes of packets. Pure. */
#include "services/gdb/gdb_int.h"

enum { HEX = 16, HEX_BITS = 4, TOP_DIGIT = 60 };

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool gdb_hex(const char **at, uint64_t *value)
{
    const char *p = *at;
    uint64_t v = 0;
    for (; digit(*p) >= 0; p++) {
        if (v >> TOP_DIGIT)
            return false;
        v = v << HEX_BITS | (unsigned)digit(*p);
    }
    if (p == *at)
        return false;
    *at = p;
    *value = v;
    return true;
}

bool gdb_hex32(const char **at, uint32_t *value)
{
    uint64_t wide;
    if (!gdb_hex(at, &wide) || wide > UINT32_MAX)
        return false;
    *value = (uint32_t)wide;
    return true;
}

bool gdb_skip(const char **at, char c)
{
    if (**at != c)
        return false;
    ++*at;
    return true;
}

bool gdb_range(const char **at, uint32_t *addr, uint32_t *len)
{
    return gdb_hex32(at, addr) && gdb_skip(at, ',') && gdb_hex32(at, len);
}

unsigned gdb_thread_id(unsigned core)
{
    return core + 1;
}

bool gdb_thread(const char **at, int64_t *id)
{
    uint32_t number;
    if ((*at)[0] == '-' && (*at)[1] == '1') {
        *at += 2;
        *id = GDB_ALL_THREADS;
        return true;
    }
    if (!gdb_hex32(at, &number))
        return false;
    *id = number;
    return true;
}

void gdb_put_hex(struct buf *out, const void *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *p = bytes;
    for (size_t i = 0; i < len; i++) {
        buf_u8(out, (uint8_t)digits[p[i] / HEX]);
        buf_u8(out, (uint8_t)digits[p[i] % HEX]);
    }
}

bool gdb_get_hex(const char *text, size_t len, struct buf *out)
{
    if (len % 2)
        return false;
    for (size_t i = 0; i < len; i += 2) {
        int high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0)
            return false;
        buf_u8(out, (uint8_t)(high * HEX + low));
    }
    return !out->failed;
}
