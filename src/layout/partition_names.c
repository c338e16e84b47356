/* SPDX-License-Identifier: Apache-2.0 */
/* Names of partition types and subtypes: esp-idf gen_esp32part.py and esp_partition.h. */
#include "layout/partition.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct type_name {
    uint8_t type;
    const char *name;
};

struct subtype_name {
    uint8_t type, subtype;
    const char *name;
};

static const struct type_name types[] = {
    {PARTITION_APP, "app"},
    {PARTITION_DATA, "data"},
    {PARTITION_BOOTLOADER, "bootloader"},
    {PARTITION_TABLE, "partition_table"},
};

// clang-format off
static const struct subtype_name subtypes[] = {
    {PARTITION_APP, 0x00, "factory"}, {PARTITION_APP, 0x10, "ota_0"},  {PARTITION_APP, 0x11, "ota_1"},
    {PARTITION_APP, 0x12, "ota_2"},   {PARTITION_APP, 0x13, "ota_3"},  {PARTITION_APP, 0x14, "ota_4"},
    {PARTITION_APP, 0x15, "ota_5"},   {PARTITION_APP, 0x16, "ota_6"},  {PARTITION_APP, 0x17, "ota_7"},
    {PARTITION_APP, 0x18, "ota_8"},   {PARTITION_APP, 0x19, "ota_9"},  {PARTITION_APP, 0x1A, "ota_10"},
    {PARTITION_APP, 0x1B, "ota_11"},  {PARTITION_APP, 0x1C, "ota_12"}, {PARTITION_APP, 0x1D, "ota_13"},
    {PARTITION_APP, 0x1E, "ota_14"},  {PARTITION_APP, 0x1F, "ota_15"}, {PARTITION_APP, 0x20, "test"},
    {PARTITION_APP, 0x30, "tee_0"},   {PARTITION_APP, 0x31, "tee_1"},
    {PARTITION_DATA, 0x00, "ota"},       {PARTITION_DATA, 0x01, "phy"},       {PARTITION_DATA, 0x02, "nvs"},
    {PARTITION_DATA, 0x03, "coredump"},  {PARTITION_DATA, 0x04, "nvs_keys"},  {PARTITION_DATA, 0x05, "efuse"},
    {PARTITION_DATA, 0x06, "undefined"}, {PARTITION_DATA, 0x80, "esphttpd"},  {PARTITION_DATA, 0x81, "fat"},
    {PARTITION_DATA, 0x82, "spiffs"},    {PARTITION_DATA, 0x83, "littlefs"},  {PARTITION_DATA, 0x90, "tee_ota"},
    {PARTITION_BOOTLOADER, 0x00, "primary"}, {PARTITION_BOOTLOADER, 0x01, "ota"},
    {PARTITION_BOOTLOADER, 0x02, "recovery"},
    {PARTITION_TABLE, 0x00, "primary"}, {PARTITION_TABLE, 0x01, "ota"},
};
// clang-format on

enum { TYPES = sizeof types / sizeof types[0], SUBTYPES = sizeof subtypes / sizeof subtypes[0] };

const char *partition_type_name(uint8_t type)
{
    for (size_t i = 0; i < TYPES; i++) {
        if (types[i].type == type)
            return types[i].name;
    }
    return NULL;
}

const char *partition_subtype_name(uint8_t type, uint8_t subtype)
{
    for (size_t i = 0; i < SUBTYPES; i++) {
        if (subtypes[i].type == type && subtypes[i].subtype == subtype)
            return subtypes[i].name;
    }
    return NULL;
}

int partition_type_value(const char *name)
{
    for (size_t i = 0; i < TYPES; i++) {
        if (!strcasecmp(types[i].name, name))
            return types[i].type;
    }
    return -1;
}

int partition_subtype_value(uint8_t type, const char *name)
{
    for (size_t i = 0; i < SUBTYPES; i++) {
        if (subtypes[i].type == type && !strcasecmp(subtypes[i].name, name))
            return subtypes[i].subtype;
    }
    return -1;
}

const char *partition_type_text(char *text, uint8_t type)
{
    const char *name = partition_type_name(type);
    snprintf(text, 8, "0x%02x", type);
    return name ? name : text;
}

const char *partition_subtype_text(char *text, uint8_t type, uint8_t subtype)
{
    const char *name = partition_subtype_name(type, subtype);
    snprintf(text, 8, "0x%02x", subtype);
    return name ? name : text;
}
