/* SPDX-License-Identifier: Apache-2.0 */
#include "host.h"

static void periods(struct host *h, unsigned count, bool tms)
{
    for (unsigned i = 0; i < count; i++)
        bare_tck(&h->bare, tms, false);
}

void host_open(struct host *h, const struct rvdbg_config *config)
{
    assert_true(bare_open(&h->bare, config, &rv32_config_esp32c3));
    h->idle = 1 + config->idle;
    periods(h, 5, true);
    periods(h, 1, false);
    host_select(h, RISCV_IR_DMI);
    host_write(h, DM_DMCONTROL, DMCONTROL_DMACTIVE);
    host_write(h, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_ACKHAVERESET);
}

void host_close(struct host *h)
{
    bare_close(&h->bare);
}

uint64_t host_scan(struct host *h, bool is_ir, uint64_t tdi, unsigned bits)
{
    uint64_t out = 0;
    periods(h, is_ir ? 2 : 1, true); /* Select-DR, Select-IR */
    periods(h, 2, false);            /* Capture, Shift */
    for (unsigned i = 0; i < bits; i++)
        out |= (uint64_t)bare_tck(&h->bare, i == bits - 1, tdi >> i & 1) << i;
    periods(h, 1, true); /* Update */
    periods(h, h->idle, false);
    return out;
}

void host_select(struct host *h, unsigned ir)
{
    assert_int_equal(host_scan(h, true, ir, RISCV_IR_LEN), 1);
}

struct host_dmi host_dmi(struct host *h, unsigned op, uint32_t address, uint32_t data)
{
    uint64_t out = host_scan(h, false, (uint64_t)address << DMI_FIXED_BITS | (uint64_t)data << DMI_OP_BITS | op,
                             DMI_FIXED_BITS + h->bare.config.abits);
    return (struct host_dmi){
        .status = out & 3, .data = (uint32_t)(out >> DMI_OP_BITS), .address = (uint32_t)(out >> DMI_FIXED_BITS)};
}

uint32_t host_dtmcs(struct host *h, uint32_t value)
{
    host_select(h, RISCV_IR_DTMCS);
    uint32_t out = (uint32_t)host_scan(h, false, value, 32);
    host_select(h, RISCV_IR_DMI);
    return out;
}

uint32_t host_read(struct host *h, uint32_t address)
{
    host_dmi(h, DMI_READ, address, 0);
    struct host_dmi result = host_dmi(h, DMI_NOP, 0, 0);
    assert_int_equal(result.status, DMI_OK);
    assert_int_equal(result.address, address);
    return result.data;
}

void host_write(struct host *h, uint32_t address, uint32_t value)
{
    host_dmi(h, DMI_WRITE, address, value);
    assert_int_equal(host_dmi(h, DMI_NOP, 0, 0).status, DMI_OK);
}

void host_halt(struct host *h)
{
    host_write(h, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_HALTREQ);
    assert_true(host_read(h, DM_DMSTATUS) & DMSTATUS_ALLHALTED);
    host_write(h, DM_DMCONTROL, DMCONTROL_DMACTIVE);
}

unsigned host_cmderr(struct host *h)
{
    uint32_t status = host_read(h, DM_ABSTRACTCS);
    for (unsigned i = 0; (status & ABSTRACTCS_BUSY) && i < 1000; i++)
        status = host_read(h, DM_ABSTRACTCS);
    assert_false(status & ABSTRACTCS_BUSY);
    host_write(h, DM_ABSTRACTCS, ABSTRACTCS_CMDERR);
    return field_get(ABSTRACTCS_CMDERR, status);
}

unsigned host_command(struct host *h, uint32_t word)
{
    host_write(h, DM_COMMAND, word);
    return host_cmderr(h);
}
