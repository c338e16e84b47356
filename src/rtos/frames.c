/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a thread that does not run has left on its stack.
 *
 * Xtensa, windowed: a thread that was interrupted has all of its window in the frame; its older windows are on the stack already. One
 * that yielded by itself has left a short frame, and the registers of the function that called the yield where the window overflow
 * puts them: a0 to a3 below the frame, those behind below the stack pointer of the caller's caller. In both the debugger sees the
 * window as number 0.
 *
 * Sources: ESP-IDF components/xtensa/include/xtensa_context.h (XT_STK_..., XT_SOL_...) and components/riscv/include/riscv/
 * rvruntime-frames.h; Xtensa ISA, WindowOverflow4, 8, 12.
 */
#include "rtos/rtos_int.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

enum { WORD = 4, BELOW = 16, FRAME_MAX = 0xA0 };
#define PS_EXCM    0x10U
#define PC_REGION  0x40000000U /* the code's, in place of the size of the window */
#define PC_BITS    0x3FFFFFFFU
#define CALL_SHIFT 30
#define ALL        0xFFFFFFFFU

/* A word of a frame. */
struct slot {
    const char *name;
    int offset;           /* from the stack pointer */
    uint32_t mask, fixed; /* bits that are the register's, and what the others are seen as; mask 0: all */
};

/* A register that is the same in all frames. */
struct preset {
    const char *name;
    uint32_t value;
};

struct stacking {
    const struct slot *slots;
    size_t count;
    const struct preset *presets;
    size_t preset_count;
    uint16_t len; /* bytes from the stack pointer up */
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const struct preset window_0[] = {{"windowbase", 0}, {"windowstart", 1}};

#define INTERRUPTED                                                                                                    \
    {"pc", 0x04}, {"ps", 0x08, ~PS_EXCM, 0}, {"ar0", 0x0C}, {"ar1", 0x10}, {"ar2", 0x14}, {"ar3", 0x18},               \
        {"ar4", 0x1C}, {"ar5", 0x20}, {"ar6", 0x24}, {"ar7", 0x28}, {"ar8", 0x2C}, {"ar9", 0x30}, {"ar10", 0x34},      \
        {"ar11", 0x38}, {"ar12", 0x3C}, {"ar13", 0x40}, {"ar14", 0x44}, {"ar15", 0x48}, {"sar", 0x4C},                 \
        {"exccause", 0x50}, {"excvaddr", 0x54}, {"lbeg", 0x58}, {"lend", 0x5C}, {"lcount", 0x60}, {"threadptr", 0x70}, \
        {"acclo", 0x74}, {"acchi", 0x78}, {"br", 0x7C}, {"scompare1", 0x80}, {"m0", 0x84}, {"m1", 0x88}, {"m2", 0x8C}, \
    {                                                                                                                  \
        "m3", 0x90                                                                                                     \
    }
static const struct slot interrupted_esp32[] = {INTERRUPTED, {"f64r_lo", 0x94}, {"f64r_hi", 0x98}, {"f64s", 0x9C}};
static const struct slot interrupted_esp32s3[] = {INTERRUPTED};

static const struct slot yielded[] = {{"pc", 0x04, PC_BITS, PC_REGION},
                                      {"ps", 0x08, ~PS_EXCM, 0},
                                      {"threadptr", 0x0C},
                                      {"ar0", -16},
                                      {"ar1", -12},
                                      {"ar2", -8},
                                      {"ar3", -4}};

static const struct slot riscv[] = {
    {"pc", 0x00}, {"ra", 0x04}, {"sp", 0x08},      {"gp", 0x0C},    {"tp", 0x10},     {"t0", 0x14},
    {"t1", 0x18}, {"t2", 0x1C}, {"fp", 0x20},      {"s1", 0x24},    {"a0", 0x28},     {"a1", 0x2C},
    {"a2", 0x30}, {"a3", 0x34}, {"a4", 0x38},      {"a5", 0x3C},    {"a6", 0x40},     {"a7", 0x44},
    {"s2", 0x48}, {"s3", 0x4C}, {"s4", 0x50},      {"s5", 0x54},    {"s6", 0x58},     {"s7", 0x5C},
    {"s8", 0x60}, {"s9", 0x64}, {"s10", 0x68},     {"s11", 0x6C},   {"t3", 0x70},     {"t4", 0x74},
    {"t5", 0x78}, {"t6", 0x7C}, {"mstatus", 0x80}, {"mtvec", 0x84}, {"mcause", 0x88}, {"mtval", 0x8C}};
static const struct preset riscv_zero[] = {{"zero", 0}};

static const struct stacking esp32 = {interrupted_esp32, COUNT(interrupted_esp32), window_0, COUNT(window_0), 0xA0},
                             esp32s3 = {interrupted_esp32s3, COUNT(interrupted_esp32s3), window_0, COUNT(window_0),
                                        0x94},
                             xtensa_yielded = {yielded, COUNT(yielded), window_0, COUNT(window_0), 0x10},
                             risc_v = {riscv, COUNT(riscv), riscv_zero, COUNT(riscv_zero), 0x90};

/* Which frame an ISA has, by whether its first word is zero. */
static const struct isa {
    const struct stacking *zero, *other;
} isas[] = {[RTOS_XTENSA_ESP32] = {&xtensa_yielded, &esp32},
            [RTOS_XTENSA_ESP32S3] = {&xtensa_yielded, &esp32s3},
            [RTOS_RISCV] = {&risc_v, &risc_v}};

/* --- reading --- */

static void keep(struct rtos_frame *f, const char *name, uint32_t value, uint32_t addr, uint32_t mask)
{
    if (f->count == RTOS_MAX_SLOTS)
        return;
    struct rtos_kept *k = &f->kept[f->count++];
    *k = (struct rtos_kept){.value = value, .addr = addr, .mask = mask};
    snprintf(k->name, sizeof k->name, "%s", name);
}

static const struct rtos_kept *find(const struct rtos_frame *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (!strcmp(f->kept[i].name, name))
            return &f->kept[i];
    return NULL;
}

static void take_slots(struct rtos_frame *f, const struct stacking *s, uint32_t stack, const uint8_t *bytes)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct slot *slot = &s->slots[i];
        uint32_t mask = slot->mask ? slot->mask : ALL;
        uint32_t word = le32_get(bytes + (BELOW + slot->offset));
        keep(f, slot->name, (word & mask) | slot->fixed, stack + (uint32_t)slot->offset, mask);
    }
    for (size_t i = 0; i < s->preset_count; i++)
        keep(f, s->presets[i].name, s->presets[i].value, 0, 0);
}

/* Registers from a4 on of the function that called the yield: as many as its call has kept. They are found by what the caller's own
   frame says of its caller's stack pointer. What does not fit is left out. */
static enum err take_older(struct rtos *r, struct rtos_frame *f, uint32_t return_address)
{
    enum { CALL_8 = 2, EXTRA = 16, SP_SLOT = 12 };
    unsigned quads = return_address >> CALL_SHIFT;
    const struct rtos_kept *sp = find(f, "ar1");
    uint32_t older = 0, words[8] = {0};
    if (quads < CALL_8 || !sp || sp->value % BELOW || !rtos_is_data(r, sp->value - BELOW, BELOW))
        return ERR_OK;
    struct rtos_read read = {.addr = sp->value - SP_SLOT, .into = &older, .len = WORD};
    enum err e = r->memory.read_all(r->memory.ctx, &read, 1);
    uint32_t len = (quads - 1) * EXTRA, at = older - EXTRA - len;
    if (e || !read.is_good || older % BELOW || !rtos_is_data(r, at, len))
        return e;
    read = (struct rtos_read){.addr = at, .into = words, .len = len};
    e = r->memory.read_all(r->memory.ctx, &read, 1);
    for (unsigned i = 0; !e && read.is_good && i < len / WORD; i++) {
        char name[8];
        snprintf(name, sizeof name, "ar%u", 4 + i);
        keep(f, name, words[i], at + i * WORD, ALL);
    }
    return e;
}

enum err rtos_read_frame(struct rtos *r, const struct rtos_thread *thread)
{
    uint8_t bytes[BELOW + FRAME_MAX] = {0};
    struct rtos_frame *f = &r->frame;
    uint32_t stack = thread->stack;
    const struct isa *isa = &isas[r->memory.isa];
    size_t below = isa->zero == &xtensa_yielded ? BELOW : 0;
    if (f->thread == thread->id)
        return ERR_OK;
    *f = (struct rtos_frame){.thread = thread->id};
    if (stack % BELOW || !rtos_is_data(r, stack - (uint32_t)below, below + isa->zero->len)) {
        rtos_note(
            r, "the stack pointer of thread 0x%08x (%s) is 0x%08x, where no stack can be: its registers are not known",
            (unsigned)thread->id, thread->name, (unsigned)stack);
        return ERR_OK;
    }
    /* Near the end of the memory there may be room for the shorter frame only. */
    size_t len = rtos_is_data(r, stack, isa->other->len) ? isa->other->len : isa->zero->len;
    struct rtos_read read = {.addr = stack - (uint32_t)below, .into = bytes + BELOW - below, .len = below + len};
    enum err e = r->memory.read_all(r->memory.ctx, &read, 1);
    uint32_t first = le32_get(bytes + BELOW);
    const struct stacking *s = first ? isa->other : isa->zero;
    if (e || !read.is_good || len < s->len)
        return e;
    take_slots(f, s, stack, bytes);
    return s == &xtensa_yielded ? take_older(r, f, le32_get(bytes + BELOW + WORD)) : ERR_OK;
}

/* --- registers --- */

static enum err find_kept(struct rtos *r, uint32_t id, const char *name, const struct rtos_kept **kept)
{
    const struct rtos_thread *thread = rtos_find(r, id);
    char alias[12];
    if (!thread)
        return err_at(r->log, ERR_NOT_FOUND, "there is no thread 0x%08x any more", (unsigned)id);
    enum err e = rtos_read_frame(r, thread);
    *kept = find(&r->frame, name);
    snprintf(alias, sizeof alias, "ar%.8s", name + 1); /* a0 is ar0 in window 0 */
    if (!*kept && *name == 'a' && r->memory.isa != RTOS_RISCV)
        *kept = find(&r->frame, alias);
    return e;
}

enum err rtos_read_register(struct rtos *r, uint32_t id, const char *name, uint32_t *value)
{
    const struct rtos_kept *k = NULL;
    enum err e = find_kept(r, id, name, &k);
    if (e)
        return e;
    if (!k)
        return err_at(r->log, ERR_NOT_FOUND, "thread 0x%08x does not run, and has not kept %s", (unsigned)id, name);
    *value = k->value;
    return ERR_OK;
}

enum err rtos_write_register(struct rtos *r, uint32_t id, const char *name, uint32_t value)
{
    const struct rtos_kept *k = NULL;
    uint32_t word = 0;
    enum err e = find_kept(r, id, name, &k);
    if (e)
        return e;
    if (!k || !k->addr)
        return err_at(r->log, ERR_UNSUPPORTED,
                      "thread 0x%08x does not run, and %s is not among what it has kept on its stack: it cannot be "
                      "changed before "
                      "the thread runs",
                      (unsigned)id, name);
    struct rtos_read read = {.addr = k->addr, .into = &word, .len = WORD};
    e = r->memory.read_all(r->memory.ctx, &read, 1);
    if (!e && !read.is_good)
        e = err_at(r->log, ERR_FAULT, "the stack of thread 0x%08x cannot be read", (unsigned)id);
    if (!e)
        e = r->memory.write(r->memory.ctx, k->addr, (word & ~k->mask) | (value & k->mask));
    r->frame.thread = 0;
    return e;
}
