/* SPDX-License-Identifier: Apache-2.0 */
#include "board_rig.h"

#include <stdio.h>
#include <string.h>

/* In the order of the header's fields. */
const struct rig_kind rig_kinds[] = {
    {"esp32-wrover",
     "esp32",
     {0x3FFB0000, 0x3FFE8000, 0x40080000, 0x400A0010, 0x400C0000, 0x3FF80000, 0x50000100},
     {0x3FFE8000, 0x400B7FFC}, /* SRAM1: its words are in reverse order on the instruction bus */
     0x40090000,
     0x3FFB0000,
     0x3FF5F000,
     0x3FF0002C,
     3,
     0x3FF00040,
     300},
    {"esp32s3-n8",
     "esp32s3",
     {0x3FC90000, 0x3FCF0000, 0x403A0000, 0x40374000, 0x600FE000, 0x50000100},
     {0x3FC98000, 0x40388000},
     0x40380000,
     0x3FCA0000,
     0x6001F000,
     0x600C0000,
     2,
     0x600C0004,
     2},
    {"esp32s3-n32r16v",
     "esp32s3",
     {0x3FC90000, 0x3FCF0000, 0x403A0000, 0x40374000, 0x600FE000, 0x50000100},
     {0x3FC98000, 0x40388000},
     0x40380000,
     0x3FCA0000,
     0x6001F000,
     0x600C0000,
     2,
     0x600C0004,
     2},
    {NULL, NULL, {0}, {0}, 0, 0, 0, 0, 0, 0, 0},
};

bool rig_has(const struct rig_kind *kind)
{
    const struct board_model *m = board_models;
    while (m->name && strcmp(m->name, kind->board) != 0)
        m++;
    return m->name != NULL;
}

static void show(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    if (level <= LOG_WARN)
        print_message("%s\n", line);
}

void rig_check(struct rig *r, enum err e)
{
    if (e)
        fail_msg("%s: %s", err_name(e), err_why(&r->log, e));
}

void rig_open_board_of(struct rig *r, const struct rig_kind *kind)
{
    *r = (struct rig){.kind = kind};
    log_init(&r->log, LOG_WARN);
    r->sink = (struct log_sink){.fn = show};
    log_add_sink(&r->log, &r->sink);
    r->adapter = adapter_new(&adapter_sim_ops, &r->log);
    rig_check(r, adapter_configure(r->adapter, "board", kind->board));
    rig_check(r, adapter_open(r->adapter));
    r->board = adapter_sim_board(r->adapter);
    r->jtag = jtag_new(r->adapter, &r->log);
    for (unsigned i = 0; i < 2; i++) {
        struct jtag_tap tap = {
            .ir_len = 5, .ir_capture = 1, .ir_mask = 3, .expected_ids = {0x120034E5}, .expected_count = 1};
        snprintf(tap.name, sizeof tap.name, "%s.tap%u", kind->chip, i);
        rig_check(r, jtag_add_tap(r->jtag, &tap));
    }
}

void rig_open_board(struct rig *r)
{
    rig_open_board_of(r, &rig_kinds[0]);
}

void rig_connect(struct rig *r)
{
    rig_connect_chip(r, chip_find(r->kind->chip));
}

void rig_connect_chip(struct rig *r, const struct chip *chip)
{
    rig_check(r, jtag_discover(r->jtag));
    struct dm *dm = xocd_new(r->jtag, (const unsigned[]){0, 1}, 2);
    r->target = target_new(chip, dm, adapter_clock(r->adapter), &r->log);
    assert_non_null(r->target);
    r->cpu[0] = target_core(r->target, 0);
    r->cpu[1] = target_core(r->target, 1);
    rig_check(r, target_examine(r->target));
}

void rig_open_of(struct rig *r, const struct rig_kind *kind)
{
    rig_open_board_of(r, kind);
    rig_connect(r);
}

void rig_open(struct rig *r)
{
    rig_open_of(r, &rig_kinds[0]);
}

void rig_close(struct rig *r)
{
    target_free(r->target);
    jtag_free(r->jtag);
    adapter_free(r->adapter);
}

void rig_wait_ms(struct rig *r, uint32_t ms)
{
    rig_check(r, clock_wait_ms(adapter_clock(r->adapter), ms));
}

uint32_t rig_reg(struct rig *r, unsigned core, const char *name)
{
    uint32_t value = 0;
    rig_check(r, core_reg_read(r->cpu[core], (unsigned)core_reg_find(r->cpu[core], name), &value));
    return value;
}
