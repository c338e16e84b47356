/* SPDX-License-Identifier: Apache-2.0 */
/* The agents that this program carries, one per instruction set and kind of flash controller. */
#include "flash/flash_int.h"

#include "agent/prebuilt/agent_esp32.inc"
#include "agent/prebuilt/agent_esp32s3.inc"

static const struct {
    enum chip_isa isa;
    enum flash_controller controller;
    const struct agent_image *image;
} images[] = {
    {ISA_XTENSA_LX6, FLASH_CTRL_ESP32_SPI1, &agent_esp32},
    {ISA_XTENSA_LX7, FLASH_CTRL_SPI_MEM, &agent_esp32s3},
};

const struct agent_image *agent_image_find(const struct chip *chip)
{
    for (size_t i = 0; i < sizeof images / sizeof images[0]; i++) {
        if (images[i].isa == chip->isa && images[i].controller == chip->flash.controller)
            return images[i].image;
    }
    return NULL;
}
