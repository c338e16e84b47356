/* SPDX-License-Identifier: Apache-2.0 */
/* The records, one file each. Only chips.c uses them by name. */
#ifndef CHIPS_CHIPS_INT_H
#define CHIPS_CHIPS_INT_H

#include "chips/chip.h"

extern const struct chip chip_esp32;
extern const struct chip chip_esp32s3;
extern const struct chip chip_esp32c3;
extern const struct chip chip_riscv; /* not in chip_list */

#define SCRIPT(pokes)                                                                                                  \
    {                                                                                                                  \
        .steps = (pokes), .count = sizeof(pokes) / sizeof((pokes)[0])                                                  \
    }

#endif
