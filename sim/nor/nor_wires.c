/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wires: clocks become bytes, bytes become commands.
 *
 * The chip listens to as many lines as its mode and the phase of the command ask for, at one or both edges of the clock.
 * The controller drives as many as it likes; the others are pulled up. As long as both agree whole bytes go over at once,
 * otherwise it is done edge by edge, so that a chip in another mode hears what it would hear on a board: that is how FF on
 * one line ends QPI mode and continuous read.
 */
#include "sim/nor/nor_int.h"

#include "regs/spi_nor.h"

enum { ALL_HIGH = 0xFF, IO1 = 0x02 };

static unsigned width(unsigned lines)
{
    return lines & ~NOR_DDR;
}

static unsigned bits_per_clock(unsigned lines)
{
    return lines & NOR_DDR ? 2 * width(lines) : width(lines);
}

/* --- commands --- */

static void start_command(struct nor *n, const struct nor_command *command)
{
    n->command = command;
    n->shape = nor_shape_of(n, command);
    n->phase = n->shape.address_bytes ? NOR_ADDRESS : NOR_DATA;
    n->phase_bytes = 0;
    n->address = 0;
    n->mode_byte = 0xFF;
    n->in_count = 0;
    n->out_bit = -(int64_t)n->shape.dummy_clocks * bits_per_clock(n->shape.data_lines ? n->shape.data_lines : 1);
}

void nor_select(struct nor *n)
{
    n->phase = NOR_OPCODE;
    n->command = NULL;
    n->bits = 0;
    n->is_second_edge = false;
    if (n->absent || n->stuck || nor_is_deaf(n))
        n->phase = NOR_IGNORE;
    else if (n->continuous)
        start_command(n, n->continuous);
}

static bool is_of_mode(const struct nor *n, const struct nor_command *c)
{
    static const uint16_t flags[] = {[NOR_QPI] = NOR_IN_QPI, [NOR_OPI_STR] = NOR_IN_STR, [NOR_OPI_DTR] = NOR_IN_DTR};
    return n->mode == NOR_SPI ? !(c->when & NOR_NOT_SPI) : (c->when & flags[n->mode]) != 0;
}

/* Whether the chip takes a command in its present state. */
static bool takes(const struct nor *n, const struct nor_command *c)
{
    if (!is_of_mode(n, c))
        return false;
    if (n->is_asleep)
        return c->when & NOR_WHEN_ASLEEP;
    if (nor_is_busy(n) && !(c->when & NOR_WHEN_BUSY))
        return false;
    if (n->suspended && !(c->when & NOR_WHEN_SUSPENDED))
        return false;
    if (n->suspended == NOR_OP_PROGRAM && c->when & NOR_WHEN_WRITABLE)
        return false; /* a program can interrupt a suspended erase, not a suspended program */
    if (c->when & NOR_WHEN_QUAD && n->mode == NOR_SPI && n->family->quad_enable.mask &&
        !nor_bit_of(n, n->family->quad_enable))
        return false;
    if (c->when & NOR_WHEN_STATUS)
        return n->is_write_enabled || n->is_volatile_write_enabled;
    return !(c->when & NOR_WHEN_WRITABLE) || n->is_write_enabled;
}

static void note_unknown(struct nor *n, uint8_t opcode)
{
    if (n->is_noted[opcode] || !n->log)
        return;
    n->is_noted[opcode] = true;
    log_debug(n->log, "flash: the model of the %s does not know command 0x%02x and ignores it", n->part->name, opcode);
}

static void take_command(struct nor *n, uint8_t opcode)
{
    n->phase = NOR_IGNORE;
    n->counts[opcode]++;
    const struct nor_command *c = n->known[opcode];
    if (!c) {
        note_unknown(n, opcode);
        return;
    }
    if (takes(n, c))
        start_command(n, c);
    else if (c->when & (NOR_WHEN_WRITABLE | NOR_WHEN_QUAD | NOR_WHEN_STATUS) && !nor_is_busy(n) && n->log)
        log_debug(n->log, "flash: command 0x%02x ignored, status is %02x %02x", opcode, nor_status(n, 1),
                  nor_status(n, 2));
    if (opcode != NOR_RESET && opcode != NOR_RESET_ENABLE)
        n->is_reset_enabled = false;
}

static void take_second_opcode(struct nor *n, uint8_t byte)
{
    uint8_t wanted = n->family->octal->is_inverse ? (uint8_t)~n->opcode : n->opcode;
    if (byte == wanted)
        take_command(n, n->opcode);
    else
        n->phase = NOR_IGNORE;
}

static void take_address(struct nor *n, uint8_t byte)
{
    if (n->phase_bytes < n->shape.address_bytes)
        n->address = n->address << 8 | byte;
    else
        n->mode_byte = byte;
    if (++n->phase_bytes < n->shape.address_bytes + n->shape.mode_bytes)
        return;
    n->phase = NOR_DATA;
    if (n->shape.address_bytes == 3)
        n->address |= (uint32_t)n->extended << 24;
    if (n->mode == NOR_OPI_DTR && !(n->command->when & NOR_IS_REGISTER))
        n->address &= ~1U; /* a clock carries a pair of bytes */
}

/* A byte that the chip has heard. */
static void take_byte(struct nor *n, uint8_t byte)
{
    switch (n->phase) {
    case NOR_OPCODE:
        n->opcode = byte;
        if (nor_is_octal(n->mode))
            n->phase = NOR_OPCODE_AGAIN;
        else
            take_command(n, byte);
        break;
    case NOR_OPCODE_AGAIN:
        take_second_opcode(n, byte);
        break;
    case NOR_ADDRESS:
        take_address(n, byte);
        break;
    case NOR_DATA:
        n->in[n->in_count % NOR_PAGE] = byte;
        n->in_count++;
        break;
    default:
        break;
    }
}

/* --- answers --- */

/* Byte number at of the answer, in the order of the wires. */
static uint8_t answer_byte(struct nor *n, uint32_t at)
{
    const struct nor_command *c = n->command;
    if (n->mode == NOR_OPI_DTR && n->family->octal->is_swapped)
        at = c->when & NOR_IS_REGISTER ? at / 2 : at ^ 1; /* registers go twice, once at each edge */
    return c->read(n, at);
}

/* The levels of all lines during the next edge; lines that the chip does not drive are high. */
static uint8_t drive(struct nor *n, unsigned lines)
{
    int64_t at = n->out_bit;
    n->out_bit += lines;
    if (at < 0)
        return ALL_HIGH;
    unsigned shift = 8 - lines - (unsigned)(at % 8);
    unsigned value = (unsigned)answer_byte(n, (uint32_t)(at / 8)) >> shift;
    if (lines == 1)
        return value & 1 ? ALL_HIGH : (uint8_t)~IO1;
    return (uint8_t)(value | (unsigned)ALL_HIGH << lines);
}

/* --- edges --- */

/* The lines that the chip listens to, or drives, in this phase. */
static unsigned present_lines(const struct nor *n)
{
    static const unsigned of_mode[] = {[NOR_SPI] = 1, [NOR_QPI] = 4, [NOR_OPI_STR] = 8, [NOR_OPI_DTR] = 8 | NOR_DDR};
    if (n->phase == NOR_ADDRESS)
        return n->shape.address_lines;
    return n->phase == NOR_DATA ? n->shape.data_lines : of_mode[n->mode];
}

static void listen(struct nor *n, uint8_t levels, unsigned lines)
{
    n->shifted = (uint8_t)((unsigned)n->shifted << lines | (levels & ((1U << lines) - 1)));
    n->bits = (uint8_t)(n->bits + lines);
    if (n->bits == 8) {
        n->bits = 0;
        take_byte(n, n->shifted);
    }
}

/* One edge of the clock at which the chip looks. Returns the levels that it drives. */
static uint8_t edge(struct nor *n, uint8_t levels)
{
    if (n->phase == NOR_IGNORE || n->phase == NOR_IDLE)
        return ALL_HIGH;
    unsigned lines = width(present_lines(n));
    if (n->phase == NOR_DATA && !lines) {
        n->phase = NOR_IGNORE; /* a command without data that gets more clocks is not carried out */
        return ALL_HIGH;
    }
    if (n->phase == NOR_DATA && n->command->read)
        return drive(n, lines);
    listen(n, levels, lines);
    return ALL_HIGH;
}

/* One clock at single rate. */
static uint8_t whole_clock(struct nor *n, uint8_t levels)
{
    uint8_t driven = edge(n, levels);
    if (present_lines(n) & NOR_DDR)
        edge(n, levels);
    return driven;
}

/* Half a clock: a chip at single rate looks at the first half only. */
static uint8_t half_clock(struct nor *n, uint8_t levels)
{
    bool is_second = n->is_second_edge;
    n->is_second_edge = !is_second;
    return is_second && !(present_lines(n) & NOR_DDR) ? ALL_HIGH : edge(n, levels);
}

static uint8_t exchange_bits(struct nor *n, uint8_t out, unsigned lines)
{
    unsigned wide = width(lines);
    unsigned mask = (1U << wide) - 1;
    unsigned in = 0;
    for (unsigned done = 0; done < 8; done += wide) {
        uint8_t levels = (uint8_t)((unsigned)ALL_HIGH << wide | ((unsigned)out >> (8 - wide - done) & mask));
        uint8_t driven = lines & NOR_DDR ? half_clock(n, levels) : whole_clock(n, levels);
        in = in << wide | (wide == 1 ? driven / IO1 & 1U : driven & mask);
    }
    return (uint8_t)in;
}

uint8_t nor_transfer(struct nor *n, uint8_t out, unsigned lines)
{
    if (n->stuck == NOR_ALL_LOW)
        return 0;
    if (n->phase == NOR_IGNORE || n->phase == NOR_IDLE)
        return ALL_HIGH;
    bool is_answer = n->phase == NOR_DATA && n->command->read;
    if (lines != present_lines(n) || n->bits || (is_answer && (n->out_bit < 0 || n->out_bit % 8)))
        return exchange_bits(n, out, lines);
    if (is_answer) {
        uint8_t value = answer_byte(n, (uint32_t)(n->out_bit / 8));
        n->out_bit += 8;
        return value;
    }
    take_byte(n, out);
    return ALL_HIGH;
}

void nor_dummy(struct nor *n, unsigned clocks)
{
    if (n->phase == NOR_DATA && n->command->read) {
        n->out_bit += (int64_t)clocks * bits_per_clock(n->shape.data_lines);
        return;
    }
    for (unsigned i = 0; i < clocks && n->phase != NOR_IGNORE && n->phase != NOR_IDLE; i++)
        whole_clock(n, ALL_HIGH);
}

void nor_deselect(struct nor *n)
{
    const struct nor_command *c = n->command;
    bool is_complete = n->phase == NOR_DATA && c && !n->bits;
    n->phase = NOR_IDLE;
    if (!is_complete)
        return;
    n->continuous = n->shape.mode_bytes && nor_asks_to_continue(n) ? c : NULL;
    if (c->run)
        c->run(n);
}
