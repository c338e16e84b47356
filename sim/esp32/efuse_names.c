/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eFuses by the names that espefuse has for them (efuse_defs/esp32.yaml): what a board's user burns before it is powered on.
 * What the factory burns (MAC, revision) is not among them.
 */
#include "sim/esp32/esp32_int.h"

#include "base/bytes.h"
#include "sim/soc/efuse_names.h"

enum { BLOCK_BYTES = 32, CODED_BYTES = 24, CHUNK = 6 };

/* Fields of block 0. */
static const struct efuse_field fields[] = {
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
    { NULL, 0, 0 },
    /* clang-format on */
};

/* Blocks of bytes: in the order of the eFuses, as burn_block_data has it, or in that of a key file, as burn_key has it. */
static const struct efuse_bytes byte_blocks[] = {
    {"BLOCK1", 1, false},        {"flash_encryption", 1, true}, {"BLOCK2", 2, false},
    {"secure_boot_v1", 2, true}, {"BLOCK3", 3, false},          {NULL, 0, false},
};

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

static enum err set_bytes(struct soc *soc, const struct efuse_bytes *b, const char *value)
{
    struct esp32 *s = esp32_of(soc);
    bool is_coded = field_get(ESP32_EFUSE_CODING_SCHEME, s->efuses[0][6]) == ESP32_EFUSE_CODING_34;
    int wanted = is_coded ? CODED_BYTES : BLOCK_BYTES;
    uint8_t given[BLOCK_BYTES] = {0}, bytes[BLOCK_BYTES], coded[BLOCK_BYTES];
    int count = efuse_parse_hex(value, given, sizeof given);
    if (count != wanted)
        return err_at(soc->log, ERR_USAGE,
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

static uint32_t *word(struct soc *soc, uint32_t word)
{
    return &esp32_of(soc)->efuses[0][word];
}

enum err esp32_burn(struct soc *soc, const char *name, const char *value)
{
    static const struct efuse_names names = {fields, byte_blocks, word, set_bytes};
    return efuse_names_burn(soc, &names, name, value);
}
