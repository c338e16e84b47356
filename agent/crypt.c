/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/crypt.h"

enum { PAGE = 256 };

enum mailbox_result crypt_stream(struct nor *n, uint32_t offset, uint32_t length, nor_sink_fn *fn, void *ctx)
{
    enum mailbox_result r = AGENT_OK;
    n->has_changed = true; /* what a cache still holds of this must not be seen by others: it is flushed at the end */
    struct spi_transfer read = nor_at_address(n, 0);
    read.dummy_clocks = (uint8_t)field_get(ACCESS_DUMMY, n->access);
    read.data_lines = (uint8_t)field_get(ACCESS_LINES, n->access);
    spi_plain_begin(n->spi, &read);
    while (length && !r) {
        uint32_t words[SPI_CHUNK / 4];
        uint32_t bytes = length < SPI_CHUNK ? length : SPI_CHUNK;
        spi_plain_read(n->spi, offset, words, bytes);
        fn(ctx, words, bytes);
        offset += bytes;
        length -= bytes;
        *n->done += bytes;
        if (*n->cancel && length)
            r = AGENT_CANCELLED;
    }
    spi_plain_end(n->spi);
    return r;
}

static enum mailbox_result program_unit(struct nor *n, uint32_t offset, const uint32_t *words)
{
    n->has_changed = true;
    if (!spi_encrypt(n->spi, offset, words)) {
        spi_encrypt_end(n->spi);
        return AGENT_CONTROLLER;
    }
    enum mailbox_result r = nor_enable(n);
    if (!r) {
        struct spi_transfer t = nor_at_address(n, offset);
        t.out = SPI_CRYPT_UNIT;
        spi_start_encrypted(n->spi, &t);
        r = spi_wait(n->spi) ? AGENT_OK : AGENT_CONTROLLER;
    }
    spi_encrypt_end(n->spi);
    return r ? r : nor_wait_ready(n);
}

enum mailbox_result crypt_program(struct nor *n, uint32_t offset, const uint32_t *words, uint32_t length,
                                  uint32_t *pages)
{
    for (uint32_t at = 0; at < length; at += SPI_CRYPT_UNIT) {
        *n->done = at;
        if (*n->cancel)
            return AGENT_CANCELLED;
        enum mailbox_result r = program_unit(n, offset + at, words + at / 4);
        if (r)
            return r;
        *pages += !at || (offset + at) % PAGE == 0;
    }
    *n->done = length;
    return AGENT_OK;
}
