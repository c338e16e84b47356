/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The USB-Serial-JTAG block as the chip's software sees it: the console's two buffers. Sources: TRM chapter 'USB
 * Serial/JTAG Controller'; esp-idf usb_serial_jtag_reg.h, usb_serial_jtag_ll.h.
 *
 * A host that reads all the time is connected: what is flushed, or fills the buffer of 64 bytes, is gone when the next
 * frame of full speed USB (1 ms) has passed. JTAG does not go through this block here, so its JTAG buffers are always empty.
 */
#include "sim/esp32s3/esp32s3_int.h"

#include <stdlib.h>
#include <string.h>

#define AT(name) (ESP32S3_USJ_##name - ESP32S3_USJ_BASE)
#define ALL      0xFFFFFFFFU
#define FRAME    PS_PER_MS

static const struct reg regs[] = {
    {AT(EP1), 1, 0, 0, REG_LIVE | REG_ACTS},
    {AT(EP1_CONF), 1, 0, 0, REG_LIVE | REG_ACTS},
    {AT(INT_RAW), 1, ESP32S3_USJ_INT_IN_EMPTY, 0, 0},
    {AT(INT_ST), 1, 0, 0, REG_LIVE},
    {AT(INT_ENA), 1, 0, 0xFFF, REG_ACTS},
    {AT(INT_CLR), 1, 0, 0, REG_ACTS},
    {AT(CONF0), 1, 0x4200, 0x1FFFF, 0},
    {AT(TEST), 1, 0, 0xF, 0},
    {AT(JFIFO_ST), 1, 0x44, 0x300, 0},
    {AT(FRAM_NUM), 1, 0, 0, REG_LIVE},
    {AT(EP_ST), 4, 1, 0, 0},
    {AT(EP_ST) + 16, 3, 0, 0, 0},
    {AT(MISC_CONF), 1, 0, 1, 0},
    {AT(MEM_CONF), 1, 2, 3, 0},
    {AT(DATE), 1, 0x2101200, ALL, 0},
};

static uint32_t *word(struct usj *u, uint32_t offset)
{
    return block_word(&u->block, offset);
}

static void update_irq(struct usj *u)
{
    irq_set(u->block.soc, ESP32S3_INTR_USB_SERIAL_JTAG, *word(u, AT(INT_RAW)) & *word(u, AT(INT_ENA)));
}

static void raise(struct usj *u, uint32_t bits)
{
    *word(u, AT(INT_RAW)) |= bits;
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
    raise(u, ESP32S3_USJ_INT_IN_EMPTY);
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

void s3_usj_receive(struct esp32s3 *s, const uint8_t *bytes, size_t len)
{
    struct usj *u = &s->usj;
    if (!len || !soc_is_powered(&s->soc)) /* a device that is gone takes nothing */
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
        raise(u, ESP32S3_USJ_INT_OUT_RECV_PKT);
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

static uint32_t read_live(struct block *b, uint32_t offset)
{
    struct usj *u = &esp32s3_of(b->soc)->usj;
    switch (offset) {
    case AT(EP1):
        return take(u);
    case AT(EP1_CONF):
        return (u->is_sending ? 0 : ESP32S3_USJ_IN_DATA_FREE) | (u->out_count ? ESP32S3_USJ_OUT_DATA_AVAIL : 0);
    case AT(FRAM_NUM):
        return (uint32_t)(sched_now(b->soc->sched) / FRAME) & 0x7FF;
    default:
        return *word(u, AT(INT_RAW)) & *word(u, AT(INT_ENA));
    }
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct usj *u = &esp32s3_of(b->soc)->usj;
    (void)before;
    switch (offset) {
    case AT(EP1):
        put(u, (uint8_t)value);
        break;
    case AT(EP1_CONF):
        if (value & ESP32S3_USJ_WR_DONE)
            flush(u);
        break;
    case AT(INT_CLR):
        *word(u, AT(INT_RAW)) &= ~value;
        update_irq(u);
        break;
    default:
        update_irq(u);
    }
}

static const struct block_kind usj_kind = {
    .name = "USB_SERIAL_JTAG",
    .size = 0x84,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool s3_usj_init(struct esp32s3 *s)
{
    s->usj.sent = (struct sched_event){.fn = frame_comes, .ctx = &s->usj};
    return block_init(&s->usj.block, &usj_kind, &s->soc, ESP32S3_USJ_BASE);
}

void s3_usj_fini(struct esp32s3 *s)
{
    block_fini(&s->usj.block);
    free(s->usj.out);
}

void s3_usj_reset(struct esp32s3 *s)
{
    sched_cancel(s->soc.sched, &s->usj.sent);
    block_reset(&s->usj.block);
    s->usj.in_count = 0;
    s->usj.is_sending = s->usj.is_unseen = false;
    update_irq(&s->usj);
}

/* A frame that was under way is sent anew; the host keeps what the chip does not take. */
void s3_usj_pause(struct esp32s3 *s, bool is_paused)
{
    struct usj *u = &s->usj;
    if (u->is_paused == is_paused)
        return;
    u->is_paused = is_paused;
    if (is_paused)
        sched_cancel(s->soc.sched, &u->sent);
    else if (u->is_sending)
        sched_in(s->soc.sched, &u->sent, FRAME);
    if (!is_paused && u->is_unseen)
        raise(u, ESP32S3_USJ_INT_OUT_RECV_PKT);
    u->is_unseen &= is_paused;
}
