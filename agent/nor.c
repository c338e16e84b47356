/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/nor.h"

#include "regs/spi_nor.h"

enum { PAGE = 256, BLANK_WORD = -1, STATUS_OF_NOBODY = 0xFF };

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

/* A flash that is still busy with something from before is waited for; a chip that sleeps is woken up. */
enum mailbox_result nor_identify(struct nor *n, struct mailbox_id *id)
{
    uint32_t sr1 = 0, sr2 = 0, sr3 = 0;
    enum mailbox_result r = transfer(n, &(struct spi_transfer){.opcode = NOR_RELEASE_POWER_DOWN});
    for (volatile unsigned wait = 0; wait < 2000;
         wait++) /* tRES1 is 3 us, some parts 30 us: more than that at 240 MHz */
        ;
    if (!r && spi_status(n->spi) != STATUS_OF_NOBODY)
        r = nor_wait_ready(n); /* while it is busy it answers nothing but its status */
    if (!r)
        r = command_in(n, NOR_READ_ID, &id->rdid, 3);
    id->rdid &= 0xFFFFFF;
    if (!r)
        r = command_in(n, NOR_READ_STATUS1, &sr1, 1);
    if (!r)
        r = command_in(n, NOR_READ_STATUS2, &sr2, 1);
    if (!r)
        r = command_in(n, NOR_READ_STATUS3, &sr3, 1);
    id->status = (sr1 & 0xFF) | (sr2 & 0xFF) << 8 | (sr3 & 0xFF) << 16;
    for (uint32_t at = 0; !r && at < sizeof id->sfdp; at += SPI_CHUNK) {
        r = transfer(
            n, &(struct spi_transfer){
                   .opcode = NOR_READ_SFDP, .has_address = true, .dummy_clocks = 8, .address = at, .in = SPI_CHUNK});
        spi_get(n->spi, (uint32_t *)(void *)(id->sfdp + at), SPI_CHUNK / 4);
    }
    return r;
}

static void start_read(struct nor *n, uint32_t offset, uint32_t bytes)
{
    spi_start(n->spi, &(struct spi_transfer){.opcode = NOR_DUAL_OUT_READ,
                                             .has_address = true,
                                             .dummy_clocks = 8,
                                             .address = offset,
                                             .is_dual = true,
                                             .in = bytes});
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

enum mailbox_result nor_erase(struct nor *n, uint8_t opcode, uint32_t offset)
{
    n->has_changed = true;
    enum mailbox_result r = nor_enable(n);
    if (!r)
        r = transfer(n, &(struct spi_transfer){.opcode = opcode, .has_address = true, .address = offset});
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
    n->has_changed = true;
    enum mailbox_result r = nor_enable(n);
    if (!r)
        r = transfer(
            n, &(struct spi_transfer){
                   .opcode = NOR_PAGE_PROGRAM, .has_address = true, .address = s->offset + s->at, .out = s->bytes});
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
