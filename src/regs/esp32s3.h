/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of the ESP32-S3, used by debugger, agent, boot ROM and simulator. Only what is used is named.
 *
 * Sources: ESP32-S3 Technical Reference Manual (TRM) and esp-idf, components/soc/esp32s3/register/soc/ and
 * include/soc/: each block names its header. SPI0 and SPI1 have a file of their own, regs/spi_mem.h; permissions, caches
 * and MMU are in regs/esp32s3_mem.h, eFuses in regs/esp32s3_efuse.h, which come with this one. Addresses have no suffix, so
 * that assembly can use them; the fields need C.
 */
#ifndef REGS_ESP32S3_H
#define REGS_ESP32S3_H

#ifndef __ASSEMBLER__
#include "base/bits.h"
#endif

#include "regs/esp32s3_efuse.h"
#include "regs/esp32s3_mem.h"

/* --- address space: TRM chapter 4; soc.h, ext_mem_defs.h --- */
#define ESP32S3_DBUS       0x3C000000 /* flash and external RAM, data bus */
#define ESP32S3_SRAM1_D    0x3FC88000
#define ESP32S3_SRAM2      0x3FCF0000 /* data bus only; the data cache takes 32 or 64 KB of its end */
#define ESP32S3_ROM_D      0x3FF00000
#define ESP32S3_ROM        0x40000000
#define ESP32S3_SRAM0      0x40370000 /* instruction bus only; the instruction cache takes 16 or 32 KB of its start */
#define ESP32S3_SRAM1_I    0x40378000 /* the same bytes as SRAM1_D, in the same order */
#define ESP32S3_IBUS       0x42000000 /* flash and external RAM, instruction bus */
#define ESP32S3_RTC_SLOW   0x50000000
#define ESP32S3_PERIPH     0x60000000
#define ESP32S3_RTC_SLOW_P 0x60021000 /* the same bytes as RTC_SLOW, on the peripheral bus */
#define ESP32S3_RTC_FAST   0x600FE000 /* code and data at one address */

#define ESP32S3_BUS_SIZE      0x2000000 /* of DBUS and of IBUS */
#define ESP32S3_SRAM0_SIZE    0x8000
#define ESP32S3_SRAM1_SIZE    0x68000
#define ESP32S3_SRAM2_SIZE    0x10000
#define ESP32S3_ROM_D_SIZE    0x20000
#define ESP32S3_ROM_SIZE      0x60000
#define ESP32S3_RTC_FAST_SIZE 0x2000
#define ESP32S3_RTC_SLOW_SIZE 0x2000
#define ESP32S3_PERIPH_SIZE   0xD1000

#define ESP32S3_RESET_VECTOR     0x40000400 /* static vector select 1 */
#define ESP32S3_RESET_VECTOR_RTC 0x50000000 /* static vector select 0 */

/* --- blocks: reg_base.h, soc.h --- */
#define ESP32S3_UART0_BASE       0x60000000
#define ESP32S3_SPI1_BASE        0x60002000
#define ESP32S3_SPI0_BASE        0x60003000
#define ESP32S3_GPIO_BASE        0x60004000
#define ESP32S3_GPIO_SD_BASE     0x60004F00
#define ESP32S3_FE2_BASE         0x60005000
#define ESP32S3_FE_BASE          0x60006000
#define ESP32S3_EFUSE_BASE       0x60007000
#define ESP32S3_RTC_BASE         0x60008000
#define ESP32S3_RTCIO_BASE       0x60008400
#define ESP32S3_SENS_BASE        0x60008800
#define ESP32S3_RTC_I2C_BASE     0x60008C00
#define ESP32S3_IO_MUX_BASE      0x60009000
#define ESP32S3_HINF_BASE        0x6000B000
#define ESP32S3_UHCI1_BASE       0x6000C000
#define ESP32S3_ANA_BASE         0x6000E000 /* analog masters: regi2c_defs.h */
#define ESP32S3_I2S0_BASE        0x6000F000
#define ESP32S3_UART1_BASE       0x60010000
#define ESP32S3_BT_BASE          0x60011000
#define ESP32S3_I2C0_BASE        0x60013000
#define ESP32S3_UHCI0_BASE       0x60014000
#define ESP32S3_SLCHOST_BASE     0x60015000
#define ESP32S3_RMT_BASE         0x60016000
#define ESP32S3_PCNT_BASE        0x60017000
#define ESP32S3_SLC_BASE         0x60018000
#define ESP32S3_LEDC_BASE        0x60019000
#define ESP32S3_NRX_BASE         0x6001CC00
#define ESP32S3_BB_BASE          0x6001D000
#define ESP32S3_PWM0_BASE        0x6001E000
#define ESP32S3_TIMG0_BASE       0x6001F000
#define ESP32S3_TIMG1_BASE       0x60020000
#define ESP32S3_SYSTIMER_BASE    0x60023000
#define ESP32S3_SPI2_BASE        0x60024000
#define ESP32S3_SPI3_BASE        0x60025000
#define ESP32S3_SYSCON_BASE      0x60026000
#define ESP32S3_I2C1_BASE        0x60027000
#define ESP32S3_SDMMC_BASE       0x60028000
#define ESP32S3_PERI_BACKUP_BASE 0x6002A000
#define ESP32S3_TWAI_BASE        0x6002B000
#define ESP32S3_PWM1_BASE        0x6002C000
#define ESP32S3_I2S1_BASE        0x6002D000
#define ESP32S3_UART2_BASE       0x6002E000
#define ESP32S3_WDEV_RND         0x6003507C /* random number: wdev_reg.h */
#define ESP32S3_USJ_BASE         0x60038000 /* USB-Serial-JTAG */
#define ESP32S3_USB_WRAP_BASE    0x60039000
#define ESP32S3_AES_BASE         0x6003A000
#define ESP32S3_SHA_BASE         0x6003B000
#define ESP32S3_RSA_BASE         0x6003C000
#define ESP32S3_DS_BASE          0x6003D000
#define ESP32S3_HMAC_BASE        0x6003E000
#define ESP32S3_GDMA_BASE        0x6003F000
#define ESP32S3_SARADC_BASE      0x60040000
#define ESP32S3_LCD_CAM_BASE     0x60041000
#define ESP32S3_USB_OTG_BASE     0x60080000
#define ESP32S3_SYSTEM_BASE      0x600C0000
#define ESP32S3_SENSITIVE_BASE   0x600C1000
#define ESP32S3_INTERRUPT_BASE   0x600C2000 /* of core 0; core 1 at +0x800 */
#define ESP32S3_EXTMEM_BASE      0x600C4000
#define ESP32S3_MMU_BASE         0x600C5000
#define ESP32S3_ITAG_BASE        0x600C6000
#define ESP32S3_DTAG_BASE        0x600C8000
#define ESP32S3_XTS_BASE         0x600CC000
#define ESP32S3_ASSIST_BASE      0x600CE000
#define ESP32S3_WCL_BASE         0x600D0000

/* --- SYSTEM: system_reg.h --- */
#define ESP32S3_SYSTEM_CORE1_CONTROL0  0x600C0000
#define ESP32S3_SYSTEM_CORE1_CONTROL1  0x600C0004 /* boot address of core 1, read by the ROM */
#define ESP32S3_SYSTEM_CPU_PERI_CLK_EN 0x600C0008
#define ESP32S3_SYSTEM_CPU_PERI_RST_EN 0x600C000C
#define ESP32S3_SYSTEM_CPU_PER_CONF    0x600C0010
#define ESP32S3_SYSTEM_MEM_PD_MASK     0x600C0014
#define ESP32S3_SYSTEM_PERIP_CLK_EN0   0x600C0018
#define ESP32S3_SYSTEM_PERIP_CLK_EN1   0x600C001C
#define ESP32S3_SYSTEM_PERIP_RST_EN0   0x600C0020
#define ESP32S3_SYSTEM_PERIP_RST_EN1   0x600C0024
#define ESP32S3_SYSTEM_FROM_CPU_0      0x600C0030 /* four words */
#define ESP32S3_SYSTEM_CACHE_CONTROL   0x600C0048
#define ESP32S3_SYSTEM_EXT_ENCRYPT     0x600C004C /* EXTERNAL_DEVICE_ENCRYPT_DECRYPT_CONTROL */
#define ESP32S3_SYSTEM_CLOCK_GATE      0x600C005C
#define ESP32S3_SYSTEM_SYSCLK_CONF     0x600C0060
#define ESP32S3_SYSTEM_DATE            0x600C0FFC

#define ESP32S3_SYSTEM_CORE1_RUNSTALL   BIT(0) /* CORE1_CONTROL0 */
#define ESP32S3_SYSTEM_CORE1_CLKGATE_EN BIT(1) /* without effect: SOC_APPCPU_HAS_CLOCK_GATING_BUG in soc_caps.h */
#define ESP32S3_SYSTEM_CORE1_RESETING   BIT(2)
#define ESP32S3_SYSTEM_CLK_ASSIST_DEBUG BIT(6)      /* CPU_PERI_CLK_EN */
#define ESP32S3_SYSTEM_CPUPERIOD_SEL    FIELD(1, 0) /* CPU_PER_CONF: 0 80, 1 160, 2 240 MHz */
#define ESP32S3_SYSTEM_PLL_FREQ_SEL     BIT(2)      /* 1: 480 MHz, 0: 320 MHz */
#define ESP32S3_SYSTEM_CLK_TIMERS       BIT(0)      /* PERIP_CLK_EN0; RST_EN0 has the same bits */
#define ESP32S3_SYSTEM_CLK_SPI01        BIT(1)
#define ESP32S3_SYSTEM_CLK_UART0        BIT(2)
#define ESP32S3_SYSTEM_CLK_WDG          BIT(3)
#define ESP32S3_SYSTEM_CLK_UART1        BIT(5)
#define ESP32S3_SYSTEM_CLK_SPI2         BIT(6)
#define ESP32S3_SYSTEM_CLK_TIMG0        BIT(13)
#define ESP32S3_SYSTEM_CLK_EFUSE        BIT(14)
#define ESP32S3_SYSTEM_CLK_TIMG1        BIT(15)
#define ESP32S3_SYSTEM_CLK_SPI3         BIT(16)
#define ESP32S3_SYSTEM_CLK_USB          BIT(23)
#define ESP32S3_SYSTEM_CLK_UART_MEM     BIT(24)
#define ESP32S3_SYSTEM_CLK_SYSTIMER     BIT(29)
#define ESP32S3_SYSTEM_CLK_CRYPTO_AES   BIT(1) /* PERIP_CLK_EN1; RST_EN1 has the same bits */
#define ESP32S3_SYSTEM_CLK_CRYPTO_SHA   BIT(2)
#define ESP32S3_SYSTEM_CLK_UART2        BIT(9)
#define ESP32S3_SYSTEM_CLK_USB_DEVICE   BIT(10)
#define ESP32S3_SYSTEM_ICACHE_CLK_ON    BIT(0) /* CACHE_CONTROL */
#define ESP32S3_SYSTEM_ICACHE_RESET     BIT(1)
#define ESP32S3_SYSTEM_DCACHE_CLK_ON    BIT(2)
#define ESP32S3_SYSTEM_DCACHE_RESET     BIT(3)
#define ESP32S3_SYSTEM_SPI_ENCRYPT      BIT(0)        /* EXT_ENCRYPT */
#define ESP32S3_SYSTEM_DOWNLOAD_DECRYPT BIT(2)        /* ENABLE_DOWNLOAD_G0CB_DECRYPT */
#define ESP32S3_SYSTEM_DOWNLOAD_ENCRYPT BIT(3)        /* ENABLE_DOWNLOAD_MANUAL_ENCRYPT */
#define ESP32S3_SYSTEM_PRE_DIV_CNT      FIELD(9, 0)   /* SYSCLK_CONF: divider - 1 */
#define ESP32S3_SYSTEM_SOC_CLK_SEL      FIELD(11, 10) /* 0 XTAL, 1 PLL, 2 RC fast */
#define ESP32S3_SYSTEM_CLK_XTAL_FREQ    FIELD(18, 12) /* MHz */

/* --- manual encryption of flash (XTS-AES): hwcrypto_reg.h --- */
#define ESP32S3_XTS_PLAIN       0x600CC000 /* 64 bytes, each at its address modulo 64 */
#define ESP32S3_XTS_SIZE        0x600CC040 /* 0: 16, 1: 32, 2: 64 bytes */
#define ESP32S3_XTS_DESTINATION 0x600CC044 /* 0: flash */
#define ESP32S3_XTS_ADDRESS     0x600CC048
#define ESP32S3_XTS_TRIGGER     0x600CC04C
#define ESP32S3_XTS_RELEASE     0x600CC050
#define ESP32S3_XTS_DESTROY     0x600CC054
#define ESP32S3_XTS_STATE       0x600CC058
#define ESP32S3_XTS_DATE        0x600CC05C

#define ESP32S3_XTS_IDLE        0 /* STATE */
#define ESP32S3_XTS_BUSY        1
#define ESP32S3_XTS_DONE        2
#define ESP32S3_XTS_RELEASED    3 /* to the SPI controller */
#define ESP32S3_XTS_PLAIN_BYTES 64

/* --- interrupts: interrupt_core0_reg.h, interrupts.h --- */
#define ESP32S3_INTERRUPT_CORE1_OFFSET 0x800
#define ESP32S3_INTERRUPT_MAP          0x600C2000 /* one word a source */
#define ESP32S3_INTERRUPT_STATUS       0x600C218C /* four words */
#define ESP32S3_INTERRUPT_CLOCK_GATE   0x600C219C
#ifndef __ASSEMBLER__
enum esp32s3_intr_source {
    ESP32S3_INTR_GPIO = 16,
    ESP32S3_INTR_SPI1 = 20,
    ESP32S3_INTR_UART0 = 27,
    ESP32S3_INTR_EFUSE = 36,
    ESP32S3_INTR_RTC_CORE = 39,
    ESP32S3_INTR_TG0_T0 = 50, /* then T1, WDT; the same of TG1 from 53 */
    ESP32S3_INTR_TG1_T0 = 53,
    ESP32S3_INTR_CACHE_IA = 56,
    ESP32S3_INTR_SYSTIMER0 = 57, /* then targets 1 and 2 */
    ESP32S3_INTR_FROM_CPU0 = 79,
    ESP32S3_INTR_ASSIST_DEBUG = 83,
    ESP32S3_INTR_C0_IRAM0_PMS = 85,
    ESP32S3_INTR_C0_DRAM0_PMS = 86,
    ESP32S3_INTR_C1_IRAM0_PMS = 89,
    ESP32S3_INTR_C1_DRAM0_PMS = 90,
    ESP32S3_INTR_CACHE_CORE0 = 94,
    ESP32S3_INTR_CACHE_CORE1 = 95,
    ESP32S3_INTR_USB_SERIAL_JTAG = 96,
    ESP32S3_INTR_COUNT = 99,
};
#endif

/* --- RTC_CNTL: rtc_cntl_reg.h --- */
#define ESP32S3_RTC_OPTIONS0         0x60008000
#define ESP32S3_RTC_SLP_TIMER0       0x60008004
#define ESP32S3_RTC_SLP_TIMER1       0x60008008
#define ESP32S3_RTC_TIME_UPDATE      0x6000800C
#define ESP32S3_RTC_TIME0            0x60008010
#define ESP32S3_RTC_TIME1            0x60008014
#define ESP32S3_RTC_STATE0           0x60008018
#define ESP32S3_RTC_TIMER1           0x6000801C
#define ESP32S3_RTC_TIMER5           0x6000802C
#define ESP32S3_RTC_ANA_CONF         0x60008034
#define ESP32S3_RTC_RESET_STATE      0x60008038
#define ESP32S3_RTC_WAKEUP_STATE     0x6000803C
#define ESP32S3_RTC_INT_ENA          0x60008040
#define ESP32S3_RTC_INT_RAW          0x60008044
#define ESP32S3_RTC_INT_ST           0x60008048
#define ESP32S3_RTC_INT_CLR          0x6000804C
#define ESP32S3_RTC_STORE0           0x60008050 /* STORE0..3 */
#define ESP32S3_RTC_CLK_CONF         0x60008074
#define ESP32S3_RTC_SLOW_CLK_CONF    0x60008078
#define ESP32S3_RTC_SDIO_CONF        0x6000807C
#define ESP32S3_RTC_REG              0x60008084
#define ESP32S3_RTC_PWC              0x60008088
#define ESP32S3_RTC_DIG_PWC          0x60008090
#define ESP32S3_RTC_DIG_ISO          0x60008094
#define ESP32S3_RTC_WDTCONFIG0       0x60008098
#define ESP32S3_RTC_WDTCONFIG1       0x6000809C /* stage 0 hold, in RTC slow clocks; three more follow */
#define ESP32S3_RTC_WDTFEED          0x600080AC
#define ESP32S3_RTC_WDTWPROTECT      0x600080B0
#define ESP32S3_RTC_SWD_CONF         0x600080B4
#define ESP32S3_RTC_SWD_WPROTECT     0x600080B8
#define ESP32S3_RTC_SW_CPU_STALL     0x600080BC
#define ESP32S3_RTC_STORE4           0x600080C0 /* STORE4..7 */
#define ESP32S3_RTC_LOW_POWER_ST     0x600080D0
#define ESP32S3_RTC_BROWN_OUT        0x600080E8
#define ESP32S3_RTC_USB_CONF         0x60008120
#define ESP32S3_RTC_OPTION1          0x6000812C
#define ESP32S3_RTC_SLP_WAKEUP_CAUSE 0x60008130
#define ESP32S3_RTC_INT_ENA_W1TS     0x60008138
#define ESP32S3_RTC_INT_ENA_W1TC     0x6000813C
#define ESP32S3_RTC_FIB_SEL          0x60008148
#define ESP32S3_RTC_DATE             0x600081FC

#define ESP32S3_RTC_SW_SYS_RST               BIT(31) /* OPTIONS0 */
#define ESP32S3_RTC_SW_PROCPU_RST            BIT(5)
#define ESP32S3_RTC_SW_APPCPU_RST            BIT(4)
#define ESP32S3_RTC_SW_STALL_PROCPU_C0       FIELD(3, 2)
#define ESP32S3_RTC_SW_STALL_APPCPU_C0       FIELD(1, 0)
#define ESP32S3_RTC_SW_STALL_PROCPU_C1       FIELD(31, 26) /* SW_CPU_STALL */
#define ESP32S3_RTC_SW_STALL_APPCPU_C1       FIELD(25, 20)
#define ESP32S3_RTC_STALL_C0                 0x2
#define ESP32S3_RTC_STALL_C1                 0x21
#define ESP32S3_RTC_MAIN_TIMER_ALARM_EN      BIT(16) /* SLP_TIMER1 */
#define ESP32S3_RTC_TIME_UPDATE_NOW          BIT(31)
#define ESP32S3_RTC_SLEEP_EN                 BIT(31)       /* STATE0 */
#define ESP32S3_RTC_MIN_SLP_VAL              FIELD(15, 8)  /* TIMER5: slow clocks */
#define ESP32S3_RTC_WAKEUP_ENA               FIELD(31, 15) /* WAKEUP_STATE */
#define ESP32S3_RTC_WAKEUP_TIMER             BIT(3)        /* in WAKEUP_ENA and SLP_WAKEUP_CAUSE; rtc.h */
#define ESP32S3_RTC_DG_WRAP_PD_EN            BIT(31)       /* DIG_PWC: deep sleep */
#define ESP32S3_RTC_PRO_DRESET_MASK          BIT(25)       /* RESET_STATE */
#define ESP32S3_RTC_APP_DRESET_MASK          BIT(24)
#define ESP32S3_RTC_RESET_FLAG_JTAG_APP_CLR  BIT(23)
#define ESP32S3_RTC_RESET_FLAG_JTAG_PRO_CLR  BIT(22)
#define ESP32S3_RTC_RESET_FLAG_JTAG_APP      BIT(21)
#define ESP32S3_RTC_RESET_FLAG_JTAG_PRO      BIT(20)
#define ESP32S3_RTC_PROCPU_OCD_HALT_ON_RESET BIT(19)
#define ESP32S3_RTC_APPCPU_OCD_HALT_ON_RESET BIT(18)
#define ESP32S3_RTC_RESET_FLAG_APP_CLR       BIT(17)
#define ESP32S3_RTC_RESET_FLAG_PRO_CLR       BIT(16)
#define ESP32S3_RTC_RESET_FLAG_APP           BIT(15)
#define ESP32S3_RTC_RESET_FLAG_PRO           BIT(14)
#define ESP32S3_RTC_PROCPU_STAT_VECTOR_SEL   BIT(13)
#define ESP32S3_RTC_APPCPU_STAT_VECTOR_SEL   BIT(12)
#define ESP32S3_RTC_STAT_VECTOR_SELS         FIELD(13, 12) /* both: the next reset starts in the ROM */
#define ESP32S3_RTC_RESET_CAUSE_APPCPU       FIELD(11, 6)
#define ESP32S3_RTC_RESET_CAUSE_PROCPU       FIELD(5, 0)
#define ESP32S3_RTC_INT_SLP_WAKEUP           BIT(0) /* INT_ENA and its kind */
#define ESP32S3_RTC_INT_WDT                  BIT(3)
#define ESP32S3_RTC_INT_MAIN_TIMER           BIT(10)
#define ESP32S3_RTC_INT_SWD                  BIT(15)
#define ESP32S3_RTC_ANA_CLK_RTC_SEL          FIELD(31, 30) /* CLK_CONF: 0 136 kHz RC, 1 32 kHz XTAL, 2 8M / 256 */
#define ESP32S3_RTC_FAST_CLK_RTC_SEL         BIT(29)       /* 0 XTAL / 2, 1 RC fast */
#define ESP32S3_RTC_CLK_CONF_RESET           0x01583218    /* what CLK_CONF is after a reset of the chip */
#define ESP32S3_RTC_WDT_EN                   BIT(31)       /* WDTCONFIG0 */
#define ESP32S3_RTC_WDT_STG0                 FIELD(30, 28) /* 0 off, 1 interrupt, 2 core, 3 digital core, 4 with RTC */
#define ESP32S3_RTC_WDT_STG1                 FIELD(27, 25)
#define ESP32S3_RTC_WDT_STG2                 FIELD(24, 22)
#define ESP32S3_RTC_WDT_STG3                 FIELD(21, 19)
#define ESP32S3_RTC_WDT_CPU_RESET_LENGTH     FIELD(18, 16)
#define ESP32S3_RTC_WDT_SYS_RESET_LENGTH     FIELD(15, 13)
#define ESP32S3_RTC_WDT_FLASHBOOT_MOD_EN     BIT(12)
#define ESP32S3_RTC_WDT_PROCPU_RESET_EN      BIT(11)
#define ESP32S3_RTC_WDT_APPCPU_RESET_EN      BIT(10)
#define ESP32S3_RTC_WDT_PAUSE_IN_SLP         BIT(9)
#define ESP32S3_RTC_WDT_CHIP_RESET_EN        BIT(8)
#define ESP32S3_RTC_WDT_CHIP_RESET_WIDTH     FIELD(7, 0)
#define ESP32S3_RTC_WDT_FEED_NOW             BIT(31)
#define ESP32S3_WDT_KEY                      0x50D83AA1 /* to WPROTECT of the RTC and timer group watchdogs */
#define ESP32S3_SWD_AUTO_FEED_EN             BIT(31)    /* SWD_CONF: the super watchdog feeds itself */
#define ESP32S3_SWD_DISABLE                  BIT(30)
#define ESP32S3_SWD_FEED                     BIT(29)
#define ESP32S3_SWD_RST_FLAG_CLR             BIT(28)
#define ESP32S3_SWD_SIGNAL_WIDTH             FIELD(27, 18)
#define ESP32S3_SWD_BYPASS_RST               BIT(17)
#define ESP32S3_SWD_FEED_INT                 BIT(1)
#define ESP32S3_SWD_RESET_FLAG               BIT(0)
#define ESP32S3_SWD_KEY                      0x8F1D312A /* to SWD_WPROTECT: rwdt_ll.h */
#define ESP32S3_RTC_FORCE_DOWNLOAD_BOOT      BIT(0)     /* OPTION1 */
#define ESP32S3_RTC_IO_MUX_RESET_DISABLE     BIT(18)    /* USB_CONF */
#define ESP32S3_RTC_USB_RESET_DISABLE        BIT(17)

/* Reset causes: reset_reasons.h; the ROM's names in rom/rtc.h. */
#ifndef __ASSEMBLER__
enum esp32s3_reset_cause {
    ESP32S3_RESET_POWER_ON = 0x01,
    ESP32S3_RESET_SW_SYS = 0x03,
    ESP32S3_RESET_DEEP_SLEEP = 0x05,
    ESP32S3_RESET_TG0WDT_SYS = 0x07,
    ESP32S3_RESET_TG1WDT_SYS = 0x08,
    ESP32S3_RESET_RTCWDT_SYS = 0x09,
    ESP32S3_RESET_TG0WDT_CPU = 0x0B,
    ESP32S3_RESET_SW_CPU = 0x0C,
    ESP32S3_RESET_RTCWDT_CPU = 0x0D,
    ESP32S3_RESET_BROWN_OUT = 0x0F,
    ESP32S3_RESET_RTCWDT_RTC = 0x10,
    ESP32S3_RESET_TG1WDT_CPU = 0x11,
    ESP32S3_RESET_SUPER_WDT = 0x12,
    ESP32S3_RESET_CLOCK_GLITCH = 0x13,
    ESP32S3_RESET_EFUSE_CRC = 0x14,
    ESP32S3_RESET_USB_UART = 0x15,
    ESP32S3_RESET_USB_JTAG = 0x16,
    ESP32S3_RESET_POWER_GLITCH = 0x17,
};
#endif

/* --- timer groups, offsets: timer_group_reg.h --- */
#define ESP32S3_TIMG_T0CONFIG    0x00
#define ESP32S3_TIMG_T0LO        0x04
#define ESP32S3_TIMG_T0HI        0x08 /* 54 bits in all */
#define ESP32S3_TIMG_T0UPDATE    0x0C
#define ESP32S3_TIMG_T0ALARMLO   0x10
#define ESP32S3_TIMG_T0ALARMHI   0x14
#define ESP32S3_TIMG_T0LOADLO    0x18
#define ESP32S3_TIMG_T0LOADHI    0x1C
#define ESP32S3_TIMG_T0LOAD      0x20
#define ESP32S3_TIMG_T1CONFIG    0x24 /* then as T0 */
#define ESP32S3_TIMG_WDTCONFIG0  0x48
#define ESP32S3_TIMG_WDTCONFIG1  0x4C /* prescaler in [31:16] */
#define ESP32S3_TIMG_WDTCONFIG2  0x50 /* stage 0 hold; three more follow */
#define ESP32S3_TIMG_WDTFEED     0x60
#define ESP32S3_TIMG_WDTWPROTECT 0x64
#define ESP32S3_TIMG_RTCCALICFG  0x68
#define ESP32S3_TIMG_RTCCALICFG1 0x6C
#define ESP32S3_TIMG_INT_ENA     0x70 /* 0 T0, 1 T1, 2 WDT */
#define ESP32S3_TIMG_INT_RAW     0x74
#define ESP32S3_TIMG_INT_ST      0x78
#define ESP32S3_TIMG_INT_CLR     0x7C
#define ESP32S3_TIMG_RTCCALICFG2 0x80
#define ESP32S3_TIMG_DATE        0xF8
#define ESP32S3_TIMG_REGCLK      0xFC

#define ESP32S3_TIMG_T_EN                 BIT(31)
#define ESP32S3_TIMG_T_INCREASE           BIT(30)
#define ESP32S3_TIMG_T_AUTORELOAD         BIT(29)
#define ESP32S3_TIMG_T_DIVIDER            FIELD(28, 13)
#define ESP32S3_TIMG_T_ALARM_EN           BIT(10)
#define ESP32S3_TIMG_T_USE_XTAL           BIT(9)
#define ESP32S3_TIMG_WDT_EN               BIT(31)
#define ESP32S3_TIMG_WDT_STG0             FIELD(30, 29) /* 0 off, 1 interrupt, 2 core, 3 digital core */
#define ESP32S3_TIMG_WDT_STG1             FIELD(28, 27)
#define ESP32S3_TIMG_WDT_STG2             FIELD(26, 25)
#define ESP32S3_TIMG_WDT_STG3             FIELD(24, 23)
#define ESP32S3_TIMG_WDT_FLASHBOOT_MOD_EN BIT(14)
#define ESP32S3_TIMG_WDT_PROCPU_RESET_EN  BIT(13)
#define ESP32S3_TIMG_WDT_APPCPU_RESET_EN  BIT(12)
#define ESP32S3_TIMG_WDT_PRESCALE         FIELD(31, 16)
#define ESP32S3_TIMG_CALI_START           BIT(31)
#define ESP32S3_TIMG_CALI_MAX             FIELD(30, 16)
#define ESP32S3_TIMG_CALI_RDY             BIT(15)
#define ESP32S3_TIMG_CALI_CLK_SEL         FIELD(14, 13) /* 0 RTC slow, 1 8M / 256, 2 32 kHz XTAL */
#define ESP32S3_TIMG_CALI_START_CYCLING   BIT(12)
#define ESP32S3_TIMG_CALI_VALUE           FIELD(31, 7)

/* --- system timer: systimer_reg.h; 16 MHz --- */
#define ESP32S3_SYSTIMER_CONF         0x60023000
#define ESP32S3_SYSTIMER_UNIT0_OP     0x60023004
#define ESP32S3_SYSTIMER_UNIT1_OP     0x60023008
#define ESP32S3_SYSTIMER_LOAD         0x6002300C /* UNIT0 high, low, UNIT1 high, low */
#define ESP32S3_SYSTIMER_TARGET0      0x6002301C /* high, low; two more follow */
#define ESP32S3_SYSTIMER_TARGET0_CONF 0x60023034 /* two more follow */
#define ESP32S3_SYSTIMER_VALUE        0x60023040 /* UNIT0 high, low, UNIT1 high, low */
#define ESP32S3_SYSTIMER_COMP0_LOAD   0x60023050 /* two more follow */
#define ESP32S3_SYSTIMER_UNIT0_LOAD   0x6002305C
#define ESP32S3_SYSTIMER_UNIT1_LOAD   0x60023060
#define ESP32S3_SYSTIMER_INT_ENA      0x60023064
#define ESP32S3_SYSTIMER_INT_RAW      0x60023068
#define ESP32S3_SYSTIMER_INT_CLR      0x6002306C
#define ESP32S3_SYSTIMER_INT_ST       0x60023070

#define ESP32S3_SYSTIMER_CLK_EN       BIT(31) /* CONF */
#define ESP32S3_SYSTIMER_UNIT0_WORK   BIT(30)
#define ESP32S3_SYSTIMER_UNIT1_WORK   BIT(29)
#define ESP32S3_SYSTIMER_TARGET0_WORK BIT(24)
#define ESP32S3_SYSTIMER_UPDATE       BIT(30) /* UNITn_OP */
#define ESP32S3_SYSTIMER_VALUE_VALID  BIT(29)
#define ESP32S3_SYSTIMER_UNIT_SEL     BIT(31) /* TARGETn_CONF */
#define ESP32S3_SYSTIMER_PERIOD_MODE  BIT(30)
#define ESP32S3_SYSTIMER_PERIOD       FIELD(25, 0)

/* --- USB-Serial-JTAG: usb_serial_jtag_reg.h --- */
#define ESP32S3_USJ_EP1       0x60038000
#define ESP32S3_USJ_EP1_CONF  0x60038004
#define ESP32S3_USJ_INT_RAW   0x60038008
#define ESP32S3_USJ_INT_ST    0x6003800C
#define ESP32S3_USJ_INT_ENA   0x60038010
#define ESP32S3_USJ_INT_CLR   0x60038014
#define ESP32S3_USJ_CONF0     0x60038018
#define ESP32S3_USJ_TEST      0x6003801C
#define ESP32S3_USJ_JFIFO_ST  0x60038020
#define ESP32S3_USJ_FRAM_NUM  0x60038024
#define ESP32S3_USJ_EP_ST     0x60038028 /* IN 0..3, OUT 0..2 */
#define ESP32S3_USJ_MISC_CONF 0x60038044
#define ESP32S3_USJ_MEM_CONF  0x60038048
#define ESP32S3_USJ_DATE      0x60038080

#define ESP32S3_USJ_WR_DONE          BIT(0) /* EP1_CONF: send what is in the buffer */
#define ESP32S3_USJ_IN_DATA_FREE     BIT(1)
#define ESP32S3_USJ_OUT_DATA_AVAIL   BIT(2)
#define ESP32S3_USJ_INT_SOF          BIT(1) /* INT_RAW and its kind */
#define ESP32S3_USJ_INT_OUT_RECV_PKT BIT(2)
#define ESP32S3_USJ_INT_IN_EMPTY     BIT(3)
#define ESP32S3_USJ_INT_BUS_RESET    BIT(9)
#define ESP32S3_USJ_PHY_SEL          BIT(0) /* CONF0 */
#define ESP32S3_USJ_DP_PULLUP        BIT(9)
#define ESP32S3_USJ_PAD_ENABLE       BIT(14)
#define ESP32S3_USJ_JTAG_BRIDGE_EN   BIT(16) /* 1: JTAG goes to the GPIO matrix and not to the cores */

/* --- UARTs, offsets: uart_reg.h --- */
#define ESP32S3_UART_FIFO     0x00
#define ESP32S3_UART_INT_RAW  0x04
#define ESP32S3_UART_INT_ST   0x08
#define ESP32S3_UART_INT_ENA  0x0C
#define ESP32S3_UART_INT_CLR  0x10
#define ESP32S3_UART_CLKDIV   0x14
#define ESP32S3_UART_STATUS   0x1C
#define ESP32S3_UART_CONF0    0x20
#define ESP32S3_UART_CONF1    0x24
#define ESP32S3_UART_MEM_CONF 0x60
#define ESP32S3_UART_MEM_TX   0x64
#define ESP32S3_UART_MEM_RX   0x68
#define ESP32S3_UART_FSM      0x6C
#define ESP32S3_UART_CLK_CONF 0x78
#define ESP32S3_UART_DATE     0x7C
#define ESP32S3_UART_ID       0x80

#define ESP32S3_UART_INT_RXFIFO_FULL    BIT(0)
#define ESP32S3_UART_INT_TXFIFO_EMPTY   BIT(1)
#define ESP32S3_UART_INT_RXFIFO_OVF     BIT(4)
#define ESP32S3_UART_INT_RXFIFO_TOUT    BIT(8)
#define ESP32S3_UART_INT_TX_DONE        BIT(14)
#define ESP32S3_UART_CLKDIV_INT         FIELD(11, 0)
#define ESP32S3_UART_CLKDIV_FRAG        FIELD(23, 20)
#define ESP32S3_UART_TXFIFO_CNT         FIELD(25, 16) /* STATUS */
#define ESP32S3_UART_RXFIFO_CNT         FIELD(9, 0)
#define ESP32S3_UART_STOP_BIT_NUM       FIELD(5, 4) /* CONF0: 1 one, 2 one and a half, 3 two */
#define ESP32S3_UART_BIT_NUM            FIELD(3, 2) /* data bits - 5 */
#define ESP32S3_UART_PARITY_EN          BIT(1)
#define ESP32S3_UART_LOOPBACK           BIT(14)
#define ESP32S3_UART_RXFIFO_RST         BIT(17)
#define ESP32S3_UART_TXFIFO_RST         BIT(18)
#define ESP32S3_UART_RXFIFO_FULL_THRHD  FIELD(9, 0) /* CONF1 */
#define ESP32S3_UART_TXFIFO_EMPTY_THRHD FIELD(19, 10)
#define ESP32S3_UART_RX_TOUT_EN         BIT(23)
#define ESP32S3_UART_RX_TOUT_THRHD      FIELD(26, 17) /* MEM_CONF */
#define ESP32S3_UART_ST_UTX_OUT         FIELD(7, 4)   /* FSM: 0 is idle */
#define ESP32S3_UART_ST_URX_OUT         FIELD(3, 0)
#define ESP32S3_UART_SCLK_SEL           FIELD(21, 20) /* CLK_CONF: 1 APB, 2 RC fast, 3 XTAL */
#define ESP32S3_UART_SCLK_EN            BIT(22)
#define ESP32S3_UART_SCLK_DIV_NUM       FIELD(19, 12)
#define ESP32S3_UART_RST_CORE           BIT(23)
#define ESP32S3_UART_REG_UPDATE         BIT(31) /* ID */

/* --- GPIO: gpio_reg.h, boot_mode.h --- */
#define ESP32S3_GPIO_OUT         0x60004004 /* then W1TS, W1TC */
#define ESP32S3_GPIO_OUT1        0x60004010
#define ESP32S3_GPIO_ENABLE      0x60004020
#define ESP32S3_GPIO_ENABLE1     0x6000402C
#define ESP32S3_GPIO_STRAP       0x60004038
#define ESP32S3_GPIO_IN          0x6000403C
#define ESP32S3_GPIO_IN1         0x60004040
#define ESP32S3_GPIO_STATUS      0x60004044
#define ESP32S3_GPIO_STATUS1     0x60004050
#define ESP32S3_GPIO_PIN0        0x60004074 /* GPIO_PINn: 54 words */
#define ESP32S3_GPIO_FUNC_IN_SEL 0x60004154 /* 256 words */
#define ESP32S3_GPIO_FUNC_OUT    0x60004554 /* 54 words */

#define ESP32S3_STRAP_GPIO46   BIT(2) /* GPIO_STRAP */
#define ESP32S3_STRAP_GPIO0    BIT(3) /* 1: boot from flash */
#define ESP32S3_STRAP_VDD_SPI  BIT(4) /* GPIO45 */
#define ESP32S3_STRAP_JTAG_SEL BIT(5) /* GPIO3 */

/* --- IO_MUX: io_mux_reg.h; the pins of the flash have function 0 --- */
#define ESP32S3_IO_MUX_SPICS1 0x6000906C /* GPIO26: external RAM */
#define ESP32S3_IO_MUX_SPIHD  0x60009070 /* GPIO27 */
#define ESP32S3_IO_MUX_SPIWP  0x60009074 /* GPIO28 */
#define ESP32S3_IO_MUX_SPICS0 0x60009078 /* GPIO29: flash */
#define ESP32S3_IO_MUX_SPICLK 0x6000907C /* GPIO30 */
#define ESP32S3_IO_MUX_SPIQ   0x60009080 /* GPIO31 */
#define ESP32S3_IO_MUX_SPID   0x60009084 /* GPIO32 */
#define ESP32S3_IO_MUX_GPIO33 0x60009088 /* function 4: SPIIO4; up to GPIO36: SPIIO7; GPIO37: SPIDQS */
#define ESP32S3_IO_MUX_U0TXD  0x600090B0 /* GPIO43, function 0: U0TXD */
#define ESP32S3_IO_MUX_U0RXD  0x600090B4 /* GPIO44, function 0: U0RXD */

/* --- SYSCON, once APB_CTRL: apb_ctrl_reg.h --- */
#define ESP32S3_SYSCON_SYSCLK_CONF  0x60026000
#define ESP32S3_SYSCON_TICK_CONF    0x60026004
#define ESP32S3_SYSCON_EXT_PMS_LOCK 0x60026020 /* permissions of flash and external RAM */
#define ESP32S3_SYSCON_FLASH_ACE0   0x60026028 /* attributes of four areas, then addresses, then sizes in 64 KB */
#define ESP32S3_SYSCON_SRAM_ACE0    0x60026058
#define ESP32S3_SYSCON_SPI_MEM_PMS  0x60026088
#define ESP32S3_SYSCON_ECC_CTRL     0x600260A0
#define ESP32S3_SYSCON_DATE         0x600263FC

/* --- assist debug: assist_debug_reg.h; core 1 at +0x90 --- */
#define ESP32S3_ASSIST_CORE1_OFFSET  0x90
#define ESP32S3_ASSIST_PDEBUG_ENABLE 0x600CE048
#define ESP32S3_ASSIST_RECORDING     0x600CE04C
#define ESP32S3_ASSIST_PDEBUG_PC     0x600CE05C
#define ESP32S3_ASSIST_SP            0x600CE06C

#endif
