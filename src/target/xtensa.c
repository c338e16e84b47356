/* SPDX-License-Identifier: Apache-2.0 */
/* The Xtensa core's breakpoints, algorithms, and the table of all that it does. */
#include "target/xtensa_int.h"

#include "regs/xtensa.h"

enum { HW_SLOTS = 2, BREAK_LEN = 3, BREAK_N_LEN = 2, WATCH_MAX = 64, CALL0_ALIGN = 16 };

static const char deaf_text[] = "it runs code of the highest interrupt level, or hangs in an access to a bus";

/* --- breakpoints --- */

unsigned xt_break_len(struct core *c)
{
    if (c->cause & DEBUGCAUSE_BI)
        return BREAK_LEN;
    return c->cause & DEBUGCAUSE_BN ? BREAK_N_LEN : 0;
}

/* Xtensa ISA, chapter "Instruction Formats"; the longest are those of the ESP32-S3's processor instruction extensions. */
unsigned xt_instruction_len(const uint8_t *bytes)
{
    enum { OP0 = 0xF, NARROW = 8, WIDE = 14, WIDE_LEN = 4 };
    unsigned op0 = bytes[0] & OP0;
    return op0 >= WIDE ? WIDE_LEN : op0 >= NARROW ? BREAK_N_LEN : BREAK_LEN;
}

void xt_break_bytes(uint8_t len, uint8_t *bytes)
{
    static const uint8_t break_0_0[] = {0x00, 0x40, 0x00}, break_n_0[] = {0x2D, 0xF0};
    for (unsigned i = 0; i < len; i++)
        bytes[i] = len == BREAK_N_LEN ? break_n_0[i] : i < BREAK_LEN ? break_0_0[i] : 0;
}

enum err xt_set_hw_break(struct core *c, unsigned slot, bool on, uint32_t addr)
{
    unsigned enable_at = xt_sr_index(c, SR_IBREAKENABLE);
    uint32_t enable;
    enum err e = core_reg_read(c, enable_at, &enable);
    if (e)
        return e;
    core_reg_set(c, enable_at, on ? enable | BIT(slot) : enable & ~BIT(slot));
    if (on)
        core_reg_set(c, xt_sr_index(c, SR_IBREAKA0 + slot), addr);
    return ERR_OK;
}

enum err xt_set_hw_watch(struct core *c, unsigned slot, bool on, const struct watchpoint *w)
{
    uint32_t control = 0;
    if (on) {
        control |= w->access & WP_READ ? DBREAKC_LOAD : 0;
        control |= w->access & WP_WRITE ? DBREAKC_STORE : 0;
        control |= ~(w->len - 1) & DBREAKC_MASK;
        core_reg_set(c, xt_sr_index(c, SR_DBREAKA0 + slot), w->addr);
    }
    core_reg_set(c, xt_sr_index(c, SR_DBREAKC0 + slot), control);
    return ERR_OK;
}

static int hit_watch(const struct core *c)
{
    return c->cause & DEBUGCAUSE_DB ? (int)field_get(DEBUGCAUSE_DBNUM, c->cause) : -1;
}

enum err xt_hw_slots(struct core *c, uint32_t *slots)
{
    (void)c;
    *slots = BIT(HW_SLOTS) - 1;
    return ERR_OK;
}

const char *xt_check_watch(struct core *c, uint32_t addr, uint32_t len, unsigned *slots)
{
    (void)c;
    *slots = 1;
    if (len == 0 || len > WATCH_MAX || (len & (len - 1)))
        return "a watchpoint covers 1, 2, 4, 8, 16, 32 or 64 bytes";
    if (addr % len)
        return "the address of a watchpoint is a multiple of its length; two smaller ones may do";
    return NULL;
}

/* --- algorithms --- */

/* What code of the call0 ABI may change, and what the start values change. */
static const uint8_t algorithm_srs[] = {
    SR_PS,       SR_LBEG,     SR_LEND,         SR_LCOUNT,   SR_SAR,       SR_BR,     SR_ACCLO, SR_ACCHI,
    SR_M0,       SR_M1,       SR_M2,           SR_M3,       SR_SCOMPARE1, SR_EPC1,   SR_DEPC,  SR_EXCCAUSE,
    SR_EXCVADDR, SR_EXCSAVE1, SR_IBREAKENABLE, SR_DBREAKC0, SR_DBREAKC1,  SR_VECBASE};

unsigned xt_algorithm_regs(struct core *c, uint16_t *list)
{
    unsigned count = 0;
    list[count++] = (uint16_t)xt_pc_index(c);
    for (unsigned a = 0; a < XT_WINDOW_REGS; a++)
        list[count++] = (uint16_t)xt_ar_index(c, xt_physical(c, a));
    for (unsigned i = 0; i < sizeof algorithm_srs; i++)
        list[count++] = (uint16_t)xt_sr_index(c, algorithm_srs[i]);
    return count;
}

static void set_a(struct core *c, unsigned a, uint32_t value)
{
    core_reg_set(c, xt_ar_index(c, xt_physical(c, a)), value);
}

/* No windows (WOE 0), no loop, no breakpoint of the program's, all interrupts but the NMI masked. */
enum err xt_prepare_algorithm(struct core *c, const struct algorithm *a)
{
    if (a->arg_count > sizeof a->args / sizeof a->args[0])
        return err_at(c->target->log, ERR_USAGE, "an algorithm takes at most %zu arguments, not %u",
                      sizeof a->args / sizeof a->args[0], a->arg_count);
    core_reg_set(c, xt_pc_index(c), a->pc);
    core_reg_set(c, xt_sr_index(c, SR_PS), PS_UM | field_put(PS_INTLEVEL, 0, XTENSA_DEBUG_LEVEL - 1));
    core_reg_set(c, xt_sr_index(c, SR_LCOUNT), 0);
    core_reg_set(c, xt_sr_index(c, SR_ICOUNTLEVEL), 0);
    core_reg_set(c, xt_sr_index(c, SR_IBREAKENABLE), 0);
    core_reg_set(c, xt_sr_index(c, SR_DBREAKC0), 0);
    core_reg_set(c, xt_sr_index(c, SR_DBREAKC1), 0);
    set_a(c, 0, 0);
    set_a(c, 1, a->stack_top - a->stack_top % CALL0_ALIGN);
    for (unsigned i = 0; i < a->arg_count; i++)
        set_a(c, 2 + i, a->args[i]);
    return ERR_OK;
}

enum err xt_algorithm_result(struct core *c, uint32_t *result, uint32_t *pc)
{
    enum err e = core_reg_read(c, xt_ar_index(c, xt_physical(c, 2)), result);
    return e ? e : core_reg_read(c, xt_pc_index(c), pc);
}

static enum err execute(struct core *c, uint32_t word)
{
    struct dm *dm = c->target->dm;
    dm->ops->queue_execute(dm, c->index, word);
    return dm->ops->run(dm);
}

static enum err get_pc(struct core *c, uint32_t *pc)
{
    return core_reg_read(c, xt_pc_index(c), pc);
}

static enum err set_pc(struct core *c, uint32_t pc)
{
    return core_reg_write(c, xt_pc_index(c), pc);
}

/* The two cores differ in their registers only. */
#define OPS(list)                                                                                                      \
    .gdb_architecture = "xtensa", .hit_watch = hit_watch, .regs = (list), .reg_count = &list##_count,                  \
    .learn_halt = xt_learn_halt, .canonical = xt_canonical, .fetch = xt_fetch, .flush = xt_flush, .step = xt_step,     \
    .break_len = xt_break_len, .break_bytes = xt_break_bytes, .longest_break = BREAK_LEN,                              \
    .instruction_len = xt_instruction_len, .step_patched = xt_step_patched, .load = xt_load, .store = xt_store,        \
    .access_all = xt_access_all, .follow = xt_follow, .run_pokes = xt_run_pokes, .set_hw_break = xt_set_hw_break,      \
    .hw_slots = xt_hw_slots, .set_hw_watch = xt_set_hw_watch, .check_watch = xt_check_watch, .deaf_text = deaf_text,   \
    .execute = execute, .prepare_algorithm = xt_prepare_algorithm, .algorithm_regs = xt_algorithm_regs,                \
    .algorithm_result = xt_algorithm_result, .touch_scratch = xt_touch_scratch, .note_exception = xt_note_exception,   \
    .data_access = xt_data_access, .put_exception = xt_put_exception, .put_break = xt_put_break,                       \
    .put_place = xt_put_place, .pc = get_pc, .set_pc = set_pc

const struct core_ops core_ops_xtensa_lx6 = {OPS(xtensa_regs_lx6)};
const struct core_ops core_ops_xtensa_lx7 = {OPS(xtensa_regs_lx7)};
