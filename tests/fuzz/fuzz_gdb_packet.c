/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "services/line/packet.h"

#include <string.h>

/* Undoes runs and escapes as GDB does (GDB manual, "Overview" of the remote protocol), to see that nothing is lost. */
static void check_frame(const struct buf *frame, const uint8_t *payload, size_t len)
{
    size_t out = 0;
    PROMISE(frame->len >= 4 && frame->bytes[0] == '$' && frame->bytes[frame->len - 3] == '#');
    uint8_t sum = 0, last = 0;
    for (size_t i = 1; i < frame->len - 3; i++) {
        uint8_t byte = frame->bytes[i];
        sum = (uint8_t)(sum + byte);
        PROMISE(byte != '$' && byte != '#');
        if (byte == '*') {
            uint8_t copies = frame->bytes[++i];
            sum = (uint8_t)(sum + copies);
            PROMISE(copies >= 29 + 3 && copies <= 126 && copies != '$' && copies != '#');
            for (unsigned k = 29; k < copies; k++)
                PROMISE(out < len && payload[out++] == last);
            continue;
        }
        if (byte == '}') {
            byte = frame->bytes[++i];
            sum = (uint8_t)(sum + byte);
            byte ^= 0x20;
        }
        PROMISE(out < len && payload[out++] == byte);
        last = byte;
    }
    PROMISE(out == len);
    char text[3];
    snprintf(text, sizeof text, "%02x", sum);
    PROMISE(!memcmp(text, frame->bytes + frame->len - 2, 2));
}

/* What the parser takes, sent in other pieces, is the same. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct packet_parser whole, pieces;
    memset(&whole, 0, sizeof whole);
    memset(&pieces, 0, sizeof pieces);
    size_t fed = 0;
    for (size_t at = 0; at < len;) {
        size_t used = 0;
        enum packet_event event = packet_take(&whole, bytes + at, len - at, &used), other = PACKET_MORE;
        PROMISE(used > 0 && used <= len - at);
        at += used;
        while (fed < at && other == PACKET_MORE) {
            PROMISE(packet_take(&pieces, bytes + fed, 1, &used) == PACKET_MORE || fed + 1 == at);
            other = fed + 1 == at ? event : PACKET_MORE;
            fed++;
        }
        if (event != PACKET_DATA)
            continue;
        PROMISE(whole.len <= PACKET_MAX && pieces.len == whole.len && !memcmp(pieces.data, whole.data, whole.len));
        struct buf frame = {0};
        packet_put(&frame, whole.data, whole.len);
        check_frame(&frame, whole.data, whole.len);
        buf_fini(&frame);
    }
    return 0;
}
