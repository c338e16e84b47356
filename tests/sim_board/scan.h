/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of boards and adapters need of JTAG: scans as batches, and the access port of two ESP32 debug modules.
 * Written for these tests; the debugger's own jtag/ and dm/ are not used, as they are what is tested elsewhere.
 */
#ifndef TESTS_SIM_BOARD_SCAN_H
#define TESTS_SIM_BOARD_SCAN_H

#include "adapter/batch.h"

#include <stdint.h>

#define SCAN_IDCODE 0x120034E5U

/* What executes a batch: a board or an adapter. */
struct scanner {
    void (*execute)(void *ctx, struct batch *b);
    void *ctx;
    struct batch batch;
};

void scan_fini(struct scanner *s);
/* Five TMS ones, then Run-Test/Idle. */
void scan_reset(struct scanner *s);
/* From Run-Test/Idle to Run-Test/Idle; 1..64 bits. Runs at once. */
uint64_t scan_ir(struct scanner *s, uint64_t tdi, unsigned bits);
uint64_t scan_dr(struct scanner *s, uint64_t tdi, unsigned bits);
void scan_wait(struct scanner *s, uint64_t ns);

/* One core's module, the other in BYPASS. */
uint32_t scan_read(struct scanner *s, unsigned core, unsigned nar);
void scan_write(struct scanner *s, unsigned core, unsigned nar, uint32_t value);
uint8_t scan_pwrstat(struct scanner *s, unsigned core, uint8_t clear);
void scan_pwrctl(struct scanner *s, unsigned core, uint8_t value);
void scan_wake(struct scanner *s, unsigned core);
/* Halts through DCR; false when the core does not stop within 100 looks. */
bool scan_halt(struct scanner *s, unsigned core);
uint32_t scan_read_word(struct scanner *s, unsigned core, uint32_t addr);
void scan_write_word(struct scanner *s, unsigned core, uint32_t addr, uint32_t value);
void scan_exec(struct scanner *s, unsigned core, uint32_t instruction);

#endif
