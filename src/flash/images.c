/* SPDX-License-Identifier: Apache-2.0 */
/* The agents that this program carries, one per kind of flash controller. */
#include "flash/flash_int.h"

#include "agent/prebuilt/agent_esp32.inc"
#include "agent/prebuilt/agent_esp32s3.inc"

static const struct {
    enum flash_controller controller;
    const struct agent_image *image;
} images[] = {
    {FLASH_CTRL_ESP32_SPI1, &agent_esp32},
    {FLASH_CTRL_SPI_MEM, &agent_esp32s3},
};

const struct agent_image *agent_image_find(enum flash_controller controller)
{
    for (size_t i = 0; i < sizeof images / sizeof images[0]; i++) {
        if (images[i].controller == controller)
            return images[i].image;
    }
    return NULL;
}
