/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_nor.h"

#include "regs/spi_nor.h"

#include <assert.h>
#include <string.h>

/* One basic table of 9 dwords at 0x10: 1 MB; 4, 32 and 64 KB. */
static void make_sfdp(uint8_t sfdp[256])
{
    static const uint8_t head[] = {'S', 'F', 'D', 'P', 6, 1, 0, 0xFF, 0, 6, 1, 9, 0x10, 0, 0, 0xFF};
    memset(sfdp, 0xFF, 256);
    memcpy(sfdp, head, sizeof head);
    memcpy(sfdp + 0x10, (uint8_t[]){0xE5, 0x20, 0xF1, 0xFF}, 4); /* dual output, three address bytes */
    const uint32_t bits = FAKE_SIZE * 8 - 1;
    memcpy(sfdp + 0x14, &bits, 4);
    static const uint8_t erase[] = {12, 0x20, 15, 0x52, 16, 0xD8, 0, 0xFF};
    memcpy(sfdp + 0x10 + 7 * 4, erase, sizeof erase);
}

void native_spi_init(struct spi *s)
{
    memset(s, 0, sizeof *s);
    memcpy(s->id, (uint8_t[]){0xEF, 0x40, 0x14}, 3);
    memset(s->bytes, 0xFF, sizeof s->bytes);
    make_sfdp(s->sfdp);
    s->weak_at = UINT32_MAX;
    s->programs_left = UINT32_MAX;
}

void spi_attach(struct spi *s)
{
    assert(!s->is_attached);
    s->is_attached = true;
    s->attaches++;
}

void spi_release(struct spi *s, bool with_flush)
{
    assert(s->is_attached);
    s->is_attached = false;
    s->releases++;
    s->flushes += with_flush;
}

void spi_clock_for_reading(struct spi *s)
{
    (void)s;
}

void spi_clock_for_writing(struct spi *s)
{
    (void)s;
}

static void answer(struct spi *s, const uint8_t *bytes, uint32_t len)
{
    memcpy(s->buffer, bytes, len);
}

static void erase(struct spi *s, uint32_t offset, uint32_t unit)
{
    uint32_t first = offset % FAKE_SIZE & ~(unit - 1);
    memset(s->bytes + first, 0xFF, unit);
    for (uint32_t at = first; at < first + unit; at += 4096)
        s->erases[at / 4096]++;
}

static void program(struct spi *s, uint32_t offset, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        uint32_t at = (offset & ~0xFFU) | ((offset + i) & 0xFF);
        s->bytes[at] &= s->buffer[i];
        if (at == s->weak_at)
            s->bytes[at] |= 1;
    }
}

/* What write enable allows, once. */
static void change(struct spi *s, const struct spi_transfer *t)
{
    if (!s->write_enabled)
        return;
    s->write_enabled = false;
    s->is_busy = s->stays_busy;
    if (t->opcode == NOR_WRITE_STATUS) {
        if (!s->protection_lock)
            memcpy(s->status, s->buffer, t->out);
        return;
    }
    if (s->status[0] & NOR_SR1_BP)
        return;
    if (t->opcode == NOR_PAGE_PROGRAM) {
        program(s, t->address, t->out);
        s->is_busy |= s->programs_left-- == 0;
    } else {
        erase(s, t->address, t->opcode == NOR_ERASE_SECTOR ? 4096 : t->opcode == NOR_ERASE_BLOCK32 ? 32768 : 65536);
    }
}

void spi_start(struct spi *s, const struct spi_transfer *t)
{
    assert(s->is_attached && t->in <= SPI_CHUNK && t->out <= SPI_CHUNK);
    s->commands[t->opcode]++;
    s->last = *t;
    if (t->in)
        memset(s->buffer, 0xFF, sizeof s->buffer);
    if (t->opcode_lines > 1)
        return; /* it listens to one line */
    if (s->is_busy && t->opcode != NOR_READ_STATUS1)
        return;
    switch (t->opcode) {
    case NOR_READ_ID:
        answer(s, s->id, t->in);
        break;
    case NOR_READ_STATUS1:
        *s->buffer = spi_status(s);
        break;
    case NOR_READ_STATUS2:
    case NOR_READ_STATUS3:
        *s->buffer = t->opcode == NOR_READ_STATUS2 ? s->status[1] : 0;
        break;
    case NOR_READ_SFDP:
        assert(t->address_bytes == 3 && t->dummy_clocks == 8);
        answer(s, s->sfdp + t->address, t->in);
        break;
    case NOR_DUAL_OUT_READ:
        assert(t->address_bytes == 3 && t->dummy_clocks == 8 && t->data_lines == 2);
        for (uint32_t i = 0; i < t->in; i++)
            s->buffer[i] = s->bytes[(t->address + i) % FAKE_SIZE];
        break;
    case NOR_PAGE_PROGRAM:
    case NOR_ERASE_SECTOR:
    case NOR_ERASE_BLOCK32:
    case NOR_ERASE_BLOCK64:
    case NOR_WRITE_STATUS:
        assert(t->opcode == NOR_WRITE_STATUS || (t->address_bytes == 3 && !t->dummy_clocks));
        change(s, t);
        break;
    default:
        break;
    }
}

unsigned spi_most_lines(const struct spi *s)
{
    (void)s;
    return 4;
}

void spi_pause(struct spi *s)
{
    (void)s;
}

void spi_start_again(struct spi *s, uint32_t address)
{
    struct spi_transfer t = s->last;
    t.address = address;
    spi_start(s, &t);
}

bool spi_wait(struct spi *s)
{
    (void)s;
    return true;
}

void spi_write_enable(struct spi *s)
{
    s->write_enabled = !s->is_busy && !s->ignores_enable;
}

uint8_t spi_status(struct spi *s)
{
    if (s->is_busy && s->waiting)
        s->waiting(s->waiting_ctx);
    return (uint8_t)(s->status[0] | (s->is_busy ? NOR_SR1_WIP : 0) | (s->write_enabled ? NOR_SR1_WEL : 0));
}

void spi_put(struct spi *s, const uint32_t *words, uint32_t count)
{
    memcpy(s->buffer, words, count * 4);
}

void spi_get(struct spi *s, uint32_t *words, uint32_t count)
{
    memcpy(words, s->buffer, count * 4);
}

/* --- encryption: each byte is changed by its place, which is all that the tests need of a cipher --- */

uint8_t fake_nor_cipher(uint32_t offset, uint8_t plain)
{
    return (uint8_t)(plain ^ (0x5A + offset / 32 * 7 + offset % 32));
}

void spi_plain_begin(struct spi *s, const struct spi_transfer *read)
{
    assert(read->opcode && read->address_bytes);
    assert(s->is_attached && !s->is_plain);
    s->is_plain = true;
}

void spi_plain_read(struct spi *s, uint32_t offset, uint32_t *words, uint32_t bytes)
{
    assert(s->is_plain);
    for (uint32_t i = 0; i < bytes; i++)
        ((uint8_t *)words)[i] = fake_nor_cipher(offset + i, s->bytes[(offset + i) % FAKE_SIZE]);
}

void spi_plain_end(struct spi *s)
{
    s->is_plain = false;
}

bool spi_encrypt(struct spi *s, uint32_t offset, const uint32_t *words)
{
    assert(offset % SPI_CRYPT_UNIT == 0);
    for (uint32_t i = 0; i < SPI_CRYPT_UNIT; i++)
        s->buffer[i] = fake_nor_cipher(offset + i, ((const uint8_t *)words)[i]);
    s->encrypted++;
    return true;
}

void spi_start_encrypted(struct spi *s, const struct spi_transfer *t)
{
    assert(t->out == SPI_CRYPT_UNIT);
    spi_start(s, t);
}

void spi_encrypt_end(struct spi *s)
{
    (void)s;
}
