/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include "base/bytes.h"
#include "regs/riscv_csr.h"

#include <stdlib.h>

enum { PROGRAM_WORDS = 64, INSN_WFI = 0x10500073, INSN_J_BACK_4 = 0xFFDFF06F };

void rig_open_with(struct rig *r, const uint32_t *program, size_t words)
{
    uint8_t rom[4 * PROGRAM_WORDS] = {0};
    assert_true(words <= PROGRAM_WORDS);
    for (size_t i = 0; i < words; i++)
        le32_put(rom + 4 * i, program[i]);
    const struct soc_config config = {
        .strapping = 0x0C, .mac = {0x7C, 0xDF, 0xA1, 0xE0, 0x01, 0x02}, .rom = rom, .rom_size = sizeof rom};
    rig_open_soc(r, &esp32c3_kind, "W25Q32JV", &config);
}

void rig_open(struct rig *r)
{
    static const uint32_t waiting[] = {INSN_WFI, INSN_J_BACK_4};
    rig_open_with(r, waiting, sizeof waiting / sizeof *waiting);
}

void rig_watchdogs_off(struct rig *r)
{
    wr(r, ESP32C3_RTC_WDTCONFIG0, 0);
    wr(r, ESP32C3_RTC_SWD_CONF, ESP32C3_SWD_AUTO_FEED_EN);
    wr(r, ESP32C3_TIMG0_BASE + ESP32C3_TIMG_WDTCONFIG0, 0);
}

int rig_set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    rig_open(r);
    rig_watchdogs_off(r);
    *state = r;
    return 0;
}

struct rv32 *rig_core(struct rig *r)
{
    return r->soc->cores[0].rv32;
}

struct flash_side *rig_flash_side(struct rig *r)
{
    return &esp32c3_of(r->soc)->flash.side;
}

void rig_caches_enable(struct rig *r, bool on)
{
    wr(r, ESP32C3_EXTMEM_ICACHE_CTRL1, 0);
    wr(r, ESP32C3_EXTMEM_ICACHE_CTRL, on ? ESP32C3_EXTMEM_CACHE_ENABLE : 0);
}

void rig_cache_invalidate(struct rig *r, uint32_t addr, uint32_t size)
{
    wr(r, ESP32C3_EXTMEM_ICACHE_SYNC_ADDR, addr);
    wr(r, ESP32C3_EXTMEM_ICACHE_SYNC_SIZE, size);
    wr(r, ESP32C3_EXTMEM_ICACHE_SYNC_CTRL, ESP32C3_EXTMEM_SYNC_INVALIDATE);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_ICACHE_SYNC_CTRL), ESP32C3_EXTMEM_ICACHE_SYNC_DONE);
}

uint32_t rig_pc(struct rig *r)
{
    return rv32_pc(rig_core(r));
}

bool rig_is_halted(struct rig *r)
{
    return rv32_state(rig_core(r)) == RV32_HALTED;
}

/* The performance counter, set to all cycles since the last reset. */
uint64_t rig_cycles(struct rig *r)
{
    if (rv32_csr(rig_core(r), CSR_MPCER) != (MPCER_CYCLE | MPCER_IDLE))
        rv32_set_csr(rig_core(r), CSR_MPCER, MPCER_CYCLE | MPCER_IDLE);
    return rv32_csr(rig_core(r), CSR_MPCCR);
}

const struct efuse *rig_efuse(struct rig *r)
{
    return &esp32c3_of(r->soc)->efuse;
}
