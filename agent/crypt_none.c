/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a chip's encryption is not driven: its record says so (encrypt_unit 0), or the carrier takes no such job; one that is
 * given all the same fails.
 */
#include "agent/spi.h"

void spi_plain_begin(struct spi *s, const struct spi_transfer *read)
{
    (void)s, (void)read;
}

void spi_plain_read(struct spi *s, uint32_t offset, uint32_t *words, uint32_t bytes)
{
    (void)s, (void)offset, (void)words, (void)bytes;
}

void spi_plain_end(struct spi *s)
{
    (void)s;
}

bool spi_encrypt(struct spi *s, uint32_t offset, const uint32_t *words)
{
    (void)s, (void)offset, (void)words;
    return false;
}

void spi_start_encrypted(struct spi *s, const struct spi_transfer *t)
{
    (void)s, (void)t;
}

void spi_encrypt_end(struct spi *s)
{
    (void)s;
}
