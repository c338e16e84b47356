/* SPDX-License-Identifier: Apache-2.0 */
/* The second stage from flash offset 0x1000 to RAM. */
#include "rom_int.h"

#include <stddef.h>

#include "../common/cpu.h"
#include "../common/image.h"
#include "../common/print.h"
#include "../common/spi_flash.h"

#define BOOTLOADER_OFFSET 0x1000U
#define RETRY_MS          40U /* public logs show about 8 tries before the watchdog bites */

/* The ROM's words come only when the strapping pins do not silence them. */
#define SAY(...)                                                                                                       \
    do {                                                                                                               \
        if (!is_quiet)                                                                                                 \
            print(__VA_ARGS__);                                                                                        \
    } while (0)

static const char *const mode_names[SPI_FLASH_MODES] = {
    [SPI_FLASH_QIO] = "QIO",   [SPI_FLASH_QOUT] = "QOUT",           [SPI_FLASH_DIO] = "DIO",
    [SPI_FLASH_DOUT] = "DOUT", [SPI_FLASH_FAST_READ] = "FAST READ", [SPI_FLASH_SLOW_READ] = "SLOW READ",
};

/* Where segments may go: all RAM but the ROM's own data and stacks. */
static const struct range {
    uint32_t start, end;
} load_ranges[] = {
    {0x3FFAE6E0, 0x3FFE0000},
    {0x3FFE5230, 0x40000000},
    {ESP32_SRAM0, ESP32_SRAM0 + ESP32_SRAM0_SIZE},
    {ESP32_RTC_FAST_I, ESP32_RTC_FAST_I + ESP32_RTC_FAST_SIZE},
    {ESP32_RTC_FAST_D, ESP32_RTC_FAST_D + ESP32_RTC_FAST_SIZE},
    {ESP32_RTC_SLOW, ESP32_RTC_SLOW + ESP32_RTC_SLOW_SIZE},
};

static _Noreturn void give_up(bool is_quiet)
{
    SAY("ets_main.c 384 \n");
    rom_stop();
}

/* Pads by eFuse, as the ROM prints them: CLK, Q, D, CS, HD in 6 bits each; 0: the default pads. */
static uint32_t spi_config(void)
{
    uint32_t word5 = reg_read(ESP32_EFUSE_BLK0_RDATA5), word3 = reg_read(ESP32_EFUSE_BLK0_RDATA3);
    return (word5 & 0x1F) | (word5 >> 5 & 0x1F) << 6 | (word5 >> 10 & 0x1F) << 12 | (word5 >> 15 & 0x1F) << 18 |
           (word3 >> 4 & 0x1F) << 24;
}

static void print_header(const struct image_header *h)
{
    print("configsip: %u, SPIWP:0x%02x\n", (unsigned)spi_config(), h->wp_pin);
    print("clk_drv:0x%02x,q_drv:0x%02x,d_drv:0x%02x,cs0_drv:0x%02x,hd_drv:0x%02x,wp_drv:0x%02x\n", h->drive[0] & 0xFU,
          h->drive[0] >> 4U, h->drive[1] & 0xFU, h->drive[1] >> 4U, h->drive[2] & 0xFU, h->drive[2] >> 4U);
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
    SAY("mode:%s, clock div:%u\n", mode_names[mode], clock_divider(h));
}

static bool is_loadable(const struct image_segment *s)
{
    if (s->addr % 4 || s->len % 4 || s->len > IMAGE_MAX_SIZE)
        return false;
    if (!s->addr)
        return true;
    for (size_t i = 0; i < sizeof(load_ranges) / sizeof(load_ranges[0]); i++) {
        const struct range *r = &load_ranges[i];
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
        SAY("load:0x%08x,len:%u\n", (unsigned)segment.addr, (unsigned)segment.len);
        if (!is_loadable(&segment)) {
            SAY("invalid segment: not in RAM\n");
            give_up(is_quiet);
        }
        image_load(im, &segment, segment.addr ? (uint32_t *)segment.addr : NULL);
    }
    uint8_t stored = image_end(im);
    if (stored != im->checksum) {
        SAY("csum err:0x%02x!=0x%02x\n", im->checksum, stored);
        give_up(is_quiet);
    }
}

void rom_boot_flash(bool is_quiet)
{
    struct image im;
    spi_flash_attach();
    for (;;) {
        image_open(&im, BOOTLOADER_OFFSET, NULL, NULL);
        if (im.header.magic == IMAGE_MAGIC && im.header.segments && im.header.segments <= IMAGE_MAX_SEGMENTS)
            break;
        uint32_t word;
        spi_flash_read(BOOTLOADER_OFFSET, &word, sizeof(word));
        SAY("invalid header: 0x%08x\n", (unsigned)word);
        cpu_delay_ms(RETRY_MS);
    }
    if (im.header.chip_id != IMAGE_CHIP_ESP32) {
        SAY("invalid chip id: 0x%04x\n", im.header.chip_id);
        give_up(is_quiet);
    }
    if (!is_quiet)
        print_header(&im.header);
    use_header(&im.header, is_quiet);
    load_segments(&im, is_quiet);
    SAY("entry 0x%08x\n", (unsigned)im.header.entry);
    rom_enter(im.header.entry);
}
