/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32-S3's USB-Serial-JTAG block is (esp-idf usb_serial_jtag_reg.h). */
#include "sim/esp32s3/esp32s3_int.h"

static const struct reg regs[] = {
    USJ_REGS(0x1FFFF),
    {ESP32S3_USJ_DATE - ESP32S3_USJ_BASE, 1, 0x2101200, 0xFFFFFFFF, 0},
};

const struct usj_kind esp32s3_usj_kind = {
    .block =
        {
            .name = "USB_SERIAL_JTAG",
            .size = 0x84,
            .regs = regs,
            .reg_count = sizeof regs / sizeof *regs,
            .read = usj_read,
            .written = usj_written,
        },
    .irq = ESP32S3_INTR_USB_SERIAL_JTAG,
};
