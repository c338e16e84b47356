/* SPDX-License-Identifier: Apache-2.0 */
#include "chain_model.h"

#include "base/bits.h"

#include <string.h>

/* The states by the hexadecimal codes that the standard's example gives them (IEEE 1149.1, table 6-3). */
enum {
    EXIT2_DR = 0x0,
    EXIT1_DR = 0x1,
    SHIFT_DR = 0x2,
    PAUSE_DR = 0x3,
    SELECT_IR = 0x4,
    UPDATE_DR = 0x5,
    CAPTURE_DR = 0x6,
    SELECT_DR = 0x7,
    EXIT2_IR = 0x8,
    EXIT1_IR = 0x9,
    SHIFT_IR = 0xA,
    PAUSE_IR = 0xB,
    IDLE = 0xC,
    UPDATE_IR = 0xD,
    CAPTURE_IR = 0xE,
    RESET = 0xF,
};

static int next_state(int s, bool tms)
{
    switch (s) {
    case RESET:
        return tms ? RESET : IDLE;
    case IDLE:
    case UPDATE_DR:
    case UPDATE_IR:
        return tms ? SELECT_DR : IDLE;
    case SELECT_DR:
        return tms ? SELECT_IR : CAPTURE_DR;
    case SELECT_IR:
        return tms ? RESET : CAPTURE_IR;
    case CAPTURE_DR:
    case SHIFT_DR:
        return tms ? EXIT1_DR : SHIFT_DR;
    case CAPTURE_IR:
    case SHIFT_IR:
        return tms ? EXIT1_IR : SHIFT_IR;
    case EXIT1_DR:
        return tms ? UPDATE_DR : PAUSE_DR;
    case EXIT1_IR:
        return tms ? UPDATE_IR : PAUSE_IR;
    case PAUSE_DR:
        return tms ? EXIT2_DR : PAUSE_DR;
    case PAUSE_IR:
        return tms ? EXIT2_IR : PAUSE_IR;
    case EXIT2_DR:
        return tms ? UPDATE_DR : SHIFT_DR;
    default:
        return tms ? UPDATE_IR : SHIFT_IR;
    }
}

static unsigned dr_bits(const struct model_tap *t)
{
    if (t->ir == MODEL_IR_IDCODE && t->idcode)
        return 32;
    return t->ir == MODEL_IR_DATA ? t->data_bits : 1;
}

static void on_entry(struct model *m, int state)
{
    for (unsigned i = 0; i < m->count; i++) {
        struct model_tap *t = &m->taps[i];
        if (state == RESET)
            t->ir = t->idcode ? MODEL_IR_IDCODE : 0x1F;
        else if (state == UPDATE_IR)
            t->ir = t->ir_shift, t->ir_updates++;
        else if (state == UPDATE_DR && t->ir == MODEL_IR_DATA)
            t->data = t->dr_shift, t->updates++;
    }
}

static bool shift(struct model *m, bool is_ir, bool tdi)
{
    bool bit = tdi;
    for (unsigned i = m->count; i-- > 0;) {
        struct model_tap *t = &m->taps[i];
        bool out;
        if (is_ir) {
            out = t->ir_shift & 1;
            t->ir_shift = t->ir_shift >> 1 | (uint32_t)bit << (MODEL_IR_LEN - 1);
        } else {
            out = t->dr_shift & 1;
            t->dr_shift = t->dr_shift >> 1 | (uint64_t)bit << (dr_bits(t) - 1);
        }
        bit = out;
    }
    return bit;
}

static void capture(struct model *m, bool is_ir)
{
    for (unsigned i = 0; i < m->count; i++) {
        struct model_tap *t = &m->taps[i];
        if (is_ir)
            t->ir_shift = t->ir_capture;
        else
            t->dr_shift = dr_bits(t) == 1 ? 0 : t->ir == MODEL_IR_IDCODE ? t->idcode : t->data;
    }
}

bool model_tck(struct model *m, bool tms, bool tdi)
{
    bool tdo = true; /* pulled up while nothing drives it */
    if (m->is_recording)
        buf_u8(&m->record, (uint8_t)((tms ? 'a' : '0') + tdi));
    if (m->state == CAPTURE_DR || m->state == CAPTURE_IR)
        capture(m, m->state == CAPTURE_IR);
    if (m->state == SHIFT_DR || m->state == SHIFT_IR)
        tdo = shift(m, m->state == SHIFT_IR, tdi);
    m->state = next_state(m->state, tms);
    on_entry(m, m->state);
    if (m->noise)
        m->noise = m->noise * 1664525U + 1013904223U;
    return m->noise ? m->noise >> 31 : m->tdo_stuck ? m->tdo_level : tdo;
}

static enum err execute(struct adapter *a, struct batch *b)
{
    struct model *m = (struct model *)a;
    if (m->fail_after && --m->fail_after == 0)
        return err_at(a->log, ERR_DISCONNECTED, "the model was unplugged");
    for (size_t i = 0; i < b->count; i++) {
        const struct batch_item *item = &b->items[i];
        for (size_t k = 0; k < item->bits; k++) {
            bool tms = item->kind == BATCH_TMS     ? bits_get(b->out, item->out_at + k)
                       : item->kind == BATCH_SHIFT ? item->leave && k + 1 == item->bits
                                                   : item->tms;
            bool tdi = item->kind == BATCH_SHIFT ? bits_get(b->out, item->out_at + k) : item->tdi;
            bool tdo = model_tck(m, tms, tdi);
            if (item->kind == BATCH_SHIFT && item->capture)
                bits_set(b->in, item->in_at + k, tdo);
        }
    }
    return ERR_OK;
}

static const struct adapter_ops model_ops = {.name = "model", .execute = execute};

void model_init(struct model *m, struct log *log, unsigned count)
{
    *m = (struct model){.count = count, .state = IDLE};
    m->adapter.ops = &model_ops;
    m->adapter.log = log;
    m->adapter.clock = clock_host(NULL);
    m->adapter.is_open = true;
    for (unsigned i = 0; i < count; i++)
        m->taps[i] = (struct model_tap){.idcode = 0x120034E5, .data_bits = 8, .ir_capture = 1, .ir = 0x1F};
}

void model_fini(struct model *m)
{
    buf_fini(&m->record);
}
