/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the agent needs of a chip: a SPI controller that speaks to the flash and a way to have the flash for itself.
 * One file per kind of controller implements it (spi_esp32.c, spi_mem.c); the tests bring others for the host.
 */
#ifndef AGENT_SPI_H
#define AGENT_SPI_H

#include <stdbool.h>
#include <stdint.h>

enum { SPI_CHUNK = 64 }; /* bytes that the controller's buffer holds */

struct spi; /* state of the controller as it was found */

/* One transaction: opcode, address, dummy clocks, then data out of or into the controller's buffer. Lines are 1, 2, 4 or 8;
   0 is one. Lines that are not used are high, on a chip that listens to more of them too. */
struct spi_transfer {
    uint8_t opcode, second_opcode; /* the second with has_second only */
    bool has_second;
    uint8_t address_bytes; /* 0: none, 3 or 4 */
    uint8_t opcode_lines, address_lines, data_lines;
    bool is_ddr; /* all phases at both edges of the clock */
    uint8_t dummy_clocks;
    uint32_t address;
    uint32_t out, in; /* bytes, one of them 0 */
};

/* Switches caches and watchdogs off, waits for a transfer that is under way, and makes the controller and its pins ready,
   with all its registers set to known values; safe in any state. */
void spi_attach(struct spi *s);
/* Puts everything back. with_flush: the flash's content has changed, what the caches hold of it is thrown away. */
void spi_release(struct spi *s, bool with_flush);
/* Two clocks: data comes in slower than it goes out, because it makes the way twice. */
void spi_clock_for_reading(struct spi *s);
void spi_clock_for_writing(struct spi *s);

/* The most lines that the controller can give an opcode on. */
unsigned spi_most_lines(const struct spi *s);
/* Starts a transaction; spi_wait ends it, false when the controller does not finish. An opcode on more than one line goes
   without an address on a controller that spi_most_lines says four of, and may overwrite the buffer. */
void spi_start(struct spi *s, const struct spi_transfer *t);
/* The same transaction as the one before, at another address. */
void spi_start_again(struct spi *s, uint32_t address);
bool spi_wait(struct spi *s);
/* Write enable, and status register 1, on one line, without touching the buffer. */
void spi_write_enable(struct spi *s);
uint8_t spi_status(struct spi *s);
/* The buffer, by words from its start. */
void spi_put(struct spi *s, const uint32_t *words, uint32_t count);
void spi_get(struct spi *s, uint32_t *words, uint32_t count);
/* Lets 60 us pass, or more: longer than any part takes to wake up. */
void spi_pause(struct spi *s);

/* --- a chip that encrypts its flash; agent/crypt.c knows the order --- */
enum { SPI_CRYPT_UNIT = 32 };

/* Lets the chip's own way of reading flash, which decrypts, be used; spi_plain_end ends it. read is how this flash is read
   without it, wherever in it. What caches hold of flash is lost. */
void spi_plain_begin(struct spi *s, const struct spi_transfer *read);
/* Words as the chip's programs read them at that offset of the flash. */
void spi_plain_read(struct spi *s, uint32_t offset, uint32_t *words, uint32_t bytes);
void spi_plain_end(struct spi *s);
/* Makes a unit ready; false when the chip does not finish it. */
bool spi_encrypt(struct spi *s, uint32_t offset, const uint32_t *words);
/* Starts programming it, write enable given; t programs that many bytes there. spi_wait ends it, spi_encrypt_end is due
   then. */
void spi_start_encrypted(struct spi *s, const struct spi_transfer *t);
void spi_encrypt_end(struct spi *s);

#endif
