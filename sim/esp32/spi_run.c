/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SPI commands do on the wires. Sources: TRM chapter 'SPI Controller'; how the ROM's flash driver uses the
 * controller (esp-idf esp_rom_spiflash.c).
 *
 * A USER transfer is command, address, dummy, data out, data in. Command and address are left-aligned; the low byte of the
 * command and the top byte of the address go first. Bytes go most significant bit first unless a BIT_ORDER bit is set.
 * Direct commands always use one line and 24 address bits.
 */
#include "sim/esp32/esp32_int.h"

#include "regs/spi_nor.h"

enum { BUFFER = 64, HALF = 32 };

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
    { ESP32_SPI_CMD_READ, NOR_READ,               true,  0, FROM_FLASH, 0 },
    { ESP32_SPI_CMD_WREN, NOR_WRITE_ENABLE,       false, 0, NO_DATA,    0 },
    { ESP32_SPI_CMD_WRDI, NOR_WRITE_DISABLE,      false, 0, NO_DATA,    0 },
    { ESP32_SPI_CMD_RDID, NOR_READ_ID,            false, 0, FROM_FLASH, 3 },
    { ESP32_SPI_CMD_RDSR, NOR_READ_STATUS1,       false, 0, STATUS_IN,  1 },
    { ESP32_SPI_CMD_WRSR, NOR_WRITE_STATUS,       false, 0, STATUS_OUT, 1 },
    { ESP32_SPI_CMD_PP,   NOR_PAGE_PROGRAM,       true,  0, TO_FLASH,   0 },
    { ESP32_SPI_CMD_SE,   NOR_ERASE_SECTOR,       true,  0, NO_DATA,    0 },
    { ESP32_SPI_CMD_BE,   NOR_ERASE_BLOCK64,      true,  0, NO_DATA,    0 },
    { ESP32_SPI_CMD_CE,   NOR_ERASE_CHIP_ALT,     false, 0, NO_DATA,    0 },
    { ESP32_SPI_CMD_DP,   NOR_POWER_DOWN,         false, 0, NO_DATA,    0 },
    { ESP32_SPI_CMD_RES,  NOR_RELEASE_POWER_DOWN, false, 3, STATUS_IN,  1 }, /* with RESANDRES, else the opcode alone */
    { ESP32_SPI_CMD_HPM,  0xA3,                   false, 3, NO_DATA,    0 },
    { ESP32_SPI_CMD_PES,  NOR_SUSPEND,            false, 0, NO_DATA,    0 },
    { ESP32_SPI_CMD_PER,  NOR_RESUME,             false, 0, NO_DATA,    0 },
    /* clang-format on */
};

static uint32_t get(const struct spi *x, uint32_t offset)
{
    return *block_word(&x->block, offset);
}

static uint8_t reversed(uint8_t byte)
{
    uint8_t out = 0;
    for (unsigned i = 0; i < 8; i++)
        out = (uint8_t)(out | (byte >> i & 1) << (7 - i));
    return out;
}

/* --- the data buffer W0..W15, as bytes --- */

static uint8_t buffer_get(const struct spi *x, uint32_t at, bool is_big)
{
    unsigned shift = 8 * (is_big ? 3 - at % 4 : at % 4);
    return (uint8_t)(get(x, ESP32_SPI_W0 + (at % BUFFER & ~3U)) >> shift);
}

static void buffer_put(struct spi *x, uint32_t at, bool is_big, uint8_t value)
{
    unsigned shift = 8 * (is_big ? 3 - at % 4 : at % 4);
    uint32_t *w = block_word(&x->block, ESP32_SPI_W0 + (at % BUFFER & ~3U));
    *w = (*w & ~(0xFFU << shift)) | (uint32_t)value << shift;
}

/* --- USER transfers --- */

struct phases {
    unsigned command_bits, address_bits, dummy_clocks, out_bits, in_bits;
    unsigned address_lines, out_lines, in_lines;
};

static void read_lines(const struct spi *x, struct phases *p)
{
    uint32_t ctrl = get(x, ESP32_SPI_CTRL);
    if (!(ctrl & ESP32_SPI_CTRL_FASTRD_MODE))
        return;
    if (ctrl & ESP32_SPI_CTRL_FREAD_QIO)
        p->address_lines = p->in_lines = 4;
    else if (ctrl & ESP32_SPI_CTRL_FREAD_DIO)
        p->address_lines = p->in_lines = 2;
    else if (ctrl & ESP32_SPI_CTRL_FREAD_QUAD)
        p->in_lines = 4;
    else if (ctrl & ESP32_SPI_CTRL_FREAD_DUAL)
        p->in_lines = 2;
}

static void write_lines(const struct spi *x, struct phases *p)
{
    uint32_t user = get(x, ESP32_SPI_USER);
    if (user & ESP32_SPI_USER_FWRITE_QIO)
        p->address_lines = p->out_lines = 4;
    else if (user & ESP32_SPI_USER_FWRITE_DIO)
        p->address_lines = p->out_lines = 2;
    else if (user & ESP32_SPI_USER_FWRITE_QUAD)
        p->out_lines = 4;
    else if (user & ESP32_SPI_USER_FWRITE_DUAL)
        p->out_lines = 2;
}

static struct phases user_phases(const struct spi *x)
{
    uint32_t user = get(x, ESP32_SPI_USER), user1 = get(x, ESP32_SPI_USER1);
    struct phases p = {.address_lines = 1, .out_lines = 1, .in_lines = 1};
    if (user & ESP32_SPI_USER_COMMAND)
        p.command_bits = field_get(ESP32_SPI_USER2_COMMAND_BITS, get(x, ESP32_SPI_USER2)) + 1;
    if (user & ESP32_SPI_USER_ADDR)
        p.address_bits = field_get(ESP32_SPI_USER1_ADDR_BITLEN, user1) + 1;
    if (user & ESP32_SPI_USER_DUMMY)
        p.dummy_clocks = field_get(ESP32_SPI_USER1_DUMMY_CYCLES, user1) + 1;
    if (user & ESP32_SPI_USER_MOSI)
        p.out_bits = field_get(ESP32_SPI_DLEN_BITS, get(x, ESP32_SPI_MOSI_DLEN)) + 1;
    if (user & ESP32_SPI_USER_MISO)
        p.in_bits = field_get(ESP32_SPI_DLEN_BITS, get(x, ESP32_SPI_MISO_DLEN)) + 1;
    if (user & ESP32_SPI_USER_MISO)
        read_lines(x, &p);
    else if (user & ESP32_SPI_USER_MOSI)
        write_lines(x, &p);
    return p;
}

/* Bits of a left-aligned value; what is no whole byte is some clocks in which the flash sees no byte. */
static void send_bits(struct spi *x, uint64_t value, unsigned bits, unsigned lines)
{
    for (; bits >= 8; bits -= 8, value <<= 8)
        spi_wires_exchange(&x->wires, (uint8_t)(value >> 56), lines);
    spi_wires_dummy(&x->wires, (bits + lines - 1) / lines);
}

static void send_data(struct spi *x, const struct phases *p)
{
    uint32_t user = get(x, ESP32_SPI_USER);
    bool is_big = user & ESP32_SPI_USER_WR_BYTE_ORDER, is_lsb = get(x, ESP32_SPI_CTRL) & ESP32_SPI_CTRL_WR_BIT_ORDER;
    bool is_duplex = user & ESP32_SPI_USER_DOUTDIN;
    uint32_t from = user & ESP32_SPI_USER_MOSI_HIGHPART ? HALF : 0;
    for (uint32_t i = 0; i < (p->out_bits + 7) / 8; i++) {
        uint8_t byte = buffer_get(x, from + i, is_big);
        uint8_t in = spi_wires_exchange(&x->wires, is_lsb ? reversed(byte) : byte, p->out_lines);
        if (is_duplex)
            buffer_put(x, from + i, is_big, in);
    }
}

static void receive_data(struct spi *x, const struct phases *p)
{
    uint32_t user = get(x, ESP32_SPI_USER);
    bool is_big = user & ESP32_SPI_USER_RD_BYTE_ORDER, is_lsb = get(x, ESP32_SPI_CTRL) & ESP32_SPI_CTRL_RD_BIT_ORDER;
    uint32_t to = user & ESP32_SPI_USER_MISO_HIGHPART ? HALF : 0;
    for (uint32_t i = 0; i < (p->in_bits + 7) / 8; i++) {
        uint8_t byte = spi_wires_exchange(&x->wires, 0, p->in_lines);
        unsigned rest = p->in_bits - 8 * i;
        if (rest < 8) /* fewer than 8 bits stand at the top */
            byte = (uint8_t)(byte & 0xFFU << (8 - rest));
        buffer_put(x, to + i, is_big, is_lsb ? reversed(byte) : byte);
    }
}

static void run_user(struct spi *x)
{
    struct phases p = user_phases(x);
    uint32_t command = get(x, ESP32_SPI_USER2) & ESP32_SPI_USER2_COMMAND_VALUE;
    uint64_t first = (uint64_t)(command & 0xFF) << 56 | (uint64_t)(command >> 8) << 48;
    uint64_t address = (uint64_t)get(x, ESP32_SPI_ADDR) << 32 | get(x, ESP32_SPI_WR_STATUS);
    spi_wires_begin(&x->wires);
    send_bits(x, first, p.command_bits, 1);
    send_bits(x, address, p.address_bits, p.address_lines);
    spi_wires_dummy(&x->wires, p.dummy_clocks);
    send_data(x, &p);
    if (!(get(x, ESP32_SPI_USER) & ESP32_SPI_USER_DOUTDIN && p.out_bits))
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
static bool has_rest(const struct spi *x, const struct direct *d)
{
    return d->bit != ESP32_SPI_CMD_RES || get(x, ESP32_SPI_CTRL) & ESP32_SPI_CTRL_RESANDRES;
}

static uint32_t direct_count(const struct spi *x, const struct direct *d)
{
    if (d->data == STATUS_OUT)
        return get(x, ESP32_SPI_CTRL) & ESP32_SPI_CTRL_WRSR_2B ? 2 : 1;
    if (d->data == NO_DATA || d->count)
        return d->count;
    return field_get(ESP32_SPI_ADDR_PP_LEN, get(x, ESP32_SPI_ADDR));
}

static void exchange_direct(struct spi *x, const struct direct *d)
{
    uint32_t *status = block_word(&x->block, ESP32_SPI_RD_STATUS);
    bool is_program = x->block.index == 1 && d->bit == ESP32_SPI_CMD_PP;
    const uint8_t *encrypted = is_program ? flash_enc_output(esp32_of(x->block.soc)) : NULL;
    for (uint32_t i = 0; i < direct_count(x, d); i++) {
        uint8_t out = encrypted && i < FLASH_SCHEME_UNIT ? encrypted[i] : buffer_get(x, i, false);
        if (d->data == STATUS_OUT)
            out = (uint8_t)(*status >> (8 * i));
        uint8_t in = spi_wires_exchange(&x->wires, out, 1);
        if (d->data == FROM_FLASH)
            buffer_put(x, i, false, in);
        else if (d->data == STATUS_IN)
            *status = (*status & ~0xFFU) | in;
    }
}

static void run_direct(struct spi *x, const struct direct *d)
{
    spi_wires_begin(&x->wires);
    spi_wires_exchange(&x->wires, d->opcode, 1);
    if (d->has_address)
        send_bits(x, (uint64_t)get(x, ESP32_SPI_ADDR) << 40, 24, 1);
    if (has_rest(x, d)) {
        for (unsigned i = 0; i < d->dummy_bytes; i++)
            spi_wires_exchange(&x->wires, 0, 1);
        exchange_direct(x, d);
    }
    spi_wires_end(&x->wires);
}

/* --- both --- */

uint64_t spi_clocks(const struct spi *x)
{
    const struct direct *d = direct_of(x->command);
    if (!d) {
        struct phases p = user_phases(x);
        return p.command_bits + p.address_bits / p.address_lines + p.dummy_clocks + p.out_bits / p.out_lines +
               p.in_bits / p.in_lines;
    }
    uint64_t bytes = 1 + (d->has_address ? 3 : 0);
    return 8 * (has_rest(x, d) ? bytes + d->dummy_bytes + direct_count(x, d) : bytes);
}

void spi_run(struct spi *x)
{
    const struct direct *d = direct_of(x->command);
    if (d)
        run_direct(x, d);
    else if (x->command & ESP32_SPI_CMD_USR)
        run_user(x);
}
