/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the module by their addresses (0.13.2, chapter 3.12). */
#include "sim/rvdbg/rvdbg_int.h"

#include <stddef.h>

struct reg {
    uint8_t first, count;
    uint32_t (*read)(struct rvdbg *x, unsigned index);
    void (*write)(struct rvdbg *x, unsigned index, uint32_t value);
};

static uint32_t read_zero(struct rvdbg *x, unsigned index)
{
    (void)x;
    (void)index;
    return 0;
}

static void write_nothing(struct rvdbg *x, unsigned index, uint32_t value)
{
    (void)x;
    (void)index;
    (void)value;
}

/* The rooms know how many data and program words there are, and whether there is a bus. */
static const struct reg regs[] = {
    {DM_DATA0, RVDBG_DATA_WORDS, command_data, command_set_data},
    {DM_DMCONTROL, 1, control_dmcontrol, control_set_dmcontrol},
    {DM_DMSTATUS, 1, control_dmstatus, write_nothing},
    {DM_HARTINFO, 1, control_hartinfo, write_nothing},
    {DM_ABSTRACTCS, 1, command_abstractcs, command_set_abstractcs},
    {DM_COMMAND, 1, read_zero, command_set_command},
    {DM_ABSTRACTAUTO, 1, command_abstractauto, command_set_abstractauto},
    {DM_PROGBUF0, RVDBG_PROGBUF_WORDS, command_progbuf, command_set_progbuf},
    {DM_SBCS, 1, bus_sbcs, bus_set_sbcs},
    {DM_SBADDRESS0, 1, bus_address, bus_set_address},
    {DM_SBDATA0, 1, bus_data, bus_set_data},
    {DM_HALTSUM0, 1, control_haltsum0, write_nothing},
};

static const struct reg *find(const struct rvdbg *x, uint32_t address)
{
    if (!x->control.is_active && address != DM_DMCONTROL)
        return NULL;
    for (size_t i = 0; i < sizeof regs / sizeof regs[0]; i++) {
        if (address >= regs[i].first && address - regs[i].first < regs[i].count)
            return &regs[i];
    }
    return NULL;
}

uint32_t dmreg_read(struct rvdbg *x, uint32_t address)
{
    const struct reg *reg = find(x, address);
    return reg ? reg->read(x, address - reg->first) : 0;
}

void dmreg_write(struct rvdbg *x, uint32_t address, uint32_t value)
{
    const struct reg *reg = find(x, address);
    if (reg)
        reg->write(x, address - reg->first, value);
}
