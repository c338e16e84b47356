/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of the ESP32, used by debugger, agent, boot ROM and simulator. Only what is used is named.
 *
 * Sources: ESP32 Technical Reference Manual (TRM) and esp-idf, components/soc/esp32/register/soc/: each block names its
 * header. eFuses are in regs/esp32_efuse.h, which comes with this one. Addresses have no suffix, so that assembly can use
 * them; the fields need C.
 */
#ifndef REGS_ESP32_H
#define REGS_ESP32_H

#ifndef __ASSEMBLER__
#include "base/bits.h"
#endif

#include "regs/esp32_efuse.h"

/* --- address space: TRM chapter 1; soc.h, ext_mem_defs.h --- */
#define ESP32_DROM0      0x3F400000 /* flash, data bus: 4 MB */
#define ESP32_DRAM1      0x3F800000 /* external RAM, data bus: 4 MB */
#define ESP32_PERIPH     0x3FF00000
#define ESP32_RTC_FAST_D 0x3FF80000
#define ESP32_ROM1       0x3FF90000
#define ESP32_SRAM2      0x3FFAE000
#define ESP32_SRAM1_D    0x3FFE0000
#define ESP32_ROM0       0x40000000
#define ESP32_ROM1_I     0x40060000 /* ROM1 on the instruction bus: esp32.rom.ld has functions there */
#define ESP32_SRAM0      0x40070000
#define ESP32_SRAM1_I    0x400A0000 /* words in reverse order */
#define ESP32_RTC_FAST_I 0x400C0000
#define ESP32_IRAM0      0x400C2000 /* flash, instruction bus, up to 0x40400000 */
#define ESP32_IROM       0x400D0000 /* where esp-idf lets IRAM0's flash begin */
#define ESP32_IRAM1      0x40400000 /* 4 MB */
#define ESP32_IROM0      0x40800000 /* 4 MB */
#define ESP32_RTC_SLOW   0x50000000
#define ESP32_APB_ALIAS  0x60000000 /* the AHB view of 0x3FF40000..0x3FF7FFFF */

#define ESP32_ROM0_SIZE     0x60000
#define ESP32_ROM1_SIZE     0x10000
#define ESP32_SRAM0_SIZE    0x30000
#define ESP32_SRAM1_SIZE    0x20000
#define ESP32_SRAM2_SIZE    0x32000
#define ESP32_RTC_FAST_SIZE 0x2000
#define ESP32_RTC_SLOW_SIZE 0x2000

#define ESP32_RESET_VECTOR     0x40000400 /* static vector select 1 */
#define ESP32_RESET_VECTOR_RTC 0x50000000 /* static vector select 0 */

/* --- blocks: reg_base.h --- */
#define ESP32_DPORT_BASE       0x3FF00000
#define ESP32_AES_BASE         0x3FF01000
#define ESP32_RSA_BASE         0x3FF02000
#define ESP32_SHA_BASE         0x3FF03000
#define ESP32_MMU_PRO          0x3FF10000
#define ESP32_MMU_APP          0x3FF12000
#define ESP32_UART0_BASE       0x3FF40000
#define ESP32_SPI1_BASE        0x3FF42000
#define ESP32_SPI0_BASE        0x3FF43000
#define ESP32_GPIO_BASE        0x3FF44000
#define ESP32_FE2_BASE         0x3FF45000
#define ESP32_FE_BASE          0x3FF46000
#define ESP32_FRC_BASE         0x3FF47000
#define ESP32_RTC_BASE         0x3FF48000
#define ESP32_RTCIO_BASE       0x3FF48400
#define ESP32_SENS_BASE        0x3FF48800
#define ESP32_RTC_I2C_BASE     0x3FF48C00
#define ESP32_IO_MUX_BASE      0x3FF49000
#define ESP32_HINF_BASE        0x3FF4B000
#define ESP32_UHCI1_BASE       0x3FF4C000
#define ESP32_ANA_BASE         0x3FF4E000
#define ESP32_I2S0_BASE        0x3FF4F000
#define ESP32_UART1_BASE       0x3FF50000
#define ESP32_BT_BASE          0x3FF51000
#define ESP32_I2C0_BASE        0x3FF53000
#define ESP32_UHCI0_BASE       0x3FF54000
#define ESP32_SLCHOST_BASE     0x3FF55000
#define ESP32_RMT_BASE         0x3FF56000
#define ESP32_PCNT_BASE        0x3FF57000
#define ESP32_SLC_BASE         0x3FF58000
#define ESP32_LEDC_BASE        0x3FF59000
#define ESP32_EFUSE_BASE       0x3FF5A000
#define ESP32_SPI_ENCRYPT_BASE 0x3FF5B000
#define ESP32_NRX_BASE         0x3FF5C000
#define ESP32_BB_BASE          0x3FF5D000
#define ESP32_PWM0_BASE        0x3FF5E000
#define ESP32_TIMG0_BASE       0x3FF5F000
#define ESP32_TIMG1_BASE       0x3FF60000
#define ESP32_RTCMEM0_BASE     0x3FF61000
#define ESP32_SPI2_BASE        0x3FF64000
#define ESP32_SPI3_BASE        0x3FF65000
#define ESP32_SYSCON_BASE      0x3FF66000
#define ESP32_I2C1_BASE        0x3FF67000
#define ESP32_SDMMC_BASE       0x3FF68000
#define ESP32_EMAC_BASE        0x3FF69000
#define ESP32_TWAI_BASE        0x3FF6B000
#define ESP32_PWM1_BASE        0x3FF6C000
#define ESP32_I2S1_BASE        0x3FF6D000
#define ESP32_UART2_BASE       0x3FF6E000
#define ESP32_WDEV_BASE        0x3FF75000
#define ESP32_WDEV_RND         0x3FF75144 /* random number; wdev_reg.h gives the AHB view 0x60035144 */

/* --- DPORT: dport_reg.h --- */
#define ESP32_DPORT_PRO_BOOT_REMAP   0x3FF00000
#define ESP32_DPORT_APP_BOOT_REMAP   0x3FF00004
#define ESP32_DPORT_APPCPU_CTRL_A    0x3FF0002C /* resetting */
#define ESP32_DPORT_APPCPU_CTRL_B    0x3FF00030 /* clock gate */
#define ESP32_DPORT_APPCPU_CTRL_C    0x3FF00034 /* run stall */
#define ESP32_DPORT_APPCPU_CTRL_D    0x3FF00038 /* boot address, read by the ROM */
#define ESP32_DPORT_CPU_PER_CONF     0x3FF0003C
#define ESP32_DPORT_PRO_CACHE_CTRL   0x3FF00040
#define ESP32_DPORT_PRO_CACHE_CTRL1  0x3FF00044
#define ESP32_DPORT_APP_CACHE_CTRL   0x3FF00058
#define ESP32_DPORT_APP_CACHE_CTRL1  0x3FF0005C
#define ESP32_DPORT_TRACEMEM_MUX     0x3FF00070
#define ESP32_DPORT_PRO_TRACEMEM_ENA 0x3FF00074
#define ESP32_DPORT_APP_TRACEMEM_ENA 0x3FF00078
#define ESP32_DPORT_CACHE_MUX_MODE   0x3FF0007C
#define ESP32_DPORT_IMMU_PAGE_MODE   0x3FF00080
#define ESP32_DPORT_DMMU_PAGE_MODE   0x3FF00084
#define ESP32_DPORT_PERIP_CLK_EN     0x3FF000C0
#define ESP32_DPORT_PERIP_RST_EN     0x3FF000C4
#define ESP32_DPORT_SLAVE_SPI_CONFIG 0x3FF000C8
#define ESP32_DPORT_WIFI_CLK_EN      0x3FF000CC
#define ESP32_DPORT_CORE_RST_EN      0x3FF000D0
#define ESP32_DPORT_FROM_CPU_0       0x3FF000DC /* four words */
#define ESP32_DPORT_PRO_INTR_STATUS  0x3FF000EC /* three words */
#define ESP32_DPORT_APP_INTR_STATUS  0x3FF000F8
#define ESP32_DPORT_PRO_INTR_MAP     0x3FF00104 /* one word a source */
#define ESP32_DPORT_APP_INTR_MAP     0x3FF00218
#define ESP32_DPORT_PRO_DCACHE_DBUG0 0x3FF003F0
#define ESP32_DPORT_PRO_DCACHE_DBUG3 0x3FF003FC
#define ESP32_DPORT_APP_DCACHE_DBUG0 0x3FF00418
#define ESP32_DPORT_APP_DCACHE_DBUG3 0x3FF00424
#define ESP32_DPORT_PRO_RECORD_CTRL  0x3FF00440
#define ESP32_DPORT_PRO_RECORD_PC    0x3FF00458
#define ESP32_DPORT_APP_RECORD_CTRL  0x3FF00468
#define ESP32_DPORT_APP_RECORD_PC    0x3FF00480
#define ESP32_DPORT_MMU_IA_INT_EN    0x3FF00598
#define ESP32_DPORT_MPU_IA_INT_EN    0x3FF0059C
#define ESP32_DPORT_CACHE_IA_INT_EN  0x3FF005A0
#define ESP32_DPORT_DATE             0x3FF00FFC

#define ESP32_DPORT_APPCPU_RESETTING     BIT(0)      /* CTRL_A */
#define ESP32_DPORT_APPCPU_CLKGATE_EN    BIT(0)      /* CTRL_B */
#define ESP32_DPORT_APPCPU_RUNSTALL      BIT(0)      /* CTRL_C */
#define ESP32_DPORT_CPUPERIOD_SEL        FIELD(1, 0) /* 0: 80, 1: 160, 2: 240 MHz */
#define ESP32_DPORT_CACHE_ENABLE         BIT(3)
#define ESP32_DPORT_CACHE_FLUSH_ENA      BIT(4)
#define ESP32_DPORT_CACHE_FLUSH_DONE     BIT(5)
#define ESP32_DPORT_CACHE_MASK_IRAM0     BIT(0) /* CTRL1: 1 switches the bus off */
#define ESP32_DPORT_CACHE_MASK_IRAM1     BIT(1)
#define ESP32_DPORT_CACHE_MASK_IROM0     BIT(2)
#define ESP32_DPORT_CACHE_MASK_DRAM1     BIT(3)
#define ESP32_DPORT_CACHE_MASK_DROM0     BIT(4)
#define ESP32_DPORT_CACHE_MASK_OPSDRAM   BIT(5)
#define ESP32_DPORT_CACHE_MMU_IA_CLR     BIT(13)
#define ESP32_DPORT_TRACEMEM_BLOCK0      1      /* TRACEMEM_MUX: TRAX sees 0x3FFF8000; tracemem_config.h */
#define ESP32_DPORT_TRACEMEM_BLOCK1      2      /* TRAX sees 0x3FFFC000 */
#define ESP32_DPORT_SPI_MASK_PRO         BIT(0) /* SLAVE_SPI_CONFIG; set with SPI_ENCRYPT by esp-idf */
#define ESP32_DPORT_SPI_ENCRYPT          BIT(8) /* SPI1 programs what the encryption block has made */
#define ESP32_DPORT_SPI_DECRYPT          BIT(12)
#define ESP32_DPORT_CLK_SPI01            BIT(1)
#define ESP32_DPORT_CLK_UART0            BIT(2)
#define ESP32_DPORT_CLK_WDG              BIT(3)
#define ESP32_DPORT_CLK_UART1            BIT(5)
#define ESP32_DPORT_CLK_SPI2             BIT(6)
#define ESP32_DPORT_CLK_TIMG0            BIT(13)
#define ESP32_DPORT_CLK_EFUSE            BIT(14)
#define ESP32_DPORT_CLK_TIMG1            BIT(15)
#define ESP32_DPORT_CLK_SPI3             BIT(16)
#define ESP32_DPORT_CLK_UART2            BIT(23)
#define ESP32_DPORT_CACHE_STATE          FIELD(18, 7) /* DCACHE_DBUG0: 1 is idle */
#define ESP32_DPORT_CACHE_IA_DRAM1       BIT(13)      /* DCACHE_DBUG3: accessed while the cache was off */
#define ESP32_DPORT_CACHE_IA_IROM0       BIT(12)
#define ESP32_DPORT_CACHE_IA_IRAM1       BIT(11)
#define ESP32_DPORT_CACHE_IA_IRAM0       BIT(10)
#define ESP32_DPORT_CACHE_IA_DROM0       BIT(9)
#define ESP32_DPORT_CACHE_IA_OPPOSITE    BIT(14)
#define ESP32_DPORT_RECORD_PDEBUG_ENABLE BIT(8)
#define ESP32_DPORT_RECORD_ENABLE        BIT(0)

/* An entry of the flash MMU: TRM chapter 'Flash MMU'; ext_mem_defs.h. */
#define ESP32_MMU_PAGE_SIZE 0x10000
#define ESP32_MMU_ENTRIES   384 /* DROM0 0.., IRAM0 64.., IRAM1 128.., IROM0 192.. */
#ifndef __ASSEMBLER__
#define ESP32_MMU_INVALID BIT(8)
#define ESP32_MMU_PAGE    FIELD(7, 0)
#endif

/* Entries of external RAM in the same tables: esp-idf components/esp_hw_support/port/esp32/cache_sram_mmu.c (of PID 0 and 1;
   128 pages of 32 KB in 4 MB, up to 8 MB to name). Page mode 0 in CTRL1: 32 KB, which is what ESP-IDF uses. */
#define ESP32_MMU_PSRAM_FIRST     1152
#define ESP32_MMU_PSRAM_PAGE_SIZE 0x8000
#ifndef __ASSEMBLER__
#define ESP32_DPORT_CACHE_SRAM_PAGE_MODE FIELD(8, 6)
#endif

/* --- interrupt sources: interrupts.h --- */
#ifndef __ASSEMBLER__
enum esp32_intr_source {
    ESP32_INTR_TG0_T0 = 14, /* then T1, WDT, LACT; the same of TG1 from 18 */
    ESP32_INTR_TG1_T0 = 18,
    ESP32_INTR_GPIO = 22,
    ESP32_INTR_FROM_CPU0 = 24,
    ESP32_INTR_SPI0 = 28,
    ESP32_INTR_UART0 = 34,
    ESP32_INTR_RTC_CORE = 46,
    ESP32_INTR_FRC1 = 56,
    ESP32_INTR_FRC2 = 57,
    ESP32_INTR_TG0_T0_EDGE = 58,
    ESP32_INTR_TG1_T0_EDGE = 62,
    ESP32_INTR_MMU_IA = 66,
    ESP32_INTR_MPU_IA = 67,
    ESP32_INTR_CACHE_IA = 68,
    ESP32_INTR_COUNT = 69,
};
#endif

/* --- RTC_CNTL: rtc_cntl_reg.h --- */
#define ESP32_RTC_OPTIONS0     0x3FF48000
#define ESP32_RTC_SLP_TIMER0   0x3FF48004
#define ESP32_RTC_SLP_TIMER1   0x3FF48008
#define ESP32_RTC_TIME_UPDATE  0x3FF4800C
#define ESP32_RTC_TIME0        0x3FF48010
#define ESP32_RTC_TIME1        0x3FF48014
#define ESP32_RTC_STATE0       0x3FF48018
#define ESP32_RTC_ANA_CONF     0x3FF48030
#define ESP32_RTC_RESET_STATE  0x3FF48034
#define ESP32_RTC_WAKEUP_STATE 0x3FF48038
#define ESP32_RTC_INT_ENA      0x3FF4803C
#define ESP32_RTC_INT_RAW      0x3FF48040
#define ESP32_RTC_INT_ST       0x3FF48044
#define ESP32_RTC_INT_CLR      0x3FF48048
#define ESP32_RTC_STORE0       0x3FF4804C /* STORE0..3 */
#define ESP32_RTC_CLK_CONF     0x3FF48070
#define ESP32_RTC_SDIO_CONF    0x3FF48074
#define ESP32_RTC_REG          0x3FF4807C
#define ESP32_RTC_PWC          0x3FF48080
#define ESP32_RTC_DIG_PWC      0x3FF48084
#define ESP32_RTC_DIG_ISO      0x3FF48088
#define ESP32_RTC_WDTCONFIG0   0x3FF4808C
#define ESP32_RTC_WDTCONFIG1   0x3FF48090 /* stage 0 hold, in RTC slow clocks; three more follow */
#define ESP32_RTC_WDTFEED      0x3FF480A0
#define ESP32_RTC_WDTWPROTECT  0x3FF480A4
#define ESP32_RTC_SW_CPU_STALL 0x3FF480AC
#define ESP32_RTC_STORE4       0x3FF480B0 /* STORE4..7 */
#define ESP32_RTC_LOW_POWER_ST 0x3FF480C0
#define ESP32_RTC_HOLD_FORCE   0x3FF480C8
#define ESP32_RTC_BROWN_OUT    0x3FF480D4
#define ESP32_RTC_DATE         0x3FF4813C

#define ESP32_RTC_SW_SYS_RST             BIT(31) /* OPTIONS0 */
#define ESP32_RTC_SW_PROCPU_RST          BIT(5)
#define ESP32_RTC_SW_APPCPU_RST          BIT(4)
#define ESP32_RTC_SW_STALL_PROCPU_C0     FIELD(3, 2)
#define ESP32_RTC_SW_STALL_APPCPU_C0     FIELD(1, 0)
#define ESP32_RTC_SW_STALL_PROCPU_C1     FIELD(31, 26) /* SW_CPU_STALL */
#define ESP32_RTC_SW_STALL_APPCPU_C1     FIELD(25, 20)
#define ESP32_RTC_STALL_C0               0x2
#define ESP32_RTC_STALL_C1               0x21
#define ESP32_RTC_TIME_UPDATE_NOW        BIT(31)
#define ESP32_RTC_TIME_VALID             BIT(30)
#define ESP32_RTC_PROCPU_STAT_VECTOR_SEL BIT(13) /* RESET_STATE */
#define ESP32_RTC_APPCPU_STAT_VECTOR_SEL BIT(12)
#define ESP32_RTC_STAT_VECTOR_SELS       FIELD(13, 12) /* both: the next reset starts in the ROM */
#define ESP32_RTC_RESET_CAUSE_APPCPU     FIELD(11, 6)
#define ESP32_RTC_RESET_CAUSE_PROCPU     FIELD(5, 0)
#define ESP32_RTC_SLEEP_EN               BIT(31)       /* STATE0 */
#define ESP32_RTC_WAKEUP_ENA             FIELD(21, 11) /* WAKEUP_STATE */
#define ESP32_RTC_WAKEUP_CAUSE           FIELD(10, 0)
#define ESP32_RTC_WAKEUP_TIMER           BIT(3)  /* in both; rtc.h */
#define ESP32_RTC_DG_WRAP_PD_EN          BIT(31) /* DIG_PWC: deep sleep */
#define ESP32_RTC_INT_SLP_WAKEUP         BIT(0)  /* INT_ENA and its kind */
#define ESP32_RTC_INT_WDT                BIT(3)
#define ESP32_RTC_INT_TIME_VALID         BIT(4)
#define ESP32_RTC_INT_MAIN_TIMER         BIT(8)
#define ESP32_RTC_MAIN_TIMER_ALARM_EN    BIT(16)       /* SLP_TIMER1 */
#define ESP32_RTC_SOC_CLK_SEL            FIELD(28, 27) /* CLK_CONF: 0 XTAL, 1 PLL, 2 8M, 3 APLL */
#define ESP32_RTC_ANA_CLK_RTC_SEL        FIELD(31, 30) /* slow clock: 0 150 kHz RC, 1 32 kHz XTAL, 2 8M / 256 */
#define ESP32_RTC_WDT_EN                 BIT(31)       /* WDTCONFIG0 */
#define ESP32_RTC_WDT_STG0               FIELD(30, 28) /* 0 off, 1 interrupt, 2 core, 3 digital core, 4 with RTC */
#define ESP32_RTC_WDT_STG1               FIELD(27, 25)
#define ESP32_RTC_WDT_STG2               FIELD(24, 22)
#define ESP32_RTC_WDT_STG3               FIELD(21, 19)
#define ESP32_RTC_WDT_FLASHBOOT_MOD_EN   BIT(10)
#define ESP32_RTC_WDT_PROCPU_RESET_EN    BIT(9)
#define ESP32_RTC_WDT_APPCPU_RESET_EN    BIT(8)
#define ESP32_RTC_WDT_PAUSE_IN_SLP       BIT(7)
#define ESP32_RTC_WDT_FEED_NOW           BIT(31)
#define ESP32_WDT_KEY                    0x50D83AA1 /* to WPROTECT of any watchdog */

/* Reset causes: reset_reasons.h; the ROM's names in rom/rtc.h. */
#ifndef __ASSEMBLER__
enum esp32_reset_cause {
    ESP32_RESET_POWER_ON = 0x01,
    ESP32_RESET_SW_SYS = 0x03,
    ESP32_RESET_OWDT = 0x04,
    ESP32_RESET_DEEP_SLEEP = 0x05,
    ESP32_RESET_SDIO = 0x06,
    ESP32_RESET_TG0WDT_SYS = 0x07,
    ESP32_RESET_TG1WDT_SYS = 0x08,
    ESP32_RESET_RTCWDT_SYS = 0x09,
    ESP32_RESET_INTRUSION = 0x0A,
    ESP32_RESET_TGWDT_CPU = 0x0B,
    ESP32_RESET_SW_CPU = 0x0C,
    ESP32_RESET_RTCWDT_CPU = 0x0D,
    ESP32_RESET_EXT_CPU = 0x0E,
    ESP32_RESET_BROWN_OUT = 0x0F,
    ESP32_RESET_RTCWDT_RTC = 0x10,
};
#endif

/* --- timer groups, offsets: timer_group_reg.h --- */
#define ESP32_TIMG_T0CONFIG    0x00
#define ESP32_TIMG_T0LO        0x04
#define ESP32_TIMG_T0HI        0x08
#define ESP32_TIMG_T0UPDATE    0x0C
#define ESP32_TIMG_T0ALARMLO   0x10
#define ESP32_TIMG_T0ALARMHI   0x14
#define ESP32_TIMG_T0LOADLO    0x18
#define ESP32_TIMG_T0LOADHI    0x1C
#define ESP32_TIMG_T0LOAD      0x20
#define ESP32_TIMG_T1CONFIG    0x24
#define ESP32_TIMG_WDTCONFIG0  0x48
#define ESP32_TIMG_WDTCONFIG1  0x4C /* prescaler in [31:16] */
#define ESP32_TIMG_WDTCONFIG2  0x50 /* stage 0 hold; three more follow */
#define ESP32_TIMG_WDTFEED     0x60
#define ESP32_TIMG_WDTWPROTECT 0x64
#define ESP32_TIMG_RTCCALICFG  0x68
#define ESP32_TIMG_RTCCALICFG1 0x6C
#define ESP32_TIMG_LACTCONFIG  0x70
#define ESP32_TIMG_LACTRTC     0x74
#define ESP32_TIMG_LACTLO      0x78
#define ESP32_TIMG_LACTHI      0x7C
#define ESP32_TIMG_LACTUPDATE  0x80
#define ESP32_TIMG_LACTALARMLO 0x84
#define ESP32_TIMG_LACTALARMHI 0x88
#define ESP32_TIMG_LACTLOADLO  0x8C
#define ESP32_TIMG_LACTLOADHI  0x90
#define ESP32_TIMG_LACTLOAD    0x94
#define ESP32_TIMG_INT_ENA     0x98 /* 0 T0, 1 T1, 2 WDT, 3 LACT */
#define ESP32_TIMG_INT_RAW     0x9C
#define ESP32_TIMG_INT_ST      0xA0
#define ESP32_TIMG_INT_CLR     0xA4
#define ESP32_TIMG_DATE        0xF8
#define ESP32_TIMG_CLK         0xFC

#define ESP32_TIMG_T_EN                 BIT(31)
#define ESP32_TIMG_T_INCREASE           BIT(30)
#define ESP32_TIMG_T_AUTORELOAD         BIT(29)
#define ESP32_TIMG_T_DIVIDER            FIELD(28, 13)
#define ESP32_TIMG_T_EDGE_INT_EN        BIT(12)
#define ESP32_TIMG_T_LEVEL_INT_EN       BIT(11)
#define ESP32_TIMG_T_ALARM_EN           BIT(10)
#define ESP32_TIMG_WDT_EN               BIT(31)
#define ESP32_TIMG_WDT_STG0             FIELD(30, 29) /* 0 off, 1 interrupt, 2 core, 3 digital core */
#define ESP32_TIMG_WDT_STG1             FIELD(28, 27)
#define ESP32_TIMG_WDT_STG2             FIELD(26, 25)
#define ESP32_TIMG_WDT_STG3             FIELD(24, 23)
#define ESP32_TIMG_WDT_LEVEL_INT_EN     BIT(21)
#define ESP32_TIMG_WDT_FLASHBOOT_MOD_EN BIT(14)
#define ESP32_TIMG_WDT_PRESCALE         FIELD(31, 16)
#define ESP32_TIMG_CALI_START           BIT(31)
#define ESP32_TIMG_CALI_MAX             FIELD(30, 16)
#define ESP32_TIMG_CALI_RDY             BIT(15)
#define ESP32_TIMG_CALI_CLK_SEL         FIELD(14, 13) /* 0 RTC slow, 1 8M / 256, 2 32 kHz XTAL */
#define ESP32_TIMG_CALI_START_CYCLING   BIT(12)
#define ESP32_TIMG_CALI_VALUE           FIELD(31, 7)

/* --- UARTs, offsets: uart_reg.h --- */
#define ESP32_UART_FIFO     0x00
#define ESP32_UART_INT_RAW  0x04
#define ESP32_UART_INT_ST   0x08
#define ESP32_UART_INT_ENA  0x0C
#define ESP32_UART_INT_CLR  0x10
#define ESP32_UART_CLKDIV   0x14
#define ESP32_UART_AUTOBAUD 0x18
#define ESP32_UART_STATUS   0x1C
#define ESP32_UART_CONF0    0x20
#define ESP32_UART_CONF1    0x24
#define ESP32_UART_MEM_CONF 0x58
#define ESP32_UART_MEM_TX   0x5C
#define ESP32_UART_MEM_RX   0x60
#define ESP32_UART_MEM_CNT  0x64
#define ESP32_UART_DATE     0x78
#define ESP32_UART_ID       0x7C

#define ESP32_UART_INT_RXFIFO_FULL    BIT(0)
#define ESP32_UART_INT_TXFIFO_EMPTY   BIT(1)
#define ESP32_UART_INT_RXFIFO_OVF     BIT(4)
#define ESP32_UART_INT_RXFIFO_TOUT    BIT(8)
#define ESP32_UART_INT_TX_DONE        BIT(14)
#define ESP32_UART_CLKDIV_INT         FIELD(19, 0)
#define ESP32_UART_CLKDIV_FRAG        FIELD(23, 20)
#define ESP32_UART_ST_UTX_OUT         FIELD(27, 24) /* STATUS: 0 is idle */
#define ESP32_UART_TXFIFO_CNT         FIELD(23, 16)
#define ESP32_UART_RXFIFO_CNT         FIELD(7, 0)
#define ESP32_UART_TICK_REF_ALWAYS_ON BIT(27) /* CONF0: 1 APB, 0 REF_TICK 1 MHz */
#define ESP32_UART_TXFIFO_RST         BIT(18)
#define ESP32_UART_RXFIFO_RST         BIT(17)
#define ESP32_UART_LOOPBACK           BIT(14)
#define ESP32_UART_STOP_BIT_NUM       FIELD(5, 4) /* 1 one, 2 one and a half, 3 two */
#define ESP32_UART_BIT_NUM            FIELD(3, 2) /* data bits - 5 */
#define ESP32_UART_PARITY_EN          BIT(1)
#define ESP32_UART_RX_TOUT_EN         BIT(31) /* CONF1 */
#define ESP32_UART_RX_TOUT_THRHD      FIELD(30, 24)
#define ESP32_UART_TXFIFO_EMPTY_THRHD FIELD(14, 8)
#define ESP32_UART_RXFIFO_FULL_THRHD  FIELD(6, 0)

/* --- SPI controllers, offsets: spi_reg.h; conventions in TRM chapter 'SPI Controller' --- */
#define ESP32_SPI_CMD         0x00
#define ESP32_SPI_ADDR        0x04
#define ESP32_SPI_CTRL        0x08
#define ESP32_SPI_CTRL1       0x0C
#define ESP32_SPI_RD_STATUS   0x10
#define ESP32_SPI_CTRL2       0x14
#define ESP32_SPI_CLOCK       0x18
#define ESP32_SPI_USER        0x1C
#define ESP32_SPI_USER1       0x20
#define ESP32_SPI_USER2       0x24
#define ESP32_SPI_MOSI_DLEN   0x28
#define ESP32_SPI_MISO_DLEN   0x2C
#define ESP32_SPI_WR_STATUS   0x30 /* SLV_WR_STATUS; the lower bits of an address longer than 32 bits */
#define ESP32_SPI_PIN         0x34
#define ESP32_SPI_SLAVE       0x38
#define ESP32_SPI_CACHE_FCTRL 0x50
#define ESP32_SPI_CACHE_SCTRL 0x54
#define ESP32_SPI_W0          0x80 /* W0..W15 */
#define ESP32_SPI_EXT0        0xF0
#define ESP32_SPI_EXT1        0xF4
#define ESP32_SPI_EXT2        0xF8
#define ESP32_SPI_DATE        0x3FC

#define ESP32_SPI_CMD_READ            BIT(31)
#define ESP32_SPI_CMD_WREN            BIT(30)
#define ESP32_SPI_CMD_WRDI            BIT(29)
#define ESP32_SPI_CMD_RDID            BIT(28)
#define ESP32_SPI_CMD_RDSR            BIT(27)
#define ESP32_SPI_CMD_WRSR            BIT(26)
#define ESP32_SPI_CMD_PP              BIT(25)
#define ESP32_SPI_CMD_SE              BIT(24)
#define ESP32_SPI_CMD_BE              BIT(23)
#define ESP32_SPI_CMD_CE              BIT(22)
#define ESP32_SPI_CMD_DP              BIT(21)
#define ESP32_SPI_CMD_RES             BIT(20)
#define ESP32_SPI_CMD_HPM             BIT(19)
#define ESP32_SPI_CMD_USR             BIT(18)
#define ESP32_SPI_CMD_PES             BIT(17)
#define ESP32_SPI_CMD_PER             BIT(16)
#define ESP32_SPI_ADDR_PP_LEN         FIELD(31, 24) /* ADDR of a direct PP: bytes; address in [23:0] */
#define ESP32_SPI_CTRL_WR_BIT_ORDER   BIT(26)
#define ESP32_SPI_CTRL_RD_BIT_ORDER   BIT(25)
#define ESP32_SPI_CTRL_FREAD_QIO      BIT(24)
#define ESP32_SPI_CTRL_FREAD_DIO      BIT(23)
#define ESP32_SPI_CTRL_WRSR_2B        BIT(22)
#define ESP32_SPI_CTRL_WP             BIT(21)
#define ESP32_SPI_CTRL_FREAD_QUAD     BIT(20)
#define ESP32_SPI_CTRL_RESANDRES      BIT(15)
#define ESP32_SPI_CTRL_FREAD_DUAL     BIT(14)
#define ESP32_SPI_CTRL_FASTRD_MODE    BIT(13)
#define ESP32_SPI_CTRL_WAIT_IDLE_EN   BIT(12)
#define ESP32_SPI_RD_STATUS_STATUS    FIELD(15, 0)
#define ESP32_SPI_RD_STATUS_WB_MODE   FIELD(23, 16)
#define ESP32_SPI_CLOCK_EQU_SYSCLK    BIT(31)
#define ESP32_SPI_CLOCK_PRE           FIELD(30, 18)
#define ESP32_SPI_CLOCK_N             FIELD(17, 12)
#define ESP32_SPI_CLOCK_H             FIELD(11, 6)
#define ESP32_SPI_CLOCK_L             FIELD(5, 0)
#define ESP32_SPI_USER_COMMAND        BIT(31)
#define ESP32_SPI_USER_ADDR           BIT(30)
#define ESP32_SPI_USER_DUMMY          BIT(29)
#define ESP32_SPI_USER_MISO           BIT(28)
#define ESP32_SPI_USER_MOSI           BIT(27)
#define ESP32_SPI_USER_MOSI_HIGHPART  BIT(25)
#define ESP32_SPI_USER_MISO_HIGHPART  BIT(24)
#define ESP32_SPI_USER_FWRITE_QIO     BIT(15)
#define ESP32_SPI_USER_FWRITE_DIO     BIT(14)
#define ESP32_SPI_USER_FWRITE_QUAD    BIT(13)
#define ESP32_SPI_USER_FWRITE_DUAL    BIT(12)
#define ESP32_SPI_USER_WR_BYTE_ORDER  BIT(11)
#define ESP32_SPI_USER_RD_BYTE_ORDER  BIT(10)
#define ESP32_SPI_USER_CK_I_EDGE      BIT(6)
#define ESP32_SPI_USER_CS_SETUP       BIT(5)
#define ESP32_SPI_USER_CS_HOLD        BIT(4)
#define ESP32_SPI_USER_DOUTDIN        BIT(0)
#define ESP32_SPI_USER1_ADDR_BITLEN   FIELD(31, 26) /* bits - 1 */
#define ESP32_SPI_USER1_DUMMY_CYCLES  FIELD(7, 0)   /* clocks - 1 */
#define ESP32_SPI_USER2_COMMAND_BITS  FIELD(31, 28) /* bits - 1 */
#define ESP32_SPI_USER2_COMMAND_VALUE FIELD(15, 0)  /* the low byte goes first */
#define ESP32_SPI_DLEN_BITS           FIELD(23, 0)  /* bits - 1 */
#define ESP32_SPI_PIN_CS0_DIS         BIT(0)
#define ESP32_SPI_PIN_CK_DIS          BIT(5)
#define ESP32_SPI_PIN_CS_KEEP_ACTIVE  BIT(30)
#define ESP32_SPI_SLAVE_TRANS_DONE    BIT(4)
#define ESP32_SPI_SLAVE_TRANS_INTEN   BIT(9)
#define ESP32_SPI_SLAVE_SYNC_RESET    BIT(31)
#define ESP32_SPI_CACHE_REQ_EN        BIT(0) /* CACHE_FCTRL */
#define ESP32_SPI_CACHE_USR_CMD_4BYTE BIT(1)
#define ESP32_SPI_CACHE_FLASH_USR_CMD BIT(2)
#define ESP32_SPI_EXT2_ST             FIELD(2, 0) /* 0 is idle */

/* --- GPIO: gpio_reg.h --- */
#define ESP32_GPIO_OUT         0x3FF44004 /* then W1TS, W1TC */
#define ESP32_GPIO_OUT1        0x3FF44010
#define ESP32_GPIO_ENABLE      0x3FF44020
#define ESP32_GPIO_ENABLE1     0x3FF4402C
#define ESP32_GPIO_STRAP       0x3FF44038
#define ESP32_GPIO_IN          0x3FF4403C
#define ESP32_GPIO_IN1         0x3FF44040
#define ESP32_GPIO_STATUS      0x3FF44044
#define ESP32_GPIO_STATUS1     0x3FF44050
#define ESP32_GPIO_PIN0        0x3FF44088 /* GPIO_PINn: 40 words */
#define ESP32_GPIO_FUNC_IN_SEL 0x3FF44130 /* 256 words */
#define ESP32_GPIO_FUNC_OUT    0x3FF44530 /* 40 words */

/* Pins as they were at reset: TRM, 'Strapping Pins'. */
#define ESP32_STRAP_GPIO5 BIT(0) /* GPIO_STRAP */
#define ESP32_STRAP_MTDO  BIT(1) /* GPIO15 */
#define ESP32_STRAP_GPIO4 BIT(2)
#define ESP32_STRAP_GPIO2 BIT(3)
#define ESP32_STRAP_GPIO0 BIT(4) /* 1: boot from flash */
#define ESP32_STRAP_MTDI  BIT(5) /* GPIO12 */

/* --- IO_MUX: io_mux_reg.h --- */
#define ESP32_IO_MUX_SD_DATA2 0x3FF49054 /* GPIO9,  function 1: SPIHD */
#define ESP32_IO_MUX_SD_DATA3 0x3FF49058 /* GPIO10, function 1: SPIWP */
#define ESP32_IO_MUX_SD_CMD   0x3FF4905C /* GPIO11, function 1: SPICS0 */
#define ESP32_IO_MUX_SD_CLK   0x3FF49060 /* GPIO6,  function 1: SPICLK */
#define ESP32_IO_MUX_SD_DATA0 0x3FF49064 /* GPIO7,  function 1: SPIQ */
#define ESP32_IO_MUX_SD_DATA1 0x3FF49068 /* GPIO8,  function 1: SPID */
#define ESP32_IO_MUX_U0RXD    0x3FF49084 /* GPIO3,  function 0: U0RXD */
#define ESP32_IO_MUX_U0TXD    0x3FF49088 /* GPIO1,  function 0: U0TXD */
#define ESP32_IO_MUX_MCU_SEL  FIELD(14, 12)
#define ESP32_IO_MUX_FUN_DRV  FIELD(11, 10)
#define ESP32_IO_MUX_FUN_IE   BIT(9)
#define ESP32_IO_MUX_FUN_WPU  BIT(8)
#define ESP32_IO_MUX_FUN_WPD  BIT(7)

/* --- flash encryption block: flash_encryption_reg.h, spi_flash_encrypted_ll.h --- */
#define ESP32_FLASH_ENC_BUFFER  0x3FF5B000 /* 8 words: one unit */
#define ESP32_FLASH_ENC_START   0x3FF5B020 /* bit 0 */
#define ESP32_FLASH_ENC_ADDRESS 0x3FF5B024 /* in flash */
#define ESP32_FLASH_ENC_DONE    0x3FF5B028 /* bit 0 */

/* --- SYSCON, once APB_CTRL: apb_ctrl_reg.h --- */
#define ESP32_SYSCON_SYSCLK_CONF 0x3FF66000
#define ESP32_SYSCON_XTAL_TICK   0x3FF66004
#define ESP32_SYSCON_PLL_TICK    0x3FF66008
#define ESP32_SYSCON_DATE        0x3FF6607C
#define ESP32_SYSCON_DATE_REV3   BIT(31) /* set on revision 3: efuse_hal.c */
#define ESP32_SYSCON_PRE_DIV_CNT FIELD(9, 0)

/* --- FRC timers: frc_timer_reg.h; FRC2 at +0x20 --- */
#define ESP32_FRC1_LOAD  0x3FF47000
#define ESP32_FRC1_COUNT 0x3FF47004
#define ESP32_FRC1_CTRL  0x3FF47008
#define ESP32_FRC1_INT   0x3FF4700C
#define ESP32_FRC2_LOAD  0x3FF47020
#define ESP32_FRC2_COUNT 0x3FF47024
#define ESP32_FRC2_CTRL  0x3FF47028
#define ESP32_FRC2_INT   0x3FF4702C
#define ESP32_FRC2_ALARM 0x3FF47030

#endif
