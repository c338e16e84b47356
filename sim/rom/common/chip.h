/* SPDX-License-Identifier: Apache-2.0 */
/* What the eFuses say of the chip, and its reset. Each chip's folder has it. */
#ifndef ROM_COMMON_CHIP_H
#define ROM_COMMON_CHIP_H

#include <stdint.h>

/* major * 100 + minor */
unsigned chip_revision(void);
void chip_mac(uint8_t mac[6]);
/* Resets the digital part by software; the core may do a few more instructions. */
void chip_reset(void);

#endif
