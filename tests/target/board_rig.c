/* SPDX-License-Identifier: Apache-2.0 */
#include "board_rig.h"

#include <stdio.h>

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

void rig_open_board(struct rig *r)
{
    *r = (struct rig){0};
    log_init(&r->log, LOG_WARN);
    r->sink = (struct log_sink){.fn = show};
    log_add_sink(&r->log, &r->sink);
    r->adapter = adapter_new(&adapter_sim_ops, &r->log);
    rig_check(r, adapter_open(r->adapter));
    r->board = adapter_sim_board(r->adapter);
    r->jtag = jtag_new(r->adapter, &r->log);
    for (unsigned i = 0; i < 2; i++) {
        struct jtag_tap tap = {
            .ir_len = 5, .ir_capture = 1, .ir_mask = 3, .expected_ids = {0x120034E5}, .expected_count = 1};
        snprintf(tap.name, sizeof tap.name, "esp32.tap%u", i);
        rig_check(r, jtag_add_tap(r->jtag, &tap));
    }
}

void rig_connect(struct rig *r)
{
    rig_connect_chip(r, chip_find("esp32"));
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

void rig_open(struct rig *r)
{
    rig_open_board(r);
    rig_connect(r);
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
