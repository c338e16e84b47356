/* SPDX-License-Identifier: Apache-2.0 */
/* What the eFuses say of the chip. */
#ifndef ROM_COMMON_CHIP_H
#define ROM_COMMON_CHIP_H

#include <stdint.h>

/* major * 100 + minor */
unsigned chip_revision(void);
void chip_mac(uint8_t mac[6]);

#endif
