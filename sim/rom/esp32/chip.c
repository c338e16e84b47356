/* SPDX-License-Identifier: Apache-2.0 */
#include "../common/chip.h"

#include "../common/cpu.h"

unsigned chip_revision(void)
{
    /* Three bits in three places; esp-idf efuse_hal.c. */
    static const uint8_t majors[8] = {[1] = 1, [3] = 2, [7] = 3};
    uint32_t word3 = reg_read(ESP32_EFUSE_BLK0_RDATA3), word5 = reg_read(ESP32_EFUSE_BLK0_RDATA5);
    unsigned bits = (reg_read(ESP32_SYSCON_DATE) & ESP32_SYSCON_DATE_REV3 ? 4U : 0U) |
                    (word5 & ESP32_EFUSE_CHIP_VER_REV2 ? 2U : 0U) | (word3 & ESP32_EFUSE_CHIP_VER_REV1 ? 1U : 0U);
    return majors[bits] * 100U + field_get(ESP32_EFUSE_WAFER_VERSION_MINOR, word5);
}

void chip_mac(uint8_t mac[6])
{
    uint32_t low = reg_read(ESP32_EFUSE_BLK0_RDATA1), high = reg_read(ESP32_EFUSE_BLK0_RDATA2);
    for (unsigned i = 0; i < 2; i++)
        mac[i] = (uint8_t)(high >> (8 - 8 * i));
    for (unsigned i = 0; i < 4; i++)
        mac[2 + i] = (uint8_t)(low >> (24 - 8 * i));
}

void chip_reset(void)
{
    reg_set(ESP32_RTC_OPTIONS0, ESP32_RTC_SW_SYS_RST);
}
