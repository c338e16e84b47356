/* SPDX-License-Identifier: Apache-2.0 */
/* The USB-Serial-JTAG block as the chip's software sees it: the console's two buffers. A chip's own struct usj_kind says what
   its registers and interrupt are. */
#ifndef SIM_SOC_USJ_H
#define SIM_SOC_USJ_H

#include "sim/sched.h"
#include "sim/soc/block.h"

enum { USJ_FIFO_SIZE = 64 };

/* Constant. */
struct usj_kind {
    struct block_kind block; /* its read and written are usj_read and usj_written */
    unsigned irq;            /* source */
};

struct usj {
    struct block block;
    const struct usj_kind *kind;
    uint8_t in[USJ_FIFO_SIZE]; /* to the host */
    unsigned in_count;
    bool is_sending, is_paused;
    bool is_unseen; /* bytes came while it stood still */
    struct sched_event sent;
    uint8_t *out; /* from the host; all that waits for the chip */
    size_t out_count, out_room;
};

bool usj_init(struct usj *u, const struct usj_kind *kind, struct soc *soc, uint32_t base);
void usj_fini(struct usj *u);
void usj_reset(struct usj *u);
void usj_cancel(struct usj *u); /* nothing of it will happen any more */
void usj_pause(struct usj *u, bool is_paused);
void usj_receive(struct usj *u, const uint8_t *bytes, size_t len);
/* What the host may ask of the block: a reset of the digital part, by the console's DTR and RTS or by the JTAG interface. */
void usj_reset_chip(struct usj *u, bool by_jtag);

uint32_t usj_read(struct block *b, uint32_t offset);
void usj_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before);

/* Rows of the registers that are the same on all, with the bits of CONF0 that can be written. */
#define USJ_REGS(conf0_bits)                                                                                           \
    {0x00, 1, 0, 0, REG_LIVE | REG_ACTS}, {0x04, 1, 0, 0, REG_LIVE | REG_ACTS}, {0x08, 1, 8, 0, 0},                    \
        {0x0C, 1, 0, 0, REG_LIVE}, {0x10, 1, 0, 0xFFF, REG_ACTS}, {0x14, 1, 0, 0, REG_ACTS},                           \
        {0x18, 1, 0x4200, conf0_bits, 0}, {0x1C, 1, 0, 0xF, 0}, {0x20, 1, 0x44, 0x300, 0}, {0x24, 1, 0, 0, REG_LIVE},  \
        {0x28, 4, 1, 0, 0}, {0x38, 3, 0, 0, 0}, {0x44, 1, 0, 1, 0},                                                    \
    {                                                                                                                  \
        0x48, 1, 2, 3, 0                                                                                               \
    }

#endif
