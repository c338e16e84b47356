/* SPDX-License-Identifier: Apache-2.0 */
/* The flash chip behind the SPI controller. Results are those of the mailbox. */
#ifndef AGENT_NOR_H
#define AGENT_NOR_H

#include "agent/mailbox.h"
#include "agent/mode.h"
#include "agent/spi.h"

struct nor {
    struct spi *spi;
    const struct mode *mode;         /* in which it was found; it is in plain SPI now */
    uint32_t access;                 /* of the job: see mailbox.h */
    const volatile uint32_t *cancel; /* not 0: give up waiting */
    volatile uint32_t *done;         /* bytes of the running job */
    uint32_t status;                 /* as last read */
    bool has_changed;                /* something was erased or programmed */
};

/* A command with an address, as the job says. */
static inline struct spi_transfer nor_at_address(const struct nor *n, uint32_t offset)
{
    return (struct spi_transfer){.opcode = (uint8_t)field_get(ACCESS_OPCODE, n->access),
                                 .address_bytes = (uint8_t)field_get(ACCESS_ADDRESS, n->access),
                                 .address = offset};
}

/* Bytes of the flash, SPI_CHUNK at a time but for the last; the next chunk is on its way while fn works. */
typedef void nor_sink_fn(void *ctx, const uint32_t *words, uint32_t bytes);
enum mailbox_result nor_stream(struct nor *n, uint32_t offset, uint32_t length, nor_sink_fn *fn, void *ctx);

enum mailbox_result nor_identify(struct nor *n, struct mailbox_id *id);
enum mailbox_result nor_wait_ready(struct nor *n);
/* Write enable, and whether the flash took it: without it, it would ignore what follows without a word. */
enum mailbox_result nor_enable(struct nor *n);
enum mailbox_result nor_erase_unit(struct nor *n, uint32_t offset);
/* Counts the 256-byte pages of which something was programmed. */
enum mailbox_result nor_program(struct nor *n, uint32_t offset, const uint32_t *words, uint32_t length,
                                uint32_t *pages);
/* With 0 bytes the opcode alone, which then unlocks something. */
enum mailbox_result nor_write_status(struct nor *n, uint8_t opcode, uint32_t bytes, uint32_t value);

#endif
