/* SPDX-License-Identifier: Apache-2.0 */
/* Why the core was reset, what the strapping pins ask for, and off to it. */
#include "bootrom.h"

#include "../common/cpu.h"
#include "../common/flash_map.h"
#include "../common/print.h"
#include "../common/uart.h"
#include "../common/watchdog.h"

#define BAUD 115200U

static const struct rom_boot_mode *find_mode(uint32_t strapping)
{
    const struct rom_boot_mode *m = rom_port_modes;
    while ((strapping & m->mask) != m->value)
        m++;
    return m;
}

void rom_stop(void)
{
    cpu_mask_interrupts();
    for (;;)
        cpu_wait_interrupt();
}

void rom_main(void)
{
    uint32_t strapping = rom_port_strapping();
    const struct rom_boot_mode *mode = find_mode(strapping);
    bool is_quiet = mode->kind == ROM_BOOT_FLASH && rom_port_is_quiet(strapping);
    rom_port_use_crystal();
    uart_init(BAUD);
    ROM_SAY("espocd boot ROM 1\n\n");
    if (!is_quiet)
        rom_port_print_banner(strapping, mode);
    flash_map_clear();
    if (mode->kind == ROM_BOOT_FLASH)
        rom_boot_flash(is_quiet);
    if (mode->kind == ROM_BOOT_DOWNLOAD) {
        watchdog_disable_boot();
        print("waiting for download\n");
    } else {
        print("this ROM does not boot in this mode\n");
    }
    rom_stop();
}
