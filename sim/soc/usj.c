/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources: chapter 'USB Serial/JTAG Controller' of the TRMs; usb_serial_jtag_reg.h of each chip in esp-idf,
 * usb_serial_jtag_ll.h.
 *
 * A host that reads all the time is connected: what is flushed, or fills the buffer of 64 bytes, is gone when the next
 * frame of full speed USB (1 ms) has passed. JTAG does not go through this block here, so its JTAG buffers are always empty.
 */
#include "sim/soc/usj.h"

#include "base/bits.h"
#include "sim/soc/soc_int.h"

#include <stdlib.h>
#include <string.h>

enum {
    EP1 = 0x00,
    EP1_CONF = 0x04,
    INT_RAW = 0x08,
    INT_ENA = 0x10,
    INT_CLR = 0x14,
    FRAM_NUM = 0x24,
};

#define WR_DONE          BIT(0) /* EP1_CONF: send what is in the buffer */
#define IN_DATA_FREE     BIT(1)
#define OUT_DATA_AVAIL   BIT(2)
#define INT_OUT_RECV_PKT BIT(2)
#define INT_IN_EMPTY     BIT(3)
enum { RESET_USB_UART = 0x15, RESET_USB_JTAG = 0x16 }; /* reset_reasons.h */

#define FRAME PS_PER_MS

static uint32_t *word(struct usj *u, uint32_t offset)
{
    return block_word(&u->block, offset);
}

static void update_irq(struct usj *u)
{
    irq_set(u->block.soc, u->kind->irq, *word(u, INT_RAW) & *word(u, INT_ENA));
}

static void raise(struct usj *u, uint32_t bits)
{
    *word(u, INT_RAW) |= bits;
    update_irq(u);
}

/* --- to the host --- */

static void flush(struct usj *u)
{
    if (u->is_sending || !u->in_count)
        return;
    u->is_sending = true;
    sched_in(u->block.soc->sched, &u->sent, FRAME);
}

static void frame_comes(void *ctx)
{
    struct usj *u = ctx;
    const struct soc_config *config = &u->block.soc->config;
    unsigned count = u->in_count;
    u->is_sending = false;
    u->in_count = 0;
    if (config->uart_sent)
        config->uart_sent(config->uart_ctx, SOC_PORT_USB, u->in, count);
    raise(u, INT_IN_EMPTY);
}

/* A byte for a full buffer, or for one that is on its way, is lost. */
static void put(struct usj *u, uint8_t byte)
{
    if (u->is_sending)
        return;
    u->in[u->in_count++] = byte;
    if (u->in_count == USJ_FIFO_SIZE)
        flush(u);
}

/* --- from the host --- */

void usj_receive(struct usj *u, const uint8_t *bytes, size_t len)
{
    if (!len || !soc_is_powered(u->block.soc)) /* a device that is gone takes nothing */
        return;
    if (u->out_count + len > u->out_room) {
        size_t room = 2 * (u->out_count + len);
        uint8_t *more = realloc(u->out, room);
        if (!more)
            return;
        u->out = more;
        u->out_room = room;
    }
    memcpy(u->out + u->out_count, bytes, len);
    u->out_count += len;
    u->is_unseen |= u->is_paused;
    if (!u->is_paused)
        raise(u, INT_OUT_RECV_PKT);
}

static uint8_t take(struct usj *u)
{
    if (!u->out_count)
        return 0;
    uint8_t byte = u->out[0];
    memmove(u->out, u->out + 1, --u->out_count);
    return byte;
}

/* --- the block --- */

static struct usj *usj_of(struct block *b)
{
    return (struct usj *)(void *)((char *)b - offsetof(struct usj, block));
}

uint32_t usj_read(struct block *b, uint32_t offset)
{
    struct usj *u = usj_of(b);
    switch (offset) {
    case EP1:
        return take(u);
    case EP1_CONF:
        return (u->is_sending ? 0 : IN_DATA_FREE) | (u->out_count ? OUT_DATA_AVAIL : 0);
    case FRAM_NUM:
        return (uint32_t)(sched_now(b->soc->sched) / FRAME) & 0x7FF;
    default:
        return *word(u, INT_RAW) & *word(u, INT_ENA);
    }
}

void usj_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct usj *u = usj_of(b);
    (void)before;
    switch (offset) {
    case EP1:
        put(u, (uint8_t)value);
        break;
    case EP1_CONF:
        if (value & WR_DONE)
            flush(u);
        break;
    case INT_CLR:
        *word(u, INT_RAW) &= ~value;
        update_irq(u);
        break;
    default:
        update_irq(u);
    }
}

bool usj_init(struct usj *u, const struct usj_kind *kind, struct soc *soc, uint32_t base)
{
    u->kind = kind;
    u->sent = (struct sched_event){.fn = frame_comes, .ctx = u};
    return block_init(&u->block, &kind->block, soc, base);
}

void usj_fini(struct usj *u)
{
    block_fini(&u->block);
    free(u->out);
}

void usj_cancel(struct usj *u)
{
    if (u->block.soc)
        sched_cancel(u->block.soc->sched, &u->sent);
}

void usj_reset(struct usj *u)
{
    usj_cancel(u);
    block_reset(&u->block);
    u->in_count = 0;
    u->is_sending = u->is_unseen = false;
    update_irq(u);
}

void usj_reset_chip(struct usj *u, bool by_jtag)
{
    reset_chip(u->block.soc, RESET_DIGITAL, by_jtag ? RESET_USB_JTAG : RESET_USB_UART);
}

/* A frame that was under way is sent anew; the host keeps what the chip does not take. */
void usj_pause(struct usj *u, bool is_paused)
{
    if (u->is_paused == is_paused)
        return;
    u->is_paused = is_paused;
    if (is_paused)
        sched_cancel(u->block.soc->sched, &u->sent);
    else if (u->is_sending)
        sched_in(u->block.soc->sched, &u->sent, FRAME);
    if (!is_paused && u->is_unseen)
        raise(u, INT_OUT_RECV_PKT);
    u->is_unseen &= is_paused;
}
