/* SPDX-License-Identifier: Apache-2.0 */
/* The eFuse controller of eleven blocks, on each chip that has it. */
#include "rig.h"

#include "base/bits.h"

static bool is_raised(struct rig *r, unsigned source)
{
    return r->soc->irq.level[source / 32] >> (source % 32) & 1;
}

static void efuse_command(struct rig *r, uint32_t conf, uint32_t command)
{
    wr(r, RIG(EFUSE_CONF), conf);
    wr(r, RIG(EFUSE_CMD), command);
    assert_int_not_equal(rd(r, RIG(EFUSE_CMD)), 0);
    rig_pass_ns(r, 1000000);
    assert_int_equal(rd(r, RIG(EFUSE_CMD)) & 3, 0);
}

static void burn(struct rig *r, unsigned block, unsigned word, uint32_t value)
{
    for (unsigned i = 0; i < 8; i++)
        wr(r, RIG(EFUSE_PGM_DATA0) + 4 * i, i == word ? value : 0);
    uint32_t command = field_put(RIG(EFUSE_CMD_BLK_NUM), RIG(EFUSE_CMD_PROGRAM), block);
    efuse_command(r, RIG(EFUSE_CONF_PROGRAM), command);
    efuse_command(r, RIG(EFUSE_CONF_READ), RIG(EFUSE_CMD_READ));
}

static void efuses_burn_and_hide(void **state)
{
    struct rig *r = *state;
    burn(r, 4, 7, 0x5A5A0000); /* KEY0 */
    assert_int_equal(rd(r, RIG(EFUSE_RD_KEY0) + 28), 0x5A5A0000);
    burn(r, 4, 7, 0x0000A5A5); /* bits only rise */
    assert_int_equal(rd(r, RIG(EFUSE_RD_KEY0) + 28), 0x5A5AA5A5);
    burn(r, 0, 1, 1); /* RD_DIS of KEY0 */
    assert_int_equal(rd(r, RIG(EFUSE_RD_KEY0) + 28), 0);
    burn(r, 0, 0, 1U << 24); /* WR_DIS of KEY1 */
    burn(r, 5, 0, 0xFFFFFFFF);
    assert_int_equal(rd(r, RIG(EFUSE_RD_KEY0) + 32), 0);
}

static void efuses_lock_jtag(void **state)
{
    struct rig *r = *state;
    assert_false(r->soc->kind->is_jtag_disabled(r->soc));
    burn(r, 0, 1, RIG(EFUSE_DIS_PAD_JTAG));
    assert_false(r->soc->kind->is_jtag_disabled(r->soc)); /* USB is another way in */
    burn(r, 0, RIG_USB_JTAG_WORD, RIG(EFUSE_DIS_USB_JTAG));
    assert_true(r->soc->kind->is_jtag_disabled(r->soc));
}

/* USB's TAPs are those of the pins: what is connected finds none when the last way is closed. */
static void efuses_hide_the_taps(void **state)
{
    struct rig *r = *state;
    burn(r, 0, 1, RIG(EFUSE_DIS_PAD_JTAG));
    assert_true(soc_has_taps(r->soc));
    burn(r, 0, RIG_USB_JTAG_WORD, RIG(EFUSE_DIS_USB_SERIAL_JTAG));
    assert_false(soc_has_taps(r->soc));
}

static void what_is_write_protected_is_not_burnt(void **state)
{
    struct rig *r = *state;
    burn(r, 0, 0, BIT(2) | BIT(8) | BIT(18)); /* JTAG, KEY_PURPOSE_0, download mode */
    burn(r, 0, 1, RIG(EFUSE_DIS_PAD_JTAG) | RIG(EFUSE_SOFT_DIS_JTAG));
    burn(r, 0, 2, RIG(EFUSE_KEY_PURPOSE_0) | RIG(EFUSE_KEY_PURPOSE_1));
    burn(r, 0, 4, RIG(EFUSE_DIS_DOWNLOAD_MODE));
    assert_int_equal(rd(r, RIG(EFUSE_RD_REPEAT0)), RIG(EFUSE_SOFT_DIS_JTAG));
    assert_int_equal(rd(r, RIG(EFUSE_RD_REPEAT1)), RIG(EFUSE_KEY_PURPOSE_1));
    assert_int_equal(rd(r, RIG(EFUSE_RD_REPEAT3)), 0);
}

static void efuses_have_names(void **state)
{
    static const char key[] = "0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    struct rig *r = *state;
    assert_int_equal(soc_burn(r->soc, "block_key5", key), ERR_OK);
    assert_int_equal(soc_burn(r->soc, "KEY_PURPOSE_5", "4"), ERR_OK);
    assert_int_equal(soc_burn(r->soc, "SPI_BOOT_CRYPT_CNT", "0x7"), ERR_OK);
    assert_int_equal(soc_burn(r->soc, "MAC", "7cdfa1e00102"), ERR_OK);
    soc_power_on(r->soc);
    assert_int_equal(rd(r, RIG(EFUSE_RD_KEY0) + 5 * 32), 0x03020100);
    assert_int_equal(rd(r, RIG(EFUSE_RD_KEY0) + 5 * 32 + 28), 0x1F1E1D1C);
    assert_int_equal(rd(r, RIG(EFUSE_RD_REPEAT2)), 0x4000);
    assert_int_equal(rd(r, RIG(EFUSE_RD_REPEAT1)), RIG(EFUSE_SPI_BOOT_CRYPT_CNT));
    assert_int_equal(rd(r, RIG(EFUSE_RD_MAC_SYS0)), 0xA1E00102);
    assert_int_equal(rd(r, RIG(EFUSE_RD_MAC_SYS1)), 0x7CDF);
    assert_int_equal(soc_burn(r->soc, "RD_DIS", "0x20"), ERR_OK); /* of KEY5 */
    soc_power_on(r->soc);
    assert_int_equal(rd(r, RIG(EFUSE_RD_KEY0) + 5 * 32), 0);
    assert_int_equal(efuse_word(rig_efuse(r), RIG(EFUSE_RD_KEY0) + 5 * 32), 0x03020100);
    assert_int_equal(soc_burn(r->soc, "SPI_BOOT_CRYPT_CNT", "8"), ERR_USAGE);
    assert_int_equal(soc_burn(r->soc, "BLOCK_KEY0", "0011"), ERR_USAGE);
    assert_int_equal(soc_burn(r->soc, "BLOCK_KEY0", "xy"), ERR_USAGE);
    assert_int_equal(soc_burn(r->soc, "MAC", "7cdf"), ERR_USAGE);
    assert_int_equal(soc_burn(r->soc, "FLASH_CRYPT_CNT", "1"), ERR_USAGE); /* an ESP32's */
}

static void the_end_of_a_command_interrupts(void **state)
{
    enum { INT_ENA = 0x1E0, INT_ST = 0x1DC, INT_CLR = 0x1E4, READ = 1, PROGRAM = 2 };
    struct rig *r = *state;
    wr(r, RIG(EFUSE_BASE) + INT_ENA, PROGRAM);
    efuse_command(r, RIG(EFUSE_CONF_READ), RIG(EFUSE_CMD_READ));
    assert_false(is_raised(r, RIG(INTR_EFUSE)));
    efuse_command(r, RIG(EFUSE_CONF_PROGRAM), RIG(EFUSE_CMD_PROGRAM));
    assert_true(is_raised(r, RIG(INTR_EFUSE)));
    assert_int_equal(rd(r, RIG(EFUSE_BASE) + INT_ST), PROGRAM);
    wr(r, RIG(EFUSE_BASE) + INT_CLR, PROGRAM);
    assert_false(is_raised(r, RIG(INTR_EFUSE)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(efuses_burn_and_hide), TEST(efuses_lock_jtag),
        TEST(efuses_hide_the_taps), TEST(what_is_write_protected_is_not_burnt),
        TEST(efuses_have_names),    TEST(the_end_of_a_command_interrupts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
