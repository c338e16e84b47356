/* SPDX-License-Identifier: Apache-2.0 */
/* The ESP32-C3 has no octal flash: programs run in the mode that the flash is read in from the begin. */
#include "../common/spi_flash.h"
#include "../late/late.h"

bool late_flash_is_octal(void)
{
    return false;
}

void late_flash_reset(void)
{
}

void spi_flash_hand_over(void)
{
}
