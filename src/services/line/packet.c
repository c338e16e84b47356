/* SPDX-License-Identifier: Apache-2.0 */
#include "services/line/packet.h"

#include <string.h>

enum {
    ESCAPE = '}',
    ESCAPE_XOR = 0x20,
    CTRL_C = 3,
    RUN_BIAS = 29, /* the count character of a run: further copies + 29 */
    RUN_MIN = 3,   /* further copies; fewer are not shorter */
    RUN_MAX = 97,
    HEX = 16
};

/* --- in --- */

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void begin(struct packet_parser *p)
{
    p->state = PACKET_INSIDE;
    p->len = p->raw_len = 0;
    p->sum = p->claimed = 0;
    p->is_hurt = false;
}

static enum packet_event between(struct packet_parser *p, uint8_t byte)
{
    switch (byte) {
    case '$':
        begin(p);
        return PACKET_MORE;
    case '+':
        return PACKET_ACK;
    case '-':
        return PACKET_NACK;
    case CTRL_C:
        return PACKET_INTERRUPT;
    default:
        return PACKET_MORE;
    }
}

static void keep(struct packet_parser *p, uint8_t byte)
{
    if (p->len < sizeof p->data)
        p->data[p->len++] = byte;
}

static void inside(struct packet_parser *p, uint8_t byte)
{
    if (byte == '$')
        return begin(p);
    if (byte == '#') {
        p->is_hurt |= p->state == PACKET_ESCAPED;
        p->state = PACKET_SUM_HIGH;
        return;
    }
    p->sum = (uint8_t)(p->sum + byte);
    if (p->raw_len <= PACKET_MAX)
        p->raw_len++;
    if (p->state == PACKET_ESCAPED) {
        p->state = PACKET_INSIDE;
        keep(p, byte ^ ESCAPE_XOR);
    } else if (byte == ESCAPE) {
        p->state = PACKET_ESCAPED;
    } else {
        keep(p, byte);
    }
}

static enum packet_event finish(struct packet_parser *p)
{
    p->state = PACKET_BETWEEN;
    if (p->raw_len > PACKET_MAX)
        return PACKET_TOO_LONG;
    if (p->is_hurt || (!p->ignores_sum && p->claimed != p->sum))
        return PACKET_DAMAGED;
    return PACKET_DATA;
}

static enum packet_event checksum(struct packet_parser *p, uint8_t byte)
{
    int digit = hex_digit(byte);
    p->is_hurt |= digit < 0;
    p->claimed = (uint8_t)(p->claimed * HEX + (digit < 0 ? 0 : digit));
    if (p->state == PACKET_SUM_LOW)
        return finish(p);
    p->state = PACKET_SUM_LOW;
    return PACKET_MORE;
}

enum packet_event packet_take(struct packet_parser *p, const uint8_t *bytes, size_t len, size_t *used)
{
    for (size_t i = 0; i < len; i++) {
        enum packet_event event = PACKET_MORE;
        if (p->state == PACKET_BETWEEN)
            event = between(p, bytes[i]);
        else if (p->state == PACKET_INSIDE || p->state == PACKET_ESCAPED)
            inside(p, bytes[i]);
        else
            event = checksum(p, bytes[i]);
        *used = i + 1;
        if (event != PACKET_MORE)
            return event;
    }
    *used = len;
    return PACKET_MORE;
}

/* --- out --- */

static bool needs_escape(uint8_t byte)
{
    return byte == '#' || byte == '$' || byte == '*' || byte == ESCAPE;
}

/* How many further copies of the first byte are sent as a run: 0 for none. A count character may be neither $ nor #. */
static size_t run_of(const uint8_t *bytes, size_t len)
{
    size_t copies = 0;
    while (copies + 1 < len && copies < RUN_MAX && bytes[copies + 1] == bytes[0])
        copies++;
    if (copies < RUN_MIN)
        return 0;
    while (copies + RUN_BIAS == '#' || copies + RUN_BIAS == '$')
        copies--;
    return copies;
}

static void put(struct buf *out, char mark, const void *payload, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = payload;
    buf_u8(out, (uint8_t)mark);
    size_t start = out->len;
    for (size_t i = 0; i < len; i++) {
        bool is_escaped = needs_escape(bytes[i]);
        size_t copies = is_escaped ? 0 : run_of(bytes + i, len - i);
        if (is_escaped)
            buf_u8(out, ESCAPE);
        buf_u8(out, is_escaped ? bytes[i] ^ ESCAPE_XOR : bytes[i]);
        if (copies) {
            buf_u8(out, '*');
            buf_u8(out, (uint8_t)(copies + RUN_BIAS));
            i += copies;
        }
    }
    uint8_t sum = 0;
    for (size_t i = start; i < out->len; i++)
        sum = (uint8_t)(sum + out->bytes[i]);
    buf_u8(out, '#');
    buf_u8(out, (uint8_t)digits[sum / HEX]);
    buf_u8(out, (uint8_t)digits[sum % HEX]);
}

void packet_put(struct buf *out, const void *payload, size_t len)
{
    put(out, '$', payload, len);
}

void packet_put_notification(struct buf *out, const void *payload, size_t len)
{
    put(out, '%', payload, len);
}
