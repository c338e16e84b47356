/* SPDX-License-Identifier: Apache-2.0 */
/* The agents that this program carries, and the flash controllers that it drives itself: one per instruction set and kind of
   controller. */
#include "flash/flash_int.h"

#include "agent/spi_mem.h"

#include "agent/prebuilt/agent_esp32.inc"
#include "agent/prebuilt/agent_esp32c3.inc"
#include "agent/prebuilt/agent_esp32s3.inc"

static const struct way {
    enum chip_isa isa;
    enum flash_controller controller;
    const struct agent_image *image;
    const struct spi_mem_chip *registers; /* NULL: cannot be driven from here */
} ways[] = {
    {ISA_XTENSA_LX6, FLASH_CTRL_ESP32_SPI1, &agent_esp32, NULL},
    {ISA_XTENSA_LX7, FLASH_CTRL_SPI_MEM, &agent_esp32s3, &SPI_MEM_CHIP(esp32s3)},
    {ISA_RV32, FLASH_CTRL_SPI_MEM, &agent_esp32c3, &SPI_MEM_CHIP(esp32c3)},
};

static const struct way *find(const struct chip *chip)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (ways[i].isa == chip->isa && ways[i].controller == chip->flash.controller)
            return &ways[i];
    }
    return NULL;
}

const struct agent_image *agent_image_find(const struct chip *chip)
{
    const struct way *way = find(chip);
    return way ? way->image : NULL;
}

const struct spi_mem_chip *agent_registers_find(const struct chip *chip)
{
    const struct way *way = find(chip);
    return way ? way->registers : NULL;
}
