/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a RISC-V core says of a stop: exceptions by name, the access at a watchpoint, and which watchpoint it was.
 *
 * Sources: RISC-V Privileged Architecture 1.12, table of mcause; RISC-V Unprivileged ISA 20191213, load and store instructions and
 * chapter C; External Debug Support 0.13.2 and 1.0, hit of mcontrol and mcontrol6.
 */
#include "target/riscv_int.h"

/* --- exceptions --- */

static const struct cause {
    uint8_t code;
    bool has_address; /* mtval says where */
    const char *text;
} causes[] = {
    {CAUSE_FETCH_MISALIGNED, true, "a jump to an address that is not aligned"},
    {CAUSE_FETCH_ACCESS, true, "a jump to memory that no code runs from"},
    {CAUSE_ILLEGAL, false, "what stands there is no instruction"},
    {CAUSE_BREAKPOINT, true, "a breakpoint"},
    {CAUSE_LOAD_MISALIGNED, true, "a load whose address is not a multiple of its size"},
    {CAUSE_LOAD_ACCESS, true, "a load from where nothing may be read"},
    {CAUSE_STORE_MISALIGNED, true, "a store whose address is not a multiple of its size"},
    {CAUSE_STORE_ACCESS, true, "a store to where nothing may be written"},
    {CAUSE_ECALL_U, false, "an ECALL in user mode"},
    {CAUSE_ECALL_M, false, "an ECALL in machine mode"},
};

void rv_put_exception(struct core *c, struct buf *out)
{
    uint32_t mcause, mtval;
    if (rv_csr_read(c, CSR_MCAUSE, &mcause) || rv_csr_read(c, CSR_MTVAL, &mtval))
        return;
    if (mcause & CAUSE_INTERRUPT)
        return buf_printf(out, "; the last trap was interrupt %u (mcause 0x%08x)",
                          (unsigned)(mcause & ~CAUSE_INTERRUPT), (unsigned)mcause);
    buf_printf(out, "; the last exception was mcause %u", (unsigned)mcause);
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        if (causes[i].code != mcause)
            continue;
        buf_printf(out, ": %s", causes[i].text);
        if (causes[i].has_address)
            buf_printf(out, ", address 0x%08x (mtval)", (unsigned)mtval);
    }
}

void rv_put_break(struct core *c, struct buf *out)
{
    uint32_t word;
    if (rv_instruction(c, c->halt_pc, &word) == ERR_OK)
        buf_printf(out, ": %s", rv_instruction_len(word) == 2 ? "c.ebreak" : "ebreak");
}

/* --- loads and stores --- */

/* Where the offset lies in the instruction: of its bits from the lowest on, which bit of the instruction each is. 0: none. */
enum { OFFSET_BITS = 12 };
struct offset {
    uint8_t scale; /* log2 of the lowest bit's weight */
    uint8_t bits[OFFSET_BITS];
    bool is_signed;
};
static const struct offset load_offset = {0, {20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31}, true},
                           store_offset = {0, {7, 8, 9, 10, 11, 25, 26, 27, 28, 29, 30, 31}, true},
                           compressed_offset = {2, {6, 10, 11, 12, 5}, false},
                           load_sp_offset = {2, {4, 5, 6, 12, 2, 3}, false},
                           store_sp_offset = {2, {9, 10, 11, 12, 7, 8}, false}, no_offset = {0, {0}, false};

/* Which fields name the registers. */
enum form { FULL, COMPRESSED, STACK };

static const struct rv_access {
    uint32_t mask, word;
    enum form form;
    const struct offset *offset;
    uint8_t width;
    bool is_store, has_value;
} accesses[] = {
    {0x707F, 0x0003, FULL, &load_offset, 1, false, false},             /* lb */
    {0x707F, 0x1003, FULL, &load_offset, 2, false, false},             /* lh */
    {0x707F, 0x2003, FULL, &load_offset, 4, false, false},             /* lw */
    {0x707F, 0x4003, FULL, &load_offset, 1, false, false},             /* lbu */
    {0x707F, 0x5003, FULL, &load_offset, 2, false, false},             /* lhu */
    {0x707F, 0x2007, FULL, &load_offset, 4, false, false},             /* flw */
    {0x707F, 0x0023, FULL, &store_offset, 1, true, true},              /* sb */
    {0x707F, 0x1023, FULL, &store_offset, 2, true, true},              /* sh */
    {0x707F, 0x2023, FULL, &store_offset, 4, true, true},              /* sw */
    {0x707F, 0x2027, FULL, &store_offset, 4, true, false},             /* fsw */
    {0xF800707F, 0x1000202F, FULL, &no_offset, 4, false, false},       /* lr.w */
    {0x0000707F, 0x0000202F, FULL, &no_offset, 4, true, false},        /* sc.w and the other atomics */
    {0xE003, 0x4000, COMPRESSED, &compressed_offset, 4, false, false}, /* c.lw */
    {0xE003, 0x6000, COMPRESSED, &compressed_offset, 4, false, false}, /* c.flw */
    {0xE003, 0xC000, COMPRESSED, &compressed_offset, 4, true, true},   /* c.sw */
    {0xE003, 0xE000, COMPRESSED, &compressed_offset, 4, true, false},  /* c.fsw */
    {0xE003, 0x4002, STACK, &load_sp_offset, 4, false, false},         /* c.lwsp */
    {0xE003, 0x6002, STACK, &load_sp_offset, 4, false, false},         /* c.flwsp */
    {0xE003, 0xC002, STACK, &store_sp_offset, 4, true, true},          /* c.swsp */
    {0xE003, 0xE002, STACK, &store_sp_offset, 4, true, false},         /* c.fswsp */
};

static uint32_t offset_of(const struct offset *o, uint32_t word)
{
    uint32_t value = 0;
    unsigned n = 0;
    for (; n < OFFSET_BITS && o->bits[n]; n++)
        value |= (word >> o->bits[n] & 1) << (n + o->scale);
    bool is_negative = o->is_signed && (word >> 31);
    return is_negative ? value | ~(BIT(OFFSET_BITS) - 1) : value;
}

static unsigned base_of(enum form form, uint32_t word)
{
    return form == FULL ? word >> 15 & 31 : form == COMPRESSED ? 8 + (word >> 7 & 7) : RISCV_SP;
}

static unsigned source_of(enum form form, uint32_t word)
{
    return form == FULL ? word >> 20 & 31 : form == COMPRESSED ? 8 + (word >> 2 & 7) : word >> 2 & 31;
}

enum err rv_data_access(struct core *c, struct data_access *a)
{
    uint32_t word, pc, base = 0;
    enum err e = core_reg_read(c, RV_PC, &pc);
    if (!e)
        e = rv_instruction(c, pc, &word);
    for (size_t i = 0; !e && i < sizeof accesses / sizeof accesses[0]; i++) {
        const struct rv_access *x = &accesses[i];
        if ((word & x->mask) != x->word || (x->form == FULL) != (rv_instruction_len(word) == 4))
            continue;
        e = core_reg_read(c, base_of(x->form, word), &base);
        *a =
            (struct data_access){.addr = base + offset_of(x->offset, word), .width = x->width, .is_store = x->is_store};
        if (!e && x->has_value)
            e = core_reg_read(c, source_of(x->form, word), &a->value);
        a->has_value = x->has_value;
        if (x->width < 4)
            a->value &= BIT(8 * x->width) - 1;
        return e;
    }
    return e ? e : ERR_NOT_FOUND;
}

/* --- which watchpoint --- */

static bool is_hit(const struct riscv_trigger *g, uint32_t tdata1)
{
    return tdata1 & (g->type == TRIGGER_TYPE_MCONTROL6 ? MCONTROL6_HIT0 | MCONTROL6_HIT1 : MCONTROL_HIT);
}

/* The triggers that say so. What they say stays until it is written over: that is done before the core runs on. */
static enum err find_by_hits(struct core *c)
{
    uint32_t select = 0, tdata1[MAX_HW_SLOTS] = {0};
    struct dm *dm = c->target->dm;
    rvdm_queue_read(dm, c->index, CSR_TSELECT, &select);
    for (unsigned i = 0; i < MAX_HW_SLOTS; i++) {
        if (!c->slots.has_watch[i])
            continue;
        rvdm_queue_write(dm, c->index, CSR_TSELECT, i);
        rvdm_queue_read(dm, c->index, CSR_TDATA1, &tdata1[i]);
    }
    enum err e = dm->ops->run(dm);
    if (e)
        return e;
    rvdm_queue_write(dm, c->index, CSR_TSELECT, select);
    e = dm->ops->run(dm);
    for (unsigned i = 0; i < MAX_HW_SLOTS; i++) {
        if (!c->slots.has_watch[i] || !is_hit(&c->riscv.triggers[i], tdata1[i]))
            continue;
        c->riscv.triggers[i].is_dirty = true;
        c->riscv.hit = c->riscv.hit ? c->riscv.hit : (uint8_t)(i + 1);
    }
    return e;
}

static bool takes(const struct watchpoint *w, const struct data_access *a)
{
    bool is_kind = w->access & (a->is_store ? WP_WRITE : WP_READ);
    return is_kind && a->addr < w->addr + w->len && w->addr < a->addr + a->width;
}

void rv_find_watch(struct core *c)
{
    struct data_access a;
    enum err e = find_by_hits(c);
    bool has_access = !e && !c->riscv.hit && rv_data_access(c, &a) == ERR_OK;
    for (size_t i = 0; has_access && i < c->target->watchpoint_count; i++)
        if (takes(&c->target->watchpoints[i], &a))
            c->riscv.hit = (uint8_t)(c->target->watchpoints[i].slot + 1);
    err_forget(c->target->log);
}

int rv_hit_watch(const struct core *c)
{
    return (int)c->riscv.hit - 1;
}
