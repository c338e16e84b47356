/* SPDX-License-Identifier: Apache-2.0 */
/* The ESP32-S3 as crypt_xts.c sees it. */
#ifndef AGENT_CRYPT_ESP32S3_H
#define AGENT_CRYPT_ESP32S3_H

#include "regs/esp32s3.h"
#include "regs/spi_mem.h"

#define CHIP(name)    ESP32S3_##name
#define CHIP_DDR      SPI_MEM_DDR /* the register of double rate */
#define CHIP_BUS_SHUT (ESP32S3_EXTMEM_SHUT_CORE0_BUS | ESP32S3_EXTMEM_SHUT_CORE1_BUS)

#endif
