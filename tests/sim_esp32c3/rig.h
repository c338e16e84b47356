/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SIM_ESP32C3_RIG_H
#define TESTS_SIM_ESP32C3_RIG_H

#include "../sim_soc/soc_rig.h"
#include "regs/esp32c3.h"
#include "regs/spi_mem.h"
#include "sim/esp32c3/esp32c3_int.h"

/* With 4 MB of flash. The core waits for an interrupt at its reset vector. */
void rig_open(struct rig *r);
/* The same with these instructions from the reset vector on. */
void rig_open_with(struct rig *r, const uint32_t *program, size_t words);
/* A group's setup: *state is such a rig with its watchdogs off. */
int rig_set_up(void **state);
void rig_watchdogs_off(struct rig *r);
struct rv32 *rig_core(struct rig *r);

/* --- what lies between the cores and the flash; for the tests that chips share --- */
#define RIG(name)        ESP32C3_##name
#define RIG_CACHES       1
#define RIG_XTS_BYTES    32 /* that are encrypted at once, at most */
#define RIG_XTS_HAS_256  0  /* keys of 512 bits */
#define RIG_SPI_INT_ENA  (ESP32C3_SPI1_BASE + SPI_MEM_C3_INT_ENA)
#define RIG_SPI_INT_CLR  (ESP32C3_SPI1_BASE + SPI_MEM_C3_INT_CLR)
#define RIG_SPI_INT_RAW  (ESP32C3_SPI1_BASE + SPI_MEM_C3_INT_RAW)
#define RIG_SPI_INT_DONE BIT(4)
struct flash_side *rig_flash_side(struct rig *r);
/* All of them, for every bus. */
void rig_caches_enable(struct rig *r, bool on);
/* That of the data bus; size 0: all of it. */
void rig_cache_invalidate(struct rig *r, uint32_t addr, uint32_t size);

/* --- the first core, resets, timers and eFuses; for the same tests --- */
#define RIG_TIMG_INT_WDT      BIT(1)
#define RIG_INTR_TG1_WDT      (ESP32C3_INTR_TG1_T0 + 1)
#define RIG_USB_JTAG_WORD     1 /* of block 0: DIS_USB_JTAG */
#define RIG_RESET_CAUSE       ESP32C3_RTC_RESET_CAUSE
#define RIG_OCD_HALT_ON_RESET ESP32C3_RTC_OCD_HALT_ON_RESET
#define RIG_RESET_VECTOR_RTC  ESP32C3_RTC_FAST
uint32_t rig_pc(struct rig *r); /* halted too */
bool rig_is_halted(struct rig *r);
uint64_t rig_cycles(struct rig *r); /* that it has had, waiting or not */
const struct efuse *rig_efuse(struct rig *r);

#endif
