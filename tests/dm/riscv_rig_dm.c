/* SPDX-License-Identifier: Apache-2.0 */
/* The debug module of the rig: RISC-V External Debug Support 0.13.2, chapter 3. */
#include "riscv_rig.h"

enum { WORD = 4 };

/* --- what takes its time --- */

static bool is_command_busy(const struct riscv_rig *r)
{
    return r->tcks < r->command_done;
}

static bool is_bus_busy(const struct riscv_rig *r)
{
    return r->tcks < r->bus_done;
}

static struct rrig_hart *selected(struct riscv_rig *r)
{
    return r->hartsel < r->config.cores ? &r->harts[r->hartsel] : NULL;
}

static bool is_selected(const struct riscv_rig *r, unsigned i)
{
    return i == r->hartsel || (r->hasel && (r->hawindow >> i & 1));
}

/* --- abstract commands --- */

static uint32_t run_program(struct riscv_rig *r, struct rrig_hart *h)
{
    uint32_t pc = 0, saved = h->pc, error = CMDERR_NONE;
    for (unsigned n = 0; n < 64; n++) {
        unsigned len = 0;
        bool stops = false;
        if (pc >= WORD * r->config.progbuf_words) {
            error = r->config.has_impebreak ? CMDERR_NONE : CMDERR_EXCEPTION;
            break;
        }
        uint32_t word = r->progbuf[pc / WORD] >> (8 * (pc % WORD));
        if (pc % WORD && pc / WORD + 1 < r->config.progbuf_words)
            word |= r->progbuf[pc / WORD + 1] << 16;
        bool is_good = rrig_execute(r, h, word, &len, &stops);
        if (stops)
            break;
        if (!is_good) {
            error = CMDERR_EXCEPTION;
            break;
        }
        pc += len;
    }
    h->pc = saved;
    return error;
}

static uint32_t access_register(struct riscv_rig *r, struct rrig_hart *h)
{
    unsigned regno = field_get(COMMAND_REGNO, r->command);
    bool is_write = r->command & COMMAND_WRITE, is_csr = regno < RISCV_REGNO_X(0);
    if (r->command & COMMAND_TRANSFER) {
        if (field_get(COMMAND_SIZE, r->command) != ACCESS_SIZE_32 || (is_csr && r->config.has_no_abstract_csr) ||
            regno >= RISCV_REGNO_X(RISCV_GENERAL_REGS))
            return CMDERR_UNSUPPORTED;
        if (is_csr) {
            if (!rrig_csr(r, h, regno, &r->data[0], is_write))
                return CMDERR_EXCEPTION;
        } else if (!is_write) {
            r->data[0] = h->x[regno - RISCV_REGNO_X(0)];
        } else if (regno != RISCV_REGNO_X(0)) {
            h->x[regno - RISCV_REGNO_X(0)] = r->data[0];
        }
    }
    if (!(r->command & COMMAND_POSTEXEC))
        return CMDERR_NONE;
    return r->config.progbuf_words ? run_program(r, h) : CMDERR_UNSUPPORTED;
}

static uint32_t access_memory(struct riscv_rig *r)
{
    unsigned width = 1U << field_get(COMMAND_SIZE, r->command);
    if (!r->config.has_abstract_memory || width > WORD || r->config.data_words < 2)
        return CMDERR_UNSUPPORTED;
    if (!rrig_access(r, r->data[1], width, &r->data[0], r->command & COMMAND_WRITE))
        return CMDERR_EXCEPTION;
    r->data[1] += r->command & COMMAND_POSTINCREMENT ? width : 0;
    return CMDERR_NONE;
}

static void start_command(struct riscv_rig *r)
{
    struct rrig_hart *h = selected(r);
    if (r->cmderr)
        return;
    if (!h || !h->is_halted) {
        r->cmderr = CMDERR_HALT_RESUME;
        return;
    }
    r->is_command_pending = true;
    r->command_done = r->tcks + r->config.command_tcks;
}

static void finish_command(struct riscv_rig *r)
{
    unsigned type = field_get(COMMAND_CMDTYPE, r->command);
    r->is_command_pending = false;
    uint32_t error = type == CMDTYPE_REGISTER ? access_register(r, selected(r))
                     : type == CMDTYPE_MEMORY ? access_memory(r)
                                              : CMDERR_UNSUPPORTED;
    if (!r->cmderr) /* a busy that came meanwhile stays */
        r->cmderr = error;
}

/* What a debugger may not touch while a command runs. */
static bool is_too_early(struct riscv_rig *r)
{
    if (!is_command_busy(r))
        return false;
    if (!r->cmderr) {
        r->cmderr = CMDERR_BUSY;
        r->overruns_seen++;
    }
    return true;
}

/* --- the bus --- */

static void start_bus(struct riscv_rig *r, bool is_write)
{
    unsigned size = field_get(SBCS_ACCESS, r->sbcs);
    if (r->sbcs & (SBCS_BUSYERROR | SBCS_ERROR))
        return;
    if (size > ACCESS_SIZE_32 || (size < ACCESS_SIZE_32 && !r->config.has_narrow_bus)) {
        r->sbcs = field_put(SBCS_ERROR, r->sbcs, SBERROR_SIZE);
        return;
    }
    r->is_bus_reading = !is_write;
    r->is_bus_writing = is_write;
    r->bus_done = r->tcks + r->config.bus_tcks;
}

static void finish_bus(struct riscv_rig *r)
{
    unsigned width = 1U << field_get(SBCS_ACCESS, r->sbcs);
    bool is_good = rrig_access(r, r->sbaddress, width, &r->sbdata, r->is_bus_writing);
    r->is_bus_reading = r->is_bus_writing = false;
    if (!is_good)
        r->sbcs = field_put(SBCS_ERROR, r->sbcs, r->sbaddress % width ? SBERROR_ALIGNMENT : SBERROR_ADDRESS);
    if ((r->sbcs & SBCS_AUTOINCREMENT) && (is_good || r->config.counts_refused_address))
        r->sbaddress += width;
}

static bool is_bus_too_early(struct riscv_rig *r)
{
    if (!is_bus_busy(r))
        return false;
    r->bus_overruns_seen += !(r->sbcs & SBCS_BUSYERROR);
    r->sbcs |= SBCS_BUSYERROR;
    return true;
}

void rrig_dm_tick(struct riscv_rig *r)
{
    if (r->is_command_pending && !is_command_busy(r))
        finish_command(r);
    if ((r->is_bus_reading || r->is_bus_writing) && !is_bus_busy(r))
        finish_bus(r);
}

/* --- registers --- */

static uint32_t dmstatus(const struct riscv_rig *r)
{
    bool all_halted = true, any_halted = false, all_ack = true, any_ack = false, any_reset = false, all_reset = true;
    bool any_absent = false, all_absent = true;
    for (unsigned i = 0; i < RRIG_CORES; i++) {
        const struct rrig_hart *h = &r->harts[i];
        if (!is_selected(r, i) || i >= r->config.cores)
            continue;
        bool is_away = h->is_held || h->is_absent;
        all_halted &= h->is_halted && !is_away;
        any_halted |= h->is_halted && !is_away;
        all_ack &= h->has_resume_ack;
        any_ack |= h->has_resume_ack;
        any_reset |= h->was_reset;
        all_reset &= h->was_reset;
        any_absent |= is_away;
        all_absent &= is_away;
    }
    bool is_missing = r->hartsel >= r->config.cores;
    uint32_t value = field_put(DMSTATUS_VERSION, DMSTATUS_AUTHENTICATED, DMSTATUS_VERSION_0_13);
    value |= r->config.has_impebreak ? DMSTATUS_IMPEBREAK : 0;
    value |= r->config.has_reset_halt ? DMSTATUS_HASRESETHALTREQ : 0;
    if (is_missing)
        return value | DMSTATUS_ALLNONEXISTENT | DMSTATUS_ANYNONEXISTENT;
    value |= (all_halted ? DMSTATUS_ALLHALTED : 0) | (any_halted ? DMSTATUS_ANYHALTED : 0);
    value |= (!any_halted && !any_absent ? DMSTATUS_ALLRUNNING : 0);
    value |= (!all_halted && !all_absent ? DMSTATUS_ANYRUNNING : 0);
    value |= (all_ack ? DMSTATUS_ALLRESUMEACK : 0) | (any_ack ? DMSTATUS_ANYRESUMEACK : 0);
    value |= (all_reset ? DMSTATUS_ALLHAVERESET : 0) | (any_reset ? DMSTATUS_ANYHAVERESET : 0);
    return value | (all_absent ? DMSTATUS_ALLUNAVAIL : 0) | (any_absent ? DMSTATUS_ANYUNAVAIL : 0);
}

static void control_hart(struct riscv_rig *r, struct rrig_hart *h, uint32_t value)
{
    h->wants_halt = value & DMCONTROL_HALTREQ;
    if (value & DMCONTROL_ACKHAVERESET)
        h->was_reset = false;
    if (r->config.has_reset_halt && (value & (DMCONTROL_SETRESETHALTREQ | DMCONTROL_CLRRESETHALTREQ)))
        h->halts_at_reset = value & DMCONTROL_SETRESETHALTREQ;
    bool holds = (value & DMCONTROL_NDMRESET) || (r->config.has_hartreset && (value & DMCONTROL_HARTRESET));
    if (h->is_held && !holds)
        rrig_reset_hart(r, h);
    h->is_held = holds;
    if ((value & DMCONTROL_RESUMEREQ) && !h->wants_halt && h->is_halted) {
        h->has_resume_ack = true;
        h->is_halted = false;
        r->ran_tcks = r->tcks;
    }
}

static void write_dmcontrol(struct riscv_rig *r, uint32_t value)
{
    r->is_active = value & DMCONTROL_DMACTIVE;
    if (!r->is_active) {
        r->cmderr = r->abstractauto = r->sbcs = r->hartsel = 0;
        return;
    }
    r->hartsel = field_get(DMCONTROL_HARTSELLO, value) & 3; /* hartsellen 2 */
    r->hasel = r->config.has_hasel && (value & DMCONTROL_HASEL);
    r->holds_ndmreset = value & DMCONTROL_NDMRESET;
    for (unsigned i = 0; i < r->config.cores; i++)
        if (is_selected(r, i) || r->holds_ndmreset || r->harts[i].is_held)
            control_hart(r, &r->harts[i],
                         is_selected(r, i) ? value : value & (DMCONTROL_NDMRESET | DMCONTROL_DMACTIVE));
}

static uint32_t read_dmcontrol(const struct riscv_rig *r)
{
    uint32_t value = field_put(DMCONTROL_HARTSELLO, 0, r->hartsel);
    value |= r->hasel ? DMCONTROL_HASEL : 0;
    value |= r->holds_ndmreset ? DMCONTROL_NDMRESET : 0;
    if (r->config.has_hartreset && r->hartsel < r->config.cores && r->harts[r->hartsel].is_held)
        value |= DMCONTROL_HARTRESET;
    return value | (r->is_active ? DMCONTROL_DMACTIVE : 0);
}

static uint32_t read_sbcs(const struct riscv_rig *r)
{
    if (!r->config.has_bus)
        return 0;
    uint32_t value = field_put(SBCS_VERSION, r->sbcs, 1) | SBCS_ACCESS32 | (is_bus_busy(r) ? SBCS_BUSY : 0);
    value |= r->config.has_narrow_bus ? SBCS_ACCESS16 | SBCS_ACCESS8 : 0;
    return field_put(SBCS_ASIZE, value, 32);
}

static void write_sbcs(struct riscv_rig *r, uint32_t value)
{
    uint32_t kept = r->sbcs & (SBCS_BUSYERROR | SBCS_ERROR) & ~value;
    r->sbcs = kept | (value & (SBCS_READONADDR | SBCS_ACCESS | SBCS_AUTOINCREMENT | SBCS_READONDATA));
}

static bool read_bus(struct riscv_rig *r, unsigned reg, uint32_t *value)
{
    if (reg == DM_SBCS) {
        *value = read_sbcs(r);
        return true;
    }
    *value = reg == DM_SBADDRESS0 ? r->sbaddress : r->sbdata;
    if (is_bus_too_early(r) || reg == DM_SBADDRESS0)
        return true;
    if (r->sbcs & SBCS_READONDATA)
        start_bus(r, false);
    return true;
}

static void write_bus(struct riscv_rig *r, unsigned reg, uint32_t value)
{
    if (reg == DM_SBCS) {
        write_sbcs(r, value);
        return;
    }
    if (is_bus_too_early(r) || (r->sbcs & (SBCS_BUSYERROR | SBCS_ERROR)))
        return;
    if (reg == DM_SBADDRESS0) {
        r->sbaddress = value;
        if (r->sbcs & SBCS_READONADDR)
            start_bus(r, false);
        return;
    }
    r->sbdata = value;
    start_bus(r, true);
}

static bool is_bus_reg(const struct riscv_rig *r, unsigned reg)
{
    return r->config.has_bus && (reg == DM_SBCS || reg == DM_SBADDRESS0 || reg == DM_SBDATA0);
}

static bool is_data(const struct riscv_rig *r, unsigned reg)
{
    return reg >= DM_DATA0 && reg - DM_DATA0 < r->config.data_words;
}

static bool is_progbuf(const struct riscv_rig *r, unsigned reg)
{
    return reg >= DM_PROGBUF0 && reg - DM_PROGBUF0 < r->config.progbuf_words;
}

static void autoexec(struct riscv_rig *r, unsigned reg)
{
    if (r->abstractauto >> (reg - DM_DATA0) & 1)
        start_command(r);
}

bool rrig_dm_read(struct riscv_rig *r, unsigned reg, uint32_t *value)
{
    *value = 0;
    if (!r->is_active)
        return true;
    if (is_data(r, reg)) {
        *value = r->data[reg - DM_DATA0];
        if (!is_too_early(r))
            autoexec(r, reg);
    } else if (is_bus_reg(r, reg)) {
        return read_bus(r, reg, value);
    } else if (is_progbuf(r, reg)) {
        *value = is_too_early(r) ? 0 : r->progbuf[reg - DM_PROGBUF0];
    } else if (reg == DM_DMSTATUS) {
        *value = dmstatus(r);
    } else if (reg == DM_DMCONTROL) {
        *value = read_dmcontrol(r);
    } else if (reg == DM_ABSTRACTCS) {
        *value = field_put(ABSTRACTCS_PROGBUFSIZE, r->config.data_words, r->config.progbuf_words) |
                 field_put(ABSTRACTCS_CMDERR, 0, r->cmderr) | (is_command_busy(r) ? ABSTRACTCS_BUSY : 0);
    } else if (reg == DM_ABSTRACTAUTO) {
        *value = r->abstractauto;
    } else if (reg == DM_DMCS2 && r->config.has_groups && selected(r)) {
        *value = field_put(DMCS2_GROUP, 0, selected(r)->group);
    }
    return true;
}

static void write_abstract(struct riscv_rig *r, unsigned reg, uint32_t value)
{
    if (is_too_early(r))
        return;
    if (reg == DM_ABSTRACTCS)
        r->cmderr &= ~field_get(ABSTRACTCS_CMDERR, value);
    else if (reg == DM_ABSTRACTAUTO)
        r->abstractauto = r->config.has_autoexec ? value & 3 : 0;
    else if (!r->cmderr) {
        r->command = value;
        start_command(r);
    }
}

bool rrig_dm_write(struct riscv_rig *r, unsigned reg, uint32_t value)
{
    if (reg == DM_DMCONTROL) {
        write_dmcontrol(r, value);
    } else if (!r->is_active) {
        return true;
    } else if (is_data(r, reg)) {
        if (is_too_early(r))
            return true;
        r->data[reg - DM_DATA0] = value;
        autoexec(r, reg);
    } else if (is_bus_reg(r, reg)) {
        write_bus(r, reg, value);
    } else if (is_progbuf(r, reg)) {
        if (!is_too_early(r))
            r->progbuf[reg - DM_PROGBUF0] = value;
    } else if (reg == DM_ABSTRACTCS || reg == DM_ABSTRACTAUTO || reg == DM_COMMAND) {
        write_abstract(r, reg, value);
    } else if (reg == DM_HAWINDOW) {
        r->hawindow = r->config.has_hasel ? value : 0;
    } else if (reg == DM_DMCS2 && r->config.has_groups && selected(r) && (value & DMCS2_HGWRITE)) {
        selected(r)->group = field_get(DMCS2_GROUP, value);
    }
    return true;
}
