/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memories and where each core sees them. Source: TRM chapter 'System and Memory'.
 *
 * Flash is mapped by cache_mmu.c. SRAM and RTC memories hold noise after power-on, from a fixed seed, because a chip's do.
 */
#include "sim/esp32/esp32_int.h"

#define DATA (MEM_R | MEM_W | MEM_NARROW)
#define CODE (MEM_R | MEM_W | MEM_X)
#define ROM  (MEM_R | MEM_DROP_W) /* a write to ROM has no effect */

#define PERIPH_SIZE 0x80000U
#define APB_OFFSET  0x40000U /* of the blocks that the AHB sees too */
#define BOTH        3        /* cores */
#define ONLY_PRO    1

#define OF(member) offsetof(struct esp32, member)
const struct soc_mapping esp32_mappings[] = {
    {ESP32_ROM0, ESP32_ROM0_SIZE, OF(rom0), 0, ROM | MEM_X, BOTH},
    {ESP32_ROM1, ESP32_ROM1_SIZE, OF(rom1), 0, ROM | MEM_NARROW, BOTH},
    {ESP32_ROM1_I, ESP32_ROM1_SIZE, OF(rom1), 0, ROM | MEM_X, BOTH},
    {ESP32_SRAM0, ESP32_SRAM0_SIZE, OF(sram0), 0, CODE, BOTH},
    {ESP32_SRAM1_D, ESP32_SRAM1_SIZE, OF(sram1), 0, DATA, BOTH},
    {ESP32_SRAM1_I, ESP32_SRAM1_SIZE, OF(sram1), 0, CODE | MEM_REVERSED, BOTH},
    {ESP32_SRAM2, ESP32_SRAM2_SIZE, OF(sram2), 0, DATA, BOTH},
    {ESP32_RTC_FAST_D, ESP32_RTC_FAST_SIZE, OF(rtc_fast), 0, DATA, ONLY_PRO},
    {ESP32_RTC_FAST_I, ESP32_RTC_FAST_SIZE, OF(rtc_fast), 0, CODE, ONLY_PRO},
    {ESP32_RTC_SLOW, ESP32_RTC_SLOW_SIZE, OF(rtc_slow), 0, DATA | MEM_X, BOTH},
    {0, 0, 0, 0, 0, 0},
};

const struct soc_memory esp32_memories[] = {
    {"ROM0", OF(rom0), ESP32_ROM0_SIZE, false, false},
    {"ROM1", OF(rom1), ESP32_ROM1_SIZE, false, false},
    {"SRAM0", OF(sram0), ESP32_SRAM0_SIZE, true, false},
    {"SRAM1", OF(sram1), ESP32_SRAM1_SIZE, true, false},
    {"SRAM2", OF(sram2), ESP32_SRAM2_SIZE, true, false},
    {"RTC fast memory", OF(rtc_fast), ESP32_RTC_FAST_SIZE, true, true},
    {"RTC slow memory", OF(rtc_slow), ESP32_RTC_SLOW_SIZE, true, true},
    {NULL, 0, 0, false, false},
};

const struct soc_block_name esp32_block_names[] = {
    {ESP32_DPORT_BASE, "DPORT"},
    {ESP32_AES_BASE, "AES"},
    {ESP32_RSA_BASE, "RSA"},
    {ESP32_SHA_BASE, "SHA"},
    {0x3FF04000, "DPORT area"},
    {ESP32_UART0_BASE, "UART0"},
    {ESP32_SPI1_BASE, "SPI1"},
    {ESP32_SPI0_BASE, "SPI0"},
    {ESP32_GPIO_BASE, "GPIO"},
    {ESP32_FE2_BASE, "FE2"},
    {ESP32_FE_BASE, "FE"},
    {ESP32_FRC_BASE, "FRC timer"},
    {ESP32_RTC_BASE, "RTC"},
    {ESP32_IO_MUX_BASE, "IO_MUX"},
    {0x3FF4A000, "no block"},
    {ESP32_HINF_BASE, "HINF"},
    {ESP32_UHCI1_BASE, "UHCI1"},
    {0x3FF4D000, "no block"},
    {ESP32_ANA_BASE, "analog"},
    {ESP32_I2S0_BASE, "I2S0"},
    {ESP32_UART1_BASE, "UART1"},
    {ESP32_BT_BASE, "Bluetooth"},
    {ESP32_I2C0_BASE, "I2C0"},
    {ESP32_UHCI0_BASE, "UHCI0"},
    {ESP32_SLCHOST_BASE, "SLCHOST"},
    {ESP32_RMT_BASE, "RMT"},
    {ESP32_PCNT_BASE, "PCNT"},
    {ESP32_SLC_BASE, "SLC"},
    {ESP32_LEDC_BASE, "LEDC"},
    {ESP32_EFUSE_BASE, "EFUSE"},
    {ESP32_SPI_ENCRYPT_BASE, "SPI encryption"},
    {ESP32_NRX_BASE, "NRX"},
    {ESP32_BB_BASE, "BB"},
    {ESP32_PWM0_BASE, "PWM0"},
    {ESP32_TIMG0_BASE, "TIMG0"},
    {ESP32_TIMG1_BASE, "TIMG1"},
    {ESP32_RTCMEM0_BASE, "RTCMEM"},
    {ESP32_SPI2_BASE, "SPI2"},
    {ESP32_SPI3_BASE, "SPI3"},
    {ESP32_SYSCON_BASE, "SYSCON"},
    {ESP32_I2C1_BASE, "I2C1"},
    {ESP32_SDMMC_BASE, "SDMMC"},
    {ESP32_EMAC_BASE, "EMAC"},
    {ESP32_TWAI_BASE, "TWAI"},
    {ESP32_PWM1_BASE, "PWM1"},
    {ESP32_I2S1_BASE, "I2S1"},
    {ESP32_UART2_BASE, "UART2"},
    {0x3FF6F000, "no block"},
    {0x3FF73000, "Wi-Fi"},
    {0x3FF76000, "no block"},
    {0, NULL},
};

bool esp32_fetched_nothing(struct core *c, uint32_t addr)
{
    if (addr < ESP32_IRAM0 || addr >= ESP32_IROM0 + 0x400000)
        return false;
    cache_illegal_fetch(&esp32_of(c->soc)->caches[c->index], addr);
    return true;
}

/* --- the RTC's page: four blocks of 1 KB --- */

static struct block *rtc_part(struct esp32 *s, uint32_t offset)
{
    struct block *parts[4] = {&s->rtc, &s->rtcio, &s->sens, &s->rtc_i2c};
    return parts[offset >> 10 & 3];
}

static mem_fault read_rtc(void *ctx, uint32_t offset, uint32_t *value)
{
    return block_read(rtc_part(ctx, offset), offset & 0x3FF, value);
}

static mem_fault write_rtc(void *ctx, uint32_t offset, uint32_t value)
{
    return block_write(rtc_part(ctx, offset), offset & 0x3FF, value);
}

/* --- maps --- */

static void map_peripheral(struct mem_map *m, uint32_t addr, uint32_t size, const struct mem_device *d)
{
    mem_map_device(m, addr, size, d, addr);
    if (addr - ESP32_PERIPH >= APB_OFFSET) {
        uint32_t alias = ESP32_APB_ALIAS + (addr - ESP32_PERIPH - APB_OFFSET);
        mem_map_device(m, alias, size, d, alias);
    }
}

void esp32_map_devices(struct soc *soc, struct mem_map *m)
{
    struct esp32 *s = esp32_of(soc);
    s->rtc_page = (struct mem_device){.name = "RTC", .read = read_rtc, .write = write_rtc, .ctx = s};
    mem_map_device(m, ESP32_APB_ALIAS, PERIPH_SIZE - APB_OFFSET, &soc->any_page, ESP32_APB_ALIAS - APB_OFFSET);
    const struct block *plain[] = {&s->dport,         &s->gpio,           &s->io_mux,        &s->efuse,
                                   &s->syscon,        &s->analog,         &s->wdev,          &s->timg[0].block,
                                   &s->timg[1].block, &s->uart[0].block,  &s->uart[1].block, &s->uart[2].block,
                                   &s->spi[0].block,  &s->spi[1].block,   &s->spi[2].block,  &s->spi[3].block,
                                   &s->frc.block,     &s->flash_enc.block};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        map_peripheral(m, plain[i]->base, MEM_PAGE_SIZE, &plain[i]->device);
    map_peripheral(m, ESP32_RTC_BASE, MEM_PAGE_SIZE, &s->rtc_page);
    for (unsigned i = 0; i < CORES; i++)
        mem_map_device(m, s->caches[i].mmu.base, s->caches[i].mmu.kind->size, &s->caches[i].mmu.device,
                       s->caches[i].mmu.base);
}
