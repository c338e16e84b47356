/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Control and status registers of RISC-V cores and their fields, used by debugger and simulator.
 *
 * Sources: RISC-V Privileged Architecture 1.10 and 1.12 (machine level, PMP); RISC-V External Debug Support 0.13.2 (dcsr, triggers); ESP32-C3
 * Technical Reference Manual, chapter ESP-RISC-V CPU (0x7E0 to 0x805).
 */
#ifndef REGS_RISCV_CSR_H
#define REGS_RISCV_CSR_H

#include "base/bits.h"

enum riscv_csr {
    CSR_MSTATUS = 0x300,
    CSR_MISA = 0x301,
    CSR_MIE = 0x304,
    CSR_MTVEC = 0x305,
    CSR_MSCRATCH = 0x340,
    CSR_MEPC = 0x341,
    CSR_MCAUSE = 0x342,
    CSR_MTVAL = 0x343,
    CSR_MIP = 0x344,
    CSR_PMPCFG0 = 0x3A0,
    CSR_PMPADDR0 = 0x3B0,
    CSR_TSELECT = 0x7A0,
    CSR_TDATA1 = 0x7A1,
    CSR_TDATA2 = 0x7A2,
    CSR_TINFO = 0x7A4,
    CSR_TCONTROL = 0x7A5,
    CSR_DCSR = 0x7B0,
    CSR_DPC = 0x7B1,
    CSR_DSCRATCH0 = 0x7B2,
    CSR_DSCRATCH1 = 0x7B3,
    CSR_MPCER = 0x7E0, /* ESP32-C3: which events count, whether, and the count */
    CSR_MPCMR = 0x7E1,
    CSR_MPCCR = 0x7E2,
    CSR_UPCER = 0x800, /* the same for user mode */
    CSR_UPCMR = 0x801,
    CSR_UPCCR = 0x802,
    CSR_GPIO_OEN = 0x803, /* ESP32-C3: dedicated GPIO: output enable (0: drives), input, output */
    CSR_GPIO_IN = 0x804,
    CSR_GPIO_OUT = 0x805,
    CSR_MCYCLE = 0xB00,
    CSR_MINSTRET = 0xB02,
    CSR_MCYCLEH = 0xB80,
    CSR_MINSTRETH = 0xB82,
    CSR_MVENDORID = 0xF11,
    CSR_MARCHID = 0xF12,
    CSR_MIMPID = 0xF13,
    CSR_MHARTID = 0xF14,
};

/* By the number: whether writes are refused, and the lowest privilege. */
#define CSR_NUMBER_READ_ONLY FIELD(11, 10) /* 3: read only */
#define CSR_NUMBER_PRIVILEGE FIELD(9, 8)

enum riscv_privilege { PRV_U = 0, PRV_M = 3 };

#define MSTATUS_UIE  BIT(0)
#define MSTATUS_MIE  BIT(3)
#define MSTATUS_UPIE BIT(4)
#define MSTATUS_MPIE BIT(7)
#define MSTATUS_MPP  FIELD(12, 11)
#define MSTATUS_MPRV BIT(17)
#define MSTATUS_TW   BIT(21)

#define MISA_A   BIT(0)
#define MISA_C   BIT(2)
#define MISA_I   BIT(8)
#define MISA_M   BIT(12)
#define MISA_U   BIT(20)
#define MISA_MXL FIELD(31, 30) /* 1: 32 bits */

#define MTVEC_MODE     FIELD(1, 0)
#define MTVEC_VECTORED 1

enum riscv_cause {
    CAUSE_FETCH_MISALIGNED = 0,
    CAUSE_FETCH_ACCESS = 1,
    CAUSE_ILLEGAL = 2,
    CAUSE_BREAKPOINT = 3,
    CAUSE_LOAD_MISALIGNED = 4,
    CAUSE_LOAD_ACCESS = 5,
    CAUSE_STORE_MISALIGNED = 6, /* and atomics */
    CAUSE_STORE_ACCESS = 7,
    CAUSE_ECALL_U = 8,
    CAUSE_ECALL_M = 11,
};
#define CAUSE_INTERRUPT BIT(31)

#define PMPCFG_R BIT(0)
#define PMPCFG_W BIT(1)
#define PMPCFG_X BIT(2)
#define PMPCFG_A FIELD(4, 3)
#define PMPCFG_L BIT(7)
enum { PMP_OFF, PMP_TOR, PMP_NA4, PMP_NAPOT };

#define DCSR_XDEBUGVER FIELD(31, 28)
#define DCSR_EBREAKM   BIT(15)
#define DCSR_EBREAKS   BIT(13)
#define DCSR_EBREAKU   BIT(12)
#define DCSR_STEPIE    BIT(11)
#define DCSR_STOPCOUNT BIT(10)
#define DCSR_STOPTIME  BIT(9)
#define DCSR_CAUSE     FIELD(8, 6)
#define DCSR_MPRVEN    BIT(4)
#define DCSR_STEP      BIT(2)
#define DCSR_PRV       FIELD(1, 0)
enum {
    DCSR_CAUSE_EBREAK = 1,
    DCSR_CAUSE_TRIGGER = 2,
    DCSR_CAUSE_HALTREQ = 3,
    DCSR_CAUSE_STEP = 4,
    DCSR_CAUSE_RESETHALTREQ = 5,
};

/* tdata1 of a trigger of type 2 */
#define MCONTROL_TYPE    FIELD(31, 28)
#define MCONTROL_DMODE   BIT(27)
#define MCONTROL_MASKMAX FIELD(26, 21)
#define MCONTROL_HIT     BIT(20)
#define MCONTROL_SELECT  BIT(19) /* 1: the data, not the address */
#define MCONTROL_TIMING  BIT(18) /* 1: after the instruction */
#define MCONTROL_SIZELO  FIELD(17, 16)
#define MCONTROL_ACTION  FIELD(15, 12)
#define MCONTROL_CHAIN   BIT(11)
#define MCONTROL_MATCH   FIELD(10, 7)
#define MCONTROL_M       BIT(6)
#define MCONTROL_S       BIT(4)
#define MCONTROL_U       BIT(3)
#define MCONTROL_EXECUTE BIT(2)
#define MCONTROL_STORE   BIT(1)
#define MCONTROL_LOAD    BIT(0)
enum { TRIGGER_TYPE_MCONTROL = 2 };
enum { TRIGGER_ACTION_EXCEPTION, TRIGGER_ACTION_DEBUG };
enum {
    TRIGGER_MATCH_EQUAL,
    TRIGGER_MATCH_NAPOT,
    TRIGGER_MATCH_GE,
    TRIGGER_MATCH_LT,
    TRIGGER_MATCH_MASK_LOW,
    TRIGGER_MATCH_MASK_HIGH,
};

#define TCONTROL_MTE  BIT(3)
#define TCONTROL_MPTE BIT(7)

/* mpcer: events of the ESP32-C3's performance counter */
#define MPCER_CYCLE        BIT(0)
#define MPCER_INST         BIT(1)
#define MPCER_LD_HAZARD    BIT(2)
#define MPCER_JMP_HAZARD   BIT(3)
#define MPCER_IDLE         BIT(4)
#define MPCER_LOAD         BIT(5)
#define MPCER_STORE        BIT(6)
#define MPCER_JMP_UNCOND   BIT(7)
#define MPCER_BRANCH       BIT(8)
#define MPCER_BRANCH_TAKEN BIT(9)
#define MPCER_INST_COMP    BIT(10)
#define MPCMR_COUNT_EN     BIT(0)
#define MPCMR_COUNT_SAT    BIT(1)

/* Numbers of registers for abstract commands. */
#define RISCV_REGNO_X(n) (0x1000U + (n))

#endif
