/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of the RISC-V external debugger: transport over JTAG, debug module, abstract commands, triggers.
 *
 * Source: RISC-V External Debug Support 0.13.2, chapters 3 (debug module), 5 (triggers), 6 (JTAG transport); mcontrol6 and
 * what is marked 1.0: version 1.0. Control and status registers stand in riscv_csr.h.
 */
#ifndef REGS_RISCV_H
#define REGS_RISCV_H

#include "base/bits.h"
#include "regs/riscv_csr.h"

/* --- TAP --- */
#define RISCV_IR_LEN 5
enum {
    RISCV_IR_IDCODE = 0x01,
    RISCV_IR_DTMCS = 0x10,
    RISCV_IR_DMI = 0x11,
    RISCV_IR_BYPASS = 0x1F,
};

#define DTMCS_VERSION      FIELD(3, 0)
#define DTMCS_ABITS        FIELD(9, 4)
#define DTMCS_DMISTAT      FIELD(11, 10)
#define DTMCS_IDLE         FIELD(14, 12) /* 0: none; n: enter Run-Test/Idle, and stay for n - 1 clocks */
#define DTMCS_DMIRESET     BIT(16)
#define DTMCS_DMIHARDRESET BIT(17)
enum { DTMCS_VERSION_0_11 = 0, DTMCS_VERSION_0_13 = 1 };

/* dmi: op in bits 1:0, data in 33:2, address above */
enum { DMI_OP_BITS = 2, DMI_DATA_BITS = 32, DMI_FIXED_BITS = DMI_OP_BITS + DMI_DATA_BITS };
enum dmi_op { DMI_NOP, DMI_READ, DMI_WRITE };
enum dmi_status { DMI_OK = 0, DMI_RESERVED = 1, DMI_FAILED = 2, DMI_BUSY = 3 };

/* --- registers of the debug module --- */
enum {
    DM_DATA0 = 0x04,
    DM_DATA1 = 0x05,
    DM_DMCONTROL = 0x10,
    DM_DMSTATUS = 0x11,
    DM_HARTINFO = 0x12,
    DM_HALTSUM1 = 0x13,
    DM_HAWINDOWSEL = 0x14,
    DM_HAWINDOW = 0x15,
    DM_ABSTRACTCS = 0x16,
    DM_COMMAND = 0x17,
    DM_ABSTRACTAUTO = 0x18,
    DM_NEXTDM = 0x1D,
    DM_PROGBUF0 = 0x20,
    DM_AUTHDATA = 0x30,
    DM_DMCS2 = 0x32,
    DM_SBADDRESS3 = 0x37,
    DM_SBCS = 0x38,
    DM_SBADDRESS0 = 0x39,
    DM_SBADDRESS1 = 0x3A,
    DM_SBADDRESS2 = 0x3B,
    DM_SBDATA0 = 0x3C,
    DM_SBDATA1 = 0x3D,
    DM_HALTSUM0 = 0x40,
};

#define DMCONTROL_HALTREQ         BIT(31)
#define DMCONTROL_RESUMEREQ       BIT(30)
#define DMCONTROL_HARTRESET       BIT(29)
#define DMCONTROL_ACKHAVERESET    BIT(28)
#define DMCONTROL_HASEL           BIT(26)
#define DMCONTROL_HARTSELLO       FIELD(25, 16)
#define DMCONTROL_HARTSELHI       FIELD(15, 6)
#define DMCONTROL_SETRESETHALTREQ BIT(3)
#define DMCONTROL_CLRRESETHALTREQ BIT(2)
#define DMCONTROL_NDMRESET        BIT(1)
#define DMCONTROL_DMACTIVE        BIT(0)
enum { HARTSELLO_BITS = 10 };

#define DMSTATUS_IMPEBREAK       BIT(22)
#define DMSTATUS_ALLHAVERESET    BIT(19)
#define DMSTATUS_ANYHAVERESET    BIT(18)
#define DMSTATUS_ALLRESUMEACK    BIT(17)
#define DMSTATUS_ANYRESUMEACK    BIT(16)
#define DMSTATUS_ALLNONEXISTENT  BIT(15)
#define DMSTATUS_ANYNONEXISTENT  BIT(14)
#define DMSTATUS_ALLUNAVAIL      BIT(13)
#define DMSTATUS_ANYUNAVAIL      BIT(12)
#define DMSTATUS_ALLRUNNING      BIT(11)
#define DMSTATUS_ANYRUNNING      BIT(10)
#define DMSTATUS_ALLHALTED       BIT(9)
#define DMSTATUS_ANYHALTED       BIT(8)
#define DMSTATUS_AUTHENTICATED   BIT(7)
#define DMSTATUS_AUTHBUSY        BIT(6)
#define DMSTATUS_HASRESETHALTREQ BIT(5)
#define DMSTATUS_VERSION         FIELD(3, 0)
enum { DMSTATUS_VERSION_NONE = 0, DMSTATUS_VERSION_0_11 = 1, DMSTATUS_VERSION_0_13 = 2, DMSTATUS_VERSION_1_0 = 3 };

#define HARTINFO_NSCRATCH   FIELD(23, 20)
#define HARTINFO_DATAACCESS BIT(16)
#define HARTINFO_DATASIZE   FIELD(15, 12)
#define HARTINFO_DATAADDR   FIELD(11, 0)

#define ABSTRACTCS_PROGBUFSIZE FIELD(28, 24)
#define ABSTRACTCS_BUSY        BIT(12)
#define ABSTRACTCS_CMDERR      FIELD(10, 8) /* write 1 clears */
#define ABSTRACTCS_DATACOUNT   FIELD(3, 0)
enum cmderr {
    CMDERR_NONE = 0,
    CMDERR_BUSY = 1,
    CMDERR_UNSUPPORTED = 2,
    CMDERR_EXCEPTION = 3,
    CMDERR_HALT_RESUME = 4,
    CMDERR_BUS = 5,
    CMDERR_OTHER = 7,
};

#define ABSTRACTAUTO_PROGBUF FIELD(31, 16)
#define ABSTRACTAUTO_DATA    FIELD(11, 0)
#define ABSTRACTAUTO_DATA0   BIT(0)

#define DMCS2_GROUPTYPE BIT(11)
#define DMCS2_GROUP     FIELD(6, 2)
#define DMCS2_HGWRITE   BIT(1)

#define SBCS_VERSION       FIELD(31, 29)
#define SBCS_BUSYERROR     BIT(22) /* write 1 clears */
#define SBCS_BUSY          BIT(21)
#define SBCS_READONADDR    BIT(20)
#define SBCS_ACCESS        FIELD(19, 17) /* log2 of bytes */
#define SBCS_AUTOINCREMENT BIT(16)
#define SBCS_READONDATA    BIT(15)
#define SBCS_ERROR         FIELD(14, 12) /* write 1 clears */
#define SBCS_ASIZE         FIELD(11, 5)
#define SBCS_ACCESS32      BIT(2)
#define SBCS_ACCESS16      BIT(1)
#define SBCS_ACCESS8       BIT(0)
enum sberror {
    SBERROR_NONE = 0,
    SBERROR_TIMEOUT = 1,
    SBERROR_ADDRESS = 2,
    SBERROR_ALIGNMENT = 3,
    SBERROR_SIZE = 4,
    SBERROR_OTHER = 7,
};

/* --- abstract commands --- */
#define COMMAND_CMDTYPE       FIELD(31, 24)
#define COMMAND_SIZE          FIELD(22, 20) /* log2 of bytes; aarsize, aamsize */
#define COMMAND_POSTINCREMENT BIT(19)
#define COMMAND_POSTEXEC      BIT(18)
#define COMMAND_TRANSFER      BIT(17)
#define COMMAND_WRITE         BIT(16)
#define COMMAND_REGNO         FIELD(15, 0)
enum { CMDTYPE_REGISTER = 0, CMDTYPE_QUICK = 1, CMDTYPE_MEMORY = 2 };
enum { ACCESS_SIZE_8 = 0, ACCESS_SIZE_16 = 1, ACCESS_SIZE_32 = 2, ACCESS_SIZE_64 = 3 };
enum { RISCV_GENERAL_REGS = 32, RISCV_S0 = 8, RISCV_S1 = 9, RISCV_SP = 2, RISCV_RA = 1, RISCV_A0 = 10 };

/* --- triggers, beside mcontrol --- */
enum { TRIGGER_TYPE_NONE = 0, TRIGGER_TYPE_LEGACY = 1, TRIGGER_TYPE_MCONTROL6 = 6, TRIGGER_TYPE_DISABLED = 15 };
#define MCONTROL6_UNCERTAIN BIT(26)
#define MCONTROL6_HIT1      BIT(25)
#define MCONTROL6_HIT0      BIT(22)
#define MCONTROL6_SELECT    BIT(21)
#define MCONTROL6_SIZE      FIELD(18, 16)
#define TINFO_TYPES         FIELD(15, 0)

/* causes of a halt beside those of riscv_csr.h (1.0) */
enum { DCSR_CAUSE_GROUP = 6 };

/* --- instructions that a debugger uses; RISC-V Unprivileged ISA --- */
enum {
    INSN_EBREAK = 0x00100073,
    INSN_C_EBREAK = 0x9002,
    INSN_FENCE_I = 0x0000100F,
    INSN_FENCE = 0x0FF0000F,
    INSN_WFI = 0x10500073,
    INSN_MRET = 0x30200073,
};
#define INSN_OPCODE FIELD(6, 0)
#define INSN_RD     FIELD(11, 7)
#define INSN_FUNCT3 FIELD(14, 12)
#define INSN_RS1    FIELD(19, 15)
#define INSN_CSR    FIELD(31, 20)
enum { OPCODE_LOAD = 0x03, OPCODE_STORE = 0x23, OPCODE_AMO = 0x2F, OPCODE_SYSTEM = 0x73 };

#endif
