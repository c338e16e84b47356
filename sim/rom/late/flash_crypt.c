/* SPDX-License-Identifier: Apache-2.0 */
/* TRM chapter 'External Memory Encryption and Decryption'; esp-idf spi_flash_encrypted_ll.h. */
#include "../common/flash_crypt.h"

#include "../common/cpu.h"
#include "late.h"

bool flash_crypt_is_on(void)
{
    uint32_t count = field_get(PORT(EFUSE_SPI_BOOT_CRYPT_CNT), reg_read(PORT(EFUSE_RD_REPEAT1)));
    return (count ^ count >> 1 ^ count >> 2) & 1;
}

void flash_crypt_read(uint32_t from, uint32_t *to, uint32_t len)
{
    while (len) {
        uint32_t at = from % PORT(MMU_PAGE_SIZE);
        uint32_t part = len < PORT(MMU_PAGE_SIZE) - at ? len : PORT(MMU_PAGE_SIZE) - at;
        uint32_t seen = late_show_page(from / PORT(MMU_PAGE_SIZE));
        for (uint32_t i = 0; i < part; i += 4)
            *to++ = reg_read(seen + at + i);
        from += part;
        len -= part;
    }
    late_hide_page();
}

/* The block holds so many bytes, each at its address modulo that. */
void flash_crypt_begin(uint32_t at, const uint32_t *from)
{
    reg_set(PORT(SYSTEM_EXT_ENCRYPT), PORT(SYSTEM_SPI_ENCRYPT));
    for (uint32_t i = 0; i < FLASH_CRYPT_UNIT; i += 4)
        reg_write(PORT(XTS_PLAIN) + at % PORT_XTS_BYTES + i, from[i / 4]);
    reg_write(PORT(XTS_DESTINATION), 0);
    reg_write(PORT(XTS_SIZE), FLASH_CRYPT_UNIT / 32);
    reg_write(PORT(XTS_ADDRESS), at);
    reg_write(PORT(XTS_TRIGGER), 1);
    while (reg_read(PORT(XTS_STATE)) == PORT(XTS_BUSY)) {
    }
    reg_write(PORT(XTS_RELEASE), 1);
    while (reg_read(PORT(XTS_STATE)) != PORT(XTS_RELEASED)) {
    }
}

void flash_crypt_end(void)
{
    reg_write(PORT(XTS_DESTROY), 1);
    reg_clear(PORT(SYSTEM_EXT_ENCRYPT), PORT(SYSTEM_SPI_ENCRYPT));
}
