/* SPDX-License-Identifier: Apache-2.0 */
/* A small app that shows that everything works: cores, timer, flash windows, UART. */
#include "app.h"

#include "../common/chip.h"
#include "../common/cpu.h"
#include "../common/flash_map.h"
#include "../common/print.h"
#include "../common/protect.h"
#include "../common/uart.h"
#include "../common/watchdog.h"

#define DESCRIPTION_MAGIC 0xABCD5432U
#define MMU_PAGE_LOG2     16

/* At the start of the first segment in flash (esp-idf esp_app_desc.h). No date: every build is the same. */
static const struct description {
    uint32_t magic, secure_version, reserved[2];
    char version[32], project_name[32], time[16], date[16], idf_ver[32];
    uint8_t elf_sha256[32];
    uint16_t min_efuse_rev, max_efuse_rev;
    uint8_t mmu_page_log2, reserved2[75];
} description __attribute__((section(".description"), used)) = {
    .magic = DESCRIPTION_MAGIC,
    .version = "1",
    .project_name = "espocd_sample",
    .idf_ver = "none",
    .max_efuse_rev = 0xFFFF,
    .mmu_page_log2 = MMU_PAGE_LOG2,
};
_Static_assert(sizeof(description) == 256, "as readers of images expect it");

volatile uint32_t app_counter;
volatile uint32_t app_watched;
volatile uint32_t app_use_watchdog;

__attribute__((noinline, section(".iram.work"))) uint32_t iram_work(uint32_t value)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 8; i++)
        sum = sum * 31 + (value ^ i);
    return sum;
}

__attribute__((noinline)) void app_work(void)
{
    app_counter++;
    app_watched = iram_work(app_counter);
}

/* The description lies in the app's first page: where that page lies in flash is which slot this is. */
static uint32_t own_flash_offset(void)
{
    return flash_map_page_of((uint32_t)&description);
}

static void say_hello(void)
{
    uint8_t mac[6];
    unsigned revision = chip_revision();
    chip_mac(mac);
    print_log('I', "app", "Hello from %s version %s", description.project_name, description.version);
    print_log('I', "app", "chip revision v%u.%u, MAC %02x:%02x:%02x:%02x:%02x:%02x", revision / 100, revision % 100,
              mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
    print_log('I', "app", "running from flash offset 0x%x", (unsigned)own_flash_offset());
}

static void echo_input(void)
{
    for (int c = uart_get(); c >= 0; c = uart_get())
        uart_put((char)c);
}

static void wait_beat(uint32_t *next_tick)
{
    while ((int32_t)(app_ticks - *next_tick) < 0) {
        cpu_wait_interrupt();
        echo_input();
    }
    *next_tick += APP_BEAT_TICKS;
}

static void guard(void)
{
    if (app_use_watchdog == 1) {
        watchdog_enable_group0(APP_WATCHDOG_MS);
        app_use_watchdog = 2;
    }
    if (app_use_watchdog)
        watchdog_feed_group0();
}

/* A build may have the program's memory protected. */
static void protect(void)
{
#ifdef APP_PROTECTION_LOCKED
    protect_on(APP_PROTECTION_LOCKED);
    print_log('I', "app", "memory protection on%s", APP_PROTECTION_LOCKED ? ", locked" : "");
#endif
}

static void say_violations(void)
{
#ifdef APP_PROTECTION_LOCKED
    if (protect_violations())
        print_log('E', "app", "memory protection was violated");
#endif
}

static void say_beat(uint32_t beat)
{
    unsigned ticks = app_ticks, counter = app_counter, watched = app_watched;
#if PORT_CORES > 1
    print_log('I', "app", "heartbeat %u ticks=%u counter=%u core1=%u watched=0x%08x", (unsigned)beat, ticks, counter,
              (unsigned)app_core1_counter, watched);
#else
    print_log('I', "app", "heartbeat %u ticks=%u counter=%u watched=0x%08x", (unsigned)beat, ticks, counter, watched);
#endif
}

void app_main(void)
{
    say_hello();
#if PORT_CORES > 1
    core1_start();
#endif
    timer_start(APP_TICKS_PER_S);
    protect();
    uint32_t next_tick = APP_BEAT_TICKS;
    for (uint32_t beat = 1;; beat++) {
        wait_beat(&next_tick);
        guard();
        say_violations();
        app_work();
        say_beat(beat);
    }
}
