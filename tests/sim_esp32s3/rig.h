/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SIM_ESP32S3_RIG_H
#define TESTS_SIM_ESP32S3_RIG_H

#include "../sim_soc/soc_rig.h"
#include "regs/esp32s3.h"
#include "regs/spi_mem.h"
#include "sim/esp32s3/esp32s3_int.h"

/* With 8 MB of quad flash, or with 32 MB of octal flash and 16 MB of external RAM. */
void rig_open(struct rig *r);
void rig_open_octal(struct rig *r);
/* A group's setup: *state is such a rig with its watchdogs off. */
int rig_set_up(void **state);
int rig_set_up_octal(void **state);
void rig_watchdogs_off(struct rig *r);
/* Core 1 out of its reset. */
void rig_start_app(struct rig *r);

/* --- what lies between the cores and the flash; for the tests that chips share --- */
#define RIG(name)        ESP32S3_##name
#define RIG_CACHES       2
#define RIG_XTS_BYTES    64 /* that are encrypted at once, at most */
#define RIG_XTS_HAS_256  1  /* keys of 512 bits */
#define RIG_SPI_INT_ENA  (ESP32S3_SPI1_BASE + SPI_MEM_INT_ENA)
#define RIG_SPI_INT_CLR  (ESP32S3_SPI1_BASE + SPI_MEM_INT_CLR)
#define RIG_SPI_INT_RAW  (ESP32S3_SPI1_BASE + SPI_MEM_INT_RAW)
#define RIG_SPI_INT_DONE BIT(3)
struct flash_side *rig_flash_side(struct rig *r);
/* All of them, for every bus. */
void rig_caches_enable(struct rig *r, bool on);
/* That of the data bus; size 0: all of it. */
void rig_cache_invalidate(struct rig *r, uint32_t addr, uint32_t size);

/* --- the first core, resets, timers and eFuses; for the same tests --- */
#define RIG_TIMG_INT_WDT      BIT(2)
#define RIG_INTR_TG1_WDT      (ESP32S3_INTR_TG1_T0 + 2)
#define RIG_USB_JTAG_WORD     3 /* of block 0: DIS_USB_JTAG */
#define RIG_RESET_CAUSE       ESP32S3_RTC_RESET_CAUSE_PROCPU
#define RIG_OCD_HALT_ON_RESET ESP32S3_RTC_PROCPU_OCD_HALT_ON_RESET
#define RIG_RESET_VECTOR_RTC  ESP32S3_RESET_VECTOR_RTC
uint32_t rig_pc(struct rig *r); /* halted too */
bool rig_is_halted(struct rig *r);
uint64_t rig_cycles(struct rig *r); /* that it has had, waiting or not */
const struct efuse *rig_efuse(struct rig *r);

#endif
