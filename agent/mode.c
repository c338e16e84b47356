/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/mode.h"

#include "regs/spi_nor.h"

enum {
    ALL_ONES = 0xFF,
    ID_BYTES = 3,
    CONTINUE_ANY_MAKER = 0xA5,
    ADDRESS4_CAPACITY = 0x19,
    POLLS_AT_END = 400000,
};

enum second { SECOND_NONE, SECOND_INVERSE, SECOND_SAME };

/* The modes of the parts that boards carry, with their sources: regs/spi_nor.h. In octal modes Macronix wants an address
   before a register, too. */
static const struct mode_way {
    enum mailbox_mode_found number;
    uint8_t lines;
    bool is_ddr;
    enum second second;
    uint8_t read_id;
    uint8_t address_bytes, dummy_clocks; /* of a register or the id */
} ways[] = {
    {.number = FOUND_SPI, .lines = 1, .read_id = NOR_READ_ID},
    {.number = FOUND_QPI, .lines = 4, .read_id = NOR_READ_ID},
    {.number = FOUND_QPI, .lines = 4, .read_id = NOR_READ_ID_QPI},
    {FOUND_OPI_DTR, 8, true, SECOND_INVERSE, NOR_READ_ID, 4, 4},
    {FOUND_OPI_DTR, 8, true, SECOND_SAME, NOR_READ_ID, 0, 8}, /* before STR, which sends each byte at both edges, too */
    {FOUND_OPI_STR, 8, false, SECOND_INVERSE, NOR_READ_ID, 4, 4},
};
enum { WAYS = sizeof ways / sizeof ways[0] };
static const struct mode_way *const plain = &ways[0];

enum mailbox_mode_found mode_number(const struct mode *m)
{
    return m->way ? m->way->number : FOUND_NOTHING;
}

/* --- single commands, in any mode --- */

static struct spi_transfer on_way(const struct mode_way *w, uint8_t opcode)
{
    return (struct spi_transfer){.opcode = opcode,
                                 .second_opcode = w->second == SECOND_INVERSE ? (uint8_t)~opcode : opcode,
                                 .has_second = w->second != SECOND_NONE,
                                 .opcode_lines = w->lines,
                                 .address_lines = w->lines,
                                 .data_lines = w->lines,
                                 .is_ddr = w->is_ddr};
}

static void run(struct spi *s, const struct spi_transfer *t)
{
    spi_start(s, t);
    (void)spi_wait(s); /* a controller that hangs shows as a flash that does not answer */
}

static void give(struct spi *s, const struct mode_way *w, uint8_t opcode)
{
    struct spi_transfer t = on_way(w, opcode);
    run(s, &t);
}

static void read_register(struct spi *s, const struct mode_way *w, uint8_t opcode, uint32_t words[2], uint32_t bytes)
{
    struct spi_transfer t = on_way(w, opcode);
    t.address_bytes = w->address_bytes;
    t.dummy_clocks = w->dummy_clocks;
    t.in = w->is_ddr ? 2 * bytes : bytes;
    run(s, &t);
    spi_get(s, words, 2);
}

static bool is_twice(uint32_t two_bytes)
{
    return (two_bytes & 0xFF) == (two_bytes >> 8 & 0xFF);
}

/* At double rate some parts give each byte of a register twice, once at each edge. */
static uint32_t read_id(struct spi *s, const struct mode_way *w)
{
    uint32_t words[2];
    read_register(s, w, w->read_id, words, ID_BYTES);
    if (w->is_ddr && is_twice(words[0]) && is_twice(words[0] >> 16) && is_twice(words[1]))
        return (words[0] & 0xFF) | (words[0] >> 8 & 0xFF00) | (words[1] & 0xFF) << 16;
    return words[0] & 0xFFFFFF;
}

static uint32_t read_status(struct spi *s, const struct mode_way *w)
{
    uint32_t words[2];
    if (w->lines == 1)
        return spi_status(s);
    read_register(s, w, NOR_READ_STATUS1, words, 1);
    return words[0] & 0xFF;
}

/* --- who answers --- */

static bool is_id(uint32_t rdid)
{
    uint32_t maker = rdid & 0xFF, rest = rdid >> 8;
    return maker != 0 && maker != ALL_ONES && rest != 0 && rest != 0xFFFF;
}

/* Thirty-two clocks of ones on the first line, the others being high: enough for the mode bits of every read that can
   go on, and no command of any part in plain SPI that would do more than that. */
static void end_continuous(struct spi *s)
{
    run(s, &(struct spi_transfer){.opcode = ALL_ONES, .address_bytes = 3, .address = 0xFFFFFF});
}

/* A chip that waits for an address gives content, and may stop doing so with any byte; so ids must agree before and after
   that is ended for certain. */
static bool answers_spi(struct mode *m, struct spi *s)
{
    uint32_t first = read_id(s, plain);
    uint32_t second = read_id(s, plain);
    m->rdid = second;
    if (!is_id(first) && !is_id(second))
        return false;
    end_continuous(s);
    m->rdid = read_id(s, plain);
    if (!is_id(m->rdid))
        return false;
    m->notes |= first != m->rdid || second != m->rdid ? NOTE_CONTINUOUS : 0;
    return true;
}

static bool answers(struct mode *m, struct spi *s, const struct mode_way *w)
{
    if (w->lines == 1)
        return answers_spi(m, s);
    uint32_t first = read_id(s, w);
    if (!is_id(first) || first != read_id(s, w))
        return false;
    m->rdid = first;
    return true;
}

/* A look at the ways with more lines in their order, with plain SPI tried again after each: what they send must not be heard
   by a chip that has come to listen to one line in the meantime. */
static bool find_way(struct mode *m, struct spi *s)
{
    for (unsigned i = 1; i < WAYS; i++) {
        const struct mode_way *w = &ways[i];
        if (w->lines > spi_most_lines(s))
            continue;
        if (answers(m, s, w)) {
            m->way = w;
            return true;
        }
        if (answers(m, s, plain)) { /* what was sent has ended it */
            m->way = plain;
            m->notes |= NOTE_CONTINUOUS;
            return true;
        }
    }
    return false;
}

static bool find_after_continuous(struct mode *m, struct spi *s)
{
    end_continuous(s);
    if (!answers(m, s, plain))
        return false;
    m->way = plain;
    m->notes |= NOTE_CONTINUOUS;
    return true;
}

static bool is_busy_status(uint32_t status)
{
    return status & NOR_SR1_WIP && status != ALL_ONES;
}

/* One that is busy answers its status only. */
static enum mailbox_result find_busy(struct mode *m, struct spi *s, const volatile uint32_t *cancel)
{
    for (unsigned i = 0; i < WAYS; i++) {
        const struct mode_way *w = &ways[i];
        if (w->lines > spi_most_lines(s) || !is_busy_status(read_status(s, w)))
            continue;
        do {
            m->status = read_status(s, w);
            if (*cancel)
                return AGENT_CANCELLED;
        } while (is_busy_status(m->status));
        if (!answers(m, s, w))
            continue;
        m->way = w;
        m->notes |= NOTE_BUSY;
        return AGENT_OK;
    }
    return AGENT_NO_FLASH;
}

static bool find_asleep(struct mode *m, struct spi *s)
{
    for (unsigned i = 0; i < WAYS; i++) {
        const struct mode_way *w = &ways[i];
        if (w->lines > spi_most_lines(s))
            continue;
        give(s, w, NOR_RELEASE_POWER_DOWN);
        spi_pause(s);
        if (!answers(m, s, w))
            continue;
        m->way = w;
        m->notes |= NOTE_ASLEEP;
        return true;
    }
    return false;
}

/* --- to plain SPI --- */

static enum mailbox_result wait_ready(struct mode *m, struct spi *s, const volatile uint32_t *cancel)
{
    do {
        m->status = read_status(s, m->way);
        if (!(m->status & NOR_SR1_WIP))
            return AGENT_OK;
    } while (!*cancel);
    return AGENT_CANCELLED;
}

/* Both kinds of resume: one that has nothing to resume ignores it. What was suspended shows as busy then. */
static enum mailbox_result finish_suspended(struct mode *m, struct spi *s, const volatile uint32_t *cancel)
{
    m->status = read_status(s, m->way);
    m->notes |= is_busy_status(m->status) ? NOTE_BUSY : 0;
    enum mailbox_result r = wait_ready(m, s, cancel);
    if (r)
        return r;
    give(s, m->way, NOR_RESUME);
    give(s, m->way, NOR_RESUME_B0);
    m->status = read_status(s, m->way);
    if (!is_busy_status(m->status))
        return AGENT_OK;
    m->notes |= NOTE_SUSPENDED;
    return wait_ready(m, s, cancel);
}

static bool is_maker_with_35(uint32_t rdid)
{
    uint32_t maker = rdid & 0xFF;
    return maker == NOR_MAKER_MACRONIX || maker == NOR_MAKER_ISSI;
}

/* Octal parts: the volatile register that chooses the mode. */
static void write_octal_mode(struct spi *s, const struct mode_way *now, uint8_t opcode, uint8_t address_bytes,
                             uint32_t value)
{
    const uint32_t word = value | value << 8; /* at double rate two bytes make a clock */
    give(s, now, NOR_WRITE_ENABLE);
    struct spi_transfer t = on_way(now, opcode);
    t.address_bytes = address_bytes;
    t.out = now->is_ddr ? 2 : 1;
    spi_put(s, &word, 1);
    run(s, &t);
}

static void to_plain(struct mode *m, struct spi *s)
{
    const struct mode_way *w = m->way;
    if (w->number == FOUND_QPI)
        give(s, w, is_maker_with_35(m->rdid) ? NOR_EXIT_QPI_F5 : NOR_EXIT_QPI_FF);
    else if (w->second == SECOND_INVERSE)
        write_octal_mode(s, w, NOR_WRITE_CONFIG2, 4, 0);
    else if (w->second == SECOND_SAME)
        write_octal_mode(s, w, NOR_WRITE_VOLATILE, 4, ALL_ONES);
}

/* GigaDevice and ISSI take the address as their address mode says, which does not show on one line. */
static void to_octal_same(const struct mode_way *w, struct spi *s)
{
    write_octal_mode(s, plain, NOR_WRITE_VOLATILE, 3, NOR_CFG_OCTAL_DTR);
    if (!is_id(read_id(s, w)))
        write_octal_mode(s, plain, NOR_WRITE_VOLATILE, 4, NOR_CFG_OCTAL_DTR);
}

static void from_plain(const struct mode *m, struct spi *s)
{
    const struct mode_way *w = m->way;
    if (w->number == FOUND_QPI)
        give(s, plain, is_maker_with_35(m->rdid) ? NOR_ENTER_QPI_35 : NOR_ENTER_QPI_38);
    else if (w->second == SECOND_INVERSE)
        write_octal_mode(s, plain, NOR_WRITE_CONFIG2, 4, w->is_ddr ? NOR_CR2_DOPI : NOR_CR2_SOPI);
    else if (w->second == SECOND_SAME)
        to_octal_same(w, s);
}

enum mailbox_result mode_find(struct mode *m, struct spi *s, const volatile uint32_t *cancel)
{
    *m = (struct mode){0};
    if (answers(m, s, plain))
        m->way = plain;
    else if (!spi_wait(s))
        return AGENT_CONTROLLER;
    else if (!find_way(m, s) && !find_after_continuous(m, s)) {
        enum mailbox_result busy = find_busy(m, s, cancel);
        if (busy == AGENT_CANCELLED)
            return busy;
        if (busy && !find_asleep(m, s))
            return AGENT_NO_FLASH;
    }
    enum mailbox_result r = finish_suspended(m, s, cancel);
    if (r)
        return r;
    m->notes |= m->status & NOR_SR1_WEL ? NOTE_WRITE_ENABLED : 0;
    to_plain(m, s);
    if (m->way == plain)
        return AGENT_OK;
    m->rdid = read_id(s, plain);
    return is_id(m->rdid) ? AGENT_OK : AGENT_NO_SPI;
}

/* --- and back --- */

/* What a boot ROM would trip over: four address bytes where it gives three, on parts that are large enough to know them. */
static void end_address_modes(const struct mode *m, struct spi *s)
{
    const uint32_t zero = 0;
    if (m->rdid >> 16 < ADDRESS4_CAPACITY)
        return;
    give(s, plain, NOR_EXIT_4BYTE);
    give(s, plain, NOR_WRITE_ENABLE);
    spi_put(s, &zero, 1);
    run(s, &(struct spi_transfer){.opcode = NOR_WRITE_EXTENDED, .out = 1});
}

/* Where the register that 15 reads shows the address mode: Winbond's status register 3, Macronix' configuration. */
static bool is_address4(const struct mode *m, struct spi *s)
{
    uint32_t words[2], maker = m->rdid & 0xFF;
    read_register(s, plain, NOR_READ_STATUS3, words, 1);
    return (maker == NOR_MAKER_WINBOND && words[0] & NOR_SR3_ADS) ||
           (maker == NOR_MAKER_MACRONIX && words[0] & NOR_CR_4BYTE);
}

/* A quad read that is followed by others without an opcode, with a mode byte that asks the chips of all makers for it; it
   ends before there are data. */
static void continue_reading(const struct mode *m, struct spi *s)
{
    const uint32_t mode_byte = CONTINUE_ANY_MAKER;
    struct spi_transfer t = {.opcode = NOR_QUAD_IO_READ,
                             .address_bytes = is_address4(m, s) ? 4 : 3,
                             .address_lines = 4,
                             .data_lines = 4,
                             .out = 1};
    spi_put(s, &mode_byte, 1);
    run(s, &t);
}

/* A cancelled job may have left the flash busy; then it would not hear. Longer than an erase of a block takes. */
static void wait_a_while(const struct mode *m, struct spi *s)
{
    bool is_changing = m->way != plain || m->notes;
    for (uint32_t n = 0; is_changing && n < POLLS_AT_END && is_busy_status(spi_status(s)); n++)
        ;
}

void mode_leave(struct mode *m, struct spi *s, bool as_after_power_on)
{
    if (!m->way)
        return;
    if (as_after_power_on) {
        end_address_modes(m, s);
        give(s, plain, NOR_WRITE_DISABLE);
        return;
    }
    wait_a_while(m, s);
    from_plain(m, s);
    give(s, m->way, m->notes & NOTE_WRITE_ENABLED ? NOR_WRITE_ENABLE : NOR_WRITE_DISABLE);
    if (m->notes & NOTE_ASLEEP)
        give(s, m->way, NOR_POWER_DOWN);
    else if (m->notes & NOTE_CONTINUOUS)
        continue_reading(m, s);
}
