/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of the Xtensa architecture and its debug module, used by debugger and simulator.
 *
 * Sources: Xtensa ISA Reference Manual (special registers, exceptions); espressif/esp-idf
 * components/xtensa/include/xtensa/{corebits,specreg,xdm-regs,traxreg}.h and xtensa-debug-module.h.
 */
#ifndef REGS_XTENSA_H
#define REGS_XTENSA_H

#include "base/bits.h"

/* --- TAP --- */
#define XTENSA_IR_LEN 5
enum {
    XTENSA_IR_PWRCTL = 0x08,
    XTENSA_IR_PWRSTAT = 0x09,
    XTENSA_IR_NARSEL = 0x1C,
    XTENSA_IR_IDCODE = 0x1E,
    XTENSA_IR_BYPASS = 0x1F,
};

/* --- PWRCTL and PWRSTAT, as JTAG sees them --- */
#define PWRCTL_CORE_WAKEUP    BIT(0)
#define PWRCTL_MEM_WAKEUP     BIT(1)
#define PWRCTL_DEBUG_WAKEUP   BIT(2)
#define PWRCTL_CORE_RESET     BIT(4)
#define PWRCTL_DEBUG_RESET    BIT(6)
#define PWRCTL_JTAG_DEBUG_USE BIT(7)

#define PWRSTAT_CORE_DOMAIN_ON    BIT(0)
#define PWRSTAT_MEM_DOMAIN_ON     BIT(1)
#define PWRSTAT_DEBUG_DOMAIN_ON   BIT(2)
#define PWRSTAT_CORE_STILL_NEEDED BIT(3)
#define PWRSTAT_CORE_WAS_RESET    BIT(4) /* write 1 clears */
#define PWRSTAT_DEBUG_WAS_RESET   BIT(6) /* write 1 clears */

/* --- NAR register map --- */
#define NAR_WRITE BIT(0) /* in the NAR scan; the address stands in bits 7:1 */
#define NAR_ERROR BIT(0) /* captured by the NAR scan: of the access before */
#define NAR_BUSY  BIT(1)
enum {
    NAR_TRAXID = 0x00,
    NAR_TRAXCTRL = 0x01,
    NAR_TRAXSTAT = 0x02,
    NAR_TRAXDATA = 0x03,
    NAR_TRAXADDR = 0x04,
    NAR_TRIGGERPC = 0x05,
    NAR_PCMATCHCTRL = 0x06,
    NAR_DELAYCNT = 0x07,
    NAR_MEMADDRSTART = 0x08,
    NAR_MEMADDREND = 0x09,
    NAR_DEBUGPC = 0x0F,
    NAR_EXTTIMELO = 0x10,
    NAR_EXTTIMEHI = 0x11,
    NAR_PMG = 0x20,
    NAR_INTPC = 0x24,
    NAR_PM0 = 0x28,
    NAR_PMCTRL0 = 0x30,
    NAR_PMSTAT0 = 0x38,
    NAR_OCDID = 0x40,
    NAR_DCRCLR = 0x42,
    NAR_DCRSET = 0x43,
    NAR_DSR = 0x44,
    NAR_DDR = 0x45,
    NAR_DDREXEC = 0x46,
    NAR_DIR0EXEC = 0x47,
    NAR_DIR0 = 0x48,
    NAR_PWRCTL = 0x58,
    NAR_PWRSTAT = 0x59,
    NAR_ERISTAT = 0x5A,
    NAR_FAULTINFO = 0x5C, /* xtensa-config.c of xtensa_esp32s3 */
    NAR_ITCTRL = 0x60,
    NAR_CLAIMSET = 0x68,
    NAR_CLAIMCLR = 0x69,
    NAR_LOCKACCESS = 0x6C,
    NAR_LOCKSTATUS = 0x6D,
    NAR_AUTHSTATUS = 0x6E,
    NAR_DEVID = 0x72,
    NAR_DEVTYPE = 0x73,
    NAR_PERID4 = 0x74,
    NAR_PERID0 = 0x78,
    NAR_COMPID0 = 0x7C,
};
/* RER and WER reach the same registers at this address plus their APB offset. */
#define ERI_DEBUG_BASE 0x100000U

#define OCDID_HAS_LDDR32P BIT(24)

#define DCR_ENABLE_OCD          BIT(0)
#define DCR_DEBUG_INTERRUPT     BIT(1)
#define DCR_INTERRUPT_ALL_CONDS BIT(2)
#define DCR_BREAK_IN_EN         BIT(16)
#define DCR_BREAK_OUT_EN        BIT(17)
#define DCR_DEBUG_SW_ACTIVE     BIT(20)
#define DCR_RUN_STALL_IN_EN     BIT(21)
#define DCR_DEBUG_MODE_OUT_EN   BIT(22)
#define DCR_BREAK_OUT_ITO       BIT(24)
#define DCR_BREAK_IN_ACK_ITO    BIT(25)

#define DSR_EXEC_DONE         BIT(0)
#define DSR_EXEC_EXCEPTION    BIT(1)
#define DSR_EXEC_BUSY         BIT(2)
#define DSR_EXEC_OVERRUN      BIT(3)
#define DSR_STOPPED           BIT(4)
#define DSR_CORE_WROTE_DDR    BIT(10)
#define DSR_CORE_READ_DDR     BIT(11)
#define DSR_HOST_WROTE_DDR    BIT(14)
#define DSR_HOST_READ_DDR     BIT(15)
#define DSR_DEBUG_PEND_BREAK  BIT(16)
#define DSR_DEBUG_PEND_HOST   BIT(17)
#define DSR_DEBUG_PEND_TRAX   BIT(18)
#define DSR_DEBUG_INT_BREAK   BIT(20)
#define DSR_DEBUG_INT_HOST    BIT(21)
#define DSR_DEBUG_INT_TRAX    BIT(22)
#define DSR_RUN_STALL_TOGGLE  BIT(23)
#define DSR_RUN_STALL_SAMPLE  BIT(24)
#define DSR_BREAK_OUT_ACK_ITI BIT(25)
#define DSR_BREAK_IN_ITI      BIT(26)
#define DSR_DBG_MOD_POWER_ON  BIT(31)

#define TRAXCTRL_TREN  BIT(0)
#define TRAXCTRL_TRSTP BIT(1)
#define TRAXCTRL_TMEN  BIT(7)
#define TRAXSTAT_TRACT BIT(0)
#define TRAXSTAT_MEMSZ FIELD(12, 8)

/* --- special registers (RSR, WSR, XSR) --- */
enum {
    SR_LBEG = 0x00,
    SR_LEND = 0x01,
    SR_LCOUNT = 0x02,
    SR_SAR = 0x03,
    SR_BR = 0x04,
    SR_SCOMPARE1 = 0x0C,
    SR_ACCLO = 0x10,
    SR_ACCHI = 0x11,
    SR_M0 = 0x20,
    SR_M1 = 0x21,
    SR_M2 = 0x22,
    SR_M3 = 0x23,
    SR_WINDOWBASE = 0x48,
    SR_WINDOWSTART = 0x49,
    SR_MMID = 0x59,
    SR_ERACCESS = 0x5F,
    SR_IBREAKENABLE = 0x60,
    SR_MEMCTL = 0x61,
    SR_ATOMCTL = 0x63,
    SR_DDR = 0x68,
    SR_IBREAKA0 = 0x80,
    SR_IBREAKA1 = 0x81,
    SR_DBREAKA0 = 0x90,
    SR_DBREAKA1 = 0x91,
    SR_DBREAKC0 = 0xA0,
    SR_DBREAKC1 = 0xA1,
    SR_CONFIGID0 = 0xB0,
    SR_EPC1 = 0xB1,
    SR_EPC2 = 0xB2,
    SR_EPC3 = 0xB3,
    SR_EPC4 = 0xB4,
    SR_EPC5 = 0xB5,
    SR_EPC6 = 0xB6,
    SR_EPC7 = 0xB7,
    SR_DEPC = 0xC0,
    SR_EPS2 = 0xC2,
    SR_EPS6 = 0xC6,
    SR_EPS7 = 0xC7,
    SR_CONFIGID1 = 0xD0,
    SR_EXCSAVE1 = 0xD1,
    SR_EXCSAVE6 = 0xD6,
    SR_EXCSAVE7 = 0xD7,
    SR_CPENABLE = 0xE0,
    SR_INTERRUPT = 0xE2,
    SR_INTSET = 0xE2,
    SR_INTCLEAR = 0xE3,
    SR_INTENABLE = 0xE4,
    SR_PS = 0xE6,
    SR_VECBASE = 0xE7,
    SR_EXCCAUSE = 0xE8,
    SR_DEBUGCAUSE = 0xE9,
    SR_CCOUNT = 0xEA,
    SR_PRID = 0xEB,
    SR_ICOUNT = 0xEC,
    SR_ICOUNTLEVEL = 0xED,
    SR_EXCVADDR = 0xEE,
    SR_CCOMPARE0 = 0xF0,
    SR_CCOMPARE1 = 0xF1,
    SR_CCOMPARE2 = 0xF2,
    SR_MISC0 = 0xF4,
    SR_MISC3 = 0xF7,
};
/* Below UR_PIE_END: the vector unit of the ESP32-S3 (xtensa-config.c of xtensa_esp32s3), but for GPIO_OUT. */
enum {
    UR_ACCX_0 = 0x00,
    UR_QACC_H_0 = 0x02,
    UR_QACC_L_0 = 0x07,
    UR_GPIO_OUT = 0x0C,
    UR_SAR_BYTE = 0x0D,
    UR_FFT_BIT_WIDTH = 0x0E,
    UR_UA_STATE_0 = 0x0F,
    UR_PIE_END = 0x13,
    UR_EXPSTATE = 0xE6,
    UR_THREADPTR = 0xE7,
    UR_FCR = 0xE8,
    UR_FSR = 0xE9,
    UR_F64R_LO = 0xEA,
    UR_F64R_HI = 0xEB,
    UR_F64S = 0xEC
};

#define PS_INTLEVEL FIELD(3, 0)
#define PS_EXCM     BIT(4)
#define PS_UM       BIT(5)
#define PS_RING     FIELD(7, 6)
#define PS_OWB      FIELD(11, 8)
#define PS_CALLINC  FIELD(17, 16)
#define PS_WOE      BIT(18)

#define DEBUGCAUSE_IC    BIT(0)
#define DEBUGCAUSE_IB    BIT(1)
#define DEBUGCAUSE_DB    BIT(2)
#define DEBUGCAUSE_BI    BIT(3)
#define DEBUGCAUSE_BN    BIT(4)
#define DEBUGCAUSE_DI    BIT(5)
#define DEBUGCAUSE_DBNUM FIELD(11, 8)

#define DBREAKC_STORE BIT(31)
#define DBREAKC_LOAD  BIT(30)
#define DBREAKC_MASK  FIELD(5, 0)

#define XTENSA_DEBUG_LEVEL 6

enum exccause {
    EXCCAUSE_ILLEGAL = 0,
    EXCCAUSE_SYSCALL = 1,
    EXCCAUSE_FETCH_ERROR = 2,
    EXCCAUSE_LOAD_STORE_ERROR = 3,
    EXCCAUSE_LEVEL1_INTERRUPT = 4,
    EXCCAUSE_ALLOCA = 5,
    EXCCAUSE_DIVIDE_BY_ZERO = 6,
    EXCCAUSE_PC_VALUE = 7,
    EXCCAUSE_PRIVILEGED = 8,
    EXCCAUSE_UNALIGNED = 9,
    EXCCAUSE_PIF_DATA_FETCH = 12,
    EXCCAUSE_PIF_DATA_LOAD_STORE = 13,
    EXCCAUSE_PIF_ADDR_FETCH = 14,
    EXCCAUSE_PIF_ADDR_LOAD_STORE = 15,
    EXCCAUSE_FETCH_PRIVILEGE = 18,
    EXCCAUSE_FETCH_PROHIBITED = 20,
    EXCCAUSE_LOAD_STORE_PRIVILEGE = 26,
    EXCCAUSE_LOAD_PROHIBITED = 28,
    EXCCAUSE_STORE_PROHIBITED = 29,
    EXCCAUSE_COPROCESSOR0_DISABLED = 32,
};

#endif
