/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check-size: table
 *
 * Sources: chip ids from esp-idf components/bootloader_support/include/esp_app_format.h; memory from
 * components/soc/CHIP/include/soc/soc.h and ext_mem_defs.h (also the reach: SOC_MMU_MAX_PADDR_PAGE_NUM pages of 64 KB); clock codes, bootloader offsets and ESP32-E22 from esptool
 * esptool/targets; UF2 families from the UF2 families list.
 */
#include "layout/image_chip.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct image_freq freqs_80[] = {{0xF, "80m"}, {0, "40m"}, {1, "26m"}, {2, "20m"}, {0, NULL}};
static const struct image_freq freqs_60[] = {{0xF, "60m"}, {0, "30m"}, {1, "20m"}, {2, "15m"}, {0, NULL}};
static const struct image_freq freqs_48[] = {{0xF, "48m"}, {0, "24m"}, {1, "16m"}, {2, "12m"}, {0, NULL}};
static const struct image_freq freqs_c6[] = {{0, "80m"}, {0, "40m"}, {2, "20m"}, {0, NULL}};
static const struct image_freq freqs_c5[] = {{0xF, "80m"}, {0, "40m"}, {2, "20m"}, {0, NULL}};

static const struct image_region regions_esp32[] = {
    {"DROM", 0x3F400000, 0x3F800000, true, IMAGE_BUS_DATA},
    {"IROM", 0x400D0000, 0x40400000, true, IMAGE_BUS_CODE},
    {"RTC fast", 0x3FF80000, 0x3FF82000, false},
    {"DRAM", 0x3FFAE000, 0x40000000, false},
    {"IRAM", 0x40070000, 0x400C0000, false},
    {"RTC fast", 0x400C0000, 0x400C2000, false},
    {"RTC slow", 0x50000000, 0x50002000, false},
    {NULL, 0, 0, false},
};
static const struct image_region regions_esp32s2[] = {
    {"DROM", 0x3F000000, 0x3FF80000, true, IMAGE_BUS_DATA},
    {"RTC fast", 0x3FF9E000, 0x3FFA0000, false},
    {"DRAM", 0x3FFB0000, 0x40000000, false},
    {"IRAM", 0x40020000, 0x40070000, false},
    {"RTC fast", 0x40070000, 0x40072000, false},
    {"IROM", 0x40080000, 0x40800000, true, IMAGE_BUS_CODE},
    {"RTC slow", 0x50000000, 0x50002000, false},
    {NULL, 0, 0, false},
};
static const struct image_region regions_esp32s3[] = {
    {"DROM", 0x3C000000, 0x3E000000, true, IMAGE_BUS_DATA},
    {"DRAM", 0x3FC88000, 0x3FD00000, false},
    {"IRAM", 0x40370000, 0x403E0000, false},
    {"IROM", 0x42000000, 0x44000000, true, IMAGE_BUS_CODE},
    {"RTC slow", 0x50000000, 0x50002000, false},
    {"RTC fast", 0x600FE000, 0x60100000, false},
    {NULL, 0, 0, false},
};
static const struct image_region regions_esp32c2[] = {
    {"DROM", 0x3C000000, 0x3C400000, true, IMAGE_BUS_DATA},
    {"DRAM", 0x3FCA0000, 0x3FCE0000, false},
    {"IRAM", 0x4037C000, 0x403C0000, false},
    {"IROM", 0x42000000, 0x42400000, true, IMAGE_BUS_CODE},
    {NULL, 0, 0, false},
};
static const struct image_region regions_esp32c3[] = {
    {"DROM", 0x3C000000, 0x3C800000, true, IMAGE_BUS_DATA},
    {"DRAM", 0x3FC80000, 0x3FCE0000, false},
    {"IRAM", 0x4037C000, 0x403E0000, false},
    {"IROM", 0x42000000, 0x42800000, true, IMAGE_BUS_CODE},
    {"RTC", 0x50000000, 0x50002000, false},
    {NULL, 0, 0, false, IMAGE_BUS_BOTH},
};
static const struct image_region regions_esp32c5[] = {
    {"RAM", 0x40800000, 0x40860000, false},
    {"flash", 0x42000000, 0x44000000, true},
    {"LP RAM", 0x50000000, 0x50004000, false},
    {NULL, 0, 0, false},
};
static const struct image_region regions_esp32c6[] = {
    {"RAM", 0x40800000, 0x40880000, false},
    {"flash", 0x42000000, 0x43000000, true},
    {"LP RAM", 0x50000000, 0x50004000, false},
    {NULL, 0, 0, false},
};
static const struct image_region regions_esp32c61[] = {
    {"RAM", 0x40800000, 0x40850000, false},
    {"flash", 0x42000000, 0x44000000, true},
    {NULL, 0, 0, false},
};
static const struct image_region regions_esp32h2[] = {
    {"RAM", 0x40800000, 0x40850000, false},
    {"flash", 0x42000000, 0x43000000, true},
    {"LP RAM", 0x50000000, 0x50001000, false},
    {NULL, 0, 0, false},
};
static const struct image_region regions_esp32h4[] = {
    {"RAM", 0x40810000, 0x40860000, false},
    {"flash", 0x42000000, 0x44000000, true},
    {"LP RAM", 0x50000000, 0x50004000, false},
    {NULL, 0, 0, false},
};
static const struct image_region regions_esp32p4[] = {
    {"TCM", 0x30100000, 0x30102000, false},
    {"flash", 0x40000000, 0x44000000, true},
    {"RAM", 0x4FF00000, 0x4FFC0000, false},
    {"LP RAM", 0x50108000, 0x50110000, false},
    {NULL, 0, 0, false},
};
static const struct image_region regions_esp32s31[] = {
    {"LP RAM", 0x2E000000, 0x2E008000, false},
    {"RAM", 0x2F000000, 0x2F080000, false},
    {"flash", 0x40000000, 0x44000000, true},
    {NULL, 0, 0, false},
};

const struct image_chip image_chips[] = {
    {"esp32", "ESP32", 0, IMAGE_XTENSA, 0x1000, 0x1C5F21B0, freqs_80, regions_esp32, false, .reach_mb = 16,
     .min_tail = 0x24},
    {"esp32s2", "ESP32-S2", 2, IMAGE_XTENSA, 0x1000, 0xBFDD4EEE, freqs_80, regions_esp32s2, false},
    {"esp32c3", "ESP32-C3", 5, IMAGE_RISCV, 0, 0xD42BA06C, freqs_80, regions_esp32c3, false, .reach_mb = 16},
    {"esp32s3", "ESP32-S3", 9, IMAGE_XTENSA, 0, 0xC47E5767, freqs_80, regions_esp32s3, false},
    {"esp32c2", "ESP32-C2", 12, IMAGE_RISCV, 0, 0x2B88D29C, freqs_60, regions_esp32c2, true},
    {"esp32c6", "ESP32-C6", 13, IMAGE_RISCV, 0, 0x540DDF62, freqs_c6, regions_esp32c6, true, .reach_mb = 16},
    {"esp32h2", "ESP32-H2", 16, IMAGE_RISCV, 0, 0x332726F6, freqs_48, regions_esp32h2, true},
    {"esp32p4", "ESP32-P4", 18, IMAGE_RISCV, 0x2000, 0x3D308E94, freqs_80, regions_esp32p4, false},
    {"esp32c61", "ESP32-C61", 20, IMAGE_RISCV, 0, 0x77D850C4, freqs_c5, regions_esp32c61, true},
    {"esp32c5", "ESP32-C5", 23, IMAGE_RISCV, 0x2000, 0xF71C0343, freqs_c5, regions_esp32c5, true},
    {"esp32h21", "ESP32-H21", 25, IMAGE_RISCV, 0, 0xB6DD00AF, freqs_48, regions_esp32h2, true},
    {"esp32h4", "ESP32-H4", 28, IMAGE_RISCV, 0x2000, 0x9E0BAA8A, freqs_48, regions_esp32h4, true},
    {"esp32e22", "ESP32-E22", 31, IMAGE_RISCV, 0, 0, freqs_80, NULL, false},
    {"esp32s31", "ESP32-S31", 32, IMAGE_RISCV, 0x2000, 0x3101F7C1, freqs_c5, regions_esp32s31, false},
    {.name = NULL},
};

/* The modes of header byte 2, in the order of their codes. */
static const char *const modes[] = {"qio", "qout", "dio", "dout", "fast-read", "slow-read"};
enum { MODE_COUNT = sizeof modes / sizeof modes[0], SIZE_CODES = 8, SIZE_CODE_0 = 1 << 20 };

static bool same_name(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a == '-')
            a++;
        while (*b == '-')
            b++;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        if (!*a)
            return true;
    }
}

const struct image_chip *image_chip_find(const char *name)
{
    for (const struct image_chip *c = image_chips; c->name; c++) {
        if (same_name(c->name, name))
            return c;
    }
    return NULL;
}

const struct image_chip *image_chip_by_id(uint16_t id)
{
    for (const struct image_chip *c = image_chips; c->name; c++) {
        if (c->id == id)
            return c;
    }
    return NULL;
}

const struct image_region *image_region_at(const struct image_chip *chip, uint32_t addr)
{
    for (const struct image_region *r = chip ? chip->regions : NULL; r && r->name; r++) {
        if (addr >= r->base && addr < r->end)
            return r;
    }
    return NULL;
}

const char *image_freq_name(const struct image_chip *chip, uint8_t code)
{
    for (const struct image_freq *f = chip ? chip->freqs : NULL; f && f->name; f++) {
        if (f->code == code)
            return f->name;
    }
    return NULL;
}

int image_freq_code(const struct image_chip *chip, const char *name)
{
    for (const struct image_freq *f = chip->freqs; f->name; f++) {
        size_t len = strlen(f->name);
        if (!strncasecmp(f->name, name, len) && (!name[len] || !strcasecmp(name + len, "hz")))
            return f->code;
    }
    return -1;
}

const char *image_mode_name(uint8_t code)
{
    return code < MODE_COUNT ? modes[code] : NULL;
}

int image_mode_code(const char *name)
{
    for (int i = 0; i < MODE_COUNT; i++) {
        if (!strcasecmp(modes[i], name))
            return i;
    }
    return -1;
}

uint32_t image_size_bytes(uint8_t code)
{
    return code < SIZE_CODES ? (uint32_t)SIZE_CODE_0 << code : 0;
}

int image_size_code(uint64_t bytes)
{
    for (int code = 0; code < SIZE_CODES; code++) {
        if (image_size_bytes((uint8_t)code) == bytes)
            return code;
    }
    return -1;
}
