/* SPDX-License-Identifier: Apache-2.0 */
/* Control and status registers by number. */
#include "sim/rv32/rv32_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* --- machine mode --- */

static uint32_t read_identity(struct rv32 *c, unsigned number, const struct rv32_op *op)
{
    const struct rv32_config *k = c->config;
    const uint32_t values[] = {k->mvendorid, k->marchid, k->mimpid, k->mhartid};
    (void)op;
    return number == CSR_MISA ? k->misa : values[number - CSR_MVENDORID];
}

static void drop(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    (void)c, (void)number, (void)value, (void)op;
}

static uint32_t mpp_as_kept(const struct rv32 *c, uint32_t mpp)
{
    if (!rv32_has_user(c))
        return PRV_M;
    if (rv32_has(c, RV32_MPP_TIED))
        return mpp & 1 ? PRV_M : PRV_U;
    return mpp == PRV_M || mpp == PRV_U ? mpp : field_get(MSTATUS_MPP, c->mstatus);
}

static void write_mstatus(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    (void)number, (void)op;
    uint32_t mpp = mpp_as_kept(c, field_get(MSTATUS_MPP, value));
    c->mstatus = field_put(MSTATUS_MPP, value & c->config->mstatus_mask, mpp);
    rv32_update(c);
}

static void write_mtvec(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    (void)number, (void)op;
    uint32_t mode = rv32_has(c, RV32_VECTORED) ? MTVEC_VECTORED : value & MTVEC_VECTORED;
    if (!rv32_has(c, RV32_VECTORED) && (value & MTVEC_MODE) > MTVEC_VECTORED)
        mode = c->mtvec & MTVEC_MODE;
    c->mtvec = (value & c->config->mtvec_base & ~MTVEC_MODE) | mode;
}

static void write_mcause(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    (void)number, (void)op;
    c->mcause = value & c->config->mcause_mask;
}

static void write_mie(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    (void)number, (void)op;
    c->mie = value & c->config->irq_lines;
    rv32_update(c);
}

/* --- PMP --- */

static uint32_t read_pmpcfg(struct rv32 *c, unsigned number, const struct rv32_op *op)
{
    uint32_t value = 0;
    (void)op;
    for (unsigned i = 0; i < 4; i++)
        value |= (uint32_t)c->pmpcfg[(number - CSR_PMPCFG0) * 4 + i] << (8 * i);
    return value;
}

static void write_pmpcfg(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    uint8_t cfg[4];
    (void)op;
    unsigned first = (number - CSR_PMPCFG0) * 4;
    for (unsigned i = 0; i < 4; i++)
        cfg[i] = rv32_pmpcfg_write(c, first + i, (uint8_t)(value >> (8 * i)));
    for (unsigned i = 0; i < 4; i++)
        c->pmpcfg[first + i] = cfg[i];
    rv32_forget_segments(c);
}

static uint32_t read_pmpaddr(struct rv32 *c, unsigned number, const struct rv32_op *op)
{
    (void)op;
    return c->pmpaddr[number - CSR_PMPADDR0];
}

static void write_pmpaddr(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    (void)op;
    c->pmpaddr[number - CSR_PMPADDR0] = rv32_pmpaddr_write(c, number - CSR_PMPADDR0, value);
    rv32_forget_segments(c);
}

/* --- triggers and debug --- */

/* Numbers of no trigger read back as another one: that is how software counts them. */
static void write_tselect(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    (void)number, (void)op;
    uint32_t bits = 1;
    while (bits < c->config->triggers)
        bits *= 2;
    if ((value & (bits - 1)) < c->config->triggers)
        c->tselect = value & (bits - 1);
}

static uint32_t read_tdata1(struct rv32 *c, unsigned number, const struct rv32_op *op)
{
    (void)number, (void)op;
    return rv32_tdata1_read(c);
}

static void write_tdata1(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    (void)number, (void)op;
    rv32_tdata1_write(c, value);
}

static uint32_t read_tdata2(struct rv32 *c, unsigned number, const struct rv32_op *op)
{
    (void)number, (void)op;
    return c->triggers[c->tselect].tdata2;
}

static void write_tdata2(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    (void)number, (void)op;
    rv32_tdata2_write(c, value);
}

static uint32_t read_tinfo(struct rv32 *c, unsigned number, const struct rv32_op *op)
{
    (void)c, (void)number, (void)op;
    return BIT(TRIGGER_TYPE_MCONTROL);
}

static uint32_t read_dcsr(struct rv32 *c, unsigned number, const struct rv32_op *op)
{
    (void)number, (void)op;
    return field_put(DCSR_XDEBUGVER, c->dcsr, c->config->xdebugver);
}

static void write_dcsr(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    (void)number, (void)op;
    uint32_t prv = field_get(DCSR_PRV, value);
    bool is_mode = prv == PRV_M || (prv == PRV_U && rv32_has_user(c));
    uint32_t mask = c->config->dcsr & ~(DCSR_CAUSE | DCSR_PRV);
    c->dcsr = (c->dcsr & ~mask) | (value & mask);
    if (is_mode)
        c->dcsr = field_put(DCSR_PRV, c->dcsr, prv);
}

/* --- dedicated GPIO --- */

static uint32_t read_gpio_in(struct rv32 *c, unsigned number, const struct rv32_op *op)
{
    (void)number;
    c->at = op;
    uint32_t value = c->hooks.gpio_in ? c->hooks.gpio_in(c->hooks.ctx) & 0xFF : 0;
    c->at = NULL;
    return value;
}

static void write_gpio(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op)
{
    *(number == CSR_GPIO_OEN ? &c->gpio_oen : &c->gpio_out) = value & 0xFF;
    c->at = op;
    if (c->hooks.gpio_out)
        c->hooks.gpio_out(c->hooks.ctx, c->gpio_oen, c->gpio_out);
    c->at = NULL;
}

/* --- the table --- */

#define AT(field)       .offset = offsetof(struct rv32, field), .has_value = true
#define PLAIN(field, m) AT(field), .is_plain = true, .mask = (m)
#define PMPADDR(n)                                                                                                     \
    {                                                                                                                  \
        CSR_PMPADDR0 + (n), .name = "pmpaddr" #n, .read = read_pmpaddr, .write = write_pmpaddr                         \
    }
#define PMPCFG(n)                                                                                                      \
    {                                                                                                                  \
        CSR_PMPCFG0 + (n), .name = "pmpcfg" #n, .read = read_pmpcfg, .write = write_pmpcfg                             \
    }
#define MCYCLE(n, called)                                                                                              \
    {                                                                                                                  \
        n, .name = (called), .option = RV32_COUNTERS, .read = rv32_mcycle_read, .write = rv32_mcycle_write             \
    }
#define PERF(n, called)                                                                                                \
    {                                                                                                                  \
        n, .name = (called), .option = RV32_ESP_COUNTER, .read = rv32_counter_read, .write = rv32_counter_write        \
    }

// clang-format off
static const struct rv32_csr rows[] = {
    { CSR_MSTATUS,  .name = "mstatus", AT(mstatus), .write = write_mstatus },
    { CSR_MISA,     .name = "misa", .read = read_identity, .write = drop },
    { CSR_MIE,      .name = "mie", AT(mie), .option = RV32_MIE_MIP, .write = write_mie },
    { CSR_MTVEC,    .name = "mtvec", AT(mtvec), .write = write_mtvec, .is_plain = true },
    { CSR_MSCRATCH, .name = "mscratch", PLAIN(mscratch, ~0U) },
    { CSR_MEPC,     .name = "mepc", PLAIN(mepc, ~1U) },
    { CSR_MCAUSE,   .name = "mcause", AT(mcause), .write = write_mcause, .is_plain = true },
    { CSR_MTVAL,    .name = "mtval", PLAIN(mtval, ~0U) },
    { CSR_MIP,      .name = "mip", AT(irq_lines), .option = RV32_MIE_MIP, .write = drop },
    PMPCFG(0), PMPCFG(1), PMPCFG(2), PMPCFG(3),
    PMPADDR(0), PMPADDR(1), PMPADDR(2), PMPADDR(3), PMPADDR(4), PMPADDR(5), PMPADDR(6), PMPADDR(7),
    PMPADDR(8), PMPADDR(9), PMPADDR(10), PMPADDR(11), PMPADDR(12), PMPADDR(13), PMPADDR(14), PMPADDR(15),
    { CSR_TSELECT,  .name = "tselect", AT(tselect), .write = write_tselect },
    { CSR_TDATA1,   .name = "tdata1", .read = read_tdata1, .write = write_tdata1 },
    { CSR_TDATA2,   .name = "tdata2", .read = read_tdata2, .write = write_tdata2 },
    { CSR_TINFO,    .name = "tinfo", .read = read_tinfo, .write = drop },
    { CSR_TCONTROL, .name = "tcontrol", AT(tcontrol), .mask = TCONTROL_MTE | TCONTROL_MPTE },
    { CSR_DCSR,     .name = "dcsr", .is_debug = true, .read = read_dcsr, .write = write_dcsr },
    { CSR_DPC,      .name = "dpc", .is_debug = true, AT(dpc), .mask = ~1U },
    { CSR_DSCRATCH0, .name = "dscratch0", .is_debug = true, PLAIN(dscratch[0], ~0U) },
    { CSR_DSCRATCH1, .name = "dscratch1", .is_debug = true, PLAIN(dscratch[1], ~0U) },
    PERF(CSR_MPCER, "mpcer"), PERF(CSR_MPCMR, "mpcmr"), PERF(CSR_MPCCR, "mpccr"),
    PERF(CSR_UPCER, "upcer"), PERF(CSR_UPCMR, "upcmr"), PERF(CSR_UPCCR, "upccr"),
    { CSR_GPIO_OEN, .name = "cpu_gpio_oen", .option = RV32_ESP_GPIO, AT(gpio_oen), .write = write_gpio },
    { CSR_GPIO_IN,  .name = "cpu_gpio_in", .option = RV32_ESP_GPIO, .read = read_gpio_in, .write = drop },
    { CSR_GPIO_OUT, .name = "cpu_gpio_out", .option = RV32_ESP_GPIO, AT(gpio_out), .write = write_gpio },
    MCYCLE(CSR_MCYCLE, "mcycle"), MCYCLE(CSR_MINSTRET, "minstret"),
    MCYCLE(CSR_MCYCLEH, "mcycleh"), MCYCLE(CSR_MINSTRETH, "minstreth"),
    { CSR_MVENDORID, .name = "mvendorid", .read = read_identity },
    { CSR_MARCHID,  .name = "marchid", .read = read_identity },
    { CSR_MIMPID,   .name = "mimpid", .read = read_identity },
    { CSR_MHARTID,  .name = "mhartid", .read = read_identity },
};
// clang-format on

/* --- access --- */

static bool exists(const struct rv32 *c, const struct rv32_csr *csr)
{
    unsigned n = csr->number;
    if (n >= CSR_PMPADDR0 && n < CSR_PMPADDR0 + RV32_PMPS)
        return n - CSR_PMPADDR0 < c->config->pmps;
    if (n >= CSR_PMPCFG0 && n < CSR_PMPCFG0 + RV32_PMPS / 4)
        return (n - CSR_PMPCFG0) * 4 < c->config->pmps;
    if (n >= CSR_TSELECT && n <= CSR_TCONTROL)
        return c->config->triggers && !(n == CSR_TINFO && rv32_has(c, RV32_NO_TINFO));
    return !(csr->option & ~c->config->options);
}

void rv32_csr_init(struct rv32 *c)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        c->csr_rows[rows[i].number] = (uint8_t)(exists(c, &rows[i]) ? i + 1 : 0);
}

const struct rv32_csr *rv32_csr_of(const struct rv32 *c, unsigned number)
{
    unsigned row = c->csr_rows[number % RV32_CSRS];
    return row ? &rows[row - 1] : NULL;
}

const struct rv32_csr *rv32_csr_for(const struct rv32 *c, unsigned number, bool is_write)
{
    const struct rv32_csr *csr = rv32_csr_of(c, number);
    bool is_read_only = field_get(CSR_NUMBER_READ_ONLY, number) == 3;
    if (!csr || field_get(CSR_NUMBER_PRIVILEGE, number) > c->prv || (is_write && is_read_only))
        return NULL;
    return csr->is_debug && c->state != RV32_HALTED ? NULL : csr;
}

/* The value of a register that is nothing but a word. */
static uint32_t *word_of(struct rv32 *c, const struct rv32_csr *csr)
{
    return (uint32_t *)(void *)((uint8_t *)c + csr->offset);
}

uint32_t rv32_csr_read(struct rv32 *c, const struct rv32_csr *csr, const struct rv32_op *op)
{
    return csr->read ? csr->read(c, csr->number, op) : *word_of(c, csr);
}

void rv32_csr_write(struct rv32 *c, const struct rv32_csr *csr, uint32_t value, const struct rv32_op *op)
{
    if (csr->write)
        csr->write(c, csr->number, value, op);
    else if (csr->has_value)
        *word_of(c, csr) = value & csr->mask;
}
