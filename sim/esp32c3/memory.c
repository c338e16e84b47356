/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memories and where the core sees them. Sources: TRM chapter 'System and Memory'; esp-idf soc.h, reg_base.h, memory-types.rst
 * (instruction memory is read and written by aligned words only). What the cache takes of SRAM0 stays memory here. SRAM0 and SRAM1
 * are mapped by sim/soc/pms.c, as their permissions are.
 */
#include "sim/esp32c3/esp32c3_int.h"

#define DATA (MEM_R | MEM_W | MEM_NARROW)
#define ROM  (MEM_R | MEM_DROP_W) /* a write to ROM has no effect */

enum { ROM_D_OFFSET = ESP32C3_ROM_SIZE - ESP32C3_ROM_D_SIZE };

#define OF(member) offsetof(struct esp32c3, member)
const struct soc_mapping esp32c3_mappings[] = {
    {ESP32C3_ROM, ESP32C3_ROM_SIZE, OF(rom), 0, ROM | MEM_X, 1},
    {ESP32C3_ROM_D, ESP32C3_ROM_D_SIZE, OF(rom), ROM_D_OFFSET, ROM | MEM_NARROW, 1},
    {ESP32C3_RTC_FAST, ESP32C3_RTC_FAST_SIZE, OF(rtc_fast), 0, DATA | MEM_X, 1},
    {0, 0, 0, 0, 0, 0},
};

const struct soc_memory esp32c3_memories[] = {
    {"ROM", OF(rom), ESP32C3_ROM_SIZE, false},
    {"SRAM0", OF(sram0), ESP32C3_SRAM0_SIZE, true},
    {"SRAM1", OF(sram1), ESP32C3_SRAM1_SIZE, true},
    {"RTC fast memory", OF(rtc_fast), ESP32C3_RTC_FAST_SIZE, true, true},
    {NULL, 0, 0, false},
};

const struct soc_block_name esp32c3_block_names[] = {
    {ESP32C3_UART0_BASE, "UART0"},
    {0x60001000, "no block"},
    {ESP32C3_SPI1_BASE, "SPI1"},
    {ESP32C3_SPI0_BASE, "SPI0"},
    {ESP32C3_GPIO_BASE, "GPIO"},
    {ESP32C3_FE2_BASE, "FE2"},
    {ESP32C3_FE_BASE, "FE"},
    {0x60007000, "no block"},
    {ESP32C3_RTC_BASE, "RTC"},
    {ESP32C3_EFUSE_BASE, "EFUSE"},
    {ESP32C3_IO_MUX_BASE, "IO_MUX"},
    {0x6000A000, "no block"},
    {ESP32C3_ANA_BASE, "analog"},
    {0x6000F000, "no block"},
    {ESP32C3_UART1_BASE, "UART1"},
    {0x60011000, "Bluetooth"},
    {ESP32C3_I2C0_BASE, "I2C0"},
    {ESP32C3_UHCI0_BASE, "UHCI0"},
    {0x60015000, "no block"},
    {ESP32C3_RMT_BASE, "RMT"},
    {0x60017000, "no block"},
    {ESP32C3_LEDC_BASE, "LEDC"},
    {0x6001A000, "no block"},
    {0x6001C000, "NRX"},
    {ESP32C3_BB_BASE, "BB"},
    {0x6001E000, "no block"},
    {ESP32C3_TIMG0_BASE, "TIMG0"},
    {ESP32C3_TIMG1_BASE, "TIMG1"},
    {0x60021000, "no block"},
    {ESP32C3_SYSTIMER_BASE, "SYSTIMER"},
    {ESP32C3_SPI2_BASE, "SPI2"},
    {0x60025000, "no block"},
    {ESP32C3_SYSCON_BASE, "SYSCON"},
    {0x60027000, "no block"},
    {ESP32C3_TWAI_BASE, "TWAI"},
    {0x6002C000, "no block"},
    {ESP32C3_I2S_BASE, "I2S"},
    {0x6002E000, "no block"},
    {0x60033000, "Wi-Fi"},
    {ESP32C3_AES_BASE, "AES"},
    {ESP32C3_SHA_BASE, "SHA"},
    {ESP32C3_RSA_BASE, "RSA"},
    {ESP32C3_DS_BASE, "DS"},
    {ESP32C3_HMAC_BASE, "HMAC"},
    {ESP32C3_GDMA_BASE, "GDMA"},
    {ESP32C3_SARADC_BASE, "SARADC"},
    {0x60041000, "no block"},
    {ESP32C3_USJ_BASE, "USB_SERIAL_JTAG"},
    {0x60044000, "no block"},
    {ESP32C3_SYSTEM_BASE, "SYSTEM"},
    {ESP32C3_SENS_BASE, "SENSITIVE"},
    {ESP32C3_INTERRUPT_BASE, "INTERRUPT"},
    {0x600C3000, "no block"},
    {ESP32C3_EXTMEM_BASE, "EXTMEM"},
    {ESP32C3_MMU_BASE, "flash MMU"},
    {0x600C6000, "cache tags"},
    {0x600C8000, "no block"},
    {ESP32C3_XTS_BASE, "XTS-AES"},
    {0x600CD000, "no block"},
    {ESP32C3_ASSIST_DEBUG_BASE, "ASSIST_DEBUG"},
    {ESP32C3_DEDIC_GPIO_BASE, "dedicated GPIO"},
    {ESP32C3_WCL_BASE, "world controller"},
    {0, NULL},
};

/* --- RTC_CNTL and the eFuse controller share a page --- */

static struct block *rtc_part(struct esp32c3 *s, uint32_t *offset)
{
    const uint32_t efuse = ESP32C3_EFUSE_BASE - ESP32C3_RTC_BASE;
    bool is_efuse = *offset >= efuse;
    *offset -= is_efuse ? efuse : 0;
    return is_efuse ? &s->efuse.block : &s->rtc.block;
}

static mem_fault read_rtc(void *ctx, uint32_t offset, uint32_t *value)
{
    struct block *b = rtc_part(ctx, &offset);
    return block_read(b, offset, value);
}

static mem_fault write_rtc(void *ctx, uint32_t offset, uint32_t value)
{
    struct block *b = rtc_part(ctx, &offset);
    return block_write(b, offset, value);
}

void esp32c3_map_devices(struct soc *soc, struct mem_map *m)
{
    struct esp32c3 *s = esp32c3_of(soc);
    s->rtc_page = (struct mem_device){.name = "RTC", .read = read_rtc, .write = write_rtc, .ctx = s};
    const struct block *plain[] = {&s->system,          &s->gpio,          &s->io_mux,        &s->syscon,
                                   &s->saradc,          &s->analog,        &s->timg[0].block, &s->timg[1].block,
                                   &s->uart[0].block,   &s->uart[1].block, &s->usj.block,     &s->systimer.block,
                                   &s->interrupt.block, &s->pms.block,     &s->assist.block};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        memory_map_block(m, plain[i]);
    mem_map_device(m, ESP32C3_RTC_BASE, MEM_PAGE_SIZE, &s->rtc_page, ESP32C3_RTC_BASE);
    c3_flash_map(s, m);
}
