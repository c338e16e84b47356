/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gdb/agent.h"

enum { STACK = 64, WORD_BITS = 64, BYTE_BITS = 8 };

struct run {
    const uint8_t *code;
    size_t len, at;
    const struct agent_ops *ops;
    uint64_t stack[STACK];
    unsigned depth;
    bool is_bad, is_over;
};

static uint64_t pop(struct run *r)
{
    if (!r->depth) {
        r->is_bad = true;
        return 0;
    }
    return r->stack[--r->depth];
}

static void push(struct run *r, uint64_t value)
{
    if (r->depth == STACK)
        r->is_bad = true;
    else
        r->stack[r->depth++] = value;
}

/* The bytes that follow an opcode, most significant first. */
static uint64_t operand(struct run *r, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++) {
        if (r->at == r->len) {
            r->is_bad = true;
            return 0;
        }
        value = value << BYTE_BITS | r->code[r->at++];
    }
    return value;
}

/* --- what the opcodes do; width is a column of the table --- */

typedef void op_fn(struct run *r, unsigned width);

static void op_bad(struct run *r, unsigned width)
{
    (void)width;
    r->is_bad = true;
}

static void op_end(struct run *r, unsigned width)
{
    (void)width;
    r->is_over = true;
}

static void op_const(struct run *r, unsigned width)
{
    push(r, operand(r, width));
}

static void op_reg(struct run *r, unsigned width)
{
    uint64_t value = 0;
    unsigned number = (unsigned)operand(r, width);
    if (r->is_bad || !r->ops->read_register(r->ops->ctx, number, &value))
        r->is_bad = true;
    push(r, value);
}

static void op_ref(struct run *r, unsigned width)
{
    uint8_t bytes[sizeof(uint64_t)] = {0};
    uint64_t value = 0;
    uint32_t addr = (uint32_t)pop(r);
    if (r->is_bad || !r->ops->read(r->ops->ctx, addr, bytes, width)) {
        r->is_bad = true;
        return;
    }
    for (unsigned i = width; i-- > 0;)
        value = value << BYTE_BITS | bytes[i];
    push(r, value);
}

static void op_goto(struct run *r, unsigned width)
{
    uint64_t to = operand(r, width);
    if (to >= r->len)
        r->is_bad = true;
    else
        r->at = (size_t)to;
}

static void op_if_goto(struct run *r, unsigned width)
{
    if (pop(r))
        op_goto(r, width);
    else
        operand(r, width);
}

static void op_ext(struct run *r, unsigned width)
{
    uint64_t bits = operand(r, width), value = pop(r);
    if (!bits)
        r->is_bad = true;
    else if (bits < WORD_BITS)
        value = (value << (WORD_BITS - bits) >> (WORD_BITS - bits) ^ 1ULL << (bits - 1)) - (1ULL << (bits - 1));
    push(r, value);
}

static void op_zero_ext(struct run *r, unsigned width)
{
    uint64_t bits = operand(r, width), value = pop(r);
    push(r, bits < WORD_BITS ? value & ((1ULL << bits) - 1) : value);
}

static void op_dup(struct run *r, unsigned width)
{
    (void)width;
    uint64_t value = pop(r);
    push(r, value);
    push(r, value);
}

static void op_pop(struct run *r, unsigned width)
{
    (void)width;
    pop(r);
}

static void op_pick(struct run *r, unsigned width)
{
    uint64_t n = operand(r, width);
    if (n >= r->depth)
        r->is_bad = true;
    else
        push(r, r->stack[r->depth - 1 - n]);
}

static void op_swap(struct run *r, unsigned width)
{
    (void)width;
    uint64_t b = pop(r), a = pop(r);
    push(r, b);
    push(r, a);
}

static void op_rot(struct run *r, unsigned width)
{
    (void)width;
    uint64_t c = pop(r), b = pop(r), a = pop(r);
    push(r, c);
    push(r, a);
    push(r, b);
}

static void op_log_not(struct run *r, unsigned width)
{
    (void)width;
    push(r, !pop(r));
}

static void op_bit_not(struct run *r, unsigned width)
{
    (void)width;
    push(r, ~pop(r));
}

/* --- two operands --- */

enum binary {
    ADD,
    SUB,
    MUL,
    DIV_SIGNED,
    DIV_UNSIGNED,
    REM_SIGNED,
    REM_UNSIGNED,
    LSH,
    RSH_SIGNED,
    RSH_UNSIGNED,
    BIT_AND,
    BIT_OR,
    BIT_XOR,
    EQUAL,
    LESS_SIGNED,
    LESS_UNSIGNED
};

static uint64_t shift(enum binary how, uint64_t a, uint64_t b)
{
    bool is_out = b >= WORD_BITS;
    if (how == LSH)
        return is_out ? 0 : a << b;
    if (how == RSH_UNSIGNED)
        return is_out ? 0 : a >> b;
    return (uint64_t)((int64_t)a >> (is_out ? WORD_BITS - 1 : b));
}

static uint64_t divide(struct run *r, enum binary how, uint64_t a, uint64_t b)
{
    if (!b) {
        r->is_bad = true;
        return 0;
    }
    switch (how) {
    case DIV_UNSIGNED:
        return a / b;
    case REM_UNSIGNED:
        return a % b;
    case DIV_SIGNED:
        return b == UINT64_MAX ? 0 - a : (uint64_t)((int64_t)a / (int64_t)b);
    default:
        return b == UINT64_MAX ? 0 : (uint64_t)((int64_t)a % (int64_t)b);
    }
}

static void op_binary(struct run *r, unsigned how)
{
    uint64_t b = pop(r), a = pop(r);
    switch ((enum binary)how) {
    case ADD:
        return push(r, a + b);
    case SUB:
        return push(r, a - b);
    case MUL:
        return push(r, a * b);
    case LSH:
    case RSH_SIGNED:
    case RSH_UNSIGNED:
        return push(r, shift((enum binary)how, a, b));
    case BIT_AND:
        return push(r, a & b);
    case BIT_OR:
        return push(r, a | b);
    case BIT_XOR:
        return push(r, a ^ b);
    case EQUAL:
        return push(r, a == b);
    case LESS_SIGNED:
        return push(r, (int64_t)a < (int64_t)b);
    case LESS_UNSIGNED:
        return push(r, a < b);
    default:
        return push(r, divide(r, (enum binary)how, a, b));
    }
}

/* By opcode; GDB manual, "Bytecode Descriptions". What is not listed is not for conditions. */
static const struct {
    op_fn *fn;
    uint8_t width;
} table[] = {
    [0x02] = {op_binary, ADD},
    [0x03] = {op_binary, SUB},
    [0x04] = {op_binary, MUL},
    [0x05] = {op_binary, DIV_SIGNED},
    [0x06] = {op_binary, DIV_UNSIGNED},
    [0x07] = {op_binary, REM_SIGNED},
    [0x08] = {op_binary, REM_UNSIGNED},
    [0x09] = {op_binary, LSH},
    [0x0A] = {op_binary, RSH_SIGNED},
    [0x0B] = {op_binary, RSH_UNSIGNED},
    [0x0E] = {op_log_not, 0},
    [0x0F] = {op_binary, BIT_AND},
    [0x10] = {op_binary, BIT_OR},
    [0x11] = {op_binary, BIT_XOR},
    [0x12] = {op_bit_not, 0},
    [0x13] = {op_binary, EQUAL},
    [0x14] = {op_binary, LESS_SIGNED},
    [0x15] = {op_binary, LESS_UNSIGNED},
    [0x16] = {op_ext, 1},
    [0x17] = {op_ref, 1},
    [0x18] = {op_ref, 2},
    [0x19] = {op_ref, 4},
    [0x1A] = {op_ref, 8},
    [0x20] = {op_if_goto, 2},
    [0x21] = {op_goto, 2},
    [0x22] = {op_const, 1},
    [0x23] = {op_const, 2},
    [0x24] = {op_const, 4},
    [0x25] = {op_const, 8},
    [0x26] = {op_reg, 2},
    [0x27] = {op_end, 0},
    [0x28] = {op_dup, 0},
    [0x29] = {op_pop, 0},
    [0x2A] = {op_zero_ext, 1},
    [0x2B] = {op_swap, 0},
    [0x32] = {op_pick, 1},
    [0x33] = {op_rot, 0},
};

bool agent_evaluate(const uint8_t *code, size_t len, const struct agent_ops *ops, unsigned max_steps, uint64_t *value)
{
    struct run r = {.code = code, .len = len, .ops = ops};
    for (unsigned steps = 0; !r.is_over && !r.is_bad; steps++) {
        unsigned opcode = steps < max_steps ? (unsigned)operand(&r, 1) : 0;
        bool is_known = opcode < sizeof table / sizeof table[0] && table[opcode].fn;
        (is_known ? table[opcode].fn : op_bad)(&r, is_known ? table[opcode].width : 0);
    }
    *value = r.is_bad ? 0 : pop(&r);
    return !r.is_bad;
}
