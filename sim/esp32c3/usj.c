/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32-C3's USB-Serial-JTAG block is (esp-idf usb_serial_jtag_reg.h). */
#include "sim/esp32c3/esp32c3_int.h"

static const struct reg regs[] = {
    USJ_REGS(0x7FFF),
    {ESP32C3_USJ_DATE - ESP32C3_USJ_BASE, 1, 0x2007300, 0xFFFFFFFF, 0},
};

const struct usj_kind esp32c3_usj_kind = {
    .block =
        {
            .name = "USB_SERIAL_JTAG",
            .size = 0x84,
            .regs = regs,
            .reg_count = sizeof regs / sizeof *regs,
            .read = usj_read,
            .written = usj_written,
        },
    .irq = ESP32C3_INTR_USB_SERIAL_JTAG,
};
