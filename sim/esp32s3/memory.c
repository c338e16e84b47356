/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memories and where the cores see them. Source: TRM chapter 'System and Memory'.
 *
 * Flash and external RAM are mapped by what lies between the cores and them (flash.c), SRAM0 and SRAM1 by sensitive.c, as their permissions are. What the caches
 * take of SRAM0 and SRAM2 stays memory here.
 */
#include "sim/esp32s3/esp32s3_int.h"

#define DATA (MEM_R | MEM_W | MEM_NARROW)
#define ROM  (MEM_R | MEM_DROP_W) /* a write to ROM has no effect */

enum { BOTH = 3 /* cores */, ROM_D_OFFSET = ESP32S3_ROM_SIZE - ESP32S3_ROM_D_SIZE };

#define OF(member) offsetof(struct esp32s3, member)
const struct soc_mapping esp32s3_mappings[] = {
    {ESP32S3_ROM, ESP32S3_ROM_SIZE, OF(rom), 0, ROM | MEM_X, BOTH},
    {ESP32S3_ROM_D, ESP32S3_ROM_D_SIZE, OF(rom), ROM_D_OFFSET, ROM | MEM_NARROW, BOTH},
    {ESP32S3_SRAM2, ESP32S3_SRAM2_SIZE, OF(sram2), 0, DATA, BOTH},
    {ESP32S3_RTC_FAST, ESP32S3_RTC_FAST_SIZE, OF(rtc_fast), 0, DATA | MEM_X, BOTH},
    {ESP32S3_RTC_SLOW, ESP32S3_RTC_SLOW_SIZE, OF(rtc_slow), 0, DATA | MEM_X, BOTH},
    {0, 0, 0, 0, 0, 0},
};

const struct soc_memory esp32s3_memories[] = {
    {"ROM", OF(rom), ESP32S3_ROM_SIZE, false},
    {"SRAM0", OF(sram0), ESP32S3_SRAM0_SIZE, true},
    {"SRAM1", OF(sram1), ESP32S3_SRAM1_SIZE, true},
    {"SRAM2", OF(sram2), ESP32S3_SRAM2_SIZE, true},
    {"RTC fast memory", OF(rtc_fast), ESP32S3_RTC_FAST_SIZE, true, true},
    {"RTC slow memory", OF(rtc_slow), ESP32S3_RTC_SLOW_SIZE, true, true},
    {NULL, 0, 0, false},
};

const struct soc_block_name esp32s3_block_names[] = {
    {ESP32S3_UART0_BASE, "UART0"},
    {0x60001000, "no block"},
    {ESP32S3_SPI1_BASE, "SPI1"},
    {ESP32S3_SPI0_BASE, "SPI0"},
    {ESP32S3_GPIO_BASE, "GPIO"},
    {ESP32S3_FE2_BASE, "FE2"},
    {ESP32S3_FE_BASE, "FE"},
    {ESP32S3_EFUSE_BASE, "EFUSE"},
    {ESP32S3_RTC_BASE, "RTC"},
    {ESP32S3_IO_MUX_BASE, "IO_MUX"},
    {0x6000A000, "no block"},
    {ESP32S3_HINF_BASE, "HINF"},
    {ESP32S3_UHCI1_BASE, "UHCI1"},
    {0x6000D000, "no block"},
    {ESP32S3_ANA_BASE, "analog"},
    {ESP32S3_I2S0_BASE, "I2S0"},
    {ESP32S3_UART1_BASE, "UART1"},
    {ESP32S3_BT_BASE, "Bluetooth"},
    {ESP32S3_I2C0_BASE, "I2C0"},
    {ESP32S3_UHCI0_BASE, "UHCI0"},
    {ESP32S3_SLCHOST_BASE, "SLCHOST"},
    {ESP32S3_RMT_BASE, "RMT"},
    {ESP32S3_PCNT_BASE, "PCNT"},
    {ESP32S3_SLC_BASE, "SLC"},
    {ESP32S3_LEDC_BASE, "LEDC"},
    {ESP32S3_NRX_BASE, "NRX"},
    {ESP32S3_BB_BASE, "BB"},
    {ESP32S3_PWM0_BASE, "PWM0"},
    {ESP32S3_TIMG0_BASE, "TIMG0"},
    {ESP32S3_TIMG1_BASE, "TIMG1"},
    {0x60021000, "no block"},
    {ESP32S3_SYSTIMER_BASE, "SYSTIMER"},
    {ESP32S3_SPI2_BASE, "SPI2"},
    {ESP32S3_SPI3_BASE, "SPI3"},
    {ESP32S3_SYSCON_BASE, "SYSCON"},
    {ESP32S3_I2C1_BASE, "I2C1"},
    {ESP32S3_SDMMC_BASE, "SDMMC"},
    {ESP32S3_PERI_BACKUP_BASE, "PERI_BACKUP"},
    {ESP32S3_TWAI_BASE, "TWAI"},
    {ESP32S3_PWM1_BASE, "PWM1"},
    {ESP32S3_I2S1_BASE, "I2S1"},
    {ESP32S3_UART2_BASE, "UART2"},
    {0x6002F000, "no block"},
    {0x60033000, "Wi-Fi"},
    {ESP32S3_USJ_BASE, "USB_SERIAL_JTAG"},
    {ESP32S3_USB_WRAP_BASE, "USB_WRAP"},
    {ESP32S3_AES_BASE, "AES"},
    {ESP32S3_SHA_BASE, "SHA"},
    {ESP32S3_RSA_BASE, "RSA"},
    {ESP32S3_DS_BASE, "DS"},
    {ESP32S3_HMAC_BASE, "HMAC"},
    {ESP32S3_GDMA_BASE, "GDMA"},
    {ESP32S3_SARADC_BASE, "SARADC"},
    {ESP32S3_LCD_CAM_BASE, "LCD_CAM"},
    {0x60042000, "no block"},
    {ESP32S3_USB_OTG_BASE, "USB OTG"},
    {ESP32S3_SYSTEM_BASE, "SYSTEM"},
    {ESP32S3_SENSITIVE_BASE, "SENSITIVE"},
    {ESP32S3_INTERRUPT_BASE, "INTERRUPT"},
    {0x600C3000, "no block"},
    {ESP32S3_EXTMEM_BASE, "EXTMEM"},
    {ESP32S3_MMU_BASE, "flash MMU"},
    {ESP32S3_ITAG_BASE, "instruction cache tags"},
    {ESP32S3_DTAG_BASE, "data cache tags"},
    {0x600CA000, "no block"},
    {ESP32S3_XTS_BASE, "XTS-AES"},
    {0x600CD000, "no block"},
    {ESP32S3_ASSIST_BASE, "ASSIST_DEBUG"},
    {0x600CF000, "no block"},
    {ESP32S3_WCL_BASE, "world controller"},
    {0, NULL},
};

/* --- the RTC's page: four blocks of 1 KB --- */

static struct block *rtc_part(struct esp32s3 *s, uint32_t offset)
{
    struct block *parts[4] = {&s->rtc.block, &s->rtcio, &s->sens, &s->rtc_i2c};
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

void esp32s3_map_devices(struct soc *soc, struct mem_map *m)
{
    struct esp32s3 *s = esp32s3_of(soc);
    s->rtc_page = (struct mem_device){.name = "RTC", .read = read_rtc, .write = write_rtc, .ctx = s};
    const struct block *plain[] = {&s->system,        &s->interrupt,     &s->extmem,        &s->pms.block,
                                   &s->gpio,          &s->io_mux,        &s->efuse.block,   &s->syscon,
                                   &s->analog,        &s->wdev,          &s->assist,        &s->wcl,
                                   &s->timg[0].block, &s->timg[1].block, &s->usj.block,     &s->uart[0].block,
                                   &s->uart[1].block, &s->uart[2].block, &s->systimer.block};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        memory_map_block(m, plain[i]);
    flash_side_map(&s->flash, m);
    mem_map_device(m, ESP32S3_RTC_BASE, MEM_PAGE_SIZE, &s->rtc_page, ESP32S3_RTC_BASE);
    mem_map_block(m, ESP32S3_RTC_SLOW_P, MEM_PAGE_SIZE * 2, &s->rtc_slow, 0, MEM_R | MEM_W);
}
