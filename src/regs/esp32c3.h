/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of the ESP32-C3, used by debugger, agent, boot ROM and simulator. Only what is used is named.
 *
 * Sources: ESP32-C3 Technical Reference Manual (TRM) and esp-idf, components/soc/esp32c3/register/soc/ and include/soc/: each
 * block names its header. SPI0 and SPI1 have a file of their own, regs/spi_mem.h. Addresses have no suffix, so that assembly
 * can use them; the fields need C.
 */
#ifndef REGS_ESP32C3_H
#define REGS_ESP32C3_H

#ifndef __ASSEMBLER__
#include "base/bits.h"
#endif

#define ESP32C3_IDCODE 0x00005C25

/* --- address space: TRM chapter "System and Memory"; soc.h, ext_mem_defs.h --- */
#define ESP32C3_DBUS     0x3C000000 /* flash, data bus */
#define ESP32C3_SRAM1_D  0x3FC80000
#define ESP32C3_ROM_D    0x3FF00000 /* the second half of the ROM */
#define ESP32C3_ROM      0x40000000
#define ESP32C3_SRAM0    0x4037C000 /* instruction bus only; the cache takes it */
#define ESP32C3_SRAM1_I  0x40380000 /* the same bytes as SRAM1_D, in the same order */
#define ESP32C3_IBUS     0x42000000 /* flash, instruction bus */
#define ESP32C3_RTC_FAST 0x50000000
#define ESP32C3_PERIPH   0x60000000

#define ESP32C3_BUS_SIZE      0x800000 /* of DBUS and of IBUS */
#define ESP32C3_SRAM0_SIZE    0x4000
#define ESP32C3_SRAM1_SIZE    0x60000
#define ESP32C3_ROM_D_SIZE    0x20000
#define ESP32C3_ROM_SIZE      0x60000
#define ESP32C3_RTC_FAST_SIZE 0x2000
#define ESP32C3_PERIPH_SIZE   0xD1000

#define ESP32C3_RESET_VECTOR 0x40000000

/* --- blocks: reg_base.h --- */
#define ESP32C3_UART0_BASE        0x60000000
#define ESP32C3_SPI1_BASE         0x60002000
#define ESP32C3_SPI0_BASE         0x60003000
#define ESP32C3_GPIO_BASE         0x60004000
#define ESP32C3_RTC_BASE          0x60008000
#define ESP32C3_EFUSE_BASE        0x60008800
#define ESP32C3_TIMG0_BASE        0x6001F000
#define ESP32C3_TIMG1_BASE        0x60020000
#define ESP32C3_SYSTEM_BASE       0x600C0000
#define ESP32C3_SENS_BASE         0x600C1000
#define ESP32C3_EXTMEM_BASE       0x600C4000
#define ESP32C3_MMU_BASE          0x600C5000
#define ESP32C3_ASSIST_DEBUG_BASE 0x600CE000

/* --- RTC_CNTL: rtc_cntl_reg.h --- */
#define ESP32C3_RTC_OPTIONS0     (ESP32C3_RTC_BASE + 0x00)
#define ESP32C3_RTC_RESET_STATE  (ESP32C3_RTC_BASE + 0x38)
#define ESP32C3_RTC_INT_CLR      (ESP32C3_RTC_BASE + 0x4C)
#define ESP32C3_RTC_WDTCONFIG0   (ESP32C3_RTC_BASE + 0x90)
#define ESP32C3_RTC_WDTFEED      (ESP32C3_RTC_BASE + 0xA4)
#define ESP32C3_RTC_WDTWPROTECT  (ESP32C3_RTC_BASE + 0xA8)
#define ESP32C3_RTC_SWD_CONF     (ESP32C3_RTC_BASE + 0xAC)
#define ESP32C3_RTC_SWD_WPROTECT (ESP32C3_RTC_BASE + 0xB0)
#define ESP32C3_RTC_SW_CPU_STALL (ESP32C3_RTC_BASE + 0xB4)

#define ESP32C3_WDT_KEY 0x50D83AA1 /* of all watchdogs but the super watchdog */
#define ESP32C3_SWD_KEY 0x8F1D312A

#ifndef __ASSEMBLER__
#define ESP32C3_RTC_SW_SYS_RST         BIT(31) /* OPTIONS0 */
#define ESP32C3_RTC_SW_PROCPU_RST      BIT(5)
#define ESP32C3_RTC_SW_STALL_PROCPU_C0 FIELD(3, 2)
#define ESP32C3_RTC_SW_STALL_PROCPU_C1 FIELD(31, 26) /* SW_CPU_STALL */
#define ESP32C3_RTC_RESET_CAUSE        FIELD(5, 0)   /* RESET_STATE */
#define ESP32C3_RTC_OCD_HALT_ON_RESET  BIT(19)
#define ESP32C3_RTC_WDT_FEED_NOW       BIT(31)
#define ESP32C3_SWD_AUTO_FEED_EN       BIT(31)
#define ESP32C3_SWD_SIGNAL_WIDTH       FIELD(27, 18)
#endif

/* reset causes: rom/rtc.h, reset_reasons.h */
#define ESP32C3_RESET_POWER_ON     0x01
#define ESP32C3_RESET_SW_SYS       0x03
#define ESP32C3_RESET_DEEP_SLEEP   0x05
#define ESP32C3_RESET_TG0WDT_SYS   0x07
#define ESP32C3_RESET_TG1WDT_SYS   0x08
#define ESP32C3_RESET_RTCWDT_SYS   0x09
#define ESP32C3_RESET_TG0WDT_CPU   0x0B
#define ESP32C3_RESET_SW_CPU       0x0C
#define ESP32C3_RESET_RTCWDT_CPU   0x0D
#define ESP32C3_RESET_BROWN_OUT    0x0F
#define ESP32C3_RESET_RTCWDT_RTC   0x10
#define ESP32C3_RESET_TG1WDT_CPU   0x11
#define ESP32C3_RESET_SUPER_WDT    0x12
#define ESP32C3_RESET_CLOCK_GLITCH 0x13
#define ESP32C3_RESET_EFUSE_CRC    0x14
#define ESP32C3_RESET_USB_UART     0x15
#define ESP32C3_RESET_USB_JTAG     0x16
#define ESP32C3_RESET_POWER_GLITCH 0x17

/* --- timer groups: timer_group_reg.h --- */
#define ESP32C3_TIMG_WDTCONFIG0  0x48
#define ESP32C3_TIMG_WDTFEED     0x60
#define ESP32C3_TIMG_WDTWPROTECT 0x64
#define ESP32C3_TIMG_RTCCALICFG  0x68

/* --- eFuses: efuse_reg.h --- */
#define ESP32C3_EFUSE_RD_REPEAT0  (ESP32C3_EFUSE_BASE + 0x30)
#define ESP32C3_EFUSE_RD_REPEAT1  (ESP32C3_EFUSE_BASE + 0x34)
#define ESP32C3_EFUSE_RD_REPEAT2  (ESP32C3_EFUSE_BASE + 0x38)
#define ESP32C3_EFUSE_RD_REPEAT3  (ESP32C3_EFUSE_BASE + 0x3C)
#define ESP32C3_EFUSE_RD_MAC_SYS0 (ESP32C3_EFUSE_BASE + 0x44)
#define ESP32C3_EFUSE_RD_MAC_SYS3 (ESP32C3_EFUSE_BASE + 0x50)
#define ESP32C3_EFUSE_RD_MAC_SYS5 (ESP32C3_EFUSE_BASE + 0x58)

#ifndef __ASSEMBLER__
#define ESP32C3_EFUSE_DIS_USB_JTAG       BIT(9) /* REPEAT0 */
#define ESP32C3_EFUSE_SOFT_DIS_JTAG      FIELD(18, 16)
#define ESP32C3_EFUSE_DIS_PAD_JTAG       BIT(19)
#define ESP32C3_EFUSE_SPI_BOOT_CRYPT_CNT FIELD(20, 18) /* REPEAT1 */
#define ESP32C3_EFUSE_SECURE_BOOT_EN     BIT(20)       /* REPEAT2 */
#define ESP32C3_EFUSE_DIS_DOWNLOAD_MODE  BIT(0)        /* REPEAT3 */
#define ESP32C3_EFUSE_SECURITY_DOWNLOAD  BIT(5)
#define ESP32C3_EFUSE_WAFER_MINOR_LO     FIELD(20, 18) /* MAC_SYS3 */
#define ESP32C3_EFUSE_WAFER_MINOR_HI     BIT(23)       /* MAC_SYS5 */
#define ESP32C3_EFUSE_WAFER_MAJOR        FIELD(25, 24)
#endif

/* --- GPIO: gpio_reg.h; the pins at reset --- */
#define ESP32C3_GPIO_STRAP (ESP32C3_GPIO_BASE + 0x38)
#ifndef __ASSEMBLER__
#define ESP32C3_STRAP_GPIO8 BIT(2)
#define ESP32C3_STRAP_GPIO9 BIT(3)
#endif

/* --- permissions: sensitive_reg.h --- */
#define ESP32C3_SENS_IRAM0_PMS_0     (ESP32C3_SENS_BASE + 0xA8)
#define ESP32C3_SENS_IRAM0_PMS_1     (ESP32C3_SENS_BASE + 0xAC) /* world 1 */
#define ESP32C3_SENS_IRAM0_PMS_2     (ESP32C3_SENS_BASE + 0xB0) /* world 0 */
#define ESP32C3_SENS_IRAM0_MONITOR_1 (ESP32C3_SENS_BASE + 0xB8)
#define ESP32C3_SENS_DRAM0_PMS_0     (ESP32C3_SENS_BASE + 0xC0)
#define ESP32C3_SENS_DRAM0_PMS_1     (ESP32C3_SENS_BASE + 0xC4)
#define ESP32C3_SENS_DRAM0_MONITOR_1 (ESP32C3_SENS_BASE + 0xCC)
#ifndef __ASSEMBLER__
#define ESP32C3_SENS_LOCK        BIT(0)
#define ESP32C3_SENS_VIOLATE_CLR BIT(0)
#endif

/* --- MMU: ext_mem_defs.h --- */
#define ESP32C3_MMU_PAGE_SIZE 0x10000
#define ESP32C3_MMU_ENTRIES   128
#define ESP32C3_MMU_PAGE      0xFF
#define ESP32C3_MMU_INVALID   0x100

#endif
