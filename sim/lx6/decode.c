/* SPDX-License-Identifier: Apache-2.0 */
/* From instruction words to operations. Source of formats and immediates: Xtensa ISA Reference Manual, chapter 7. */
#include "sim/lx6/lx6_int.h"

#include <stdlib.h>

/* --- fields of a word --- */

static uint32_t bits(uint32_t word, unsigned high, unsigned low)
{
    return field_get(FIELD(high, low), word);
}

static uint32_t sign_extend(uint32_t value, unsigned width)
{
    uint32_t sign = BIT(width - 1);
    return (value ^ sign) - sign;
}

static uint32_t imm8(uint32_t word)
{
    return bits(word, 23, 16);
}

/* --- one reader for each format --- */

static void read_rst(struct lx6_op *op, uint32_t word)
{
    (void)op, (void)word;
}

static void read_addi(struct lx6_op *op, uint32_t word)
{
    op->imm = sign_extend(imm8(word), 8);
}

static void read_addmi(struct lx6_op *op, uint32_t word)
{
    op->imm = sign_extend(imm8(word), 8) << 8;
}

static void read_movi(struct lx6_op *op, uint32_t word)
{
    op->imm = sign_extend((uint32_t)op->s << 8 | imm8(word), 12);
}

static void read_u8(struct lx6_op *op, uint32_t word)
{
    op->imm = imm8(word);
}

static void read_u8x2(struct lx6_op *op, uint32_t word)
{
    op->imm = imm8(word) * 2;
}

static void read_u8x4(struct lx6_op *op, uint32_t word)
{
    op->imm = imm8(word) * 4;
}

static void read_l32r(struct lx6_op *op, uint32_t word)
{
    op->imm = ((op->pc + 3) & ~3U) + (0xFFFC0000 | bits(word, 23, 8) << 2);
}

static void read_l32e(struct lx6_op *op, uint32_t word)
{
    (void)word;
    op->imm = (uint32_t)op->r * 4 - 64;
}

/* The address is AR[s] itself; what is added to it afterwards stands in imm2. */
static void read_lsip(struct lx6_op *op, uint32_t word)
{
    op->imm2 = imm8(word) * 4;
}

static void read_extui(struct lx6_op *op, uint32_t word)
{
    op->imm = bits(word, 16, 16) << 4 | op->s;
    op->imm2 = (uint32_t)((2ULL << bits(word, 23, 20)) - 1);
}

/* The field holds 32 - shift; 0 would be a shift by 32, which is not defined: no shift. */
static void read_slli(struct lx6_op *op, uint32_t word)
{
    op->imm = (32 - (bits(word, 20, 20) << 4 | op->t)) & 31;
}

static void read_srai(struct lx6_op *op, uint32_t word)
{
    op->imm = bits(word, 20, 20) << 4 | op->s;
}

static void read_srli(struct lx6_op *op, uint32_t word)
{
    (void)word;
    op->imm = op->s;
}

static void read_ssai(struct lx6_op *op, uint32_t word)
{
    op->imm = bits(word, 4, 4) << 4 | op->s;
}

static void read_sext(struct lx6_op *op, uint32_t word)
{
    (void)word;
    op->imm = op->t + 7U;
}

static void read_branch8(struct lx6_op *op, uint32_t word)
{
    op->imm = op->pc + 4 + sign_extend(imm8(word), 8);
}

static void read_branch12(struct lx6_op *op, uint32_t word)
{
    op->imm = op->pc + 4 + sign_extend(bits(word, 23, 12), 12);
}

static void read_branch_const(struct lx6_op *op, uint32_t word)
{
    static const int16_t b4const[] = {-1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256};
    read_branch8(op, word);
    op->imm2 = (uint32_t)b4const[op->r];
}

static void read_branch_constu(struct lx6_op *op, uint32_t word)
{
    static const uint32_t b4constu[] = {32768, 65536, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256};
    read_branch8(op, word);
    op->imm2 = b4constu[op->r];
}

static void read_branch_bit(struct lx6_op *op, uint32_t word)
{
    read_branch8(op, word);
    op->imm2 = bits(word, 12, 12) << 4 | op->t;
}

static void read_jump(struct lx6_op *op, uint32_t word)
{
    op->imm = op->pc + 4 + sign_extend(bits(word, 23, 6), 18);
}

static void read_call(struct lx6_op *op, uint32_t word)
{
    op->imm = (op->pc & ~3U) + 4 + (sign_extend(bits(word, 23, 6), 18) << 2);
}

static void read_loop(struct lx6_op *op, uint32_t word)
{
    op->imm = op->pc + 4 + imm8(word);
}

static void read_entry(struct lx6_op *op, uint32_t word)
{
    op->imm = bits(word, 23, 12) * 8;
}

static void read_rotw(struct lx6_op *op, uint32_t word)
{
    (void)word;
    op->imm = sign_extend(op->t, 4);
}

static void read_sr(struct lx6_op *op, uint32_t word)
{
    op->imm = bits(word, 15, 8);
}

static void read_rur(struct lx6_op *op, uint32_t word)
{
    op->imm = bits(word, 11, 4);
}

static void read_mem_n(struct lx6_op *op, uint32_t word)
{
    (void)word;
    op->imm = (uint32_t)op->r * 4;
}

static void read_addi_n(struct lx6_op *op, uint32_t word)
{
    (void)word;
    op->imm = op->t ? op->t : ~0U;
}

/* -32..95 in seven bits: negative only when both upper bits are set. */
static void read_movi_n(struct lx6_op *op, uint32_t word)
{
    uint32_t imm7 = bits(word, 6, 4) << 4 | op->r;
    op->imm = imm7 >= 96 ? imm7 - 128 : imm7;
}

static void read_branch_n(struct lx6_op *op, uint32_t word)
{
    op->imm = op->pc + 4 + (bits(word, 5, 4) << 4 | op->r);
}

static void read_expstate(struct lx6_op *op, uint32_t word)
{
    op->imm = bits(word, 8, 4);
}

/* MAC16 loads: the address is AR[s] + 4 (LDINC) or - 4 (LDDEC): op2 is even or odd. */
static void read_mac(struct lx6_op *op, uint32_t word)
{
    op->imm = bits(word, 20, 20) ? ~3U : 4;
    op->imm2 = word;
}

/* A vector register's number: its lowest bit stands apart. */
static uint8_t qr_number(uint32_t word, unsigned high, unsigned low)
{
    return (uint8_t)(bits(word, high + 1, high) << 1 | bits(word, low, low));
}

/* LD.QR and ST.QR: the address is AR[t] + imm. */
static void read_qr_mem(struct lx6_op *op, uint32_t word)
{
    op->imm = sign_extend(op->s, 4) * 16;
    op->s = op->t;
    op->r = qr_number(word, 20, 15);
}

static void read_qr_qr(struct lx6_op *op, uint32_t word)
{
    op->r = qr_number(word, 20, 15);
    op->s = qr_number(word, 10, 5);
}

static void read_qr_ar(struct lx6_op *op, uint32_t word)
{
    op->r = qr_number(word, 20, 15);
    op->imm = bits(word, 11, 10);
}

static void read_gpio_bits(struct lx6_op *op, uint32_t word)
{
    op->imm = bits(word, 11, 4);
}

static void (*const readers[FMT_COUNT])(struct lx6_op *op, uint32_t word) = {
    [FMT_RST] = read_rst,
    [FMT_ADDI] = read_addi,
    [FMT_ADDMI] = read_addmi,
    [FMT_MOVI] = read_movi,
    [FMT_U8] = read_u8,
    [FMT_U8X2] = read_u8x2,
    [FMT_U8X4] = read_u8x4,
    [FMT_L32R] = read_l32r,
    [FMT_L32E] = read_l32e,
    [FMT_LSIP] = read_lsip,
    [FMT_EXTUI] = read_extui,
    [FMT_SLLI] = read_slli,
    [FMT_SRAI] = read_srai,
    [FMT_SRLI] = read_srli,
    [FMT_SSAI] = read_ssai,
    [FMT_SEXT] = read_sext,
    [FMT_BRANCH8] = read_branch8,
    [FMT_BRANCH12] = read_branch12,
    [FMT_BRANCH_CONST] = read_branch_const,
    [FMT_BRANCH_CONSTU] = read_branch_constu,
    [FMT_BRANCH_BIT] = read_branch_bit,
    [FMT_JUMP] = read_jump,
    [FMT_CALL] = read_call,
    [FMT_LOOP] = read_loop,
    [FMT_ENTRY] = read_entry,
    [FMT_ROTW] = read_rotw,
    [FMT_SR] = read_sr,
    [FMT_RUR] = read_rur,
    [FMT_MEM_N] = read_mem_n,
    [FMT_ADDI_N] = read_addi_n,
    [FMT_MOVI_N] = read_movi_n,
    [FMT_BRANCH_N] = read_branch_n,
    [FMT_EXPSTATE] = read_expstate,
    [FMT_MAC] = read_mac,
    [FMT_QR_MEM] = read_qr_mem,
    [FMT_QR_QR] = read_qr_qr,
    [FMT_QR_AR] = read_qr_ar,
    [FMT_GPIO_BITS] = read_gpio_bits,
};

/* --- the index: instructions by op0 and op1 --- */

static const struct lx6_family *const families[] = {
    &lx6_alu, &lx6_mem,    &lx6_branch,     &lx6_window,   &lx6_system, &lx6_boolean, &lx6_mac16,
    &lx6_fp,  &lx6_fp_mem, &lx6_fp_convert, &lx6_fp_steps, &lx6_tlb,    &lx6_pie,     &lx6_pie_vector,
};
enum { FAMILIES = sizeof families / sizeof families[0] };

static uint32_t key_of(uint32_t word)
{
    return bits(word, 19, 16) << 4 | bits(word, 3, 0);
}

/* The word of a 16-bit instruction has no op1: upper bits are zero. */
static bool can_match(const struct lx6_insn *insn, uint32_t key)
{
    uint32_t word = (key & 0xF) | key >> 4 << 16;
    return ((word ^ insn->value) & insn->mask & 0x0F000F) == 0;
}

/* Appends those of a key to rows (NULL: only counts); returns how many. */
static size_t index_key(const struct lx6_config *config, uint32_t key, const struct lx6_insn **rows)
{
    size_t n = 0;
    for (size_t f = 0; f < FAMILIES; f++) {
        for (size_t i = 0; i < families[f]->count; i++) {
            const struct lx6_insn *insn = &families[f]->insns[i];
            if (!can_match(insn, key) || !lx6_has(config, insn->option))
                continue;
            if (rows)
                rows[n] = insn;
            n++;
        }
    }
    return n;
}

bool lx6_index_init(struct lx6_cache *k, const struct lx6_config *config)
{
    size_t total = 0;
    for (uint32_t key = 0; key < LX6_INDEX_KEYS; key++)
        total += index_key(config, key, NULL) + 1;
    k->index_rows = calloc(total, sizeof *k->index_rows); /* pointers. NOLINT(bugprone-sizeof-expression) */
    if (!k->index_rows)
        return false;
    size_t at = 0;
    for (uint32_t key = 0; key < LX6_INDEX_KEYS; key++) {
        k->index[key] = (uint16_t)at;
        at += index_key(config, key, k->index_rows + at) + 1;
    }
    return true;
}

/* --- decoding --- */

unsigned lx6_length(const struct lx6_config *config, uint8_t first)
{
    unsigned op0 = first & 0xF;
    if (op0 >= 14 && lx6_has(config, LX6_PIE))
        return 4;
    return op0 >= 8 && op0 <= 13 ? 2 : 3;
}

static bool exists_now(const struct lx6 *c, const struct lx6_insn *insn)
{
    return !(insn->flags & FLAG_OCD) || c->ocd_executing;
}

void lx6_decode(const struct lx6 *c, uint32_t word, struct lx6_op *op)
{
    op->len = (uint8_t)lx6_length(c->config, (uint8_t)word);
    word &= ~0U >> (32 - 8 * op->len);
    op->r = (uint8_t)bits(word, 15, 12);
    op->s = (uint8_t)bits(word, 11, 8);
    op->t = (uint8_t)bits(word, 7, 4);
    op->imm = op->imm2 = 0;
    op->insn = NULL;
    op->fn = lx6_illegal;
    const struct lx6_insn **row = c->cache->index_rows + c->cache->index[key_of(word)];
    while (*row && (word & (*row)->mask) != (*row)->value)
        row++;
    if (!*row || !exists_now(c, *row)) {
        op->imm = word; /* for the message */
        return;
    }
    op->insn = *row;
    op->fn = op->insn->fn;
    readers[op->insn->format](op, word);
}

bool lx6_ends_block(const struct lx6_op *op)
{
    if (!op->insn)
        return true;
    if (op->insn->flags & FLAG_SR_WRITE)
        return !lx6_srs[op->imm].is_plain;
    return op->insn->flags & FLAG_ENDS;
}

uint8_t lx6_needs(const struct lx6_op *op)
{
    static const uint8_t of_quad[] = {0, NEED_WINDOW_1, NEED_WINDOW_2, NEED_WINDOW_3};
    const struct lx6_insn *insn = op->insn;
    if (!insn)
        return 0;
    uint8_t need = of_quad[insn->quad];
    need |= insn->uses & USES_R ? of_quad[op->r >> 2] : 0;
    need |= insn->uses & USES_S ? of_quad[op->s >> 2] : 0;
    need |= insn->uses & USES_T ? of_quad[op->t >> 2] : 0;
    need |= insn->flags & FLAG_CP0 ? NEED_CP0 : 0;
    return need | (insn->flags & FLAG_CP3 ? NEED_CP3 : 0);
}

/* --- operations that are no instructions --- */

static const struct lx6_op *fetch_fault(struct lx6 *c, const struct lx6_op *op)
{
    return lx6_raise_at(c, op, op->imm, op->imm2);
}

void lx6_decode_fault(struct lx6_op *op, unsigned cause, uint32_t vaddr)
{
    op->fn = fetch_fault;
    op->insn = NULL;
    op->len = 3;
    op->imm = cause;
    op->imm2 = vaddr;
}

static const struct lx6_op *fall_through(struct lx6 *c, const struct lx6_op *op)
{
    return lx6_fall(c, op->pc);
}

void lx6_decode_end(struct lx6_op *op, uint32_t pc)
{
    *op = (struct lx6_op){.fn = fall_through, .pc = pc};
}
