/* SPDX-License-Identifier: Apache-2.0 */
#include "../common/chip.h"

#include "../common/cpu.h"

unsigned chip_revision(void)
{
    /* The minor's high bit lies in another word: esp-idf efuse_ll.h. */
    uint32_t word3 = reg_read(PORT(EFUSE_RD_MAC_SYS3)), word5 = reg_read(PORT(EFUSE_RD_MAC_SYS5));
    unsigned minor = field_get(PORT(EFUSE_WAFER_MINOR_LO), word3) | field_get(PORT(EFUSE_WAFER_MINOR_HI), word5) << 3;
    return field_get(PORT(EFUSE_WAFER_MAJOR), word5) * 100U + minor;
}

void chip_mac(uint8_t mac[6])
{
    uint32_t low = reg_read(PORT(EFUSE_RD_MAC_SYS0)), high = reg_read(PORT(EFUSE_RD_MAC_SYS1));
    for (unsigned i = 0; i < 2; i++)
        mac[i] = (uint8_t)(high >> (8 - 8 * i));
    for (unsigned i = 0; i < 4; i++)
        mac[2 + i] = (uint8_t)(low >> (24 - 8 * i));
}

void chip_reset(void)
{
    reg_set(PORT(RTC_OPTIONS0), PORT(RTC_SW_SYS_RST));
}
