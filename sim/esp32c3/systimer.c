/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32-C3's system timer is (esp-idf systimer_reg.h). */
#include "sim/esp32c3/esp32c3_int.h"

static const struct reg regs[] = {
    SYSTIMER_REGS,
    {0xFC, 1, 0x2006171, 0, 0},
};

const struct systimer_kind esp32c3_systimer_kind = {
    .block =
        {
            .name = "SYSTIMER",
            .size = 0x100,
            .regs = regs,
            .reg_count = sizeof regs / sizeof *regs,
            .read = systimer_read,
            .written = systimer_written,
        },
    .first_irq = ESP32C3_INTR_SYSTIMER0,
};
