/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memories and where each core sees them. Source: TRM chapter 'System and Memory'.
 *
 * Flash is mapped by cache_mmu.c. SRAM and RTC memories hold noise after power-on, from a fixed seed, because a chip's do.
 */
#include "sim/esp32/esp32_int.h"

#include <stdlib.h>
#include <string.h>

#define DATA (MEM_R | MEM_W | MEM_NARROW)
#define CODE (MEM_R | MEM_W | MEM_X)
#define ROM  (MEM_R | MEM_DROP_W) /* a write to ROM has no effect */

#define PERIPH_SIZE 0x80000U
#define APB_OFFSET  0x40000U /* of the blocks that the AHB sees too */
#define BOTH        3        /* cores */
#define ONLY_PRO    1

struct mapping {
    uint32_t addr, size;
    size_t block; /* offset in struct esp32 */
    uint32_t offset;
    uint8_t access, cores;
};

#define OF(member) offsetof(struct esp32, member)
static const struct mapping mappings[] = {
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
};

static const struct {
    const char *name;
    size_t block;
    uint32_t size;
} blocks[] = {
    {"ROM0", OF(rom0), ESP32_ROM0_SIZE},
    {"ROM1", OF(rom1), ESP32_ROM1_SIZE},
    {"SRAM0", OF(sram0), ESP32_SRAM0_SIZE},
    {"SRAM1", OF(sram1), ESP32_SRAM1_SIZE},
    {"SRAM2", OF(sram2), ESP32_SRAM2_SIZE},
    {"RTC fast memory", OF(rtc_fast), ESP32_RTC_FAST_SIZE},
    {"RTC slow memory", OF(rtc_slow), ESP32_RTC_SLOW_SIZE},
};

static struct mem_block *block_at(struct esp32 *s, size_t offset)
{
    return (struct mem_block *)(void *)((char *)s + offset);
}

/* --- saying what is not there --- */

static const struct {
    uint32_t base;
    const char *name;
} names[] = {
    /* by address; a block reaches up to the next */
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
};

static const char *name_of(uint32_t addr)
{
    const char *name = "no block";
    for (size_t i = 0; i < sizeof names / sizeof *names && names[i].base <= addr; i++)
        name = names[i].name;
    return name;
}

void esp32_note_register(struct esp32 *s, uint32_t addr, const char *block, bool is_write)
{
    uint32_t word = (addr - ESP32_PERIPH) / 4;
    if (word >= PERIPH_SIZE / 4 || s->noted[word / 8] >> (word % 8) & 1)
        return;
    s->noted[word / 8] |= (uint8_t)(1U << (word % 8));
    log_info(s->log, "esp32: %s of unmodelled register 0x%08x (block %s), %s", is_write ? "write" : "read", addr,
             block ? block : name_of(addr), is_write ? "ignored" : "gives 0");
}

static mem_fault read_any(void *ctx, uint32_t offset, uint32_t *value)
{
    *value = 0;
    esp32_note_register(ctx, ESP32_PERIPH + offset, NULL, false);
    return MEM_OK;
}

static mem_fault write_any(void *ctx, uint32_t offset, uint32_t value)
{
    (void)value;
    esp32_note_register(ctx, ESP32_PERIPH + offset, NULL, true);
    return MEM_OK;
}

static void note_unmapped(void *ctx, uint32_t addr, bool is_write)
{
    struct core *c = ctx;
    if (addr >= ESP32_IRAM0 && addr < ESP32_IROM0 + 0x400000) {
        cache_illegal_fetch(&c->soc->caches[c->index], addr);
        return;
    }
    uint32_t page = addr | (MEM_PAGE_SIZE - 1);
    if (c->soc->unmapped_noted[c->index] == page)
        return;
    c->soc->unmapped_noted[c->index] = page;
    log_debug(c->soc->log, "esp32: core %u: %s at 0x%08x, where nothing is", c->index, is_write ? "write" : "access",
              addr);
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

static void map_peripherals(struct esp32 *s, struct mem_map *m)
{
    s->any_page = (struct mem_device){.name = "peripherals", .read = read_any, .write = write_any, .ctx = s};
    s->rtc_page = (struct mem_device){.name = "RTC", .read = read_rtc, .write = write_rtc, .ctx = s};
    mem_map_device(m, ESP32_PERIPH, PERIPH_SIZE, &s->any_page, ESP32_PERIPH);
    mem_map_device(m, ESP32_APB_ALIAS, PERIPH_SIZE - APB_OFFSET, &s->any_page, ESP32_APB_ALIAS - APB_OFFSET);
    const struct block *plain[] = {
        &s->dport,        &s->gpio,          &s->io_mux,        &s->efuse,         &s->syscon,        &s->analog,
        &s->wdev,         &s->timg[0].block, &s->timg[1].block, &s->uart[0].block, &s->uart[1].block, &s->uart[2].block,
        &s->spi[0].block, &s->spi[1].block,  &s->spi[2].block,  &s->spi[3].block,  &s->frc.block};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        map_peripheral(m, plain[i]->base, MEM_PAGE_SIZE, &plain[i]->device);
    map_peripheral(m, ESP32_RTC_BASE, MEM_PAGE_SIZE, &s->rtc_page);
    for (unsigned i = 0; i < CORES; i++)
        mem_map_device(m, s->caches[i].mmu.base, s->caches[i].mmu.kind->size, &s->caches[i].mmu.device,
                       s->caches[i].mmu.base);
}

static void map_core(struct esp32 *s, unsigned core)
{
    struct mem_map *m = &s->cores[core].map;
    m->unmapped = note_unmapped;
    m->ctx = &s->cores[core];
    for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++) {
        const struct mapping *p = &mappings[i];
        if (p->cores >> core & 1)
            mem_map_block(m, p->addr, p->size, block_at(s, p->block), p->offset, p->access);
    }
    map_peripherals(s, m);
}

bool memory_init(struct esp32 *s)
{
    s->noted = calloc(PERIPH_SIZE / 4 / 8, 1);
    if (!s->noted)
        return false;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (!mem_block_init(block_at(s, blocks[i].block), blocks[i].name, blocks[i].size))
            return false;
    for (unsigned core = 0; core < CORES; core++) {
        if (!mem_map_init(&s->cores[core].map))
            return false;
        map_core(s, core);
    }
    size_t size = s->config.rom_size < ESP32_ROM0_SIZE ? s->config.rom_size : ESP32_ROM0_SIZE;
    if (size)
        memcpy(s->rom0.bytes, s->config.rom, size);
    /* A dump of the whole ROM goes on with ROM1, as the instruction bus sees it. */
    if (s->config.rom_size > ESP32_ROM0_SIZE) {
        size = s->config.rom_size - ESP32_ROM0_SIZE;
        memcpy(s->rom1.bytes, s->config.rom + ESP32_ROM0_SIZE, size < ESP32_ROM1_SIZE ? size : ESP32_ROM1_SIZE);
    }
    return true;
}

void memory_fini(struct esp32 *s)
{
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        mem_block_fini(block_at(s, blocks[i].block));
    for (unsigned core = 0; core < CORES; core++)
        mem_map_fini(&s->cores[core].map);
    free(s->noted);
}

static void fill_with_noise(struct mem_block *b, uint64_t *seed)
{
    for (uint32_t i = 0; i < b->size; i += 8) {
        *seed ^= *seed << 13; /* xorshift64, G. Marsaglia */
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        memcpy(b->bytes + i, seed, 8);
    }
    mem_block_changed(b, 0, b->size);
}

void memory_power_on(struct esp32 *s)
{
    uint64_t seed = 0x9E3779B97F4A7C15;
    struct mem_block *const rams[] = {&s->sram0, &s->sram1, &s->sram2, &s->rtc_fast, &s->rtc_slow};
    for (size_t i = 0; i < sizeof rams / sizeof rams[0]; i++)
        fill_with_noise(rams[i], &seed);
}
