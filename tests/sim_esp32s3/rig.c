/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include "regs/xtensa.h"

#include <stdlib.h>

#define COMMON .strapping = 0x08, .mac = {0x48, 0x63, 0x92, 0x15, 0x72, 0x16}

void rig_open(struct rig *r)
{
    const struct soc_config config = {COMMON};
    rig_open_soc(r, &esp32s3_kind, "W25Q64JV", &config);
}

void rig_open_octal(struct rig *r)
{
    const struct soc_config config = {COMMON, .is_flash_octal = true, .psram_size = 16 << 20};
    rig_open_soc(r, &esp32s3_kind, "MX25UM25645G", &config);
}

void rig_watchdogs_off(struct rig *r)
{
    wr(r, ESP32S3_RTC_WDTCONFIG0, 0);
    wr(r, ESP32S3_RTC_SWD_CONF, ESP32S3_SWD_AUTO_FEED_EN);
    wr(r, ESP32S3_TIMG0_BASE + ESP32S3_TIMG_WDTCONFIG0, 0);
}

static int set_up(void **state, void (*open)(struct rig *r))
{
    struct rig *r = calloc(1, sizeof *r);
    open(r);
    rig_watchdogs_off(r);
    *state = r;
    return 0;
}

int rig_set_up(void **state)
{
    return set_up(state, rig_open);
}

int rig_set_up_octal(void **state)
{
    return set_up(state, rig_open_octal);
}

void rig_start_app(struct rig *r)
{
    wr(r, ESP32S3_SYSTEM_CORE1_CONTROL0, ESP32S3_SYSTEM_CORE1_CLKGATE_EN | ESP32S3_SYSTEM_CORE1_RESETING);
    wr(r, ESP32S3_SYSTEM_CORE1_CONTROL0, ESP32S3_SYSTEM_CORE1_CLKGATE_EN);
}

struct flash_side *rig_flash_side(struct rig *r)
{
    return &esp32s3_of(r->soc)->flash;
}

void rig_caches_enable(struct rig *r, bool on)
{
    uint32_t bit = on ? ESP32S3_EXTMEM_CACHE_ENABLE : 0;
    wr(r, ESP32S3_EXTMEM_ICACHE_CTRL1, 0);
    wr(r, ESP32S3_EXTMEM_DCACHE_CTRL1, 0);
    wr(r, ESP32S3_EXTMEM_ICACHE_CTRL, bit);
    wr(r, ESP32S3_EXTMEM_DCACHE_CTRL, bit);
}

void rig_cache_invalidate(struct rig *r, uint32_t addr, uint32_t size)
{
    wr(r, ESP32S3_EXTMEM_DCACHE_SYNC_ADDR, addr);
    wr(r, ESP32S3_EXTMEM_DCACHE_SYNC_SIZE, size);
    wr(r, ESP32S3_EXTMEM_DCACHE_SYNC_CTRL, ESP32S3_EXTMEM_SYNC_INVALIDATE);
    assert_int_equal(rd(r, ESP32S3_EXTMEM_DCACHE_SYNC_CTRL), ESP32S3_EXTMEM_DCACHE_SYNC_DONE);
}

uint32_t rig_pc(struct rig *r)
{
    struct lx6 *pro = soc_lx6(r->soc, PRO);
    return rig_is_halted(r) ? lx6_sr(pro, SR_EPC6) : lx6_pc(pro);
}

bool rig_is_halted(struct rig *r)
{
    return lx6_state(soc_lx6(r->soc, PRO)) == LX6_STOPPED;
}

uint64_t rig_cycles(struct rig *r)
{
    return lx6_sr(soc_lx6(r->soc, PRO), SR_CCOUNT);
}

const struct efuse *rig_efuse(struct rig *r)
{
    return &esp32s3_of(r->soc)->efuse;
}
