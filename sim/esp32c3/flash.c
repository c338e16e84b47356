/* SPDX-License-Identifier: Apache-2.0 */
/* The flash side is not there yet: its registers are said to be unmodelled, and its windows are empty. */
#include "sim/esp32c3/esp32c3_int.h"

bool c3_flash_init(struct esp32c3 *s)
{
    s->flash.is_made = true;
    return true;
}

void c3_flash_fini(struct esp32c3 *s)
{
    s->flash.is_made = false;
}

void c3_flash_map(struct esp32c3 *s, struct mem_map *m)
{
    (void)s;
    (void)m;
}

void c3_flash_power_on(struct esp32c3 *s)
{
    (void)s;
}

void c3_flash_reset(struct esp32c3 *s)
{
    (void)s;
}

void c3_flash_reset_spi(struct esp32c3 *s)
{
    (void)s;
}

void c3_flash_cancel(struct esp32c3 *s)
{
    (void)s;
}

void c3_flash_efuses_loaded(struct esp32c3 *s)
{
    (void)s;
}

void c3_flash_denied(struct core *c, uint32_t addr, uint8_t kind)
{
    (void)c;
    (void)addr;
    (void)kind;
}

void c3_flash_fetched_nothing(struct core *c, uint32_t addr)
{
    (void)c;
    (void)addr;
}
