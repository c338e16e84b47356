/* SPDX-License-Identifier: Apache-2.0 */
/* The small core of the rig: as much of RV32I, of its CSRs and triggers as a debugger's tests run. */
#include "riscv_rig.h"

#include <string.h>

enum { WORD = 4, RESET_MSTATUS = 0x1800 };

bool rrig_access(struct riscv_rig *r, uint32_t addr, unsigned width, uint32_t *value, bool is_write)
{
    if (addr < RRIG_RAM || addr - RRIG_RAM > RRIG_RAM_SIZE - width || addr % width)
        return false;
    uint8_t *at = r->ram + (addr - RRIG_RAM);
    if (!is_write)
        *value = 0;
    for (unsigned i = 0; i < width; i++) {
        if (is_write)
            at[i] = (uint8_t)(*value >> (8 * i));
        else
            *value |= (uint32_t)at[i] << (8 * i);
    }
    return true;
}

/* --- CSRs --- */

static uint32_t hit_bit(const struct riscv_rig *r)
{
    if (!r->config.has_hits)
        return 0;
    return r->config.trigger_type == TRIGGER_TYPE_MCONTROL6 ? MCONTROL6_HIT0 : MCONTROL_HIT;
}

static uint32_t legal_tdata1(const struct riscv_rig *r, uint32_t value)
{
    unsigned match = field_get(MCONTROL_MATCH, value);
    if (field_get(MCONTROL_TYPE, value) != r->config.trigger_type)
        return field_put(MCONTROL_TYPE, 0, r->config.trigger_type);
    if (!(r->config.match_kinds >> match & 1))
        value = field_put(MCONTROL_MATCH, value, TRIGGER_MATCH_EQUAL);
    return value & (MCONTROL_TYPE | MCONTROL_DMODE | MCONTROL_ACTION | MCONTROL_CHAIN | MCONTROL_MATCH | MCONTROL_M |
                    MCONTROL_U | hit_bit(r) | MCONTROL_EXECUTE | MCONTROL_STORE | MCONTROL_LOAD);
}

static bool trigger_csr(struct riscv_rig *r, struct rrig_hart *h, unsigned csr, uint32_t *value, bool is_write)
{
    uint32_t select = h->csr[CSR_TSELECT];
    if (!r->config.triggers)
        return false;
    uint32_t *reg = csr == CSR_TDATA1 ? &h->tdata1[select] : &h->tdata2[select];
    if (csr == CSR_TSELECT) {
        if (is_write && *value < r->config.triggers)
            h->csr[CSR_TSELECT] = *value;
        *value = h->csr[CSR_TSELECT];
        return true;
    }
    if (is_write)
        *reg = csr == CSR_TDATA1 ? legal_tdata1(r, *value) : *value;
    *value = *reg;
    return true;
}

static bool has_csr(unsigned csr)
{
    static const uint16_t all[] = {CSR_MSTATUS,   CSR_MISA,    CSR_MTVEC,   CSR_MSCRATCH, CSR_MEPC,
                                   CSR_MCAUSE,    CSR_MTVAL,   CSR_DCSR,    CSR_DPC,      CSR_DSCRATCH0,
                                   CSR_DSCRATCH1, CSR_MHARTID, CSR_PMPCFG0, CSR_TINFO};
    for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i] == csr)
            return true;
    return false;
}

static uint32_t legal(const struct riscv_rig *r, unsigned csr, uint32_t old, uint32_t value)
{
    const uint32_t writable = DCSR_EBREAKM | DCSR_EBREAKU | DCSR_STEP | DCSR_PRV;
    if (csr != CSR_DCSR)
        return csr == CSR_MISA ? old : value;
    uint32_t mask = writable | (r->config.has_no_stepie ? 0 : DCSR_STEPIE);
    return (old & ~mask) | (value & mask);
}

bool rrig_csr(struct riscv_rig *r, struct rrig_hart *h, unsigned csr, uint32_t *value, bool is_write)
{
    if (csr == CSR_TSELECT || csr == CSR_TDATA1 || csr == CSR_TDATA2)
        return trigger_csr(r, h, csr, value, is_write);
    if (!has_csr(csr) || (is_write && field_get(CSR_NUMBER_READ_ONLY, csr) == 3))
        return false;
    if (is_write)
        h->csr[csr] = legal(r, csr, h->csr[csr], *value);
    *value = h->csr[csr];
    return true;
}

/* --- instructions --- */

static int32_t immediate_of_j(uint32_t w)
{
    uint32_t imm = (w >> 21 & 0x3FF) << 1 | (w >> 20 & 1) << 11 | (w >> 12 & 0xFF) << 12 | (w >> 31) << 20;
    return (int32_t)(imm << 11) >> 11;
}

static void set_x(struct rrig_hart *h, unsigned rd, uint32_t value)
{
    if (rd)
        h->x[rd] = value;
}

static bool execute_load(struct riscv_rig *r, struct rrig_hart *h, uint32_t w)
{
    unsigned funct3 = field_get(INSN_FUNCT3, w), width = 1U << (funct3 & 3);
    uint32_t value, addr = h->x[field_get(INSN_RS1, w)] + (uint32_t)((int32_t)w >> 20);
    if (!rrig_access(r, addr, width, &value, false))
        return false;
    if (!(funct3 & 4) && width < WORD)
        value = (uint32_t)((int32_t)(value << (32 - 8 * width)) >> (32 - 8 * width));
    set_x(h, field_get(INSN_RD, w), value);
    return true;
}

static bool execute_store(struct riscv_rig *r, struct rrig_hart *h, uint32_t w)
{
    uint32_t imm = (uint32_t)((int32_t)w >> 25 << 5) | (w >> 7 & 0x1F), value = h->x[w >> 20 & 0x1F];
    return rrig_access(r, h->x[field_get(INSN_RS1, w)] + imm, 1U << field_get(INSN_FUNCT3, w), &value, true);
}

static bool execute_csr(struct riscv_rig *r, struct rrig_hart *h, uint32_t w)
{
    unsigned funct3 = field_get(INSN_FUNCT3, w), rs1 = field_get(INSN_RS1, w), csr = field_get(INSN_CSR, w);
    uint32_t old = 0, operand = funct3 & 4 ? rs1 : h->x[rs1], value;
    if (!rrig_csr(r, h, csr, &old, false))
        return false;
    value = (funct3 & 3) == 1 ? operand : (funct3 & 3) == 2 ? old | operand : old & ~operand;
    if (((funct3 & 3) == 1 || rs1) && !rrig_csr(r, h, csr, &value, true))
        return false;
    set_x(h, field_get(INSN_RD, w), old);
    return true;
}

static bool execute_16(struct riscv_rig *r, struct rrig_hart *h, uint32_t w, bool *stops)
{
    uint32_t value;
    switch (w & 0xFFFF) {
    case INSN_C_EBREAK:
        *stops = true;
        return true;
    case 0x4004: /* C.LW s1, 0(s0) */
        if (!rrig_access(r, h->x[RISCV_S0], WORD, &value, false))
            return false;
        h->x[RISCV_S1] = value;
        return true;
    case 0xC004: /* C.SW s1, 0(s0) */
        return rrig_access(r, h->x[RISCV_S0], WORD, &h->x[RISCV_S1], true);
    case 0x0411: /* C.ADDI s0, 4 */
        h->x[RISCV_S0] += 4;
        return true;
    default:
        return false;
    }
}

bool rrig_execute(struct riscv_rig *r, struct rrig_hart *h, uint32_t w, unsigned *len, bool *stops)
{
    *len = (w & 3) == 3 ? 4 : 2;
    if (*len == 2)
        return execute_16(r, h, w, stops);
    *stops = w == INSN_EBREAK;
    if (*stops || w == INSN_FENCE_I || w == INSN_FENCE || w == INSN_WFI)
        return true;
    switch (field_get(INSN_OPCODE, w)) {
    case OPCODE_LOAD:
        return execute_load(r, h, w);
    case OPCODE_STORE:
        return execute_store(r, h, w);
    case 0x13: /* ADDI */
        set_x(h, field_get(INSN_RD, w), h->x[field_get(INSN_RS1, w)] + (uint32_t)((int32_t)w >> 20));
        return field_get(INSN_FUNCT3, w) == 0;
    case 0x37: /* LUI */
        set_x(h, field_get(INSN_RD, w), w & 0xFFFFF000);
        return true;
    case 0x6F: /* JAL */
        set_x(h, field_get(INSN_RD, w), h->pc + WORD);
        *len = (unsigned)immediate_of_j(w);
        return true;
    case OPCODE_SYSTEM:
        return field_get(INSN_FUNCT3, w) && execute_csr(r, h, w);
    default:
        return false;
    }
}

/* --- running --- */

void rrig_halt(struct riscv_rig *r, struct rrig_hart *h, unsigned cause)
{
    h->is_halted = true;
    h->csr[CSR_DPC] = h->pc;
    h->csr[CSR_DCSR] = field_put(DCSR_CAUSE, h->csr[CSR_DCSR], cause);
    for (unsigned i = 0; i < r->config.cores; i++)
        if (&r->harts[i] != h && h->group && r->harts[i].group == h->group && !r->harts[i].is_halted)
            rrig_halt(r, &r->harts[i], DCSR_CAUSE_GROUP);
}

void rrig_reset_hart(struct riscv_rig *r, struct rrig_hart *h)
{
    bool halts = h->halts_at_reset, wants_halt = h->wants_halt;
    unsigned group = h->group;
    *h = (struct rrig_hart){.pc = RRIG_RESET_VECTOR, .was_reset = true, .halts_at_reset = halts, .group = group};
    h->wants_halt = wants_halt;
    h->csr[CSR_MSTATUS] = RESET_MSTATUS;
    h->csr[CSR_MISA] = MISA_I | MISA_C | MISA_M | field_put(MISA_MXL, 0, 1);
    h->csr[CSR_MHARTID] = (uint32_t)(h - r->harts);
    h->csr[CSR_DCSR] = 4U << 28 | PRV_M;
    for (unsigned i = 0; i < r->config.triggers; i++)
        h->tdata1[i] = field_put(MCONTROL_TYPE, 0, r->config.trigger_type);
    if (halts)
        rrig_halt(r, h, DCSR_CAUSE_RESETHALTREQ);
}

static bool matches(const struct rrig_hart *h, unsigned i, uint32_t addr)
{
    uint32_t value = h->tdata2[i];
    switch (field_get(MCONTROL_MATCH, h->tdata1[i])) {
    case TRIGGER_MATCH_NAPOT: {
        uint32_t mask = ~(value ^ (value + 1));
        return (addr & mask) == (value & mask);
    }
    case TRIGGER_MATCH_GE:
        return addr >= value;
    case TRIGGER_MATCH_LT:
        return addr < value;
    default:
        return addr == value;
    }
}

static bool fires(const struct riscv_rig *r, struct rrig_hart *h, uint32_t kind, uint32_t addr)
{
    for (unsigned i = 0; i < r->config.triggers; i++) {
        bool is_hit = (h->tdata1[i] & kind) && (h->tdata1[i] & MCONTROL_M) && matches(h, i, addr);
        while ((h->tdata1[i] & MCONTROL_CHAIN) && i + 1 < r->config.triggers) {
            i++; /* all of a chain have to match */
            is_hit = is_hit && (h->tdata1[i] & kind) && matches(h, i, addr);
        }
        if (is_hit && field_get(MCONTROL_ACTION, h->tdata1[i]) == TRIGGER_ACTION_DEBUG) {
            h->tdata1[i] |= hit_bit(r);
            return true;
        }
    }
    return false;
}

static bool stops_before(const struct riscv_rig *r, struct rrig_hart *h, uint32_t w)
{
    uint32_t base = h->x[field_get(INSN_RS1, w)];
    if (fires(r, h, MCONTROL_EXECUTE, h->pc))
        return true;
    if (field_get(INSN_OPCODE, w) == OPCODE_LOAD)
        return fires(r, h, MCONTROL_LOAD, base + (uint32_t)((int32_t)w >> 20));
    if (field_get(INSN_OPCODE, w) == OPCODE_STORE)
        return fires(r, h, MCONTROL_STORE, base + ((uint32_t)((int32_t)w >> 25 << 5) | (w >> 7 & 0x1F)));
    return false;
}

static void trap(struct rrig_hart *h, uint32_t cause)
{
    uint32_t status = h->csr[CSR_MSTATUS];
    h->csr[CSR_MEPC] = h->pc;
    h->csr[CSR_MCAUSE] = cause;
    h->csr[CSR_MSTATUS] = (status & ~(MSTATUS_MIE | MSTATUS_MPIE)) | (status & MSTATUS_MIE ? MSTATUS_MPIE : 0);
    h->pc = h->csr[CSR_MTVEC] & ~MTVEC_MODE;
}

static void run_one(struct riscv_rig *r, struct rrig_hart *h)
{
    uint32_t low = 0, high = 0;
    unsigned len = 0;
    bool stops = false;
    (void)rrig_access(r, h->pc & ~1U, 2, &low, false);
    if ((low & 3) == 3)
        (void)rrig_access(r, h->pc + 2, 2, &high, false);
    uint32_t w = low | high << 16;
    if (stops_before(r, h, w)) {
        rrig_halt(r, h, DCSR_CAUSE_TRIGGER);
        return;
    }
    h->executed++;
    bool is_good = rrig_execute(r, h, w, &len, &stops);
    if (stops && (h->csr[CSR_DCSR] & DCSR_EBREAKM)) {
        rrig_halt(r, h, DCSR_CAUSE_EBREAK);
        return;
    }
    if (!is_good || stops)
        trap(h, stops ? CAUSE_BREAKPOINT : CAUSE_ILLEGAL);
    else
        h->pc += len;
    if (h->csr[CSR_DCSR] & DCSR_STEP)
        rrig_halt(r, h, DCSR_CAUSE_STEP);
}

static void run_hart(struct riscv_rig *r, struct rrig_hart *h, uint64_t count)
{
    while (count-- && !h->is_halted && !h->is_held && !h->is_absent) {
        if (h->wants_halt)
            rrig_halt(r, h, DCSR_CAUSE_HALTREQ);
        else
            run_one(r, h);
    }
}

/* A core that was let go takes its PC from dpc. */
void rrig_run_harts(struct riscv_rig *r)
{
    uint64_t count = (r->tcks - r->ran_tcks) / r->step_tcks;
    if (!count)
        return;
    r->ran_tcks += count * r->step_tcks;
    for (unsigned i = 0; i < r->config.cores; i++) {
        struct rrig_hart *h = &r->harts[i];
        if (h->is_halted)
            h->pc = h->csr[CSR_DPC];
        else
            run_hart(r, h, count < 1000 ? count : 1000);
    }
}
