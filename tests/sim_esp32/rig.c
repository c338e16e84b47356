/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include <stdlib.h>

void rig_open(struct rig *r, const char *part, const uint8_t *rom, size_t rom_size)
{
    const struct soc_config config = {
        .rom = rom,
        .rom_size = rom_size,
        .strapping = 0x13,
        .mac = {0x48, 0x63, 0x92, 0x15, 0x72, 0x16},
    };
    rig_open_soc(r, &esp32_kind, part ? part : "W25Q64JV", &config);
}

void rig_watchdogs_off(struct rig *r)
{
    wr(r, ESP32_RTC_WDTCONFIG0, 0);
    wr(r, ESP32_TIMG0_BASE + ESP32_TIMG_WDTCONFIG0, 0);
}

int rig_set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    rig_open(r, NULL, NULL, 0);
    rig_watchdogs_off(r);
    *state = r;
    return 0;
}
