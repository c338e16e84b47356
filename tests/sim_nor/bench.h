/* SPDX-License-Identifier: Apache-2.0 */
/* A flash chip on a bench: power, time, and wires. */
#ifndef TESTS_SIM_NOR_BENCH_H
#define TESTS_SIM_NOR_BENCH_H

#include "base/bytes.h"
#include "regs/spi_nor.h"
#include "sim/nor/nor.h"
#include "unit.h"

#include <string.h>

enum { BENCH_SPI = 1, BENCH_QPI = 4, BENCH_STR = 8, BENCH_DTR = 8 | NOR_DDR };

struct bench {
    struct sched sched;
    struct nor *nor;
    uint32_t changed_at, changed_len;
};

void use(struct bench *b, const char *part, bool maximum);
void done(struct bench *b);
void pass(struct bench *b, uint64_t ns);
/* One transaction, out and then in after some dummy clocks, all on the same lines. */
void wires(struct bench *b, unsigned lines, const uint8_t *out, size_t out_len, unsigned dummy, uint8_t *in,
           size_t in_len);
/* The same on one line without dummy clocks. */
void spi(struct bench *b, const uint8_t *out, size_t out_len, uint8_t *in, size_t in_len);

#define SPI(b, in, in_len, ...) spi(b, (uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}), in, in_len)
#define CMD(b, ...)             SPI(b, NULL, 0, __VA_ARGS__)
#define WIRES(b, lines, dummy, in, in_len, ...)                                                                        \
    wires(b, lines, (uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}), dummy, in, in_len)
#define SEND(b, lines, ...) WIRES(b, lines, 0, NULL, 0, __VA_ARGS__)

uint8_t status(struct bench *b, uint8_t opcode); /* a register of one byte, on one line */
void write_status(struct bench *b, uint8_t opcode, uint8_t value);
/* Write enable and page program with three address bytes, on one line. */
void program(struct bench *b, uint32_t at, const uint8_t *bytes, size_t len);
/* A read at 0x012345 with address, mode byte 0 (on more than one address line) and data on the lines of its command. */
uint8_t read_on(struct bench *b, uint8_t opcode, unsigned address_lines, unsigned dummy, unsigned data_lines);
/* The bytes of 9F on one line equal those that the part's row has. */
void answers_in_spi(struct bench *b);

#endif
