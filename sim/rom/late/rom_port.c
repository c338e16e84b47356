/* SPDX-License-Identifier: Apache-2.0 */
/* What the boot ROMs of the ESP32-S3 and of the chips after it do and say alike. */
#include "../bootrom/bootrom.h"

#include <stddef.h>

#include "../common/cpu.h"
#include "../common/print.h"
#include "late.h"

/* Undivided: after reset the core runs from half of it. */
void rom_port_use_crystal(void)
{
    uint32_t conf = field_put(PORT(SYSTEM_SOC_CLK_SEL), reg_read(PORT(SYSTEM_SYSCLK_CONF)), 0);
    reg_write(PORT(SYSTEM_SYSCLK_CONF), field_put(PORT(SYSTEM_PRE_DIV_CNT), conf, 0));
}

uint32_t rom_port_strapping(void)
{
    return reg_read(PORT(GPIO_STRAP)) & 0x3F;
}

/* eFuse UART_PRINT_CONTROL: 0 prints, 1 prints with the second strapping pin low, 2 with it high, 3 never (TRM). */
bool rom_port_is_quiet(uint32_t strapping)
{
    uint32_t control = field_get(PORT(EFUSE_UART_PRINT_CONTROL), reg_read(PORT(EFUSE_RD_REPEAT3)));
    bool is_high = strapping & PORT_STRAP_PRINT;
    return control == 3 || (control == 1 && is_high) || (control == 2 && !is_high);
}

void rom_port_print_banner(uint32_t strapping, const struct rom_boot_mode *mode)
{
    uint32_t cause = field_get(PORT_RESET_CAUSE, reg_read(PORT(RTC_RESET_STATE)));
    const char *name = cause < late_reset_name_count ? late_reset_names[cause] : NULL;
    print("rst:0x%x (%s),boot:0x%x (%s)\n", (unsigned)cause, name ? name : "NO_MEAN", (unsigned)strapping, mode->name);
}

void rom_port_print_header(const struct image_header *h)
{
    print("SPIWP:0x%02x\n", h->wp_pin);
}

void rom_port_print_segment(const struct image_segment *s)
{
    print("load:0x%08x,len:0x%x\n", (unsigned)s->addr, (unsigned)s->len);
}
