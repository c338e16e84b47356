/* SPDX-License-Identifier: Apache-2.0 */
#include "rom.h"

static const uint8_t esp32_rom[] = {
#include "prebuilt/esp32_rom.inc"
};

static const uint8_t esp32s3_rom[] = {
#include "prebuilt/esp32s3_rom.inc"
};

static const uint8_t esp32c3_rom[] = {
#include "prebuilt/esp32c3_rom.inc"
};

const uint8_t *rom_esp32(size_t *size)
{
    *size = sizeof(esp32_rom);
    return esp32_rom;
}

const uint8_t *rom_esp32s3(size_t *size)
{
    *size = sizeof(esp32s3_rom);
    return esp32s3_rom;
}

const uint8_t *rom_esp32c3(size_t *size)
{
    *size = sizeof(esp32c3_rom);
    return esp32c3_rom;
}
