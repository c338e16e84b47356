/* SPDX-License-Identifier: Apache-2.0 */
/* The cores of the chips. Source: ESP32-C3 Technical Reference Manual, chapter ESP-RISC-V CPU; values of misa, mtvec
   and dcsr also as read from chips in the public issues of espressif/openocd-esp32 (209, 228, 353). */
#include "sim/rv32/rv32_int.h"

/* UIE and UPIE are kept: chips show mstatus as 0x89. ebreaks is kept, though there is no such mode: dcsr reads as
   0x4000B0C3. Whether stepie can be written and what maskmax reads as is not recorded; the debug specification's
   meaning of both is modelled. */
const struct rv32_config rv32_config_esp32c3 = {
    .name = "esp32c3",
    .misa = 0x40101104,
    .mvendorid = 0x612,
    .marchid = 0x80000001,
    .mimpid = 1,
    .mhartid = 0,
    .options = RV32_ESP_COUNTER | RV32_ESP_GPIO | RV32_MISALIGNED | RV32_VECTORED | RV32_MPP_TIED | RV32_NO_TINFO |
               RV32_EBREAK_WORD,
    .reset_vector = 0x40000000,
    .mtvec_reset = 1,
    .mtvec_base = 0xFFFFFF00,
    .mstatus_mask = MSTATUS_UIE | MSTATUS_MIE | MSTATUS_UPIE | MSTATUS_MPIE | MSTATUS_MPP | MSTATUS_TW,
    .mcause_mask = CAUSE_INTERRUPT | 0x1F,
    .irq_lines = 0xFFFFFFFE,
    .pmps = 16,
    .triggers = 8,
    .mcontrol = MCONTROL_DMODE | MCONTROL_HIT | MCONTROL_ACTION | MCONTROL_MATCH | MCONTROL_M | MCONTROL_U |
                MCONTROL_EXECUTE | MCONTROL_STORE | MCONTROL_LOAD,
    .trigger_matches = 1U << TRIGGER_MATCH_EQUAL | 1U << TRIGGER_MATCH_NAPOT,
    .maskmax = 31,
    .dcsr = DCSR_EBREAKM | DCSR_EBREAKS | DCSR_EBREAKU | DCSR_STEPIE | DCSR_STEP,
    .xdebugver = 4,
};
