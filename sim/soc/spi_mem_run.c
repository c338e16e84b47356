/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SPI1's commands do on the wires. Sources: chapter 'SPI Controller' of the TRMs; esp-idf spi_mem_reg.h,
 * spimem_flash_ll.h and spi_flash_oct_flash_init.c (how octal flash is driven).
 *
 * A USER transfer is command, address, dummy, data out, data in. The low byte of the command goes first; the address is
 * right-aligned and its top byte goes first. CTRL says on how many lines each phase goes, and DDR that address and data go
 * on both edges, and the command too unless CMD_DIS is set. Dummy cycles are then counted in halves. The extra dummy
 * cycles of TIMING_CALI are clocked, so that they shift what is read, unless DIN_MODE delays the input as well: they are
 * meant to make up for that.
 */
#include "sim/soc/flash_side.h"

#include "base/bits.h"
#include "regs/spi_mem.h"
#include "regs/spi_nor.h"

enum { BUFFER = 64, HALF = 32, ADDRESS_BITS = 24 };

/* One direct command. */
struct direct {
    uint32_t bit;
    uint8_t opcode;
    bool has_address;
    uint8_t dummy_bytes;
    enum { NO_DATA, TO_FLASH, FROM_FLASH, STATUS_OUT, STATUS_IN } data;
    uint8_t count; /* bytes; 0: ADDR[31:24] says */
};

static const struct direct directs[] = {
    /* clang-format off */
    { SPI_MEM_CMD_READ, NOR_READ,               true,  0, FROM_FLASH, 0 },
    { SPI_MEM_CMD_WREN, NOR_WRITE_ENABLE,       false, 0, NO_DATA,    0 },
    { SPI_MEM_CMD_WRDI, NOR_WRITE_DISABLE,      false, 0, NO_DATA,    0 },
    { SPI_MEM_CMD_RDID, NOR_READ_ID,            false, 0, FROM_FLASH, 3 },
    { SPI_MEM_CMD_RDSR, NOR_READ_STATUS1,       false, 0, STATUS_IN,  1 },
    { SPI_MEM_CMD_WRSR, NOR_WRITE_STATUS,       false, 0, STATUS_OUT, 1 },
    { SPI_MEM_CMD_PP,   NOR_PAGE_PROGRAM,       true,  0, TO_FLASH,   0 },
    { SPI_MEM_CMD_SE,   NOR_ERASE_SECTOR,       true,  0, NO_DATA,    0 },
    { SPI_MEM_CMD_BE,   NOR_ERASE_BLOCK64,      true,  0, NO_DATA,    0 },
    { SPI_MEM_CMD_CE,   NOR_ERASE_CHIP_ALT,     false, 0, NO_DATA,    0 },
    { SPI_MEM_CMD_DP,   NOR_POWER_DOWN,         false, 0, NO_DATA,    0 },
    { SPI_MEM_CMD_RES,  NOR_RELEASE_POWER_DOWN, false, 3, STATUS_IN,  1 }, /* with RESANDRES, else the opcode alone */
    { SPI_MEM_CMD_HPM,  0xA3,                   false, 3, NO_DATA,    0 },
    /* clang-format on */
};

static uint32_t get(const struct spi_mem *x, uint32_t offset)
{
    return *block_word(&x->block, offset);
}

/* How double rate is set up; on one edge where the chip has no such register. */
static uint32_t ddr_of(const struct spi_mem *x)
{
    return x->kind->ddr ? get(x, x->kind->ddr) : 0;
}

void spi_mem_send_opcode(struct spi_mem *x, uint8_t opcode)
{
    spi_wires_begin(&x->wires);
    spi_wires_exchange(&x->wires, opcode, 1);
    spi_wires_end(&x->wires);
}

/* --- the data buffer W0..W15, as bytes --- */

static uint8_t buffer_get(const struct spi_mem *x, uint32_t at)
{
    return (uint8_t)(get(x, SPI_MEM_W0 + (at % BUFFER & ~3U)) >> (8 * (at % 4)));
}

static void buffer_put(struct spi_mem *x, uint32_t at, uint8_t value)
{
    uint32_t *w = block_word(&x->block, SPI_MEM_W0 + (at % BUFFER & ~3U));
    *w = (*w & ~(0xFFU << (8 * (at % 4)))) | (uint32_t)value << (8 * (at % 4));
}

/* --- phases --- */

struct phases {
    unsigned command_bits, address_bits, dummy_half_clocks, out_bits, in_bits;
    unsigned command_lines, address_lines, out_lines, in_lines; /* or'ed with NOR_DDR */
};

static unsigned command_lines(uint32_t ctrl)
{
    if (ctrl & SPI_MEM_CTRL_FCMD_OCT)
        return 8;
    return ctrl & SPI_MEM_CTRL_FCMD_QUAD ? 4 : ctrl & SPI_MEM_CTRL_FCMD_DUAL ? 2 : 1;
}

static void read_lines(uint32_t ctrl, struct phases *p)
{
    if (!(ctrl & SPI_MEM_CTRL_FASTRD_MODE))
        return;
    if (ctrl & SPI_MEM_CTRL_FREAD_QIO)
        p->address_lines = p->in_lines = 4;
    else if (ctrl & SPI_MEM_CTRL_FREAD_DIO)
        p->address_lines = p->in_lines = 2;
    else if (ctrl & SPI_MEM_CTRL_FREAD_QUAD)
        p->in_lines = 4;
    else if (ctrl & SPI_MEM_CTRL_FREAD_DUAL)
        p->in_lines = 2;
}

static void write_lines(uint32_t user, struct phases *p)
{
    if (user & SPI_MEM_USER_FWRITE_QIO)
        p->address_lines = p->out_lines = 4;
    else if (user & SPI_MEM_USER_FWRITE_DIO)
        p->address_lines = p->out_lines = 2;
    else if (user & SPI_MEM_USER_FWRITE_QUAD)
        p->out_lines = 4;
    else if (user & SPI_MEM_USER_FWRITE_DUAL)
        p->out_lines = 2;
}

/* On how many lines the phases go, and on which edges. */
static void set_lines(const struct spi_mem *x, struct phases *p)
{
    uint32_t ctrl = get(x, SPI_MEM_CTRL), user = get(x, SPI_MEM_USER), ddr = ddr_of(x);
    p->command_lines = command_lines(ctrl);
    p->address_lines = p->out_lines = p->in_lines = 1;
    if (user & SPI_MEM_USER_MISO)
        read_lines(ctrl, p);
    else if (user & SPI_MEM_USER_MOSI)
        write_lines(user, p);
    if (ctrl & SPI_MEM_CTRL_FADDR_OCT)
        p->address_lines = 8;
    if (ctrl & SPI_MEM_CTRL_FDIN_OCT)
        p->in_lines = 8;
    if (ctrl & SPI_MEM_CTRL_FDOUT_OCT)
        p->out_lines = 8;
    if (!(ddr & SPI_MEM_DDR_EN))
        return;
    p->command_lines |= ddr & SPI_MEM_DDR_CMD_DIS ? 0 : NOR_DDR;
    p->address_lines |= NOR_DDR;
    p->out_lines |= NOR_DDR;
    p->in_lines |= NOR_DDR;
}

static unsigned dummy_half_clocks(const struct spi_mem *x)
{
    uint32_t cali = get(x, SPI_MEM_TIMING_CALI);
    unsigned halves = field_get(SPI_MEM_USER1_DUMMY_CYCLES, get(x, SPI_MEM_USER1)) + 1;
    if (!(ddr_of(x) & SPI_MEM_DDR_EN))
        halves *= 2;
    if (cali & SPI_MEM_TIMING_CALI_ENA && !get(x, SPI_MEM_DIN_MODE))
        halves += 2 * field_get(SPI_MEM_TIMING_EXTRA_DUMMY, cali);
    return halves;
}

static struct phases user_phases(const struct spi_mem *x)
{
    uint32_t user = get(x, SPI_MEM_USER);
    struct phases p = {0};
    set_lines(x, &p);
    if (user & SPI_MEM_USER_COMMAND)
        p.command_bits = field_get(SPI_MEM_USER2_COMMAND_BITS, get(x, SPI_MEM_USER2)) + 1;
    if (user & SPI_MEM_USER_ADDR)
        p.address_bits = field_get(SPI_MEM_USER1_ADDR_BITLEN, get(x, SPI_MEM_USER1)) + 1;
    if (user & SPI_MEM_USER_DUMMY)
        p.dummy_half_clocks = dummy_half_clocks(x);
    if (user & SPI_MEM_USER_MOSI)
        p.out_bits = field_get(SPI_MEM_DLEN_BITS, get(x, SPI_MEM_MOSI_DLEN)) + 1;
    if (user & SPI_MEM_USER_MISO)
        p.in_bits = field_get(SPI_MEM_DLEN_BITS, get(x, SPI_MEM_MISO_DLEN)) + 1;
    return p;
}

/* --- USER transfers --- */

static unsigned line_count(unsigned lines)
{
    return lines & ~NOR_DDR;
}

/* Bits of a left-aligned value; what is no whole byte is some clocks in which the flash sees no byte. */
static void send_bits(struct spi_mem *x, uint64_t value, unsigned bits, unsigned lines)
{
    for (; bits >= 8; bits -= 8, value <<= 8)
        spi_wires_exchange(&x->wires, (uint8_t)(value >> 56), lines);
    spi_wires_dummy(&x->wires, (bits + line_count(lines) - 1) / line_count(lines));
}

/* Where byte i of the data stands: double rate data may be swapped in pairs. */
static uint32_t place(const struct spi_mem *x, uint32_t i, uint32_t swap)
{
    uint32_t ddr = ddr_of(x);
    return ddr & SPI_MEM_DDR_EN && ddr & swap ? i ^ 1U : i;
}

/* Which may be what the encryption block has made instead. */
static uint8_t sent(struct spi_mem *x, uint32_t i, uint8_t buffered)
{
    return xts_sent(&x->side->xts, i, buffered);
}

static void send_data(struct spi_mem *x, const struct phases *p)
{
    uint32_t from = get(x, SPI_MEM_USER) & SPI_MEM_USER_MOSI_HIGHPART ? HALF : 0;
    for (uint32_t i = 0; i < (p->out_bits + 7) / 8; i++)
        spi_wires_exchange(&x->wires, sent(x, i, buffer_get(x, from + place(x, i, SPI_MEM_DDR_WDAT_SWP))),
                           p->out_lines);
}

static void receive_data(struct spi_mem *x, const struct phases *p)
{
    uint32_t to = get(x, SPI_MEM_USER) & SPI_MEM_USER_MISO_HIGHPART ? HALF : 0;
    for (uint32_t i = 0; i < (p->in_bits + 7) / 8; i++) {
        uint8_t byte = spi_wires_exchange(&x->wires, 0, p->in_lines);
        unsigned rest = p->in_bits - 8 * i;
        if (rest < 8) /* fewer than 8 bits stand at the top */
            byte = (uint8_t)(byte & 0xFFU << (8 - rest));
        buffer_put(x, to + place(x, i, SPI_MEM_DDR_RDAT_SWP), byte);
    }
}

static void run_user(struct spi_mem *x)
{
    struct phases p = user_phases(x);
    uint32_t command = field_get(SPI_MEM_USER2_COMMAND, get(x, SPI_MEM_USER2));
    uint64_t first = (uint64_t)(command & 0xFF) << 56 | (uint64_t)(command >> 8) << 48;
    uint64_t address = p.address_bits ? (uint64_t)get(x, SPI_MEM_ADDR) << (64 - p.address_bits) : 0;
    spi_wires_begin(&x->wires);
    send_bits(x, first, p.command_bits, p.command_lines);
    send_bits(x, address, p.address_bits, p.address_lines);
    spi_wires_dummy(&x->wires, p.dummy_half_clocks / 2);
    send_data(x, &p);
    receive_data(x, &p);
    spi_wires_end(&x->wires);
}

/* --- direct commands --- */

static const struct direct *direct_of(uint32_t command)
{
    for (size_t i = 0; i < sizeof directs / sizeof *directs; i++)
        if (command & directs[i].bit)
            return &directs[i];
    return NULL;
}

/* Whether this is more than the opcode: RES reads the id only if asked to. */
static bool has_rest(const struct spi_mem *x, const struct direct *d)
{
    return d->bit != SPI_MEM_CMD_RES || get(x, SPI_MEM_CTRL) & SPI_MEM_CTRL_RESANDRES;
}

static uint32_t direct_count(const struct spi_mem *x, const struct direct *d)
{
    if (d->data == STATUS_OUT)
        return get(x, SPI_MEM_CTRL) & SPI_MEM_CTRL_WRSR_2B ? 2 : 1;
    if (d->data == NO_DATA || d->count)
        return d->count;
    return field_get(SPI_MEM_ADDR_PP_LEN, get(x, SPI_MEM_ADDR));
}

static void exchange_direct(struct spi_mem *x, const struct direct *d, const struct phases *p)
{
    uint32_t *status = block_word(&x->block, SPI_MEM_RD_STATUS);
    bool is_out = d->data == TO_FLASH || d->data == STATUS_OUT;
    for (uint32_t i = 0; i < direct_count(x, d); i++) {
        uint8_t out = sent(x, i, buffer_get(x, i));
        if (d->data == STATUS_OUT)
            out = (uint8_t)(*status >> (8 * i));
        uint8_t in = spi_wires_exchange(&x->wires, out, is_out ? p->out_lines : p->in_lines);
        if (d->data == FROM_FLASH)
            buffer_put(x, i, in);
        else if (d->data == STATUS_IN)
            *status = (*status & ~0xFFU) | in;
    }
}

/* The lines of a direct command are those of CTRL for octal and quad commands; the reads' own settings are for USER. */
static struct phases direct_phases(const struct spi_mem *x)
{
    uint32_t ctrl = get(x, SPI_MEM_CTRL), ddr = ddr_of(x);
    unsigned edges = ddr & SPI_MEM_DDR_EN ? NOR_DDR : 0;
    return (struct phases){
        .command_lines = command_lines(ctrl) | (ddr & SPI_MEM_DDR_CMD_DIS ? 0 : edges),
        .address_lines = (ctrl & SPI_MEM_CTRL_FADDR_OCT ? 8U : 1U) | edges,
        .in_lines = (ctrl & SPI_MEM_CTRL_FDIN_OCT ? 8U : 1U) | edges,
        .out_lines = (ctrl & SPI_MEM_CTRL_FDOUT_OCT ? 8U : 1U) | edges,
    };
}

static void run_direct(struct spi_mem *x, const struct direct *d)
{
    struct phases p = direct_phases(x);
    spi_wires_begin(&x->wires);
    spi_wires_exchange(&x->wires, d->opcode, p.command_lines);
    if (d->has_address)
        send_bits(x, (uint64_t)get(x, SPI_MEM_ADDR) << (64 - ADDRESS_BITS), ADDRESS_BITS, p.address_lines);
    if (has_rest(x, d)) {
        for (unsigned i = 0; i < d->dummy_bytes; i++)
            spi_wires_exchange(&x->wires, 0, p.in_lines);
        exchange_direct(x, d, &p);
    }
    spi_wires_end(&x->wires);
}

/* --- both --- */

static uint64_t half_clocks(uint64_t bits, unsigned lines)
{
    return (lines & NOR_DDR ? bits : 2 * bits) / line_count(lines);
}

uint64_t spi_mem_half_clocks(const struct spi_mem *x)
{
    const struct direct *d = direct_of(x->command);
    if (!d) {
        struct phases p = user_phases(x);
        return half_clocks(p.command_bits, p.command_lines) + half_clocks(p.address_bits, p.address_lines) +
               p.dummy_half_clocks + half_clocks(p.out_bits, p.out_lines) + half_clocks(p.in_bits, p.in_lines);
    }
    uint64_t bytes = 1 + (d->has_address ? 3 : 0);
    return 16 * (has_rest(x, d) ? bytes + d->dummy_bytes + direct_count(x, d) : bytes);
}

void spi_mem_run(struct spi_mem *x)
{
    const struct direct *d = direct_of(x->command);
    if (d)
        run_direct(x, d);
    else if (x->command & SPI_MEM_CMD_USR)
        run_user(x);
}
