/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an Xtensa core says of a stop: exceptions by name, break instructions, and the access at a watchpoint.
 *
 * Sources: Xtensa ISA Reference Manual, table of exception causes, BREAK, and the load and store instructions; the names of ESP-IDF's
 * panic handler for the same causes.
 */
#include "target/xtensa_int.h"

#include "regs/xtensa.h"

/* --- exceptions --- */

static const struct cause {
    uint8_t code;
    bool has_address; /* EXCVADDR says where */
    const char *name, *text;
} causes[] = {
    {EXCCAUSE_ILLEGAL, false, "IllegalInstruction", "what stands there is no instruction"},
    {EXCCAUSE_SYSCALL, false, "Syscall", "a SYSCALL instruction"},
    {EXCCAUSE_FETCH_ERROR, true, "InstructionFetchError", "an instruction could not be fetched"},
    {EXCCAUSE_LOAD_STORE_ERROR, true, "LoadStoreError", "an access in a size that the memory there does not take"},
    {EXCCAUSE_LEVEL1_INTERRUPT, false, "Level1Interrupt", "an interrupt"},
    {EXCCAUSE_ALLOCA, false, "Alloca", "MOVSP needs the caller's registers"},
    {EXCCAUSE_DIVIDE_BY_ZERO, false, "IntegerDivideByZero", "a division by zero"},
    {EXCCAUSE_PC_VALUE, false, "PCValue", "a jump to where no instruction can be"},
    {EXCCAUSE_PRIVILEGED, false, "Privileged", "an instruction that needs more rights"},
    {EXCCAUSE_UNALIGNED, true, "LoadStoreAlignment", "an access whose address is not a multiple of its size"},
    {EXCCAUSE_PIF_DATA_FETCH, true, "InstrPDAddrError", "the bus gave an error for an instruction"},
    {EXCCAUSE_PIF_DATA_LOAD_STORE, true, "LoadStorePIFDataError", "the bus gave an error for a load or store"},
    {EXCCAUSE_PIF_ADDR_FETCH, true, "InstrPIFAddrError", "the bus knows no such address of an instruction"},
    {EXCCAUSE_PIF_ADDR_LOAD_STORE, true, "LoadStorePIFAddrError", "the bus knows no such address of a load or store"},
    {EXCCAUSE_FETCH_PRIVILEGE, true, "InstrFetchPrivilege", "code that needs more rights"},
    {EXCCAUSE_FETCH_PROHIBITED, true, "InstrFetchProhibited", "a jump to memory that no code runs from"},
    {EXCCAUSE_LOAD_STORE_PRIVILEGE, true, "LoadStorePrivilege", "memory that needs more rights"},
    {EXCCAUSE_LOAD_PROHIBITED, true, "LoadProhibited", "a load from where nothing may be read"},
    {EXCCAUSE_STORE_PROHIBITED, true, "StoreProhibited", "a store to where nothing may be written"},
    {EXCCAUSE_COPROCESSOR0_DISABLED, false, "Cp0Dis", "the floating-point unit was switched off"},
};

static enum err read_sr(struct core *c, unsigned sr, uint32_t *value)
{
    *value = 0;
    return core_reg_read(c, xt_sr_index(c, sr), value);
}

void xt_put_exception(struct core *c, struct buf *out)
{
    uint32_t code, address;
    if (read_sr(c, SR_EXCCAUSE, &code) || read_sr(c, SR_EXCVADDR, &address))
        return;
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        if (causes[i].code != code)
            continue;
        buf_printf(out, "; the last exception was %s (EXCCAUSE %u): %s", causes[i].name, (unsigned)code,
                   causes[i].text);
        if (causes[i].has_address)
            buf_printf(out, ", address 0x%08x", (unsigned)address);
        return;
    }
    buf_printf(out, "; the last exception has EXCCAUSE %u", (unsigned)code);
}

/* A core that stands in the vector of double exceptions has met one while it handled another. */
void xt_put_place(struct core *c, uint32_t pc, struct buf *out)
{
    enum { VECTORS = 0x400, DOUBLE = 0x3C0 };
    uint32_t base, first, second;
    if (pc % VECTORS < DOUBLE || read_sr(c, SR_VECBASE, &base) || pc - pc % VECTORS != base ||
        read_sr(c, SR_EPC1, &first) || read_sr(c, SR_DEPC, &second))
        return;
    buf_printf(out, "%sin the vector of double exceptions: one at 0x%08x while that at 0x%08x was being handled",
               out->len ? "; " : "", (unsigned)second, (unsigned)first);
    xt_put_exception(c, out);
}

/* --- break instructions --- */

static const struct break_code {
    uint8_t s, t;
    const char *text;
} break_codes[] = {
    {0, 0, "the one that programs stop for a debugger with (esp_cpu_dbgr_break)"},
    {1, 14, "a call of semihosting, which is not served"},
};

static enum err read_code(struct core *c, uint32_t pc, uint32_t *word)
{
    uint8_t bytes[3] = {0};
    enum err e = core_mem_read(c, pc, 0, bytes, sizeof bytes);
    *word = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;
    return e;
}

void xt_put_break(struct core *c, struct buf *out)
{
    uint32_t word, s, t;
    bool is_narrow = xt_break_len(c) == 2;
    if (read_code(c, c->halt_pc, &word))
        return;
    s = word >> 8 & 0xF;
    t = is_narrow ? 0 : word >> 4 & 0xF;
    buf_printf(out, is_narrow ? ": break.n %u" : ": break %u, %u", (unsigned)s, (unsigned)t);
    for (size_t i = 0; i < sizeof break_codes / sizeof break_codes[0]; i++)
        if (break_codes[i].s == s && break_codes[i].t == t)
            buf_printf(out, ", %s", break_codes[i].text);
}

/* --- loads and stores --- */

/* By the low four bits, and for the group LSAI the four below the offset. */
static const struct xt_access {
    uint8_t op0;
    int8_t r; /* -1: part of the offset */
    uint8_t width, scale;
    bool is_store;
} accesses[] = {
    {0x2, 0x0, 1, 1, false}, {0x2, 0x1, 2, 2, false}, {0x2, 0x2, 4, 4, false}, {0x2, 0x9, 2, 2, false},
    {0x2, 0xB, 4, 4, false}, {0x2, 0x4, 1, 1, true},  {0x2, 0x5, 2, 2, true},  {0x2, 0x6, 4, 4, true},
    {0x2, 0xE, 4, 4, true},  {0x2, 0xF, 4, 4, true},  {0x8, -1, 4, 4, false},  {0x9, -1, 4, 4, true},
};

enum err xt_data_access(struct core *c, struct data_access *a)
{
    uint32_t word, pc;
    enum err e = core_reg_read(c, xt_pc_index(c), &pc);
    if (!e)
        e = read_code(c, pc, &word);
    for (size_t i = 0; !e && i < sizeof accesses / sizeof accesses[0]; i++) {
        const struct xt_access *x = &accesses[i];
        uint32_t r = word >> 12 & 0xF, offset = x->r < 0 ? r : word >> 16 & 0xFF;
        if ((word & 0xF) != x->op0 || (x->r >= 0 && (int)r != x->r))
            continue;
        e = core_reg_read(c, xt_ar_index(c, xt_physical(c, word >> 8 & 0xF)), &a->addr);
        a->addr += offset * x->scale;
        a->width = x->width;
        a->is_store = a->has_value = x->is_store;
        if (!e && x->is_store)
            e = core_reg_read(c, xt_ar_index(c, xt_physical(c, word >> 4 & 0xF)), &a->value);
        if (x->width < 4)
            a->value &= (1U << 8 * x->width) - 1;
        return e;
    }
    return e ? e : ERR_NOT_FOUND;
}
