/* SPDX-License-Identifier: Apache-2.0 */
/* The register map behind NAR, and how APB offsets (RER, WER) map to it. */
#include "sim/xdm/xdm_int.h"

#include "regs/xtensa.h"

static const struct xdm_reg no_reg = {0};

/* From NAR 0x40 on. */
// clang-format off
static const struct xdm_reg ocd_regs[] = {
    [NAR_OCDID - 0x40] = {"OCDID", 0, ocd_id, NULL, NULL},
    [NAR_DCRCLR - 0x40] = {"DCRCLR", 0, ocd_dcr, ocd_dcr_clear, NULL},
    [NAR_DCRSET - 0x40] = {"DCRSET", 0, ocd_dcr, ocd_dcr_set, NULL},
    [NAR_DSR - 0x40] = {"DSR", 0, ocd_dsr, ocd_dsr_clear, NULL},
    [NAR_DDR - 0x40] = {"DDR", 0, exec_ddr, exec_set_ddr, exec_ddr_was_read},
    [NAR_DDREXEC - 0x40] = {"DDREXEC", 0, exec_ddr, exec_set_ddrexec, exec_ddrexec_was_read},
    [NAR_DIR0EXEC - 0x40] = {"DIR0EXEC", NAR_DIR0EXEC, exec_dir, exec_set_dir0exec, NULL},
    [NAR_DIR0 - 0x40 ... NAR_DIR0 - 0x40 + 7] = {"DIR", NAR_DIR0, exec_dir, exec_set_dir, NULL},
    [NAR_PWRCTL - 0x40] = {"PWRCTL", 0, power_apb_ctl, power_apb_set_ctl, NULL},
    [NAR_PWRSTAT - 0x40] = {"PWRSTAT", 0, power_apb_stat, power_apb_clear_stat, NULL},
    /* What ERISTAT reports no public source says; no access through ERI fails here. */
    [NAR_ERISTAT - 0x40] = {"ERISTAT", 0, NULL, NULL, NULL},
};
// clang-format on

/* Which table holds the registers from this NAR number on. */
static const struct {
    unsigned base, count;
    const struct xdm_reg *regs;
} tables[] = {
    {0x00, TRAX_REGS, trax_regs},
    {0x20, PERF_REGS, perf_regs},
    {0x40, sizeof ocd_regs / sizeof *ocd_regs, ocd_regs},
    {0x60, CORESIGHT_REGS, coresight_regs},
};

const struct xdm_reg *regs_find(unsigned nar)
{
    for (unsigned i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (nar >= tables[i].base && nar - tables[i].base < tables[i].count)
            return &tables[i].regs[nar - tables[i].base];
    }
    return &no_reg;
}

uint32_t regs_read(struct xdm *x, unsigned nar)
{
    const struct xdm_reg *reg = regs_find(nar);
    return reg->read ? reg->read(x, nar - reg->first) : 0;
}

void regs_was_read(struct xdm *x, unsigned nar, enum xdm_side side)
{
    const struct xdm_reg *reg = regs_find(nar);
    if (reg->was_read)
        reg->was_read(x, side);
}

void regs_write(struct xdm *x, unsigned nar, uint32_t value, enum xdm_side side)
{
    const struct xdm_reg *reg = regs_find(nar);
    if (reg->write)
        reg->write(x, nar - reg->first, value, side);
}

/* The blocks of APB offsets that hold registers one after the other (xdm-regs.h). */
static const struct {
    uint32_t first, last;
    unsigned nar;
} apb_blocks[] = {
    {0x0000, 0x007C, 0x00}, {0x1000, 0x101C, 0x20}, {0x1080, 0x109C, 0x28},
    {0x1100, 0x111C, 0x30}, {0x1180, 0x119C, 0x38}, {0x2000, 0x203C, 0x40},
    {0x3020, 0x303C, 0x58}, {0x3F00, 0x3F00, 0x60}, {0x3FA0, 0x3FFC, 0x68},
};

unsigned regs_nar_of_apb(uint32_t offset)
{
    for (unsigned i = 0; i < sizeof apb_blocks / sizeof *apb_blocks; i++) {
        if (offset >= apb_blocks[i].first && offset <= apb_blocks[i].last && offset % 4 == 0)
            return apb_blocks[i].nar + (unsigned)(offset - apb_blocks[i].first) / 4;
    }
    return XDM_REGS;
}
