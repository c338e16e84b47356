/* SPDX-License-Identifier: Apache-2.0 */
/* The flash side of the virtual ESP32-C3: SPI0 and SPI1, cache and MMU, decryption. What the rest of the chip asks of it. */
#ifndef SIM_ESP32C3_FLASH_INT_H
#define SIM_ESP32C3_FLASH_INT_H

#include "sim/soc/flash_side.h"

struct esp32c3;

struct c3_flash {
    struct flash_side side;
    struct block extmem;
    uint32_t acs_raw, ilg_raw; /* illegal accesses to the cache */
};

/* The eFuses may be made later. */
bool c3_flash_init(struct esp32c3 *s);
void c3_flash_fini(struct esp32c3 *s);
/* Its blocks of registers, into the core's map; called once. */
void c3_flash_map(struct esp32c3 *s, struct mem_map *m);
/* The digital part has its power back: nothing is left of what it held. A reset follows. */
void c3_flash_power_on(struct esp32c3 *s);
/* What a reset of the digital part leaves of it. */
void c3_flash_reset(struct esp32c3 *s);
/* SPI0 and SPI1 alone, by SYSTEM PERIP_RST_EN0. */
void c3_flash_reset_spi(struct esp32c3 *s);
void c3_flash_cancel(struct esp32c3 *s); /* nothing of it will happen any more */
/* The eFuses were read. */
void c3_flash_efuses_loaded(struct esp32c3 *s);
/* An access to one of its windows that its page does not take; and a fetch where nothing is. */
void c3_flash_denied(struct core *c, uint32_t addr, uint8_t kind);
void c3_flash_fetched_nothing(struct core *c, uint32_t addr);

/* --- cache.c --- */
extern const struct flash_cache_kind esp32c3_cache;
bool c3_cache_init(struct esp32c3 *s);
void c3_cache_fini(struct esp32c3 *s);
void c3_cache_reset(struct esp32c3 *s); /* its registers alone */
void c3_cache_illegal(struct core *c, uint32_t addr, bool is_write);

#endif
