/* SPDX-License-Identifier: Apache-2.0 */
/* The adapter, the TAP and the debug transport module. */
#include "riscv_rig.h"

#include "unit.h"

#include "base/bits.h"
#include "base/bytes.h"

#include <string.h>

enum { ABITS = 7, IR_LEN = 5, TCK_NS = 50, IDCODE = 0x1BADB0D1 };

const struct rrig_config rrig_whole = {
    .cores = 1,
    .progbuf_words = 16,
    .data_words = 2,
    .has_bus = true,
    .has_narrow_bus = true,
    .has_autoexec = true,
    .has_hasel = true,
    .has_groups = true,
    .has_reset_halt = true,
    .has_hartreset = true,
    .has_abstract_memory = true,
    .triggers = RRIG_TRIGGERS,
    .match_kinds = 0xF,
    .trigger_type = TRIGGER_TYPE_MCONTROL,
    .idle = 1,
};

/* --- the transport --- */

static void capture_dr(struct riscv_rig *r)
{
    switch (r->ir) {
    case RISCV_IR_IDCODE:
        r->dr = IDCODE;
        break;
    case RISCV_IR_DTMCS:
        r->dr = field_put(DTMCS_ABITS, DTMCS_VERSION_0_13, ABITS) | field_put(DTMCS_IDLE, 0, r->config.idle) |
                field_put(DTMCS_DMISTAT, 0, r->is_sticky ? DMI_BUSY : DMI_OK);
        break;
    case RISCV_IR_DMI:
        if (r->tcks < r->dmi_done && !r->is_sticky) {
            r->is_sticky = true;
            r->busy_seen++;
        }
        r->dr = r->is_sticky ? DMI_BUSY : r->dmi_result;
        break;
    default:
        r->dr = 0;
    }
}

static void start_dmi(struct riscv_rig *r)
{
    unsigned op = r->dr & 3, reg = (unsigned)(r->dr >> DMI_FIXED_BITS);
    uint32_t data = (uint32_t)(r->dr >> DMI_OP_BITS);
    bool is_good = true;
    if (r->is_sticky || op == DMI_NOP)
        return;
    rrig_dm_tick(r);
    if (op == DMI_READ)
        is_good = !r->is_unclocked && rrig_dm_read(r, reg, &data);
    else
        is_good = !r->is_unclocked && rrig_dm_write(r, reg, data);
    r->dmi_result = (uint64_t)reg << DMI_FIXED_BITS | (uint64_t)data << DMI_OP_BITS | (is_good ? DMI_OK : DMI_FAILED);
    r->dmi_done = r->tcks + r->config.dmi_tcks;
}

static void update_dr(struct riscv_rig *r)
{
    if (r->ir == RISCV_IR_DTMCS && (r->dr & (DTMCS_DMIRESET | DTMCS_DMIHARDRESET)))
        r->is_sticky = false;
    else if (r->ir == RISCV_IR_DMI)
        start_dmi(r);
}

/* --- the TAP --- */

static unsigned dr_len(const struct riscv_rig *r)
{
    return r->ir == RISCV_IR_DMI                                 ? DMI_FIXED_BITS + ABITS
           : r->ir == RISCV_IR_DTMCS || r->ir == RISCV_IR_IDCODE ? 32
                                                                 : 1;
}

static void leave_state(struct riscv_rig *r, bool tdi)
{
    switch (r->state) {
    case JTAG_CAPTURE_DR:
        capture_dr(r);
        break;
    case JTAG_SHIFT_DR:
        r->dr = r->dr >> 1 | (uint64_t)tdi << (dr_len(r) - 1);
        break;
    case JTAG_CAPTURE_IR:
        r->ir_shift = 1;
        break;
    case JTAG_SHIFT_IR:
        r->ir_shift = r->ir_shift >> 1 | (uint32_t)tdi << (IR_LEN - 1);
        break;
    default:
        break;
    }
}

static bool clock_once(struct riscv_rig *r, bool tms, bool tdi)
{
    bool tdo = r->is_gone || (r->state == JTAG_SHIFT_DR   ? r->dr & 1
                              : r->state == JTAG_SHIFT_IR ? r->ir_shift & 1
                                                          : true);
    r->tcks++;
    leave_state(r, tdi);
    r->state = jtag_next(r->state, tms);
    if (r->state == JTAG_UPDATE_DR)
        update_dr(r);
    else if (r->state == JTAG_UPDATE_IR)
        r->ir = r->ir_shift;
    else if (r->state == JTAG_RESET)
        r->ir = RISCV_IR_IDCODE;
    rrig_run_harts(r);
    return tdo;
}

void rrig_power_cycle(struct riscv_rig *r)
{
    r->ir = RISCV_IR_IDCODE;
    r->state = JTAG_RESET;
    r->is_active = r->is_sticky = false;
    r->command_done = r->bus_done = r->dmi_done = 0;
    r->is_command_pending = r->is_bus_reading = r->is_bus_writing = false;
    for (unsigned i = 0; i < r->config.cores; i++)
        rrig_reset_hart(r, &r->harts[i]);
}

/* --- the adapter --- */

static void execute_item(struct riscv_rig *r, struct batch *b, const struct batch_item *item)
{
    r->waited_ns += item->wait_ns;
    for (size_t k = 0; k < item->bits; k++) {
        bool is_shift = item->kind == BATCH_SHIFT;
        bool tms = item->kind == BATCH_TMS ? bits_get(b->out, item->out_at + k)
                   : is_shift              ? item->leave && k + 1 == item->bits
                                           : item->tms;
        bool tdo = clock_once(r, tms, is_shift ? bits_get(b->out, item->out_at + k) : item->tdi);
        if (is_shift && item->capture)
            bits_set(b->in, item->in_at + k, tdo);
    }
}

static enum err execute(struct adapter *a, struct batch *b)
{
    struct riscv_rig *r = (struct riscv_rig *)a;
    for (size_t i = 0; i < b->count; i++)
        execute_item(r, b, &b->items[i]);
    r->waited_ns += r->latency_ns;
    return ERR_OK;
}

static uint64_t rig_now_ns(void *ctx)
{
    const struct riscv_rig *r = ctx;
    return r->tcks * TCK_NS + r->waited_ns;
}

/* Time in which the cores run too. */
static void rig_wait_ns(void *ctx, uint64_t ns)
{
    struct riscv_rig *r = ctx;
    r->tcks += ns / TCK_NS;
    rrig_run_harts(r);
}

static const struct clock_ops rig_clock = {.now_ns = rig_now_ns, .wait_ns = rig_wait_ns};
static const struct adapter_ops rig_ops = {.name = "rig", .execute = execute};

static void show(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    if (level <= LOG_WARN)
        print_message("%s\n", line);
}

void rrig_poke(struct riscv_rig *r, uint32_t addr, const void *bytes, size_t len)
{
    assert_true(addr >= RRIG_RAM && addr - RRIG_RAM + len <= RRIG_RAM_SIZE);
    memcpy(r->ram + (addr - RRIG_RAM), bytes, len);
}

uint32_t rrig_word(const struct riscv_rig *r, uint32_t addr)
{
    assert_true(addr >= RRIG_RAM && addr - RRIG_RAM + 4 <= RRIG_RAM_SIZE);
    return le32_get(r->ram + (addr - RRIG_RAM));
}

void rrig_open(struct riscv_rig *r, const struct rrig_config *config)
{
    static const uint32_t endless = 0x0000006F; /* j . */
    *r = (struct riscv_rig){.config = *config, .step_tcks = 1, .state = JTAG_RESET, .ir = RISCV_IR_IDCODE};
    log_init(&r->log, LOG_WARN);
    r->sink = (struct log_sink){.fn = show};
    log_add_sink(&r->log, &r->sink);
    rrig_poke(r, RRIG_RESET_VECTOR, &endless, sizeof endless);
    for (unsigned i = 0; i < config->cores; i++)
        rrig_reset_hart(r, &r->harts[i]);
    r->adapter.ops = &rig_ops;
    r->adapter.log = &r->log;
    r->adapter.is_open = true;
    r->adapter.clock = (struct clock){.ops = &rig_clock, .ctx = r};
    r->jtag = jtag_new(&r->adapter, &r->log);
    assert_non_null(r->jtag);
    CHECK_OK(jtag_add_tap(r->jtag, &(struct jtag_tap){.name = "tap", .ir_len = IR_LEN, .ir_capture = 1, .ir_mask = 3}));
    CHECK_OK(jtag_discover(r->jtag));
    struct rvdm_place places[RRIG_CORES] = {{0, 0}, {0, 1}};
    r->dm = rvdm_new(r->jtag, places, config->cores);
    assert_non_null(r->dm);
}

void rrig_close(struct riscv_rig *r)
{
    dm_free(r->dm);
    jtag_free(r->jtag);
}
