/* SPDX-License-Identifier: Apache-2.0 */
/* ESP32-S3 TRM, chapter 'External Memory Encryption and Decryption'; esp-idf spi_flash_encrypted_ll.h. */
#include "../common/flash_crypt.h"

#include "../common/cpu.h"

bool flash_crypt_is_on(void)
{
    uint32_t count = field_get(ESP32S3_EFUSE_SPI_BOOT_CRYPT_CNT, reg_read(ESP32S3_EFUSE_RD_REPEAT1));
    return (count ^ count >> 1 ^ count >> 2) & 1;
}

/* Shows a page of flash at the begin of the data window, as the flash has it now. Size 0: all of the cache. */
static void show_page(uint32_t page)
{
    reg_clear(ESP32S3_EXTMEM_DCACHE_CTRL, ESP32S3_EXTMEM_CACHE_ENABLE);
    reg_write(ESP32S3_MMU_BASE, page);
    reg_write(ESP32S3_EXTMEM_DCACHE_SYNC_ADDR, 0);
    reg_write(ESP32S3_EXTMEM_DCACHE_SYNC_SIZE, 0);
    reg_set(ESP32S3_EXTMEM_DCACHE_SYNC_CTRL, ESP32S3_EXTMEM_SYNC_INVALIDATE);
    while (!(reg_read(ESP32S3_EXTMEM_DCACHE_SYNC_CTRL) & ESP32S3_EXTMEM_DCACHE_SYNC_DONE)) {
    }
    reg_clear(ESP32S3_EXTMEM_DCACHE_CTRL1, ESP32S3_EXTMEM_SHUT_CORE0_BUS);
    reg_set(ESP32S3_EXTMEM_DCACHE_CTRL, ESP32S3_EXTMEM_CACHE_ENABLE);
}

void flash_crypt_read(uint32_t from, uint32_t *to, uint32_t len)
{
    while (len) {
        uint32_t at = from % ESP32S3_MMU_PAGE_SIZE;
        uint32_t part = len < ESP32S3_MMU_PAGE_SIZE - at ? len : ESP32S3_MMU_PAGE_SIZE - at;
        show_page(from / ESP32S3_MMU_PAGE_SIZE);
        for (uint32_t i = 0; i < part; i += 4)
            *to++ = reg_read(ESP32S3_DBUS + at + i);
        from += part;
        len -= part;
    }
    reg_clear(ESP32S3_EXTMEM_DCACHE_CTRL, ESP32S3_EXTMEM_CACHE_ENABLE);
    reg_write(ESP32S3_MMU_BASE, ESP32S3_MMU_INVALID);
}

/* The block holds 64 bytes, each at its address modulo 64. */
void flash_crypt_begin(uint32_t at, const uint32_t *from)
{
    reg_set(ESP32S3_SYSTEM_EXT_ENCRYPT, ESP32S3_SYSTEM_SPI_ENCRYPT);
    for (uint32_t i = 0; i < FLASH_CRYPT_UNIT; i += 4)
        reg_write(ESP32S3_XTS_PLAIN + at % 64 + i, from[i / 4]);
    reg_write(ESP32S3_XTS_DESTINATION, 0);
    reg_write(ESP32S3_XTS_SIZE, FLASH_CRYPT_UNIT / 32);
    reg_write(ESP32S3_XTS_ADDRESS, at);
    reg_write(ESP32S3_XTS_TRIGGER, 1);
    while (reg_read(ESP32S3_XTS_STATE) == ESP32S3_XTS_BUSY) {
    }
    reg_write(ESP32S3_XTS_RELEASE, 1);
    while (reg_read(ESP32S3_XTS_STATE) != ESP32S3_XTS_RELEASED) {
    }
}

void flash_crypt_end(void)
{
    reg_write(ESP32S3_XTS_DESTROY, 1);
    reg_clear(ESP32S3_SYSTEM_EXT_ENCRYPT, ESP32S3_SYSTEM_SPI_ENCRYPT);
}
