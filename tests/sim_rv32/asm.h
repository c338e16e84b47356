/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small assembler for tests, from the format pictures of the RISC-V Unprivileged ISA (chapters 2.2 and 16.2), and a
 * core with memory around it.
 */
#ifndef TESTS_SIM_RV32_ASM_H
#define TESTS_SIM_RV32_ASM_H

#include "unit.h"

#include "regs/riscv_csr.h"
#include "sim/rv32/rv32.h"

/* CODE and DATA are the same kind of memory; DEVICE is a page of registers; nothing is at NOWHERE. Vectors are at CODE
   + VECTORS. */
enum {
    CODE = 0x40380000,
    DATA = 0x3FC80000,
    DEVICE = 0x60000000,
    NOWHERE = 0x70000000,
    MEM_SIZE = 0x10000,
    VECTORS = 0x8000
};

#define RTYPE(f7, rs2, rs1, f3, rd, op)                                                                                \
    ((uint32_t)(f7) << 25 | (uint32_t)(rs2) << 20 | (uint32_t)(rs1) << 15 | (uint32_t)(f3) << 12 |                     \
     (uint32_t)(rd) << 7 | (op))
#define ITYPE(imm, rs1, f3, rd, op)                                                                                    \
    (((uint32_t)(imm)&0xFFF) << 20 | (uint32_t)(rs1) << 15 | (uint32_t)(f3) << 12 | (uint32_t)(rd) << 7 | (op))
#define STYPE(imm, rs2, rs1, f3, op) RTYPE((uint32_t)(imm) >> 5 & 0x7F, rs2, rs1, f3, (uint32_t)(imm)&0x1F, op)
#define BTYPE(imm, rs2, rs1, f3)                                                                                       \
    RTYPE(((uint32_t)(imm) >> 12 & 1) << 6 | ((uint32_t)(imm) >> 5 & 0x3F), rs2, rs1, f3,                              \
          ((uint32_t)(imm)&0x1E) | ((uint32_t)(imm) >> 11 & 1), 0x63)

#define NOP              ADDI(0, 0, 0)
#define ADDI(rd, rs1, k) ITYPE(k, rs1, 0, rd, 0x13)
#define ADD(rd, a, b)    RTYPE(0, b, a, 0, rd, 0x33)
#define DIV(rd, a, b)    RTYPE(1, b, a, 4, rd, 0x33)
#define LUI(rd, upper)   ((uint32_t)(upper) << 12 | (uint32_t)(rd) << 7 | 0x37)
#define AUIPC(rd, upper) ((uint32_t)(upper) << 12 | (uint32_t)(rd) << 7 | 0x17)
#define LB(rd, rs1, k)   ITYPE(k, rs1, 0, rd, 0x03)
#define LH(rd, rs1, k)   ITYPE(k, rs1, 1, rd, 0x03)
#define LW(rd, rs1, k)   ITYPE(k, rs1, 2, rd, 0x03)
#define SB(rs2, rs1, k)  STYPE(k, rs2, rs1, 0, 0x23)
#define SW(rs2, rs1, k)  STYPE(k, rs2, rs1, 2, 0x23)
#define BEQ(a, b, k)     BTYPE(k, b, a, 0)
#define BNE(a, b, k)     BTYPE(k, b, a, 1)
#define JAL(rd, k)                                                                                                     \
    (((uint32_t)(k) >> 20 & 1) << 31 | ((uint32_t)(k) >> 1 & 0x3FF) << 21 | ((uint32_t)(k) >> 11 & 1) << 20 |          \
     ((uint32_t)(k) >> 12 & 0xFF) << 12 | (uint32_t)(rd) << 7 | 0x6F)
#define JALR(rd, rs1, k)     ITYPE(k, rs1, 0, rd, 0x67)
#define CSRRW(rd, csr, rs1)  ITYPE(csr, rs1, 1, rd, 0x73)
#define CSRRS(rd, csr, rs1)  ITYPE(csr, rs1, 2, rd, 0x73)
#define CSRRWI(rd, csr, imm) ITYPE(csr, imm, 5, rd, 0x73)
#define CSRRSI(rd, csr, imm) ITYPE(csr, imm, 6, rd, 0x73)
#define CSRRCI(rd, csr, imm) ITYPE(csr, imm, 7, rd, 0x73)
#define ECALL                0x00000073U
#define EBREAK               0x00100073U
#define MRET                 0x30200073U
#define WFI                  0x10500073U
#define FENCE_I              0x0000100FU
#define LR_W(rd, rs1)        RTYPE(0x08, 0, rs1, 2, rd, 0x2F)
#define SC_W(rd, rs2, rs1)   RTYPE(0x0C, rs2, rs1, 2, rd, 0x2F)
#define AMOADD(rd, rs2, rs1) RTYPE(0x00, rs2, rs1, 2, rd, 0x2F)
/* 16 bits */
#define C_NOP                0x0001U
#define C_EBREAK             0x9002U
#define C_LI(rd, k)          (0x4001U | ((uint32_t)(k)&0x20) << 7 | (uint32_t)(rd) << 7 | ((uint32_t)(k)&0x1F) << 2)
#define C_JR(rs1)            (0x8002U | (uint32_t)(rs1) << 7)

struct machine {
    struct mem_map map;
    struct mem_block code, data;
    struct mem_device device;
    uint32_t device_reads, device_writes, written;
    void (*on_write)(struct machine *m); /* called by a write to the device */
    struct rv32 *core;
    uint32_t at;
};

static mem_fault device_read(void *ctx, uint32_t offset, uint32_t *value)
{
    ((struct machine *)ctx)->device_reads++;
    *value = 0xD0000000 | offset;
    return MEM_OK;
}

static mem_fault device_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct machine *m = ctx;
    (void)offset;
    m->device_writes++;
    m->written = value;
    if (m->on_write)
        m->on_write(m);
    return MEM_OK;
}

static inline void put(struct machine *m, uint32_t word)
{
    unsigned len = (word & 3) == 3 ? 4 : 2;
    for (unsigned i = 0; i < len; i++)
        m->code.bytes[m->at - CODE + i] = (uint8_t)(word >> (8 * i));
    mem_block_changed(&m->code, m->at - CODE, len);
    m->at += len;
}

static inline void put_all(struct machine *m, uint32_t at, const uint32_t *words, size_t count)
{
    m->at = at;
    for (size_t i = 0; i < count; i++)
        put(m, words[i]);
}
#define PUT(m, at, ...)                                                                                                \
    put_all(m, at, (const uint32_t[]){__VA_ARGS__}, sizeof(uint32_t[]){__VA_ARGS__} / sizeof(uint32_t))

/* Ready to run at CODE in machine mode; hooks may be NULL. */
static inline void machine_init_as(struct machine *m, const struct rv32_config *config, const struct rv32_hooks *hooks)
{
    *m = (struct machine){0};
    assert_true(mem_map_init(&m->map));
    assert_true(mem_block_init(&m->code, "code", MEM_SIZE));
    assert_true(mem_block_init(&m->data, "data", MEM_SIZE));
    m->device = (struct mem_device){.name = "device", .read = device_read, .write = device_write, .ctx = m};
    mem_map_block(&m->map, CODE, MEM_SIZE, &m->code, 0, MEM_R | MEM_W | MEM_X | MEM_NARROW);
    mem_map_block(&m->map, DATA, MEM_SIZE, &m->data, 0, MEM_R | MEM_W | MEM_NARROW);
    mem_map_device(&m->map, DEVICE, MEM_PAGE_SIZE, &m->device, DEVICE);
    m->core = rv32_new(config, &m->map, hooks);
    assert_non_null(m->core);
    rv32_set_csr(m->core, CSR_MTVEC, CODE + VECTORS);
    rv32_set_pc(m->core, CODE);
}

static inline void machine_init(struct machine *m, const struct rv32_hooks *hooks)
{
    machine_init_as(m, &rv32_config_esp32c3, hooks);
}

static inline void machine_fini(struct machine *m)
{
    rv32_free(m->core);
    mem_block_fini(&m->code);
    mem_block_fini(&m->data);
    mem_map_fini(&m->map);
}

static inline uint32_t csr(const struct machine *m, unsigned number)
{
    return rv32_csr(m->core, number);
}

static inline void set_csr(struct machine *m, unsigned number, uint32_t value)
{
    rv32_set_csr(m->core, number, value);
}

static inline uint32_t x(const struct machine *m, unsigned n)
{
    return rv32_x(m->core, n);
}

static inline uint32_t data_word(const struct machine *m, uint32_t offset)
{
    const uint8_t *p = m->data.bytes + offset;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* One PMP entry over all addresses that allows everything: user mode can do nothing without one. */
static inline void allow_all(struct machine *m)
{
    set_csr(m, CSR_PMPADDR0 + 15, ~0U);
    set_csr(m, CSR_PMPCFG0 + 3, 0x1F000000);
}

/* A trap was taken to the handler at the base. */
static inline void check_trap(struct machine *m, uint32_t cause, uint32_t epc, uint32_t tval)
{
    assert_int_equal(rv32_pc(m->core), CODE + VECTORS);
    assert_int_equal(csr(m, CSR_MCAUSE), cause);
    assert_int_equal(csr(m, CSR_MEPC), epc);
    assert_int_equal(csr(m, CSR_MTVAL), tval);
    assert_int_equal(rv32_privilege(m->core), PRV_M);
}

#define assert_pc(m, expected) assert_int_equal(rv32_pc((m)->core), expected)
#define TEST_MAIN(...)                                                                                                 \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                                               \
        return cmocka_run_group_tests(tests, NULL, NULL);                                                              \
    }
#define T(name) cmocka_unit_test(name)

#endif
