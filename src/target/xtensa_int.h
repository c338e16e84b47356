/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Xtensa side of target/. The debugger works through two scratch registers of the window that the core stands in, a3
 * and a4: they are saved when a halt is learnt and written back before the core runs.
 */
#ifndef TARGET_XTENSA_INT_H
#define TARGET_XTENSA_INT_H

#include "target/target_int.h"

extern const struct reg_desc xtensa_regs_lx6[];
extern const size_t xtensa_regs_lx6_count;
extern const struct reg_desc xtensa_regs_lx7[];
extern const size_t xtensa_regs_lx7_count;

enum { XT_A3 = 3, XT_A4 = 4, XT_ARS = 64, XT_WINDOW_REGS = 16, XT_SLOWER_TRIES = 14 };

/* Instruction words; Xtensa ISA Reference Manual, the instruction's page. t, s, r are register numbers. */
#define XT_RSR(sr, t) (0x030000U | (uint32_t)(sr) << 8 | (uint32_t)(t) << 4)
#define XT_WSR(sr, t) (0x130000U | (uint32_t)(sr) << 8 | (uint32_t)(t) << 4)
#define XT_RUR(r, ur) (0xE30000U | (uint32_t)(r) << 12 | (uint32_t)(ur) << 4)
#define XT_WUR(ur, t) (0xF30000U | (uint32_t)(ur) << 8 | (uint32_t)(t) << 4)
#define XT_RFR(r, f)  (0xFA0040U | (uint32_t)(r) << 12 | (uint32_t)(f) << 8)
#define XT_WFR(f, s)  (0xFA0050U | (uint32_t)(f) << 12 | (uint32_t)(s) << 8)
/* A word of a vector register (ESP32-S3 TRM, chapter "Processor Instruction Extensions": EE.MOVI.32.A and .Q). */
#define XT_VECTOR(base, q, word, a)                                                                                    \
    ((base) | ((uint32_t)(q)&1) << 15 | ((uint32_t)(q) >> 1) << 20 | (uint32_t)(word) << 10 | (uint32_t)(a) << 4)
#define XT_MOVI_32_A(a, q, word) XT_VECTOR(0xCD7104U, q, word, a)
#define XT_MOVI_32_Q(q, word, a) XT_VECTOR(0xCD3204U, q, word, a)
#define XT_ROTW(n)               (0x408000U | ((uint32_t)(n)&0xF) << 4)
#define XT_LOAD(op, t, s)        (0x000002U | (uint32_t)(op) << 12 | (uint32_t)(s) << 8 | (uint32_t)(t) << 4)
#define XT_ADDI(t, s, n)         (0x00C002U | (uint32_t)(s) << 8 | (uint32_t)(t) << 4 | ((uint32_t)(n)&0xFF) << 16)
#define XT_L32I(t, s, words)     (0x002002U | (uint32_t)(s) << 8 | (uint32_t)(t) << 4 | (uint32_t)(words) << 16)
#define XT_S32I(t, s, words)     (0x006002U | (uint32_t)(s) << 8 | (uint32_t)(t) << 4 | (uint32_t)(words) << 16)

/* Index of a register in the list, by kind and number; -1 for none. */
int xt_index(const struct core *c, enum reg_kind kind, unsigned number);
unsigned xt_pc_index(const struct core *c);
unsigned xt_sr_index(const struct core *c, unsigned sr);
unsigned xt_ar_index(const struct core *c, unsigned physical);
/* The physical register that aN is in the window where the core stands. */
unsigned xt_physical(const struct core *c, unsigned a);
/* Notes that the scratch registers no longer hold what the program had in them. */
void xt_touch_scratch(struct core *c);
/* An instruction of the debugger's raised an exception: what that changed is to be written back. */
void xt_note_exception(struct core *c);
/* Queues: the value of aN. */
void xt_queue_get_ar(struct core *c, unsigned a, uint32_t *value);
/* Queues: aN := value. */
void xt_queue_load_scratch(struct core *c, unsigned a, uint32_t value);
/* Queues: reads or writes the register behind a description through a3. */
void xt_queue_read(struct core *c, const struct reg_desc *d, uint32_t *value);
void xt_queue_write(struct core *c, const struct reg_desc *d, uint32_t value);
/* The coprocessors are switched on while the debugger looks at their registers. */
enum err xt_enable_coprocessors(struct core *c);
/* Runs the queue that again(c, ctx) makes, and again while the core is too slow; every queue must be one that may be
   repeated. */
typedef void xt_queue_fn(struct core *c, void *ctx);
enum err xt_run(struct core *c, xt_queue_fn *queue, void *ctx);
/* A core that lost scans may stand in another window than it should: brings it home. */
enum err xt_go_home(struct core *c);

enum err xt_learn_halt(struct target *t, unsigned cores);
unsigned xt_canonical(struct core *c, unsigned index);
enum err xt_fetch(struct core *c, const uint16_t *list, size_t count);
enum err xt_flush(struct core *c);
enum err xt_step(struct core *c);
enum err xt_step_patched(struct core *c, const struct code_patch *p);
unsigned xt_instruction_len(const uint8_t *bytes);
unsigned xt_break_len(struct core *c);
void xt_break_bytes(uint8_t len, uint8_t *bytes);
enum err xt_load(struct core *c, uint32_t addr, unsigned width, uint32_t *value);
enum err xt_store(struct core *c, uint32_t addr, unsigned width, uint32_t value);
enum err xt_access_all(struct core *c, const struct core_access *list, size_t count);
enum err xt_follow(struct core *c, const struct core_chain *list, size_t count);
enum err xt_run_pokes(struct core *c, const struct chip_poke *pokes, size_t count);
enum err xt_set_hw_break(struct core *c, unsigned slot, bool on, uint32_t addr);
enum err xt_set_hw_watch(struct core *c, unsigned slot, bool on, const struct watchpoint *w);
enum err xt_hw_slots(struct core *c, uint32_t *slots);
const char *xt_check_watch(struct core *c, uint32_t addr, uint32_t len, unsigned *slots);
/* xtensa_why.c */
enum err xt_data_access(struct core *c, struct data_access *a);
void xt_put_exception(struct core *c, struct buf *out);
void xt_put_break(struct core *c, struct buf *out);
void xt_put_place(struct core *c, uint32_t pc, struct buf *out);
enum err xt_prepare_algorithm(struct core *c, const struct algorithm *a);
unsigned xt_algorithm_regs(struct core *c, uint16_t *list);
enum err xt_algorithm_result(struct core *c, uint32_t *result, uint32_t *pc);

#endif
