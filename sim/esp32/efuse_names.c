/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eFuses by the names that espefuse has for them (efuse_defs/esp32.yaml): what a board's user burns before it is powered on.
 * What the factory burns (MAC, revision) is not among them.
 */
#include "sim/esp32/esp32_int.h"

#include "base/bytes.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 32, CODED_BYTES = 24, CHUNK = 6 };

/* Fields of block 0. */
static const struct field {
    const char *name;
    uint8_t word;
    uint32_t mask;
} fields[] = {
    /* clang-format off */
    { "WR_DIS",                0, ESP32_EFUSE_WR_DIS },
    { "RD_DIS",                0, ESP32_EFUSE_RD_DIS },
    { "FLASH_CRYPT_CNT",       0, ESP32_EFUSE_FLASH_CRYPT_CNT },
    { "UART_DOWNLOAD_DIS",     0, ESP32_EFUSE_UART_DOWNLOAD_DIS },
    { "DISABLE_APP_CPU",       3, ESP32_EFUSE_DISABLE_APP_CPU },
    { "CHIP_PACKAGE",          3, ESP32_EFUSE_CHIP_VER_PKG },
    { "FLASH_CRYPT_CONFIG",    5, ESP32_EFUSE_FLASH_CRYPT_CONFIG },
    { "CODING_SCHEME",         6, ESP32_EFUSE_CODING_SCHEME },
    { "CONSOLE_DEBUG_DISABLE", 6, ESP32_EFUSE_CONSOLE_DEBUG_DISABLE },
    { "ABS_DONE_0",            6, ESP32_EFUSE_ABS_DONE_0 },
    { "ABS_DONE_1",            6, ESP32_EFUSE_ABS_DONE_1 },
    { "JTAG_DISABLE",          6, ESP32_EFUSE_JTAG_DISABLE },
    { "DISABLE_DL_ENCRYPT",    6, ESP32_EFUSE_DISABLE_DL_ENCRYPT },
    { "DISABLE_DL_DECRYPT",    6, ESP32_EFUSE_DISABLE_DL_DECRYPT },
    { "KEY_STATUS",            6, ESP32_EFUSE_KEY_STATUS },
    /* clang-format on */
};

/* Blocks of bytes: in the order of the eFuses, as burn_block_data has it, or in that of a key file, as burn_key has it. */
static const struct byte_block {
    const char *name;
    uint8_t block;
    bool is_key_file;
} byte_blocks[] = {
    {"BLOCK1", 1, false},        {"flash_encryption", 1, true}, {"BLOCK2", 2, false},
    {"secure_boot_v1", 2, true}, {"BLOCK3", 3, false},
};

static enum err refuse_name(struct esp32 *s, const char *name)
{
    struct buf known = {0};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        buf_printf(&known, "%s, ", fields[i].name);
    for (size_t i = 0; i < sizeof byte_blocks / sizeof *byte_blocks; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", byte_blocks[i].name);
    enum err e = err_at(s->soc.log, ERR_NOT_FOUND, "the virtual ESP32 has no eFuse '%s' to set; it has %s", name,
                        buf_str(&known));
    buf_fini(&known);
    return e;
}

static enum err set_field(struct esp32 *s, const struct field *f, const char *value)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 0);
    uint32_t most = field_get(f->mask, f->mask);
    if (!isdigit((unsigned char)*value) || *end)
        return err_at(s->soc.log, ERR_USAGE,
                      "the value '%s' of the eFuse %s is no number; write it decimal, or hex with 0x", value, f->name);
    if (errno || number > most)
        return err_at(s->soc.log, ERR_USAGE, "the value %s does not fit into the eFuse %s; the largest is 0x%x", value,
                      f->name, most);
    s->efuses[0][f->word] |= field_put(f->mask, 0, (uint32_t)number);
    return ERR_OK;
}

/* --- bytes --- */

static int nibble(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* How many bytes the text has, at most room of them kept; -1: it is no hex. */
static int parse_hex(const char *text, uint8_t *bytes, int room)
{
    int count = 0;
    if (text[0] == '0' && tolower((unsigned char)text[1]) == 'x')
        text += 2;
    for (; *text; text += 2, count++) {
        int high = nibble(text[0]), low = high < 0 ? -1 : nibble(text[1]);
        if (low < 0)
            return -1;
        if (count < room)
            bytes[count] = (uint8_t)(16 * high + low);
    }
    return count;
}

/* The 3/4 coding scheme: behind 6 bytes stand their XOR and the sum of their set bits, each byte's times its number. */
static void encode(const uint8_t bytes[CODED_BYTES], uint8_t coded[BLOCK_BYTES])
{
    for (unsigned i = 0; i < CODED_BYTES / CHUNK; i++) {
        uint8_t *to = coded + i * (CHUNK + 2);
        to[CHUNK] = to[CHUNK + 1] = 0;
        for (unsigned k = 0; k < CHUNK; k++) {
            to[k] = bytes[i * CHUNK + k];
            to[CHUNK] ^= to[k];
            to[CHUNK + 1] = (uint8_t)(to[CHUNK + 1] + (k + 1) * (unsigned)__builtin_popcount(to[k]));
        }
    }
}

static enum err set_bytes(struct esp32 *s, const struct byte_block *b, const char *value)
{
    bool is_coded = field_get(ESP32_EFUSE_CODING_SCHEME, s->efuses[0][6]) == ESP32_EFUSE_CODING_34;
    int wanted = is_coded ? CODED_BYTES : BLOCK_BYTES;
    uint8_t given[BLOCK_BYTES] = {0}, bytes[BLOCK_BYTES], coded[BLOCK_BYTES];
    int count = parse_hex(value, given, sizeof given);
    if (count != wanted)
        return err_at(s->soc.log, ERR_USAGE,
                      "the value of the eFuse %s is not %d bytes in hex, which it holds with coding scheme %s (another "
                      "CODING_SCHEME has to stand before it)",
                      b->name, wanted, is_coded ? "3/4" : "none");
    for (int i = 0; i < count; i++)
        bytes[i] = given[b->is_key_file ? count - 1 - i : i];
    if (is_coded)
        encode(bytes, coded);
    for (unsigned i = 0; i < BLOCK_BYTES / 4; i++)
        s->efuses[b->block][i] |= le32_get((is_coded ? coded : bytes) + 4 * i);
    return ERR_OK;
}

enum err esp32_burn(struct soc *soc, const char *name, const char *value)
{
    struct esp32 *s = esp32_of(soc);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!strcasecmp(fields[i].name, name))
            return set_field(s, &fields[i], value);
    for (size_t i = 0; i < sizeof byte_blocks / sizeof *byte_blocks; i++)
        if (!strcasecmp(byte_blocks[i].name, name))
            return set_bytes(s, &byte_blocks[i], value);
    return refuse_name(s, name);
}
