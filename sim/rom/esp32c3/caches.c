/* SPDX-License-Identifier: Apache-2.0 */
#include "../common/cpu.h"
#include "../late/late.h"

/* One, for both buses. */
const struct late_cache late_caches[] = {
    {ESP32C3_EXTMEM_ICACHE_CTRL, ESP32C3_EXTMEM_ICACHE_SYNC_CTRL, ESP32C3_EXTMEM_SHUT_IBUS | ESP32C3_EXTMEM_SHUT_DBUS,
     ESP32C3_EXTMEM_ICACHE_SYNC_DONE},
    {0, 0, 0, 0},
};
