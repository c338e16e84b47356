/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small assembler for tests, from the field layout of the Xtensa ISA Reference Manual (chapter 7), and a core with
 * memory around it. Encodings are given as in the manual's instruction descriptions: op2, op1, r, s, t, op0.
 */
#ifndef TESTS_SIM_LX6_ASM_H
#define TESTS_SIM_LX6_ASM_H

#include "unit.h"

#include "regs/xtensa.h"
#include "sim/lx6/lx6.h"

enum { CODE = 0x40080000, DATA = 0x3FFB0000, VECTORS = 0x40090000, MEM_SIZE = 0x10000 };

/* RRR: op2 op1 r s t op0. */
#define RRR(op2, op1, r, s, t, op0)                                                                                    \
    ((uint32_t)(op2) << 20 | (uint32_t)(op1) << 16 | (uint32_t)(r) << 12 | (uint32_t)(s) << 8 | (uint32_t)(t) << 4 |   \
     (op0))
/* RRI8: imm8 r s t op0. */
#define RRI8(imm8, r, s, t, op0)                                                                                       \
    (((uint32_t)(imm8)&0xFF) << 16 | (uint32_t)(r) << 12 | (uint32_t)(s) << 8 | (uint32_t)(t) << 4 | (op0))

#define NOP                RRR(0, 0, 2, 0, 15, 0)
#define ADD(r, s, t)       RRR(8, 0, r, s, t, 0)
#define OR(r, s, t)        RRR(2, 0, r, s, t, 0)
#define ADDI(t, s, imm)    RRI8(imm, 12, s, t, 2)
#define MOVI(t, imm)       RRI8((imm)&0xFF, 10, ((uint32_t)(imm) >> 8) & 0xF, t, 2)
#define L32I(t, s, imm)    RRI8((imm) / 4, 2, s, t, 2)
#define S32I(t, s, imm)    RRI8((imm) / 4, 6, s, t, 2)
#define L8UI(t, s, imm)    RRI8(imm, 0, s, t, 2)
#define L16SI(t, s, imm)   RRI8((imm) / 2, 9, s, t, 2)
#define S32C1I(t, s, imm)  RRI8((imm) / 4, 14, s, t, 2)
#define L32E(t, s, imm)    RRR(0, 9, 16 + (imm) / 4, s, t, 0)
#define S32E(t, s, imm)    RRR(4, 9, 16 + (imm) / 4, s, t, 0)
#define RSR(t, sr)         RRR(0, 3, (sr) >> 4, (sr)&0xF, t, 0)
#define WSR(t, sr)         RRR(1, 3, (sr) >> 4, (sr)&0xF, t, 0)
#define XSR(t, sr)         RRR(6, 1, (sr) >> 4, (sr)&0xF, t, 0)
#define RUR(r, ur)         RRR(14, 3, r, (ur) >> 4, (ur)&0xF, 0)
#define WUR(t, ur)         RRR(15, 3, (ur) >> 4, (ur)&0xF, t, 0)
#define RSIL(t, level)     RRR(0, 0, 6, level, t, 0)
#define WAITI(level)       RRR(0, 0, 7, level, 0, 0)
#define RFE                RRR(0, 0, 3, 0, 0, 0)
#define RFI(level)         RRR(0, 0, 3, level, 1, 0)
#define RFDE               RRR(0, 0, 3, 2, 0, 0)
#define RFWO               RRR(0, 0, 3, 4, 0, 0)
#define RFWU               RRR(0, 0, 3, 5, 0, 0)
#define SYSCALL            RRR(0, 0, 5, 0, 0, 0)
#define BREAK(s, t)        RRR(0, 0, 4, s, t, 0)
#define BREAK_N(s)         (0xF02D | (s) << 8)
#define NOP_N              0xF03D
#define ISYNC              RRR(0, 0, 2, 0, 0, 0)
#define RETW               RRR(0, 0, 0, 0, 9, 0)
#define RET                RRR(0, 0, 0, 0, 8, 0)
#define MOVSP(t, s)        RRR(0, 0, 1, s, t, 0)
#define ROTW(n)            RRR(4, 0, 8, 0, (n)&0xF, 0)
#define ENTRY(s, frame)    ((uint32_t)((frame) / 8) << 12 | (s) << 8 | 0x36)
#define CALLX(n, s)        RRR(0, 0, 0, s, 12 + (n), 0)
#define JX(s)              RRR(0, 0, 0, s, 10, 0)
#define J(offset)          (((uint32_t)(offset)-4) << 6 | 0x06)
#define LOOP(s, offset)    RRI8((offset)-4, 8, s, 7, 6)
#define LOOPNEZ(s, offset) RRI8((offset)-4, 9, s, 7, 6)
#define LOOPGTZ(s, offset) RRI8((offset)-4, 10, s, 7, 6)
#define BEQZ(s, offset)    ((((uint32_t)(offset)-4) & 0xFFF) << 12 | (s) << 8 | 0x16)
#define BNEZ(s, offset)    ((((uint32_t)(offset)-4) & 0xFFF) << 12 | (s) << 8 | 0x56)
#define RFDO               0xF1E000
#define LDDR32P(s)         RRR(0, 0, 7, s, 14, 0)
#define SDDR32P(s)         RRR(0, 0, 7, s, 15, 0)
#define WDTLB(t, s)        RRR(5, 0, 14, s, t, 0)
#define WITLB(t, s)        RRR(5, 0, 6, s, t, 0)
#define RDTLB1(t, s)       RRR(5, 0, 15, s, t, 0)
#define RER(t, s)          RRR(4, 0, 6, s, t, 0)
#define WER(t, s)          RRR(4, 0, 7, s, t, 0)

/* A core, 64 KB of code (instruction bus: words), 64 KB of data, and 64 KB that hold the vectors; code has a byte-wise
   alias at CODE_ALIAS. */
enum { CODE_ALIAS = 0x3FF80000 };
struct machine {
    struct mem_map map;
    struct mem_block code, data, vectors;
    struct lx6 *core;
    uint32_t at;         /* where the next instruction goes */
    bool has_long_words; /* of 32 bits, by op0 14 and 15 */
};

static inline void put(struct machine *m, uint32_t word)
{
    unsigned len = (word & 0xF) < 8 ? 3 : (word & 0xF) <= 13 ? 2 : m->has_long_words ? 4 : 3;
    struct mem_block *b = m->at >= VECTORS ? &m->vectors : &m->code;
    uint32_t base = m->at >= VECTORS ? VECTORS : CODE;
    for (unsigned i = 0; i < len; i++)
        b->bytes[m->at - base + i] = (uint8_t)(word >> (8 * i));
    mem_block_changed(b, m->at - base, len);
    m->at += len;
}

/* Puts a program at an address. */
static inline void put_all(struct machine *m, uint32_t at, const uint32_t *words, size_t count)
{
    m->at = at;
    for (size_t i = 0; i < count; i++)
        put(m, words[i]);
}
#define PUT(m, at, ...)                                                                                                \
    put_all(m, at, (const uint32_t[]){__VA_ARGS__}, sizeof(uint32_t[]){__VA_ARGS__} / sizeof(uint32_t))

/* Ready to run at CODE, at level 0 without EXCM, vectors at VECTORS. hooks may be NULL. */
static inline void machine_init_as(struct machine *m, const struct lx6_config *config, const struct lx6_hooks *hooks)
{
    *m = (struct machine){.has_long_words = config->options & LX6_PIE};
    assert_true(mem_map_init(&m->map));
    assert_true(mem_block_init(&m->code, "code", MEM_SIZE));
    assert_true(mem_block_init(&m->data, "data", MEM_SIZE));
    assert_true(mem_block_init(&m->vectors, "vectors", MEM_SIZE));
    mem_map_block(&m->map, CODE, MEM_SIZE, &m->code, 0, MEM_R | MEM_W | MEM_X);
    mem_map_block(&m->map, CODE_ALIAS, MEM_SIZE, &m->code, 0, MEM_R | MEM_W | MEM_NARROW);
    mem_map_block(&m->map, DATA, MEM_SIZE, &m->data, 0, MEM_R | MEM_W | MEM_NARROW);
    mem_map_block(&m->map, VECTORS, MEM_SIZE, &m->vectors, 0, MEM_R | MEM_X);
    m->core = lx6_new(config, &m->map, hooks);
    assert_non_null(m->core);
    lx6_set_sr(m->core, SR_PS, 0);
    lx6_set_sr(m->core, SR_VECBASE, VECTORS);
    lx6_set_pc(m->core, CODE);
}

static inline void machine_init(struct machine *m, const struct lx6_hooks *hooks)
{
    machine_init_as(m, &lx6_config_esp32_pro, hooks);
}

static inline void machine_fini(struct machine *m)
{
    lx6_free(m->core);
    mem_block_fini(&m->code);
    mem_block_fini(&m->data);
    mem_block_fini(&m->vectors);
    mem_map_fini(&m->map);
}

static inline uint32_t sr(const struct machine *m, unsigned number)
{
    return lx6_sr(m->core, number);
}

#define assert_pc(m, expected) assert_int_equal(lx6_pc((m)->core), expected)

#endif
