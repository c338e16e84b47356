/* SPDX-License-Identifier: Apache-2.0 */
/* The ESP32-C3 as crypt_xts.c sees it. Its controllers know single rate only. */
#ifndef AGENT_CRYPT_ESP32C3_H
#define AGENT_CRYPT_ESP32C3_H

#include "regs/esp32c3.h"
#include "regs/spi_mem.h"

#define CHIP(name)    ESP32C3_##name
#define CHIP_BUS_SHUT ESP32C3_EXTMEM_SHUT_IBUS

#endif
