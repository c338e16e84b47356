/* SPDX-License-Identifier: Apache-2.0 */
/* From instruction words to operations. Source of formats and immediates: Unprivileged ISA, chapters 2 and 16. */
#include "sim/rv32/rv32_int.h"

#include <stdlib.h>

/* --- fields of a word --- */

static uint32_t bits(uint32_t word, unsigned high, unsigned low)
{
    return field_get(FIELD(high, low), word);
}

/* The same, put at a place of an immediate. */
static uint32_t bits_at(uint32_t word, unsigned high, unsigned low, unsigned to)
{
    return bits(word, high, low) << to;
}

static uint32_t sign_extend(uint32_t value, unsigned width)
{
    uint32_t sign = BIT(width - 1);
    return (value ^ sign) - sign;
}

static uint8_t reg(uint32_t word, unsigned low)
{
    return (uint8_t)bits(word, low + 4, low);
}

/* x8..x15, in three bits of a 16-bit instruction. */
static uint8_t short_reg(uint32_t word, unsigned low)
{
    return (uint8_t)(8 + bits(word, low + 2, low));
}

/* --- one reader for each format; false: the encoding is reserved --- */

static bool read_none(struct rv32_op *op, uint32_t word)
{
    (void)op, (void)word;
    return true;
}

static bool read_r(struct rv32_op *op, uint32_t word)
{
    op->rd = reg(word, 7);
    op->rs1 = reg(word, 15);
    op->rs2 = reg(word, 20);
    return true;
}

static bool read_i(struct rv32_op *op, uint32_t word)
{
    read_r(op, word);
    op->imm = sign_extend(bits(word, 31, 20), 12);
    return true;
}

static bool read_shift(struct rv32_op *op, uint32_t word)
{
    read_r(op, word);
    op->imm = op->rs2;
    return true;
}

static bool read_s(struct rv32_op *op, uint32_t word)
{
    read_r(op, word);
    op->imm = sign_extend(bits_at(word, 31, 25, 5) | bits(word, 11, 7), 12);
    return true;
}

static bool read_b(struct rv32_op *op, uint32_t word)
{
    read_r(op, word);
    uint32_t offset =
        bits_at(word, 31, 31, 12) | bits_at(word, 7, 7, 11) | bits_at(word, 30, 25, 5) | bits_at(word, 11, 8, 1);
    op->imm = op->pc + sign_extend(offset, 13);
    return true;
}

static bool read_u(struct rv32_op *op, uint32_t word)
{
    read_r(op, word);
    op->imm = word & FIELD(31, 12);
    return true;
}

static bool read_auipc(struct rv32_op *op, uint32_t word)
{
    read_u(op, word);
    op->imm += op->pc;
    return true;
}

static bool read_j(struct rv32_op *op, uint32_t word)
{
    read_r(op, word);
    uint32_t offset =
        bits_at(word, 31, 31, 20) | bits_at(word, 19, 12, 12) | bits_at(word, 20, 20, 11) | bits_at(word, 30, 21, 1);
    op->imm = op->pc + sign_extend(offset, 21);
    return true;
}

/* rs1 is also the immediate of the forms that have one. */
static bool read_csr(struct rv32_op *op, uint32_t word)
{
    read_r(op, word);
    op->imm = bits(word, 31, 20);
    return true;
}

static bool read_c_addi4spn(struct rv32_op *op, uint32_t word)
{
    op->rd = short_reg(word, 2);
    op->rs1 = 2;
    op->imm = bits_at(word, 12, 11, 4) | bits_at(word, 10, 7, 6) | bits_at(word, 6, 6, 2) | bits_at(word, 5, 5, 3);
    return op->imm != 0;
}

static bool read_c_addi16sp(struct rv32_op *op, uint32_t word)
{
    op->rd = op->rs1 = 2;
    uint32_t imm = bits_at(word, 12, 12, 9) | bits_at(word, 6, 6, 4) | bits_at(word, 5, 5, 6) | bits_at(word, 4, 3, 7) |
                   bits_at(word, 2, 2, 5);
    op->imm = sign_extend(imm, 10);
    return imm != 0;
}

static uint32_t imm6(uint32_t word)
{
    return bits_at(word, 12, 12, 5) | bits(word, 6, 2);
}

static bool read_c_addi(struct rv32_op *op, uint32_t word)
{
    op->rd = op->rs1 = reg(word, 7);
    op->imm = sign_extend(imm6(word), 6);
    return true;
}

static bool read_c_li(struct rv32_op *op, uint32_t word)
{
    op->rd = reg(word, 7);
    op->imm = sign_extend(imm6(word), 6);
    return true;
}

static bool read_c_lui(struct rv32_op *op, uint32_t word)
{
    op->rd = reg(word, 7);
    op->imm = sign_extend(imm6(word), 6) << 12;
    return op->imm != 0;
}

/* The upper bit of the amount is for 64-bit cores. */
static bool read_c_shift(struct rv32_op *op, uint32_t word)
{
    op->rd = op->rs1 = short_reg(word, 7);
    op->imm = imm6(word);
    return op->imm < 32;
}

static bool read_c_slli(struct rv32_op *op, uint32_t word)
{
    op->rd = op->rs1 = reg(word, 7);
    op->imm = imm6(word);
    return op->imm < 32;
}

static bool read_c_andi(struct rv32_op *op, uint32_t word)
{
    op->rd = op->rs1 = short_reg(word, 7);
    op->imm = sign_extend(imm6(word), 6);
    return true;
}

static bool read_c_rr(struct rv32_op *op, uint32_t word)
{
    op->rd = op->rs1 = short_reg(word, 7);
    op->rs2 = short_reg(word, 2);
    return true;
}

static bool read_c_mv(struct rv32_op *op, uint32_t word)
{
    op->rd = reg(word, 7);
    op->rs2 = reg(word, 2);
    return true;
}

static bool read_c_add(struct rv32_op *op, uint32_t word)
{
    read_c_mv(op, word);
    op->rs1 = op->rd;
    return true;
}

static bool read_c_lw(struct rv32_op *op, uint32_t word)
{
    op->rd = short_reg(word, 2);
    op->rs1 = short_reg(word, 7);
    op->imm = bits_at(word, 12, 10, 3) | bits_at(word, 6, 6, 2) | bits_at(word, 5, 5, 6);
    return true;
}

static bool read_c_sw(struct rv32_op *op, uint32_t word)
{
    read_c_lw(op, word);
    op->rs2 = op->rd;
    return true;
}

static bool read_c_lwsp(struct rv32_op *op, uint32_t word)
{
    op->rd = reg(word, 7);
    op->rs1 = 2;
    op->imm = bits_at(word, 12, 12, 5) | bits_at(word, 6, 4, 2) | bits_at(word, 3, 2, 6);
    return op->rd != 0;
}

static bool read_c_swsp(struct rv32_op *op, uint32_t word)
{
    op->rs2 = reg(word, 2);
    op->rs1 = 2;
    op->imm = bits_at(word, 12, 9, 2) | bits_at(word, 8, 7, 6);
    return true;
}

static bool read_c_j(struct rv32_op *op, uint32_t word)
{
    uint32_t offset = bits_at(word, 12, 12, 11) | bits_at(word, 11, 11, 4) | bits_at(word, 10, 9, 8) |
                      bits_at(word, 8, 8, 10) | bits_at(word, 7, 7, 6) | bits_at(word, 6, 6, 7) |
                      bits_at(word, 5, 3, 1) | bits_at(word, 2, 2, 5);
    op->imm = op->pc + sign_extend(offset, 12);
    return true;
}

static bool read_c_jal(struct rv32_op *op, uint32_t word)
{
    op->rd = 1;
    return read_c_j(op, word);
}

static bool read_c_jr(struct rv32_op *op, uint32_t word)
{
    op->rs1 = reg(word, 7);
    return op->rs1 != 0;
}

static bool read_c_jalr(struct rv32_op *op, uint32_t word)
{
    op->rd = 1;
    return read_c_jr(op, word);
}

static bool read_c_b(struct rv32_op *op, uint32_t word)
{
    op->rs1 = short_reg(word, 7);
    uint32_t offset = bits_at(word, 12, 12, 8) | bits_at(word, 11, 10, 3) | bits_at(word, 6, 5, 6) |
                      bits_at(word, 4, 3, 1) | bits_at(word, 2, 2, 5);
    op->imm = op->pc + sign_extend(offset, 9);
    return true;
}

static bool (*const readers[FMT_COUNT])(struct rv32_op *op, uint32_t word) = {
    [FMT_NONE] = read_none,
    [FMT_R] = read_r,
    [FMT_I] = read_i,
    [FMT_SHIFT] = read_shift,
    [FMT_S] = read_s,
    [FMT_B] = read_b,
    [FMT_U] = read_u,
    [FMT_AUIPC] = read_auipc,
    [FMT_J] = read_j,
    [FMT_CSR] = read_csr,
    [FMT_C_ADDI4SPN] = read_c_addi4spn,
    [FMT_C_ADDI16SP] = read_c_addi16sp,
    [FMT_C_ADDI] = read_c_addi,
    [FMT_C_LI] = read_c_li,
    [FMT_C_LUI] = read_c_lui,
    [FMT_C_SHIFT] = read_c_shift,
    [FMT_C_SLLI] = read_c_slli,
    [FMT_C_ANDI] = read_c_andi,
    [FMT_C_RR] = read_c_rr,
    [FMT_C_MV] = read_c_mv,
    [FMT_C_ADD] = read_c_add,
    [FMT_C_LW] = read_c_lw,
    [FMT_C_SW] = read_c_sw,
    [FMT_C_LWSP] = read_c_lwsp,
    [FMT_C_SWSP] = read_c_swsp,
    [FMT_C_J] = read_c_j,
    [FMT_C_JAL] = read_c_jal,
    [FMT_C_JR] = read_c_jr,
    [FMT_C_JALR] = read_c_jalr,
    [FMT_C_B] = read_c_b,
};

/* --- the index: 32-bit ones by opcode and funct3, 16-bit ones by their lowest two and highest three bits --- */

/* The first row that matches counts: C.EBREAK is a C.JALR otherwise. */
static const struct rv32_family *const families[] = {
    &rv32_system, &rv32_alu, &rv32_mem, &rv32_branch, &rv32_muldiv, &rv32_atomic,
};
enum { FAMILIES = sizeof families / sizeof families[0], SHORT_KEYS = 256 };

static uint32_t key_of(uint32_t word)
{
    if (rv32_length(word) == 2)
        return SHORT_KEYS + (bits(word, 1, 0) << 3 | bits(word, 15, 13));
    return bits(word, 6, 2) << 3 | bits(word, 14, 12);
}

static bool can_match(const struct rv32_insn *insn, uint32_t key)
{
    bool is_short = key >= SHORT_KEYS;
    if (is_short != (rv32_length(insn->value) == 2))
        return false;
    uint32_t word = is_short ? (key & 7) << 13 | (key - SHORT_KEYS) >> 3 : (key & 7) << 12 | key >> 3 << 2 | 3;
    uint32_t looked_at = is_short ? FIELD(15, 13) | FIELD(1, 0) : FIELD(14, 12) | FIELD(6, 0);
    return ((word ^ insn->value) & insn->mask & looked_at) == 0;
}

/* Appends those of a key to rows (NULL: only counts); returns how many. */
static size_t index_key(const struct rv32_config *config, uint32_t key, const struct rv32_insn **rows)
{
    size_t n = 0;
    for (size_t f = 0; f < FAMILIES; f++) {
        for (size_t i = 0; i < families[f]->count; i++) {
            const struct rv32_insn *insn = &families[f]->insns[i];
            if (!can_match(insn, key) || insn->misa & ~config->misa)
                continue;
            if (rows)
                rows[n] = insn;
            n++;
        }
    }
    return n;
}

bool rv32_index_init(struct rv32_cache *k, const struct rv32_config *config)
{
    size_t total = 0;
    for (uint32_t key = 0; key < RV32_INDEX_KEYS; key++)
        total += index_key(config, key, NULL) + 1;
    k->index_rows = calloc(total, sizeof *k->index_rows); /* pointers. NOLINT(bugprone-sizeof-expression) */
    if (!k->index_rows)
        return false;
    size_t at = 0;
    for (uint32_t key = 0; key < RV32_INDEX_KEYS; key++) {
        k->index[key] = (uint16_t)at;
        at += index_key(config, key, k->index_rows + at) + 1;
    }
    return true;
}

/* --- decoding --- */

void rv32_decode(const struct rv32 *c, uint32_t word, struct rv32_op *op)
{
    op->len = (uint8_t)rv32_length(word);
    word &= op->len == 2 ? 0xFFFF : ~0U;
    op->rd = op->rs1 = op->rs2 = 0;
    op->imm = 0;
    const struct rv32_insn **row = c->cache->index_rows + c->cache->index[key_of(word)];
    while (*row && (word & (*row)->mask) != (*row)->value)
        row++;
    op->insn = *row;
    if (op->insn && readers[op->insn->format](op, word)) {
        op->fn = op->insn->fn;
        op->rd = op->rd ? op->rd : RV32_SINK;
        return;
    }
    op->insn = NULL;
    op->fn = rv32_illegal;
    op->imm = word;
}

bool rv32_ends_block(const struct rv32 *c, const struct rv32_op *op)
{
    if (!op->insn || (c->watches_sp && op->rd == RV32_SP))
        return true;
    if (op->insn->flags & FLAG_CSR_WRITE) {
        const struct rv32_csr *csr = rv32_csr_of(c, op->imm);
        return !csr || !csr->is_plain;
    }
    return op->insn->flags & FLAG_ENDS;
}

/* --- operations that are no instructions --- */

static const struct rv32_op *fetch_fault(struct rv32 *c, const struct rv32_op *op)
{
    return rv32_raise(c, op, CAUSE_FETCH_ACCESS, op->imm);
}

void rv32_decode_fault(struct rv32_op *op, uint32_t addr)
{
    *op = (struct rv32_op){.fn = fetch_fault, .pc = op->pc, .imm = addr, .len = 2};
}

static const struct rv32_op *fall_through(struct rv32 *c, const struct rv32_op *op)
{
    return rv32_enter(c, op->pc);
}

/* The last instruction has written x2. */
static const struct rv32_op *look_at_sp(struct rv32 *c, const struct rv32_op *op)
{
    rv32_look_at_sp(c, op[-1].pc);
    c->pc = op->pc;
    return c->attention ? NULL : rv32_enter(c, op->pc);
}

void rv32_decode_end(const struct rv32 *c, struct rv32_op *op, uint32_t pc)
{
    bool looks = c->watches_sp && op[-1].rd == RV32_SP;
    *op = (struct rv32_op){.fn = looks ? look_at_sp : fall_through, .pc = pc};
}
