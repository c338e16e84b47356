/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the boot ROM. */
#ifndef ROM_ESP32_ROM_INT_H
#define ROM_ESP32_ROM_INT_H

#include <stdbool.h>
#include <stdint.h>

/* Called by start.S on the PRO core. */
_Noreturn void rom_main(void);
/* vector: 1 general exception, 8 double exception, else the interrupt level. */
_Noreturn void rom_report_exception(uint32_t vector);
/* Leaves the ROM with an empty stack. In start.S. */
_Noreturn void rom_enter(uint32_t entry);

/* Sleeps for ever; a watchdog may end it. */
_Noreturn void rom_stop(void);
/* The whole way from the header at 0x1000 to the second stage. */
_Noreturn void rom_boot_flash(bool is_quiet);

#endif
