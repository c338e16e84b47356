/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32-S3's system timer is (esp-idf systimer_reg.h). */
#include "sim/esp32s3/esp32s3_int.h"

static const struct reg regs[] = {
    SYSTIMER_REGS,
    {0x74, 6, 0, 0, 0},
    {0xFC, 1, 0x2012251, 0, 0},
};

const struct systimer_kind esp32s3_systimer_kind = {
    .block =
        {
            .name = "SYSTIMER",
            .size = 0x100,
            .regs = regs,
            .reg_count = sizeof regs / sizeof *regs,
            .read = systimer_read,
            .written = systimer_written,
        },
    .first_irq = ESP32S3_INTR_SYSTIMER0,
};
