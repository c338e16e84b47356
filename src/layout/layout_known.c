/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check-size: table
 *
 * Layouts that are known by name. Sources: esp-idf components/partition_table (CSV files); micropython
 * ports/esp32/(partitions-NAME.csv); arduino-esp32 tools/partitions.
 */
#include "layout/layout_int.h"

#include <string.h>

enum {
    PARTS_MAX = 9,
    FACTORY = 0x000,
    OTA_0 = 0x010,
    OTA_1 = 0x011,
    OTADATA = 0x100,
    PHY = 0x101,
    NVS = 0x102,
    COREDUMP = 0x103,
    UNDEFINED = 0x106,
    FAT = 0x181,
    SPIFFS = 0x182,
    ROMFS = 0x18F,
    EEPROM = 0x199
};

struct known {
    const char *name;
    struct {
        uint16_t kind; /* type << 8 | subtype */
        uint32_t offset, size;
    } parts[PARTS_MAX]; /* in order; a size of 0 ends them */
};

/* clang-format off */
#define IDF_HEAD      {NVS, 0x9000, 0x6000}, {PHY, 0xF000, 0x1000}
#define IDF_OTA_HEAD  {NVS, 0x9000, 0x4000}, {OTADATA, 0xD000, 0x2000}, {PHY, 0xF000, 0x1000}
#define ARDUINO_HEAD  {NVS, 0x9000, 0x5000}, {OTADATA, 0xE000, 0x2000}

static const struct known layouts[] = {
    {"ESP-IDF, single app", {IDF_HEAD, {FACTORY, 0x10000, 0x100000}}},
    {"ESP-IDF, single app (large)", {IDF_HEAD, {FACTORY, 0x10000, 0x177000}}},
    {"ESP-IDF, single app and core dump", {IDF_HEAD, {FACTORY, 0x10000, 0x100000}, {COREDUMP, 0x110000, 0x10000}}},
    {"ESP-IDF, factory and two OTA slots", {IDF_OTA_HEAD, {FACTORY, 0x10000, 0x100000}, {OTA_0, 0x110000, 0x100000}, {OTA_1, 0x210000, 0x100000}}},
    {"ESP-IDF, two OTA slots (large)", {{NVS, 0x9000, 0x6000}, {OTADATA, 0xF000, 0x2000}, {PHY, 0x11000, 0x1000}, {OTA_0, 0x20000, 0x1A9000}, {OTA_1, 0x1D0000, 0x1A9000}}},
    {"MicroPython, 2 MB", {IDF_HEAD, {FACTORY, 0x10000, 0x160000}, {FAT, 0x170000, 0x50000}}},
    {"MicroPython, 2 MB and more", {IDF_HEAD, {FACTORY, 0x10000, 0x160000}}},
    {"MicroPython, 4 MB", {IDF_HEAD, {FACTORY, 0x10000, 0x1F0000}, {FAT, 0x200000, 0x200000}}},
    {"MicroPython, 4 MB and more", {IDF_HEAD, {FACTORY, 0x10000, 0x1F0000}}},
    {"MicroPython, 4 MB with ROMFS", {IDF_HEAD, {FACTORY, 0x10000, 0x1D0000}, {ROMFS, 0x1E0000, 0x20000}}},
    {"MicroPython, 4 MB with OTA", {IDF_OTA_HEAD, {OTA_0, 0x10000, 0x180000}, {OTA_1, 0x190000, 0x180000}, {FAT, 0x310000, 0xF0000}}},
    {"MicroPython, 4 MB and more with OTA", {IDF_OTA_HEAD, {OTA_0, 0x10000, 0x180000}, {OTA_1, 0x190000, 0x180000}}},
    {"MicroPython, 8 MB", {IDF_HEAD, {FACTORY, 0x10000, 0x1F0000}, {FAT, 0x200000, 0x600000}}},
    {"MicroPython, 16 MB", {IDF_HEAD, {FACTORY, 0x10000, 0x1F0000}, {FAT, 0x200000, 0xE00000}}},
    {"MicroPython, 32 MB", {IDF_HEAD, {FACTORY, 0x10000, 0x1F0000}, {FAT, 0x200000, 0x1E00000}}},
    {"MicroPython, 8 MB and more with OTA", {IDF_OTA_HEAD, {OTA_0, 0x10000, 0x270000}, {OTA_1, 0x280000, 0x270000}}},
    {"MicroPython, 16 MB with OTA", {IDF_OTA_HEAD, {OTA_0, 0x10000, 0x270000}, {OTA_1, 0x280000, 0x270000}, {FAT, 0x4F0000, 0xB10000}}},
    {"MicroPython, 32 MB with OTA", {IDF_OTA_HEAD, {OTA_0, 0x10000, 0x270000}, {OTA_1, 0x280000, 0x270000}, {FAT, 0x4F0000, 0x1B10000}}},
    {"Arduino, default (4 MB)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x140000}, {OTA_1, 0x150000, 0x140000}, {SPIFFS, 0x290000, 0x160000}, {COREDUMP, 0x3F0000, 0x10000}}},
    {"Arduino, default (4 MB, older)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x140000}, {OTA_1, 0x150000, 0x140000}, {SPIFFS, 0x290000, 0x170000}}},
    {"Arduino, default (4 MB, oldest)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x140000}, {OTA_1, 0x150000, 0x140000}, {EEPROM, 0x290000, 0x1000}, {SPIFFS, 0x291000, 0x16F000}}},
    {"Arduino, huge app", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x300000}, {SPIFFS, 0x310000, 0xE0000}, {COREDUMP, 0x3F0000, 0x10000}}},
    {"Arduino, minimal SPIFFS", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x1E0000}, {OTA_1, 0x1F0000, 0x1E0000}, {SPIFFS, 0x3D0000, 0x20000}, {COREDUMP, 0x3F0000, 0x10000}}},
    {"Arduino, minimal SPIFFS (older)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x1E0000}, {OTA_1, 0x1F0000, 0x1E0000}, {SPIFFS, 0x3D0000, 0x30000}}},
    {"Arduino, no OTA", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x200000}, {SPIFFS, 0x210000, 0x1E0000}, {COREDUMP, 0x3F0000, 0x10000}}},
    {"Arduino, minimal (2 MB)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x140000}, {SPIFFS, 0x150000, 0xA0000}, {COREDUMP, 0x1F0000, 0x10000}}},
    {"Arduino, default (8 MB)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x330000}, {OTA_1, 0x340000, 0x330000}, {SPIFFS, 0x670000, 0x180000}, {COREDUMP, 0x7F0000, 0x10000}}},
    {"Arduino, default (16 MB)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x640000}, {OTA_1, 0x650000, 0x640000}, {SPIFFS, 0xC90000, 0x360000}, {COREDUMP, 0xFF0000, 0x10000}}},
    {"Arduino, default (32 MB)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0xC80000}, {OTA_1, 0xC90000, 0xC80000}, {SPIFFS, 0x1910000, 0x6C0000}, {COREDUMP, 0x1FF0000, 0x10000}}},
    {"Arduino, default (16 MB, older)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x640000}, {OTA_1, 0x650000, 0x640000}, {SPIFFS, 0xC90000, 0x36FFFC}}},
    {"Arduino, large SPIFFS (16 MB)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x480000}, {OTA_1, 0x490000, 0x480000}, {SPIFFS, 0x910000, 0x6EFFFC}}},
    {"Arduino, FAT (4 MB)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x140000}, {OTA_1, 0x150000, 0x140000}, {FAT, 0x290000, 0x160000}, {COREDUMP, 0x3F0000, 0x10000}}},
    {"Arduino, Zigbee (4 MB)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x140000}, {OTA_1, 0x150000, 0x140000}, {SPIFFS, 0x290000, 0x15B000}, {FAT, 0x3EB000, 0x4000}, {FAT, 0x3EF000, 0x1000}, {COREDUMP, 0x3F0000, 0x10000}}},
    {"Arduino, RainMaker (4 MB)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x1E0000}, {OTA_1, 0x1F0000, 0x1E0000}, {NVS, 0x3D0000, 0x6000}}},
    {"Arduino, FAT (16 MB)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x300000}, {OTA_1, 0x310000, 0x300000}, {FAT, 0x610000, 0x9E0000}, {COREDUMP, 0xFF0000, 0x10000}}},
    {"Arduino Nano ESP32", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x300000}, {OTA_1, 0x310000, 0x300000}, {FAT, 0x610000, 0x960000}, {FACTORY, 0xF70000, 0x80000}, {COREDUMP, 0xFF0000, 0x10000}}},
    {"Arduino, TinyUF2 (16 MB)", {ARDUINO_HEAD, {OTA_0, 0x10000, 0x200000}, {OTA_1, 0x210000, 0x200000}, {FACTORY, 0x410000, 0x40000}, {FAT, 0x450000, 0xBB0000}}},
};
/* clang-format on */

static bool is_layout(const struct partition_table *t, const struct known *k)
{
    unsigned n = 0;
    for (; n < PARTS_MAX && k->parts[n].size; n++) {
        const struct partition *p = &t->items[n];
        if (n >= t->count || (p->type << 8 | p->subtype) != k->parts[n].kind || p->offset != k->parts[n].offset ||
            p->size != k->parts[n].size)
            return false;
    }
    return n == t->count;
}

/* Projects whose descriptor is in what they build, whatever the table. */
static const char *by_project(const struct layout *l)
{
    static const struct {
        const char *project, *name;
    } projects[] = {{"micropython", "MicroPython"},
                    {"arduino-lib-builder", "Arduino"},
                    {"esp32-arduino-lib-builder", "Arduino"},
                    {"circuitpython", "CircuitPython"}};
    for (size_t i = 0; i < l->region_count; i++) {
        const struct image *im = l->regions[i].image;
        for (size_t k = 0; im && im->has_app_desc && k < sizeof projects / sizeof projects[0]; k++) {
            if (!strcmp(im->app.project, projects[k].project))
                return projects[k].name;
        }
    }
    return NULL;
}

/* Tasmota's tables differ by flash size, and its apps have no name; its rescue app has a partition that no one else has
   (tasmota partitions/esp32_partition_app*.csv). */
static bool is_tasmota(const struct partition_table *t)
{
    for (unsigned i = 0; i < t->count; i++) {
        if (partition_is(&t->items[i], PARTITION_APP, PARTITION_APP_FACTORY) && !strcmp(t->items[i].label, "safeboot"))
            return true;
    }
    return false;
}

const char *known_layout(const struct layout *l)
{
    for (size_t i = 0; l->table && i < sizeof layouts / sizeof layouts[0]; i++) {
        if (is_layout(&l->table->table, &layouts[i]))
            return layouts[i].name;
    }
    return l->table && is_tasmota(&l->table->table) ? "Tasmota" : by_project(l);
}
