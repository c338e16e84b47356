/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash encryption. The cipher texts were computed by tests/interop/encryption/scheme.py, which knows nothing of sim/ and
 * was found to agree with espsecure.
 */
#include "rig.h"

#include <stdio.h>
#include <string.h>

#define SPI(reg) (ESP32_SPI1_BASE + ESP32_SPI_##reg)

enum { UNIT = 32, PLACE = 0x1000 };
#define KEY  "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
#define BOTH (ESP32_DPORT_SPI_ENCRYPT | ESP32_DPORT_SPI_MASK_PRO)

/* A0, A1, ... at 0x1000, with KEY and all of FLASH_CRYPT_CONFIG. */
static const uint8_t cipher_at_1000[UNIT] = {0x84, 0x64, 0x3a, 0xbd, 0xac, 0x14, 0x58, 0x39, 0x8a, 0x2c, 0x03,
                                             0x75, 0xf4, 0x4b, 0xb8, 0x4a, 0xc4, 0x8c, 0x99, 0x6e, 0x5f, 0x72,
                                             0x7e, 0x82, 0xfb, 0x54, 0x32, 0xc0, 0x12, 0x53, 0x2e, 0x41};

static void plain_text(uint8_t bytes[UNIT])
{
    for (unsigned i = 0; i < UNIT; i++)
        bytes[i] = (uint8_t)(0xA0 + i);
}

static void burn(struct rig *r, const char *name, const char *value)
{
    CHECK_OK(soc_burn(r->soc, name, value));
}

/* The chip with encryption on, as espefuse's burn_key and a bootloader leave it. */
static void switch_on(struct rig *r)
{
    burn(r, "flash_encryption", KEY);
    burn(r, "FLASH_CRYPT_CONFIG", "0xF");
    burn(r, "FLASH_CRYPT_CNT", "1");
    soc_power_on(r->soc);
    rig_watchdogs_off(r);
}

/* --- the scheme --- */

static void known_cipher_texts(void **state)
{
    (void)state;
    static const struct {
        uint8_t config;
        uint32_t offset;
        const char *cipher;
    } known[] = {
        {0xF, 0x1000, "84643abdac1458398a2c0375f44bb84ac48c996e5f727e82fb5432c012532e41"},
        {0xF, 0xABCDE0, "d39532bd090030c11f30994928b30ccc6e5c3f445a9fb425232aceb9cd51732c"},
        {0x0, 0x1000, "12b6b696673d2c54b21df3e60e5b83944ca59ce2c231711715ca0a206c323992"},
        {0x5, 0xABCDE0, "30c658abc82de1a52b75c4a6f3bcd74fec099dd155b9627027fcba03d5e52ea4"},
        {0xA, 0xABCDE0, "f34ba98c718b3c2995dd8b332525d7fc56bb8e75083d8592bdf8c84ddf044651"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct flash_scheme s = {.config = known[i].config};
        uint8_t bytes[UNIT], plain[UNIT];
        char text[2 * UNIT + 1];
        for (unsigned k = 0; k < UNIT; k++)
            s.key[k] = (uint8_t)(k + 1);
        plain_text(plain);
        plain_text(bytes);
        flash_scheme_encrypt(&s, known[i].offset, bytes, UNIT);
        for (unsigned k = 0; k < UNIT; k++)
            snprintf(text + 2 * k, 3, "%02x", bytes[k]);
        assert_string_equal(text, known[i].cipher);
        flash_scheme_decrypt(&s, known[i].offset + 16, bytes + 16, 16); /* a half alone */
        flash_scheme_decrypt(&s, known[i].offset, bytes, 16);
        assert_memory_equal(bytes, plain, UNIT);
    }
}

/* --- eFuses --- */

static void the_key_in_the_efuses(void **state)
{
    struct rig *r = *state;
    switch_on(r);
    assert_int_equal(rd(r, ESP32_EFUSE_BLK1_RDATA0), 0x1D1E1F20); /* a key file's last byte comes first */
    assert_int_equal(rd(r, ESP32_EFUSE_BLK1_RDATA0 + 28), 0x01020304);
    assert_int_equal(field_get(ESP32_EFUSE_FLASH_CRYPT_CNT, rd(r, ESP32_EFUSE_BLK0_RDATA0)), 1);
    burn(r, "RD_DIS", "1");
    burn(r, "WR_DIS", "0x84"); /* FLASH_CRYPT_CNT and the key */
    soc_power_on(r->soc);
    for (uint32_t i = 0; i < 32; i += 4)
        assert_int_equal(rd(r, ESP32_EFUSE_BLK1_RDATA0 + i), 0);
    wr(r, ESP32_EFUSE_BLK0_WDATA0, 0xFF << 20);
    wr(r, ESP32_EFUSE_BASE + 0x98, 0xFFFFFFFF);
    wr(r, ESP32_EFUSE_BASE + 0xB8, 0x12345678); /* BLOCK2 is not protected */
    wr(r, ESP32_EFUSE_CONF, ESP32_EFUSE_CONF_PROGRAM);
    wr(r, ESP32_EFUSE_CMD, ESP32_EFUSE_CMD_PROGRAM);
    soc_power_on(r->soc);
    assert_int_equal(field_get(ESP32_EFUSE_FLASH_CRYPT_CNT, rd(r, ESP32_EFUSE_BLK0_RDATA0)), 1);
    assert_int_equal(rd(r, ESP32_EFUSE_BLK2_RDATA0), 0x12345678);
    assert_int_equal(chip(r)->crypt.key[0], 1); /* the hardware goes on to see it */
    assert_int_equal(chip(r)->crypt.key[31], 32);
}

/* 24 bytes of key, coded in 32, and lengthened again by the chip. */
static void a_key_in_three_quarters(void **state)
{
    struct rig *r = *state;
    static const uint8_t cipher[4] = {0x2e, 0xf2, 0x60, 0x87};
    uint8_t bytes[UNIT];
    CHECK_ERR(soc_burn(r->soc, "flash_encryption", "0102030405060708090a0b0c0d0e0f101112131415161718"), ERR_USAGE);
    assert_non_null(strstr(r->log.why, "CODING_SCHEME"));
    burn(r, "CODING_SCHEME", "1");
    burn(r, "flash_encryption", "0102030405060708090a0b0c0d0e0f101112131415161718");
    burn(r, "FLASH_CRYPT_CONFIG", "15");
    soc_power_on(r->soc);
    /* The eFuses themselves: 18 17 16 15 14 13, their XOR, and 2 + 8 + 9 + 12 + 10 + 18 as the weighted count of bits. */
    assert_int_equal(chip(r)->efuses[1][0], 0x15161718);
    assert_int_equal(chip(r)->efuses[1][1], 0x3B0B1314);
    assert_int_equal(rd(r, ESP32_EFUSE_BLK1_RDATA0), 0x15161718);
    assert_int_equal(rd(r, ESP32_EFUSE_BLK1_RDATA0 + 4), 0x11121314);
    assert_int_equal(rd(r, ESP32_EFUSE_BLK1_RDATA0 + 20), 0x01020304);
    assert_int_equal(rd(r, ESP32_EFUSE_BLK1_RDATA0 + 24), 0);
    plain_text(bytes);
    flash_scheme_encrypt(&chip(r)->crypt, 0x20020, bytes, UNIT);
    assert_memory_equal(bytes, cipher, sizeof cipher);
}

static void what_cannot_be_burnt(void **state)
{
    struct rig *r = *state;
    static const struct {
        const char *name, *value;
        enum err e;
        const char *text;
    } wrong[] = {
        {"FLASH_CRYPT", "1", ERR_USAGE, "FLASH_CRYPT_CNT"},
        {"FLASH_CRYPT_CNT", "128", ERR_USAGE, "the largest is 0x7f"},
        {"FLASH_CRYPT_CNT", "one", ERR_USAGE, "no number"},
        {"FLASH_CRYPT_CNT", "", ERR_USAGE, "no number"},
        {"FLASH_CRYPT_CONFIG", "-1", ERR_USAGE, "no number"},
        {"BLOCK1", "0102", ERR_USAGE, "32 bytes"},
        {"BLOCK1", KEY "1", ERR_USAGE, "32 bytes"},
        {"BLOCK1", KEY "21", ERR_USAGE, "32 bytes"},
        {"BLOCK3", "xyz", ERR_USAGE, "in hex"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_ERR(soc_burn(r->soc, wrong[i].name, wrong[i].value), wrong[i].e);
        assert_non_null(strstr(r->log.why, wrong[i].text));
    }
}

/* --- writing --- */

static void run(struct rig *r, uint32_t command)
{
    wr(r, SPI(CMD), command);
    rig_pass_ns(r, 5000000);
    assert_int_equal(rd(r, SPI(CMD)), 0);
}

/* One unit, as the ROM and esp-idf write it; the controller's own buffer holds something else. */
static void program_unit(struct rig *r, uint32_t offset)
{
    uint8_t bytes[UNIT];
    plain_text(bytes);
    for (uint32_t i = 0; i < UNIT; i += 4) {
        uint32_t word;
        memcpy(&word, bytes + i, 4);
        wr(r, ESP32_FLASH_ENC_BUFFER + i, word);
        wr(r, SPI(W0) + i, 0x11111111);
    }
    wr(r, ESP32_FLASH_ENC_ADDRESS, offset);
    wr(r, ESP32_FLASH_ENC_START, 1);
    assert_int_equal(rd(r, ESP32_FLASH_ENC_DONE), 0);
    rig_pass_ns(r, 2000);
    assert_int_equal(rd(r, ESP32_FLASH_ENC_DONE), 1);
    run(r, ESP32_SPI_CMD_WREN);
    wr(r, SPI(ADDR), offset | UNIT << 24);
    run(r, ESP32_SPI_CMD_PP);
}

static void set_bits(struct rig *r, uint32_t bits)
{
    wr(r, ESP32_DPORT_SLAVE_SPI_CONFIG, bits);
}

static void the_block_encrypts_what_is_programmed(void **state)
{
    struct rig *r = *state;
    uint8_t own[UNIT];
    memset(own, 0x11, sizeof own);
    burn(r, "flash_encryption", KEY); /* and FLASH_CRYPT_CNT still 0 */
    burn(r, "FLASH_CRYPT_CONFIG", "15");
    soc_power_on(r->soc);
    rig_watchdogs_off(r);
    set_bits(r, BOTH);
    program_unit(r, PLACE);
    assert_memory_equal(nor_bytes(r->nor) + PLACE, cipher_at_1000, UNIT);
    set_bits(r, ESP32_DPORT_SPI_MASK_PRO);
    program_unit(r, 2 * PLACE);
    assert_memory_equal(nor_bytes(r->nor) + 2 * PLACE, own, UNIT);
}

static void download_mode_can_forbid_it(void **state)
{
    struct rig *r = *state;
    uint8_t own[UNIT];
    memset(own, 0x11, sizeof own);
    chip(r)->soc.config.strapping = 0x03;
    switch_on(r);
    set_bits(r, BOTH);
    program_unit(r, PLACE);
    assert_memory_equal(nor_bytes(r->nor) + PLACE, cipher_at_1000, UNIT);
    burn(r, "DISABLE_DL_ENCRYPT", "1");
    program_unit(r, 2 * PLACE);
    assert_memory_equal(nor_bytes(r->nor) + 2 * PLACE, own, UNIT);
}

/* --- reading --- */

static void show_first_page(struct rig *r)
{
    wr(r, ESP32_DPORT_PRO_CACHE_CTRL, 0);
    wr(r, ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_FLUSH_ENA);
    wr(r, ESP32_MMU_PRO, 0);
    wr(r, ESP32_DPORT_PRO_CACHE_CTRL1, 0);
    wr(r, ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_ENABLE);
}

static void caches_decrypt_and_the_controller_does_not(void **state)
{
    struct rig *r = *state;
    memcpy(nor_bytes(r->nor) + PLACE, cipher_at_1000, UNIT);
    show_first_page(r);
    assert_int_equal(rd(r, ESP32_DROM0 + PLACE), 0xBD3A6484);
    burn(r, "FLASH_CRYPT_CNT", "3"); /* an even number of bits */
    switch_on(r);                    /* which ORs nothing to it */
    show_first_page(r);
    assert_int_equal(rd(r, ESP32_DROM0 + PLACE), 0xBD3A6484);
    burn(r, "FLASH_CRYPT_CNT", "7");
    soc_power_on(r->soc);
    show_first_page(r);
    assert_int_equal(rd(r, ESP32_DROM0 + PLACE), 0xA3A2A1A0);
    assert_int_equal(rd(r, ESP32_DROM0 + PLACE + 28), 0xBFBEBDBC);
    wr(r, SPI(ADDR), PLACE | 4U << 24);
    run(r, ESP32_SPI_CMD_READ);
    assert_int_equal(rd(r, SPI(W0)), 0xBD3A6484);
}

/* As without encryption: what the cache has shown is shown until it is flushed. */
static void a_cache_shows_old_plain_text_until_it_is_flushed(void **state)
{
    struct rig *r = *state;
    switch_on(r);
    show_first_page(r);
    uint32_t before = rd(r, ESP32_DROM0 + PLACE);
    set_bits(r, BOTH);
    program_unit(r, PLACE);
    assert_int_equal(rd(r, ESP32_DROM0 + PLACE), before);
    show_first_page(r);
    assert_int_equal(rd(r, ESP32_DROM0 + PLACE), 0xA3A2A1A0);
}

static void download_mode_decrypts_when_it_is_asked(void **state)
{
    struct rig *r = *state;
    memcpy(nor_bytes(r->nor) + PLACE, cipher_at_1000, UNIT);
    chip(r)->soc.config.strapping = 0x03;
    switch_on(r);
    show_first_page(r);
    assert_int_equal(rd(r, ESP32_DROM0 + PLACE), 0xBD3A6484);
    set_bits(r, ESP32_DPORT_SPI_DECRYPT);
    show_first_page(r);
    assert_int_equal(rd(r, ESP32_DROM0 + PLACE), 0xA3A2A1A0);
    burn(r, "DISABLE_DL_DECRYPT", "1");
    show_first_page(r);
    assert_int_equal(rd(r, ESP32_DROM0 + PLACE), 0xBD3A6484);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_cipher_texts),
        TEST(the_key_in_the_efuses),
        TEST(a_key_in_three_quarters),
        TEST(what_cannot_be_burnt),
        TEST(the_block_encrypts_what_is_programmed),
        TEST(download_mode_can_forbid_it),
        TEST(caches_decrypt_and_the_controller_does_not),
        TEST(a_cache_shows_old_plain_text_until_it_is_flushed),
        TEST(download_mode_decrypts_when_it_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
