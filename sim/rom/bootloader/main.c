/* SPDX-License-Identifier: Apache-2.0 */
/* A sample second-stage bootloader: partition table, OTA data, app. Its lines look like those of esp-idf's, so that
   terminals and tests read both. */
#include "boot.h"

#include <stddef.h>

#include "../common/chip.h"
#include "../common/cpu.h"
#include "../common/image.h"
#include "../common/print.h"
#include "../common/spi_flash.h"
#include "../common/uart.h"
#include "../common/watchdog.h"

/* At the start of the first segment (esp-idf esp_bootloader_desc.h); no date, so that every build is the same. */
static const struct description {
    uint8_t magic, reserved[2], secure_version;
    uint32_t version;
    char idf_ver[32], date_time[24];
    uint8_t reserved2[16];
} description
    __attribute__((section(".description"), used)) = {.magic = 0x50, .version = 1, .idf_ver = "espocd sample"};

static uint32_t print_flash(void)
{
    static const char *const modes[SPI_FLASH_MODES] = {"QIO", "QOUT", "DIO", "DOUT", "FAST READ", "SLOW READ"};
    struct image im;
    image_open(&im, PORT_BOOTLOADER_OFFSET, NULL, NULL);
    unsigned clock = im.header.speed_and_size & 0xFU, size = im.header.speed_and_size >> 4U;
    const char *speed = clock == 0xF ? "80" : clock == 1 ? "26.7" : clock == 2 ? "20" : "40";
    print_log('I', "boot." PORT_NAME, "SPI Speed      : %sMHz", speed);
    print_log('I', "boot." PORT_NAME, "SPI Mode       : %s",
              im.header.spi_mode < SPI_FLASH_MODES ? modes[im.header.spi_mode] : "?");
    print_log('I', "boot." PORT_NAME, "SPI Flash Size : %uMB", 1U << size);
    return 0x100000U << size;
}

static const struct boot_slot *slot_of(const struct boot_table *t, int index)
{
    if (index == BOOT_INDEX_FACTORY)
        return &t->factory;
    return index == BOOT_INDEX_TEST ? &t->test : &t->ota[index];
}

static bool try_app(const struct boot_table *t, int index, struct boot_app *app)
{
    const struct boot_slot *slot = slot_of(t, index);
    if (!slot->size)
        return false;
    if (app_verify(app, *slot))
        return true;
    if (index >= 0)
        print_log('E', "boot", "OTA app partition slot %d is not bootable", index);
    else
        print_log('E', "boot", "%s partition is not bootable",
                  index == BOOT_INDEX_FACTORY ? "Factory app" : "Test app");
    return false;
}

/* From the asked one down to factory, then up through the OTA slots, then the test app. */
static bool find_app(const struct boot_table *t, int start, struct boot_app *app, int *found)
{
    for (*found = start; *found >= BOOT_INDEX_FACTORY; --*found) {
        if (try_app(t, *found, app))
            return true;
    }
    for (*found = start + 1; *found < (int)t->ota_count; ++*found) {
        if (try_app(t, *found, app))
            return true;
    }
    *found = BOOT_INDEX_TEST;
    return try_app(t, *found, app);
}

static _Noreturn void reset_chip(void)
{
    uart_flush();
    chip_reset();
    for (;;)
        cpu_wait_interrupt();
}

void boot_main(void)
{
    struct boot_table table;
    struct boot_app app;
    bool is_unset;
    int index;
    watchdog_disable_boot();
    spi_flash_take();
    unsigned revision = chip_revision();
    print_log('I', "boot", "espocd sample 2nd stage bootloader");
    print_log('I', "boot", "chip revision: v%u.%u", revision / 100, revision % 100);
    uint32_t flash_size = print_flash();
    spi_flash_set_size(flash_size);
    if (!table_read(&table, flash_size)) {
        print_log('E', "boot", "Failed to verify partition table");
        reset_chip();
    }
    int start = otadata_select(&table, &is_unset);
    if (!find_app(&table, start, &app, &index)) {
        print_log('E', "boot", "No bootable app partitions in the partition table");
        reset_chip();
    }
    if (is_unset && index >= 0 && !table.factory.size)
        otadata_write(&table, index);
    app_load(&app);
    spi_flash_hand_over();
    flash_map_set(app.maps, 2);
    print_log('I', "boot", "Loaded app from partition at offset 0x%x", (unsigned)app.slot.offset);
    uart_flush();
    boot_enter(app.entry);
}
