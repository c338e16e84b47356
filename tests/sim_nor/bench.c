/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

void use(struct bench *b, const char *part, bool maximum)
{
    *b = (struct bench){0};
    b->nor = nor_new(nor_part_find(part), &b->sched, maximum, NULL);
    assert_non_null(b->nor);
}

void done(struct bench *b)
{
    nor_free(b->nor);
}

void pass(struct bench *b, uint64_t ns)
{
    b->sched.now_ps += ns * PS_PER_NS;
}

void wires(struct bench *b, unsigned lines, const uint8_t *out, size_t out_len, unsigned dummy, uint8_t *in,
           size_t in_len)
{
    nor_select(b->nor);
    for (size_t i = 0; i < out_len; i++)
        nor_transfer(b->nor, out[i], lines);
    if (dummy)
        nor_dummy(b->nor, dummy);
    for (size_t i = 0; i < in_len; i++)
        in[i] = nor_transfer(b->nor, 0, lines);
    nor_deselect(b->nor);
}

void spi(struct bench *b, const uint8_t *out, size_t out_len, uint8_t *in, size_t in_len)
{
    wires(b, BENCH_SPI, out, out_len, 0, in, in_len);
}

uint8_t status(struct bench *b, uint8_t opcode)
{
    uint8_t value;
    SPI(b, &value, 1, opcode);
    return value;
}

void program(struct bench *b, uint32_t at, const uint8_t *bytes, size_t len)
{
    uint8_t out[4 + 600] = {NOR_PAGE_PROGRAM, (uint8_t)(at >> 16), (uint8_t)(at >> 8), (uint8_t)at};
    memcpy(out + 4, bytes, len);
    CMD(b, NOR_WRITE_ENABLE);
    spi(b, out, 4 + len, NULL, 0);
}

void write_status(struct bench *b, uint8_t opcode, uint8_t value)
{
    CMD(b, NOR_WRITE_ENABLE);
    CMD(b, opcode, value);
    pass(b, 50000000);
}

uint8_t read_on(struct bench *b, uint8_t opcode, unsigned address_lines, unsigned dummy, unsigned data_lines)
{
    nor_select(b->nor);
    nor_transfer(b->nor, opcode, 1);
    for (int shift = 16; shift >= 0; shift -= 8)
        nor_transfer(b->nor, (uint8_t)(0x012345 >> shift), address_lines);
    if (address_lines > 1)
        nor_transfer(b->nor, 0x00, address_lines); /* mode */
    nor_dummy(b->nor, dummy);
    uint8_t value = nor_transfer(b->nor, 0, data_lines);
    nor_deselect(b->nor);
    return value;
}

void answers_in_spi(struct bench *b)
{
    uint8_t id[3];
    SPI(b, id, 3, NOR_READ_ID);
    assert_memory_equal(id, nor_part_id(nor_part_of(b->nor)), 3);
}
