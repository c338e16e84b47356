/* SPDX-License-Identifier: Apache-2.0 */
/* A host that speaks to the bare board's TAP, scan by scan, and looks at what comes back. */
#ifndef TESTS_SIM_RVDBG_HOST_H
#define TESTS_SIM_RVDBG_HOST_H

#include "unit.h"

#include "bare.h"
#include "regs/riscv.h"

struct host {
    struct bare bare;
    unsigned idle; /* periods in Run-Test/Idle after a scan */
};

/* What a dmi scan captured. */
struct host_dmi {
    unsigned status;
    uint32_t data, address;
};

/* The board with this module, the TAP reset and in Run-Test/Idle, the module active and the first core's havereset
   acknowledged. */
void host_open(struct host *h, const struct rvdbg_config *config);
void host_close(struct host *h);
/* From a state that TMS 1 leaves for Select-DR, through Update, and h->idle periods in Run-Test/Idle (0: it ends in Update).
   bits up to 64. */
uint64_t host_scan(struct host *h, bool is_ir, uint64_t tdi, unsigned bits);
void host_select(struct host *h, unsigned ir);
struct host_dmi host_dmi(struct host *h, unsigned op, uint32_t address, uint32_t data);
uint32_t host_dtmcs(struct host *h, uint32_t value);
/* Whole accesses that must succeed. */
uint32_t host_read(struct host *h, uint32_t address);
void host_write(struct host *h, uint32_t address, uint32_t value);
void host_halt(struct host *h);
/* Waits until no command runs, and gives and clears cmderr. */
unsigned host_cmderr(struct host *h);
unsigned host_command(struct host *h, uint32_t word);

#define COMMAND_READ(regno)  (COMMAND_TRANSFER | 2U << 20 | (regno))
#define COMMAND_STORE(regno) (COMMAND_READ(regno) | COMMAND_WRITE)

#endif
