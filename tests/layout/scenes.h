/* SPDX-License-Identifier: Apache-2.0 */
/* Flash contents for tests of the layout engine: a blank flash, and what is put into it. */
#ifndef TESTS_LAYOUT_SCENES_H
#define TESTS_LAYOUT_SCENES_H

#include "layout/layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KIB 1024U
#define MIB (1024U * KIB)

struct scene {
    uint8_t *bytes;
    uint8_t *was_read; /* a byte that is read twice fails the test */
    uint32_t size;
    uint32_t gathers; /* how often the reader was asked to gather */
    bool fails;       /* every read fails */
};

struct scene scene_new(uint32_t size);
void scene_free(struct scene *s);
struct layout_request scene_request(struct scene *s);
void scene_put(struct scene *s, uint32_t offset, const void *bytes, size_t len);
/* Bytes as even as cipher text. */
void scene_cipher(struct scene *s, uint32_t offset, size_t len);
/* Bytes that are nothing, and not even. */
void scene_text(struct scene *s, uint32_t offset, size_t len);

/* A bootloader of that chip: RAM segments and a bootloader descriptor. size: the code of the flash size in its header. Gives
   its length. */
uint32_t scene_bootloader(struct scene *s, const char *chip, uint32_t offset, uint64_t flash_size);
/* An app of that chip with DROM and IROM segments; elf: fills the ELF hash of its descriptor. code_len bytes of IROM. */
uint32_t scene_app(struct scene *s, const char *chip, uint32_t offset, uint8_t elf, uint32_t code_len);
/* A partition table by CSV text, with MD5. */
void scene_table(struct scene *s, uint32_t offset, const char *csv);
/* A record of OTA data. */
void scene_otadata(struct scene *s, uint32_t offset, uint32_t seq, uint32_t state);
/* The header of an NVS page; its CRC is right. */
void scene_nvs_page(struct scene *s, uint32_t offset, uint32_t state, uint32_t number);
/* An MCUboot image with the load header of Espressif's port: 4 KB of code that is mapped at irom. slot_size: for the trailer, 0
   for none. Gives its length. */
uint32_t scene_mcuboot(struct scene *s, uint32_t offset, uint32_t slot_size, uint32_t irom);
/* An image with one RAM segment that is counted and two flash segments that are not. */
uint32_t scene_simple_boot(struct scene *s, const char *chip, uint32_t offset);

/* ESP-IDF's "factory and two OTA slots" in 4 MB, without otadata. */
extern const char scene_two_ota[];
/* The usual thing: bootloader, table at table_offset, three apps of ESP32. 4 MB. */
struct scene scene_usual(uint32_t table_offset);
/* A table of one app at 0x10000, and a scene of size bytes with bootloader, such a table and that app of ESP32. */
extern const char scene_one_app_table[];
struct scene scene_one_app(uint32_t size, uint32_t table_offset);

#endif
