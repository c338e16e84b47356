/* SPDX-License-Identifier: Apache-2.0 */
/* The flash chip at the default pins, by SPI1; SPI0 is set up alike for the cache. Each chip's folder has it. */
#ifndef ROM_COMMON_SPI_FLASH_H
#define ROM_COMMON_SPI_FLASH_H

#include <stdint.h>

#define SPI_FLASH_SECTOR 0x1000U

/* How image headers name it (esp-idf esp_app_format.h). */
enum spi_flash_mode {
    SPI_FLASH_QIO,
    SPI_FLASH_QOUT,
    SPI_FLASH_DIO,
    SPI_FLASH_DOUT,
    SPI_FLASH_FAST_READ,
    SPI_FLASH_SLOW_READ,
    SPI_FLASH_MODES,
};

/* Pins and both controllers; slow reads at a quarter of the APB clock. */
void spi_flash_attach(void);
/* How both controllers read from now on. divider is that of the APB clock, 1..4. */
void spi_flash_set_read(enum spi_flash_mode mode, unsigned divider);
/* Takes SPI1 over from whoever used it last, in whatever state that left it: slow reads at half of the APB clock. */
void spi_flash_take(void);

/* The flash's size in bytes, as the image header has it. Beyond 16 MB both controllers read with four address bytes from now
   on, on one line, where the chip's cache can. */
void spi_flash_set_size(uint32_t bytes);

/* Puts the flash and both controllers into the mode that programs run in, where that is another: octal. None of the
   functions here works on it any more. */
void spi_flash_hand_over(void);

/* from, to and len are multiples of 4. to may lie in memory that takes 32-bit accesses only. Where eFuses have switched flash
   encryption on, what is read is decrypted and whole units that are programmed are encrypted. */
void spi_flash_read(uint32_t from, uint32_t *to, uint32_t len);
/* Both wait until the flash is done. len is a multiple of 4, at most 32, within one page of 256 bytes. */
void spi_flash_erase_sector(uint32_t at);
void spi_flash_program(uint32_t at, const uint32_t *from, uint32_t len);

#endif
