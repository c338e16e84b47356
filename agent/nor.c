/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/nor.h"

#include "regs/spi_nor.h"

enum { PAGE = 256, BLANK_WORD = -1 };

enum mailbox_result nor_wait_ready(struct nor *n)
{
    for (;;) {
        n->status = spi_status(n->spi);
        if (!(n->status & NOR_SR1_WIP))
            return AGENT_OK;
        if (*n->cancel)
            return AGENT_CANCELLED;
    }
}

static enum mailbox_result transfer(struct nor *n, const struct spi_transfer *t)
{
    spi_start(n->spi, t);
    return spi_wait(n->spi) ? AGENT_OK : AGENT_CONTROLLER;
}

static enum mailbox_result command_in(struct nor *n, uint8_t opcode, uint32_t *words, uint32_t bytes)
{
    enum mailbox_result r = transfer(n, &(struct spi_transfer){.opcode = opcode, .in = bytes});
    spi_get(n->spi, words, (bytes + 3) / 4);
    return r;
}

/* Status registers 2 and 3, or what comes closest. The opcode 35, which reads register 2 elsewhere, takes the parts of
   Macronix and ISSI into QPI mode. Sources: regs/spi_nor.h. */
static const struct registers {
    uint8_t maker; /* 0: any other */
    uint8_t opcode[2];
} registers[] = {
    {NOR_MAKER_MACRONIX, {NOR_READ_STATUS3, NOR_READ_SECURITY}}, /* configuration, security */
    {NOR_MAKER_ISSI, {NOR_READ_FUNCTION, NOR_READ_PARAMETERS}},  /* function, read parameters */
    {0, {NOR_READ_STATUS2, NOR_READ_STATUS3}},
};

static enum mailbox_result read_registers(struct nor *n, struct mailbox_id *id)
{
    const struct registers *r = registers;
    uint32_t sr[3] = {0};
    while (r->maker && r->maker != (id->rdid & 0xFF))
        r++;
    enum mailbox_result e = command_in(n, NOR_READ_STATUS1, &sr[0], 1);
    for (unsigned i = 0; i < 2 && !e; i++)
        e = command_in(n, r->opcode[i], &sr[i + 1], 1);
    id->status = (sr[0] & 0xFF) | (sr[1] & 0xFF) << 8 | (sr[2] & 0xFF) << 16;
    return e;
}

enum mailbox_result nor_identify(struct nor *n, struct mailbox_id *id)
{
    id->mode = mode_number(n->mode);
    id->notes = n->mode->notes;
    id->rdid = n->mode->rdid;
    id->status = n->mode->status;
    if (!n->mode->way)
        return AGENT_OK; /* nothing answers: what was read tells zeros from ones */
    enum mailbox_result r = read_registers(n, id);
    for (uint32_t at = 0; !r && at < sizeof id->sfdp; at += SPI_CHUNK) {
        r = transfer(
            n, &(struct spi_transfer){
                   .opcode = NOR_READ_SFDP, .address_bytes = 3, .dummy_clocks = 8, .address = at, .in = SPI_CHUNK});
        spi_get(n->spi, (uint32_t *)(void *)(id->sfdp + at), SPI_CHUNK / 4);
    }
    return r;
}

static void start_read(struct nor *n, uint32_t offset, uint32_t bytes)
{
    struct spi_transfer t = nor_at_address(n, offset);
    t.dummy_clocks = (uint8_t)field_get(ACCESS_DUMMY, n->access);
    t.data_lines = (uint8_t)field_get(ACCESS_LINES, n->access);
    t.in = bytes;
    spi_start(n->spi, &t);
}

static uint32_t chunk_of(uint32_t left)
{
    return left < SPI_CHUNK ? left : SPI_CHUNK;
}

/* The next chunk; all but the last are alike. */
static void go_on_reading(struct nor *n, uint32_t offset, uint32_t left)
{
    if (left >= SPI_CHUNK)
        spi_start_again(n->spi, offset);
    else if (left)
        start_read(n, offset, left);
}

enum mailbox_result nor_stream(struct nor *n, uint32_t offset, uint32_t length, nor_sink_fn *fn, void *ctx)
{
    if (length)
        start_read(n, offset, chunk_of(length));
    while (length) {
        uint32_t words[SPI_CHUNK / 4];
        uint32_t bytes = chunk_of(length);
        if (!spi_wait(n->spi))
            return AGENT_CONTROLLER;
        spi_get(n->spi, words, (bytes + 3) / 4);
        offset += bytes;
        length -= bytes;
        go_on_reading(n, offset, length);
        fn(ctx, words, bytes);
        *n->done += bytes;
        if (*n->cancel && length) {
            (void)spi_wait(n->spi);
            return AGENT_CANCELLED;
        }
    }
    return AGENT_OK;
}

enum mailbox_result nor_enable(struct nor *n)
{
    spi_write_enable(n->spi);
    n->status = spi_status(n->spi);
    if (n->status & NOR_SR1_WEL && n->status != 0xFF)
        return AGENT_OK;
    return AGENT_NOT_ENABLED;
}

enum mailbox_result nor_erase_unit(struct nor *n, uint32_t offset)
{
    const struct spi_transfer t = nor_at_address(n, offset);
    n->has_changed = true;
    enum mailbox_result r = nor_enable(n);
    if (!r)
        r = transfer(n, &t);
    return r ? r : nor_wait_ready(n);
}

static bool is_blank(const uint32_t *words, uint32_t count)
{
    uint32_t all = (uint32_t)BLANK_WORD;
    for (uint32_t i = 0; i < count; i++)
        all &= words[i];
    return all == (uint32_t)BLANK_WORD;
}

/* What is to be programmed, and the chunk of it that comes next. */
struct source {
    const uint32_t *words;
    uint32_t offset, length;
    uint32_t at, bytes; /* the chunk; at == length: nothing is left */
};

/* A chunk never crosses a page. */
static uint32_t chunk_at(const struct source *s, uint32_t at)
{
    uint32_t bytes = chunk_of(s->length - at);
    uint32_t to_line = SPI_CHUNK - (s->offset + at) % SPI_CHUNK;
    return bytes < to_line ? bytes : to_line;
}

/* Goes to the next chunk from there on that is not blank, and puts it into the controller's buffer. */
static void load_next(struct nor *n, struct source *s, uint32_t from)
{
    s->at = from;
    while (s->at < s->length) {
        s->bytes = chunk_at(s, s->at);
        if (!is_blank(s->words + s->at / 4, s->bytes / 4)) {
            spi_put(n->spi, s->words + s->at / 4, s->bytes / 4);
            return;
        }
        s->at += s->bytes;
    }
}

/* While the flash programs one chunk, the next is made ready. */
static enum mailbox_result program_chunk(struct nor *n, struct source *s)
{
    struct spi_transfer t = nor_at_address(n, s->offset + s->at);
    t.out = s->bytes;
    n->has_changed = true;
    enum mailbox_result r = nor_enable(n);
    if (!r)
        r = transfer(n, &t);
    if (r)
        return r;
    load_next(n, s, s->at + s->bytes);
    return nor_wait_ready(n);
}

enum mailbox_result nor_program(struct nor *n, uint32_t offset, const uint32_t *words, uint32_t length, uint32_t *pages)
{
    struct source s = {.words = words, .offset = offset, .length = length};
    uint32_t last_page = UINT32_MAX;
    load_next(n, &s, 0);
    while (s.at < length) {
        uint32_t page = (offset + s.at) / PAGE;
        *n->done = s.at;
        if (*n->cancel)
            return AGENT_CANCELLED;
        enum mailbox_result r = program_chunk(n, &s);
        if (r)
            return r;
        *pages += page != last_page;
        last_page = page;
    }
    *n->done = length;
    return AGENT_OK;
}

enum mailbox_result nor_write_status(struct nor *n, uint8_t opcode, uint32_t bytes, uint32_t value)
{
    enum mailbox_result r = nor_enable(n);
    if (r)
        return r;
    spi_put(n->spi, &value, 1);
    r = transfer(n, &(struct spi_transfer){.opcode = opcode, .out = bytes});
    return r ? r : nor_wait_ready(n);
}
