/* SPDX-License-Identifier: Apache-2.0 */
/* The second stage from flash to RAM. */
#include "bootrom.h"

#include <stddef.h>

#include "../common/cpu.h"
#include "../common/image.h"
#include "../common/print.h"
#include "../common/spi_flash.h"

#define RETRY_MS 40U /* public logs show about 8 tries before the watchdog bites */

static const char *const mode_names[SPI_FLASH_MODES] = {
    [SPI_FLASH_QIO] = "QIO",   [SPI_FLASH_QOUT] = "QOUT",           [SPI_FLASH_DIO] = "DIO",
    [SPI_FLASH_DOUT] = "DOUT", [SPI_FLASH_FAST_READ] = "FAST READ", [SPI_FLASH_SLOW_READ] = "SLOW READ",
};

static _Noreturn void give_up(bool is_quiet)
{
    ROM_SAY("ets_main.c 384 \n");
    rom_stop();
}

/* Clock nibbles: 0 40 MHz, 1 26.7, 2 20, 0xF 80; as dividers of the 80 MHz that the APB clock has later. */
static unsigned clock_divider(const struct image_header *h)
{
    unsigned nibble = h->speed_and_size & 0xF;
    return nibble == 0xF ? 1 : nibble < 3 ? nibble + 2 : 2;
}

static void use_header(const struct image_header *h, bool is_quiet)
{
    enum spi_flash_mode mode = h->spi_mode < SPI_FLASH_MODES ? h->spi_mode : SPI_FLASH_SLOW_READ;
    spi_flash_set_read(mode, clock_divider(h));
    ROM_SAY("mode:%s, clock div:%u\n", mode_names[mode], clock_divider(h));
}

static bool is_loadable(const struct image_segment *s)
{
    if (s->addr % 4 || s->len % 4 || s->len > IMAGE_MAX_SIZE)
        return false;
    if (!s->addr)
        return true;
    for (const struct rom_range *r = rom_port_load_ranges; r->end; r++) {
        if (s->addr >= r->start && s->addr < r->end && s->len <= r->end - s->addr)
            return true;
    }
    return false;
}

static void load_segments(struct image *im, bool is_quiet)
{
    for (unsigned i = 0; i < im->header.segments; i++) {
        struct image_segment segment;
        image_next(im, &segment);
        ROM_SAY("load:0x%08x,len:%u\n", (unsigned)segment.addr, (unsigned)segment.len);
        if (!is_loadable(&segment)) {
            ROM_SAY("invalid segment: not in RAM\n");
            give_up(is_quiet);
        }
        image_load(im, &segment, segment.addr ? (uint32_t *)segment.addr : NULL);
    }
    uint8_t stored = image_end(im);
    if (stored != im->checksum) {
        ROM_SAY("csum err:0x%02x!=0x%02x\n", im->checksum, stored);
        give_up(is_quiet);
    }
}

void rom_boot_flash(bool is_quiet)
{
    struct image im;
    spi_flash_attach();
    for (;;) {
        image_open(&im, PORT_BOOTLOADER_OFFSET, NULL, NULL);
        if (im.header.magic == IMAGE_MAGIC && im.header.segments && im.header.segments <= IMAGE_MAX_SEGMENTS)
            break;
        uint32_t word;
        spi_flash_read(PORT_BOOTLOADER_OFFSET, &word, sizeof(word));
        ROM_SAY("invalid header: 0x%08x\n", (unsigned)word);
        cpu_delay_ms(RETRY_MS);
    }
    if (im.header.chip_id != PORT_CHIP_ID) {
        ROM_SAY("invalid chip id: 0x%04x\n", im.header.chip_id);
        give_up(is_quiet);
    }
    if (!is_quiet)
        rom_port_print_header(&im.header);
    use_header(&im.header, is_quiet);
    load_segments(&im, is_quiet);
    ROM_SAY("entry 0x%08x\n", (unsigned)im.header.entry);
    rom_enter(im.header.entry);
}
