/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers of RISC-V cores: names as GDB's org.gnu.gdb.riscv.cpu and .csr features have them.
 *
 * Sources: RISC-V Privileged Architecture 1.12, table of CSRs; ESP32-C3 TRM, chapter ESP-RISC-V CPU, list of CSRs.
 */
#include "target/riscv_int.h"

// clang-format off
#define CPU     "org.gnu.gdb.riscv.cpu"
#define CSRS    "org.gnu.gdb.riscv.csr"
#define VIRTUAL "org.gnu.gdb.riscv.virtual"
#define GENERAL(n, name) {name, REG_GENERAL, 32, n, true, false, false, CPU, NULL}
#define POINTER(n, name) {name, REG_GENERAL, 32, n, true, false, false, CPU, "data_ptr"}
#define RA(n, name)      {name, REG_GENERAL, 32, n, true, false, false, CPU, "code_ptr"}
#define X0               {"zero", REG_GENERAL, 32, 0, true, true, false, CPU, NULL}
#define PC               {"pc", REG_PC, 32, CSR_DPC, true, false, false, CPU, "code_ptr"}
#define PRIV             {"priv", REG_PRIVILEGE, 2, 0, false, false, false, VIRTUAL, NULL}
#define CSR(n, name)     {name, REG_CSR, 32, n, false, false, false, CSRS, NULL}
#define CSR_RO(n, name)  {name, REG_CSR, 32, n, false, true, false, CSRS, NULL}

#define COMMON                                                                                                         \
    X0, RA(1, "ra"), POINTER(2, "sp"), POINTER(3, "gp"), POINTER(4, "tp"), GENERAL(5, "t0"),                \
    GENERAL(6, "t1"), GENERAL(7, "t2"), POINTER(8, "fp"), GENERAL(9, "s1"), GENERAL(10, "a0"),                         \
    GENERAL(11, "a1"), GENERAL(12, "a2"), GENERAL(13, "a3"), GENERAL(14, "a4"), GENERAL(15, "a5"),                     \
    GENERAL(16, "a6"), GENERAL(17, "a7"), GENERAL(18, "s2"), GENERAL(19, "s3"), GENERAL(20, "s4"),                     \
    GENERAL(21, "s5"), GENERAL(22, "s6"), GENERAL(23, "s7"), GENERAL(24, "s8"), GENERAL(25, "s9"),                     \
    GENERAL(26, "s10"), GENERAL(27, "s11"), GENERAL(28, "t3"), GENERAL(29, "t4"), GENERAL(30, "t5"),                   \
    GENERAL(31, "t6"), PC, PRIV

/* The cores of the ESP32-C3 and C2: no mie and mip, no counters of the standard's. */
const struct reg_desc riscv_regs_esp[] = {
    COMMON,
    CSR(CSR_MSTATUS, "mstatus"), CSR(CSR_MISA, "misa"), CSR(CSR_MTVEC, "mtvec"), CSR(CSR_MSCRATCH, "mscratch"),
    CSR(CSR_MEPC, "mepc"), CSR(CSR_MCAUSE, "mcause"), CSR(CSR_MTVAL, "mtval"),
    CSR(CSR_PMPCFG0 + 0, "pmpcfg0"), CSR(CSR_PMPCFG0 + 1, "pmpcfg1"), CSR(CSR_PMPCFG0 + 2, "pmpcfg2"), CSR(CSR_PMPCFG0 + 3, "pmpcfg3"), 
    CSR(CSR_PMPADDR0 + 0, "pmpaddr0"), CSR(CSR_PMPADDR0 + 1, "pmpaddr1"), CSR(CSR_PMPADDR0 + 2, "pmpaddr2"),
    CSR(CSR_PMPADDR0 + 3, "pmpaddr3"), CSR(CSR_PMPADDR0 + 4, "pmpaddr4"), CSR(CSR_PMPADDR0 + 5, "pmpaddr5"),
    CSR(CSR_PMPADDR0 + 6, "pmpaddr6"), CSR(CSR_PMPADDR0 + 7, "pmpaddr7"), CSR(CSR_PMPADDR0 + 8, "pmpaddr8"),
    CSR(CSR_PMPADDR0 + 9, "pmpaddr9"), CSR(CSR_PMPADDR0 + 10, "pmpaddr10"), CSR(CSR_PMPADDR0 + 11, "pmpaddr11"),
    CSR(CSR_PMPADDR0 + 12, "pmpaddr12"), CSR(CSR_PMPADDR0 + 13, "pmpaddr13"), CSR(CSR_PMPADDR0 + 14, "pmpaddr14"),
    CSR(CSR_PMPADDR0 + 15, "pmpaddr15"),
    CSR(CSR_TSELECT, "tselect"), CSR(CSR_TDATA1, "tdata1"), CSR(CSR_TDATA2, "tdata2"),
    CSR(CSR_TCONTROL, "tcontrol"),
    CSR(CSR_DCSR, "dcsr"), CSR(CSR_DPC, "dpc"), CSR(CSR_DSCRATCH0, "dscratch0"), CSR(CSR_DSCRATCH1, "dscratch1"),
    CSR(CSR_MPCER, "mpcer"), CSR(CSR_MPCMR, "mpcmr"), CSR(CSR_MPCCR, "mpccr"),
    CSR(CSR_GPIO_OEN, "cpu_gpio_oen"), CSR(CSR_GPIO_IN, "cpu_gpio_in"), CSR(CSR_GPIO_OUT, "cpu_gpio_out"),
    CSR_RO(CSR_MVENDORID, "mvendorid"), CSR_RO(CSR_MARCHID, "marchid"), CSR_RO(CSR_MIMPID, "mimpid"),
    CSR_RO(CSR_MHARTID, "mhartid"),
};
const size_t riscv_regs_esp_count = sizeof riscv_regs_esp / sizeof riscv_regs_esp[0];

/* Any core: those that it does not have are found out. */
const struct reg_desc riscv_regs_any[] = {
    COMMON,
    CSR(CSR_MSTATUS, "mstatus"), CSR(CSR_MISA, "misa"), CSR(0x302, "medeleg"), CSR(0x303, "mideleg"),
    CSR(CSR_MIE, "mie"), CSR(CSR_MTVEC, "mtvec"), CSR(0x306, "mcounteren"), CSR(0x30A, "menvcfg"),
    CSR(0x310, "mstatush"), CSR(0x320, "mcountinhibit"), CSR(CSR_MSCRATCH, "mscratch"), CSR(CSR_MEPC, "mepc"),
    CSR(CSR_MCAUSE, "mcause"), CSR(CSR_MTVAL, "mtval"), CSR(CSR_MIP, "mip"),
    CSR(0x100, "sstatus"), CSR(0x104, "sie"), CSR(0x105, "stvec"), CSR(0x106, "scounteren"), CSR(0x140, "sscratch"),
    CSR(0x141, "sepc"), CSR(0x142, "scause"), CSR(0x143, "stval"), CSR(0x144, "sip"), CSR(0x180, "satp"),
    CSR(CSR_PMPCFG0 + 0, "pmpcfg0"), CSR(CSR_PMPCFG0 + 1, "pmpcfg1"), CSR(CSR_PMPCFG0 + 2, "pmpcfg2"), CSR(CSR_PMPCFG0 + 3, "pmpcfg3"), 
    CSR(CSR_PMPADDR0 + 0, "pmpaddr0"), CSR(CSR_PMPADDR0 + 1, "pmpaddr1"), CSR(CSR_PMPADDR0 + 2, "pmpaddr2"),
    CSR(CSR_PMPADDR0 + 3, "pmpaddr3"), CSR(CSR_PMPADDR0 + 4, "pmpaddr4"), CSR(CSR_PMPADDR0 + 5, "pmpaddr5"),
    CSR(CSR_PMPADDR0 + 6, "pmpaddr6"), CSR(CSR_PMPADDR0 + 7, "pmpaddr7"), CSR(CSR_PMPADDR0 + 8, "pmpaddr8"),
    CSR(CSR_PMPADDR0 + 9, "pmpaddr9"), CSR(CSR_PMPADDR0 + 10, "pmpaddr10"), CSR(CSR_PMPADDR0 + 11, "pmpaddr11"),
    CSR(CSR_PMPADDR0 + 12, "pmpaddr12"), CSR(CSR_PMPADDR0 + 13, "pmpaddr13"), CSR(CSR_PMPADDR0 + 14, "pmpaddr14"),
    CSR(CSR_PMPADDR0 + 15, "pmpaddr15"),
    CSR(CSR_TSELECT, "tselect"), CSR(CSR_TDATA1, "tdata1"), CSR(CSR_TDATA2, "tdata2"), CSR(0x7A3, "tdata3"), CSR_RO(CSR_TINFO, "tinfo"),
    CSR(CSR_TCONTROL, "tcontrol"),
    CSR(CSR_DCSR, "dcsr"), CSR(CSR_DPC, "dpc"), CSR(CSR_DSCRATCH0, "dscratch0"), CSR(CSR_DSCRATCH1, "dscratch1"),
    CSR(CSR_MCYCLE, "mcycle"), CSR(CSR_MINSTRET, "minstret"), CSR(CSR_MCYCLEH, "mcycleh"),
    CSR(CSR_MINSTRETH, "minstreth"),
    CSR_RO(CSR_MVENDORID, "mvendorid"), CSR_RO(CSR_MARCHID, "marchid"), CSR_RO(CSR_MIMPID, "mimpid"),
    CSR_RO(CSR_MHARTID, "mhartid"),
};
const size_t riscv_regs_any_count = sizeof riscv_regs_any / sizeof riscv_regs_any[0];
// clang-format on

/* GDB: x0 to x31, the PC, f0 to f31, then the CSRs, and the privilege level after the last of these. */
unsigned rv_gdb_number(const struct reg_desc *d)
{
    enum { GDB_PC = 32, GDB_CSR0 = 65, GDB_PRIV = 4161 };
    switch (d->kind) {
    case REG_PC:
        return GDB_PC;
    case REG_CSR:
        return GDB_CSR0 + d->number;
    case REG_PRIVILEGE:
        return GDB_PRIV;
    default:
        return d->number;
    }
}
