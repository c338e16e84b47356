/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash encryption, on each chip that has it like this. The cipher texts were computed by tests/interop/encryption/scheme.py, which knows nothing of sim/ and
 * was found to agree with espsecure.
 */
#include "rig.h"

#include "regs/spi_mem.h"
#include "tests/unit.h"

#include <stdio.h>
#include <string.h>

#define SPI(reg) (RIG(SPI1_BASE) + SPI_MEM_##reg)

enum { UNIT = 32, PLACE = 0x1000 };
/* Key files 01, 02, ... of 32 and 64 bytes; in the eFuses the last byte of each block comes first. */
#define FIRST      "201f1e1d1c1b1a191817161514131211100f0e0d0c0b0a090807060504030201"
#define SECOND     "403f3e3d3c3b3a393837363534333231302f2e2d2c2b2a292827262524232221"
/* A0, A1, ... at 0x1000 with the first key, by AES-128. */
#define CIPHER_128 "e7211622e106dee9c68ae83b76dc0c2c2778aa83ef3b70f91884b9121292f1e6"

static void plain_text(uint8_t bytes[UNIT])
{
    for (unsigned i = 0; i < UNIT; i++)
        bytes[i] = (uint8_t)(0xA0 + i);
}

static const char *hex_of(const uint8_t *bytes, unsigned len)
{
    static char text[2 * 64 + 1];
    for (unsigned i = 0; i < len; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return text;
}

static void burn(struct rig *r, const char *name, const char *value)
{
    CHECK_OK(soc_burn(r->soc, name, value));
}

static void restart(struct rig *r)
{
    soc_power_on(r->soc);
    rig_watchdogs_off(r);
}

/* As espefuse's burn_key and a bootloader leave a chip. */
static void switch_on(struct rig *r)
{
    burn(r, "BLOCK_KEY1", FIRST);
    burn(r, "KEY_PURPOSE_1", "4");
    burn(r, "SPI_BOOT_CRYPT_CNT", "1");
    restart(r);
}

/* --- the scheme --- */

static void known_cipher_texts(void **state)
{
    (void)state;
    static const struct {
        size_t key_len;
        uint32_t offset;
        const char *cipher;
    } known[] = {
        {XTS_KEY_128, 0x1000, CIPHER_128},
        {XTS_KEY_128, 0x1FBCDE0, "f6e9ef386fc9c5509bf04e1f312c40f30bffe115e64d235b809de297d7f50896"},
        {XTS_KEY_256, 0x1000, "b64cd01d4e4f7f11315d8b813e17d168a74a2470cc407cbd838d49f31bbb57ca"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct xts_key key = {.len = known[i].key_len};
        uint8_t bytes[UNIT], plain[UNIT];
        for (unsigned k = 0; k < key.len; k++)
            key.bytes[k] = (uint8_t)(k + 1);
        plain_text(plain);
        plain_text(bytes);
        xts_scheme_encrypt(&key, known[i].offset, bytes, UNIT);
        assert_string_equal(hex_of(bytes, UNIT), known[i].cipher);
        xts_scheme_decrypt(&key, known[i].offset + 16, bytes + 16, 16); /* a half alone */
        xts_scheme_decrypt(&key, known[i].offset, bytes, 16);
        assert_memory_equal(bytes, plain, UNIT);
    }
}

/* Halves that are not there are zeros, and a key of 512 bits goes before one of 256. */
static void the_key_is_found_by_its_purpose(void **state)
{
    (void)state;
    static const struct {
        const char *purposes[3]; /* of FIRST in block 0, SECOND in block 3, FIRST in block 5 */
        const char *cipher;
    } cases[] = {
        {{"4", "0", "0"}, CIPHER_128},
        {{"0", "0", "4"}, CIPHER_128},
#if RIG_XTS_HAS_256
        {{"2", "3", "0"}, "b64cd01d4e4f7f11315d8b813e17d168a74a2470cc407cbd838d49f31bbb57ca"},
        {{"0", "3", "2"}, "b64cd01d4e4f7f11315d8b813e17d168a74a2470cc407cbd838d49f31bbb57ca"},
        {{"2", "3", "4"}, "b64cd01d4e4f7f11315d8b813e17d168a74a2470cc407cbd838d49f31bbb57ca"},
        {{"2", "0", "0"}, "317a8f456fd2f543009527e032fb1aac1969acbc160426b36fedcd2e8d52e6a1"},
        {{"0", "3", "0"}, "7726581dafb3e493263141d1957dd4bb8b3dd0335027b1151207d940a231f728"},
#else
        {{"2", "3", "4"}, CIPHER_128}, /* there are no keys of 512 bits */
#endif
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rig r;
        uint8_t bytes[UNIT];
        rig_open(&r);
        burn(&r, "BLOCK_KEY0", FIRST);
        burn(&r, "BLOCK_KEY3", SECOND);
        burn(&r, "BLOCK_KEY5", FIRST);
        burn(&r, "KEY_PURPOSE_0", cases[i].purposes[0]);
        burn(&r, "KEY_PURPOSE_3", cases[i].purposes[1]);
        burn(&r, "KEY_PURPOSE_5", cases[i].purposes[2]);
        burn(&r, "RD_DIS", "0x3F"); /* from software, and not from the hardware */
        restart(&r);
        for (uint32_t at = 0; at < 6 * 32; at += 4)
            assert_int_equal(rd(&r, RIG(EFUSE_RD_KEY0) + at), 0);
        plain_text(bytes);
        xts_scheme_encrypt(&rig_flash_side(&r)->xts.key, PLACE, bytes, UNIT);
        assert_string_equal(hex_of(bytes, UNIT), cases[i].cipher);
        rig_close(&r);
    }
}

static void without_a_key_it_is_zeros(void **state)
{
    struct rig *r = *state;
    static const uint8_t zeros[XTS_KEY_256];
    burn(r, "BLOCK_KEY0", FIRST); /* for the user */
    restart(r);
    assert_int_equal(rig_flash_side(r)->xts.key.len, XTS_KEY_128);
    assert_memory_equal(rig_flash_side(r)->xts.key.bytes, zeros, sizeof zeros);
}

/* --- writing --- */

static void run(struct rig *r, uint32_t command)
{
    wr(r, SPI(CMD), command);
    rig_pass_ns(r, 5000000);
    assert_int_equal(rd(r, SPI(CMD)), 0);
}

/* The bytes A0, A1, ... or 0, 1, ...: at their place within the most that there is room for. */
static void ask(struct rig *r, uint32_t offset, uint32_t size, uint8_t first)
{
    for (uint32_t i = 0; i < size; i += 4)
        wr(r, RIG(XTS_PLAIN) + offset % RIG_XTS_BYTES + i, 0x01010101U * (first + i) + 0x03020100U);
    wr(r, RIG(XTS_SIZE), size / 32);
    wr(r, RIG(XTS_ADDRESS), offset);
    wr(r, RIG(XTS_TRIGGER), 1);
}

static void encrypt(struct rig *r, uint32_t offset, uint32_t size, uint8_t first)
{
    ask(r, offset, size, first);
    assert_int_equal(rd(r, RIG(XTS_STATE)), RIG(XTS_BUSY));
    rig_pass_ns(r, 2000);
    assert_int_equal(rd(r, RIG(XTS_STATE)), RIG(XTS_DONE));
    wr(r, RIG(XTS_RELEASE), 1);
    assert_int_equal(rd(r, RIG(XTS_STATE)), RIG(XTS_RELEASED));
}

/* The controller's own buffer holds 11. */
static void program(struct rig *r, uint32_t offset, uint32_t size)
{
    for (uint32_t i = 0; i < 64; i += 4)
        wr(r, SPI(W0) + i, 0x11111111);
    run(r, SPI_MEM_CMD_WREN);
    wr(r, SPI(ADDR), offset | size << 24);
    run(r, SPI_MEM_CMD_PP);
}

static void program_by_user_command(struct rig *r, uint32_t offset, uint32_t size)
{
    for (uint32_t i = 0; i < 64; i += 4)
        wr(r, SPI(W0) + i, 0x11111111);
    run(r, SPI_MEM_CMD_WREN);
    wr(r, SPI(USER), SPI_MEM_USER_COMMAND | SPI_MEM_USER_ADDR | SPI_MEM_USER_MOSI);
    wr(r, SPI(USER1), field_put(SPI_MEM_USER1_ADDR_BITLEN, 0, 23));
    wr(r, SPI(USER2), field_put(SPI_MEM_USER2_COMMAND_BITS, NOR_PAGE_PROGRAM, 7));
    wr(r, SPI(MOSI_DLEN), size * 8 - 1);
    wr(r, SPI(ADDR), offset);
    run(r, SPI_MEM_CMD_USR | SPI_MEM_CMD_PE);
}

static void check_flash(struct rig *r, uint32_t offset, uint32_t size, const char *wanted)
{
    assert_string_equal(hex_of(nor_bytes(r->nor) + offset, size), wanted);
}

static void the_block_encrypts_what_is_programmed(void **state)
{
    struct rig *r = *state;
    burn(r, "BLOCK_KEY1", FIRST); /* and SPI_BOOT_CRYPT_CNT still 0 */
    burn(r, "KEY_PURPOSE_1", "4");
    restart(r);
    wr(r, RIG(SYSTEM_EXT_ENCRYPT), RIG(SYSTEM_SPI_ENCRYPT));
    encrypt(r, PLACE, 32, 0xA0);
    program(r, PLACE, 32);
    check_flash(r, PLACE, 32, CIPHER_128);
    wr(r, RIG(XTS_DESTROY), 1);
    assert_int_equal(rd(r, RIG(XTS_STATE)), RIG(XTS_IDLE));
    for (uint32_t at = 0; at < 64; at += RIG_XTS_BYTES) {
        encrypt(r, 0x1040 + at, RIG_XTS_BYTES, (uint8_t)at);
        program(r, 0x1040 + at, RIG_XTS_BYTES);
        wr(r, RIG(XTS_DESTROY), 1);
    }
    check_flash(r, 0x1040, 64,
                "41d1875f69d6330426a19bed97cf61768f2dea1a1278a7ee0b461ed2bd4eff61bcfb36a227166d100fca60ddf30fca5bda88aa"
                "930c27f0473e15ea779f668156");
    encrypt(r, 0x3070, 16, 0xA0);
    program_by_user_command(r, 0x3070, 20); /* more than there is: the rest is the buffer's */
    assert_int_equal(nor_bytes(r->nor)[0x3080], 0x11);
    assert_int_equal(nor_bytes(r->nor)[0x3083], 0x11);
    uint8_t bytes[16];
    memcpy(bytes, nor_bytes(r->nor) + 0x3070, 16);
    xts_scheme_decrypt(&rig_flash_side(r)->xts.key, 0x3070, bytes, 16);
    assert_string_equal(hex_of(bytes, 16), "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
}

static void only_what_is_released_is_sent(void **state)
{
    struct rig *r = *state;
    switch_on(r);
    ask(r, PLACE, 32, 0xA0); /* not enabled: nothing happens */
    rig_pass_ns(r, 2000);
    assert_int_equal(rd(r, RIG(XTS_STATE)), RIG(XTS_IDLE));
    wr(r, RIG(SYSTEM_EXT_ENCRYPT), RIG(SYSTEM_SPI_ENCRYPT));
    ask(r, PLACE, 32, 0xA0);
    wr(r, RIG(XTS_RELEASE), 1); /* too early */
    rig_pass_ns(r, 2000);
    assert_int_equal(rd(r, RIG(XTS_STATE)), RIG(XTS_DONE));
    program(r, PLACE, 4);
    check_flash(r, PLACE, 4, "11111111");
    wr(r, RIG(XTS_RELEASE), 1);
    wr(r, RIG(SYSTEM_EXT_ENCRYPT), 0);
    program(r, 2 * PLACE, 4);
    check_flash(r, 2 * PLACE, 4, "11111111");
    wr(r, RIG(SYSTEM_EXT_ENCRYPT), RIG(SYSTEM_SPI_ENCRYPT));
    wr(r, RIG(XTS_DESTROY), 1);
    wr(r, RIG(XTS_RELEASE), 1);
    assert_int_equal(rd(r, RIG(XTS_STATE)), RIG(XTS_IDLE));
    program(r, 3 * PLACE, 4);
    check_flash(r, 3 * PLACE, 4, "11111111");
}

static void download_mode_can_forbid_it(void **state)
{
    struct rig *r = *state;
    r->soc->config.strapping = 0;
    switch_on(r);
    wr(r, RIG(SYSTEM_EXT_ENCRYPT), RIG(SYSTEM_DOWNLOAD_ENCRYPT));
    encrypt(r, PLACE, 32, 0xA0);
    program(r, PLACE, 32);
    check_flash(r, PLACE, 32, CIPHER_128);
    wr(r, RIG(XTS_DESTROY), 1);
    burn(r, "DIS_DOWNLOAD_MANUAL_ENCRYPT", "1");
    ask(r, PLACE, 32, 0xA0);
    rig_pass_ns(r, 2000);
    assert_int_equal(rd(r, RIG(XTS_STATE)), RIG(XTS_IDLE));
}

/* --- reading --- */

static void show_first_page(struct rig *r)
{
    rig_caches_enable(r, false);
    wr(r, RIG(MMU_BASE), 0);
    rig_cache_invalidate(r, 0, 0);
    rig_caches_enable(r, true);
}

static void put_cipher_text(struct rig *r)
{
    uint8_t bytes[UNIT];
    struct xts_key key = {.len = XTS_KEY_128};
    for (unsigned k = 0; k < key.len; k++)
        key.bytes[k] = (uint8_t)(k + 1);
    plain_text(bytes);
    xts_scheme_encrypt(&key, PLACE, bytes, UNIT);
    memcpy(nor_bytes(r->nor) + PLACE, bytes, UNIT);
}

static void caches_decrypt_and_the_controller_does_not(void **state)
{
    struct rig *r = *state;
    put_cipher_text(r);
    burn(r, "SPI_BOOT_CRYPT_CNT", "3"); /* an even number of bits */
    switch_on(r);                       /* which ORs nothing to it */
    show_first_page(r);
    assert_int_equal(rd(r, RIG(DBUS) + PLACE), 0x221621E7);
    burn(r, "SPI_BOOT_CRYPT_CNT", "7");
    restart(r);
    show_first_page(r);
    assert_int_equal(rd(r, RIG(DBUS) + PLACE), 0xA3A2A1A0);
    assert_int_equal(rd(r, RIG(DBUS) + PLACE + 28), 0xBFBEBDBC);
    wr(r, SPI(ADDR), PLACE | 4U << 24);
    run(r, SPI_MEM_CMD_READ);
    assert_int_equal(rd(r, SPI(W0)), 0x221621E7);
}

/* As without encryption: what the cache has shown is shown until it is invalidated. */
static void a_cache_shows_old_plain_text_until_it_is_invalidated(void **state)
{
    struct rig *r = *state;
    switch_on(r);
    show_first_page(r);
    uint32_t before = rd(r, RIG(DBUS) + PLACE);
    wr(r, RIG(SYSTEM_EXT_ENCRYPT), RIG(SYSTEM_SPI_ENCRYPT));
    encrypt(r, PLACE, 32, 0xA0);
    program(r, PLACE, 32);
    assert_int_equal(rd(r, RIG(DBUS) + PLACE), before);
    show_first_page(r);
    assert_int_equal(rd(r, RIG(DBUS) + PLACE), 0xA3A2A1A0);
}

static void download_mode_decrypts_when_it_is_asked(void **state)
{
    struct rig *r = *state;
    put_cipher_text(r);
    r->soc->config.strapping = 0;
    switch_on(r);
    show_first_page(r);
    assert_int_equal(rd(r, RIG(DBUS) + PLACE), 0x221621E7);
    wr(r, RIG(SYSTEM_EXT_ENCRYPT), RIG(SYSTEM_DOWNLOAD_DECRYPT));
    show_first_page(r);
    assert_int_equal(rd(r, RIG(DBUS) + PLACE), 0xA3A2A1A0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_cipher_texts),
        cmocka_unit_test(the_key_is_found_by_its_purpose),
        TEST(without_a_key_it_is_zeros),
        TEST(the_block_encrypts_what_is_programmed),
        TEST(only_what_is_released_is_sent),
        TEST(download_mode_can_forbid_it),
        TEST(caches_decrypt_and_the_controller_does_not),
        TEST(a_cache_shows_old_plain_text_until_it_is_invalidated),
        TEST(download_mode_decrypts_when_it_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
