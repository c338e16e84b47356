/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The RISC-V side of target/. Debug modules without a bus master of their own work through two registers of the core, s0 and
 * s1: they are saved when a halt is learnt and written back before the core runs.
 */
#ifndef TARGET_RISCV_INT_H
#define TARGET_RISCV_INT_H

#include "target/target_int.h"

#include "dm/riscv_dm.h"
#include "regs/riscv.h"

extern const struct reg_desc riscv_regs_esp[];
extern const size_t riscv_regs_esp_count;
extern const struct reg_desc riscv_regs_any[];
extern const size_t riscv_regs_any_count;

/* Every list begins with x0 to x31, the PC, and the privilege level. */
enum { RV_PC = RISCV_GENERAL_REGS, RV_PRIV, RV_FIRST_CSR };

/* Index of a CSR in the core's list; -1 when it has none of that number. */
int rv_csr_index(const struct core *c, unsigned csr);
/* The program's value of a CSR that every list has. */
enum err rv_csr_read(struct core *c, unsigned csr, uint32_t *value);
void rv_csr_set(struct core *c, unsigned csr, uint32_t value);
/* The instruction at an address: its low half when that is all there is of it. ERR_FAULT when it cannot be read. */
enum err rv_instruction(struct core *c, uint32_t addr, uint32_t *word);
unsigned rv_instruction_len(uint32_t word);

enum err rv_learn_halt(struct target *t, unsigned cores);
unsigned rv_canonical(struct core *c, unsigned index);
unsigned rv_gdb_number(const struct reg_desc *d);
enum err rv_fetch(struct core *c, const uint16_t *list, size_t count);
enum err rv_flush(struct core *c);
enum err rv_step(struct core *c);

enum err rv_step_patched(struct core *c, const struct code_patch *p);

/* riscv_trigger.c */
/* Learns which triggers the core has and what they can do; the core is halted. */
enum err rv_find_triggers(struct core *c);
enum err rv_hw_slots(struct core *c, uint32_t *slots);
const char *rv_check_watch(struct core *c, uint32_t addr, uint32_t len, unsigned *slots);
enum err rv_set_hw_break(struct core *c, unsigned slot, bool on, uint32_t addr);
enum err rv_set_hw_watch(struct core *c, unsigned slot, bool on, const struct watchpoint *w);
/* Switches off all that are armed, until the breakpoints are armed again. */
void rv_disarm(struct core *c);
/* Writes those that were changed. */
enum err rv_flush_triggers(struct core *c);

/* riscv_why.c */
void rv_find_watch(struct core *c);
int rv_hit_watch(const struct core *c);
enum err rv_data_access(struct core *c, struct data_access *a);
void rv_put_exception(struct core *c, struct buf *out);
void rv_put_break(struct core *c, struct buf *out);

#endif
