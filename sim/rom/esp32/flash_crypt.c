/* SPDX-License-Identifier: Apache-2.0 */
/* ESP32 TRM, chapter 'External Memory Encryption and Decryption'; esp-idf spi_flash_encrypted_ll.h. */
#include "../common/flash_crypt.h"

#include "../common/cpu.h"

#define ENCRYPT_BITS (ESP32_DPORT_SPI_ENCRYPT | ESP32_DPORT_SPI_MASK_PRO)

bool flash_crypt_is_on(void)
{
    uint32_t count = field_get(ESP32_EFUSE_FLASH_CRYPT_CNT, reg_read(ESP32_EFUSE_BLK0_RDATA0));
    bool is_odd = false;
    for (; count; count >>= 1)
        is_odd ^= count & 1;
    return is_odd;
}

/* Shows a page of flash at the begin of the data window, as the flash has it now. */
static void show_page(uint32_t page)
{
    reg_clear(ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_ENABLE | ESP32_DPORT_CACHE_FLUSH_ENA);
    reg_write(ESP32_MMU_PRO, page);
    reg_set(ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_FLUSH_ENA);
    while (!(reg_read(ESP32_DPORT_PRO_CACHE_CTRL) & ESP32_DPORT_CACHE_FLUSH_DONE)) {
    }
    reg_clear(ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_FLUSH_ENA);
    reg_clear(ESP32_DPORT_PRO_CACHE_CTRL1, ESP32_DPORT_CACHE_MASK_DROM0);
    reg_set(ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_ENABLE);
}

void flash_crypt_read(uint32_t from, uint32_t *to, uint32_t len)
{
    while (len) {
        uint32_t at = from % ESP32_MMU_PAGE_SIZE;
        uint32_t part = len < ESP32_MMU_PAGE_SIZE - at ? len : ESP32_MMU_PAGE_SIZE - at;
        show_page(from / ESP32_MMU_PAGE_SIZE);
        for (uint32_t i = 0; i < part; i += 4)
            *to++ = reg_read(ESP32_DROM0 + at + i);
        from += part;
        len -= part;
    }
    reg_clear(ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_ENABLE);
    reg_write(ESP32_MMU_PRO, ESP32_MMU_INVALID);
}

void flash_crypt_begin(uint32_t at, const uint32_t *from)
{
    reg_set(ESP32_DPORT_SLAVE_SPI_CONFIG, ENCRYPT_BITS);
    for (uint32_t i = 0; i < FLASH_CRYPT_UNIT; i += 4)
        reg_write(ESP32_FLASH_ENC_BUFFER + i, from[i / 4]);
    reg_write(ESP32_FLASH_ENC_ADDRESS, at);
    reg_write(ESP32_FLASH_ENC_START, 1);
    while (!(reg_read(ESP32_FLASH_ENC_DONE) & 1)) {
    }
}

void flash_crypt_end(void)
{
    reg_clear(ESP32_DPORT_SLAVE_SPI_CONFIG, ENCRYPT_BITS);
}
