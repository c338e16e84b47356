/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the boot ROMs: what is common to all chips, and what each chip's folder brings (rom_port_*). */
#ifndef ROM_BOOTROM_BOOTROM_H
#define ROM_BOOTROM_BOOTROM_H

#include <stdbool.h>
#include <stdint.h>

#include "../common/image.h"

/* The ROM's words come only when the strapping pins do not silence them. */
#define ROM_SAY(...)                                                                                                   \
    do {                                                                                                               \
        if (!is_quiet)                                                                                                 \
            print(__VA_ARGS__);                                                                                        \
    } while (0)

/* Called by rom_start.S on the first core. */
_Noreturn void rom_main(void);
/* Leaves the ROM with an empty stack. In rom_start.S. */
_Noreturn void rom_enter(uint32_t entry);

/* Sleeps for ever; a watchdog may end it. */
_Noreturn void rom_stop(void);
/* The whole way from the header at the bootloader's offset to the second stage. */
_Noreturn void rom_boot_flash(bool is_quiet);

/* What the strapping pins ask for. */
enum rom_boot_kind { ROM_BOOT_FLASH, ROM_BOOT_DOWNLOAD, ROM_BOOT_OTHER };
struct rom_boot_mode {
    uint8_t mask, value; /* the first row that fits counts; the last fits all that is left */
    enum rom_boot_kind kind;
    const char *name;
};

/* --- of each chip --- */
extern const struct rom_boot_mode rom_port_modes[];
/* Where segments may go: all RAM but the ROM's own data and stacks; ended by a range of nothing. */
struct rom_range {
    uint32_t start, end;
};
extern const struct rom_range rom_port_load_ranges[];
/* The crystal drives the core. */
void rom_port_use_crystal(void);
uint32_t rom_port_strapping(void);
/* Whether the pins ask for silence while booting from flash. */
bool rom_port_is_quiet(uint32_t strapping);
/* "rst:0x1 (POWERON_RESET),boot:0x13 (" and what follows, as terminals and tools know it of this chip. */
void rom_port_print_banner(uint32_t strapping, const struct rom_boot_mode *mode);
/* The lines that this chip's ROM prints of the header, and of a segment. */
void rom_port_print_header(const struct image_header *h);
void rom_port_print_segment(const struct image_segment *s);

#endif
