/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frames of GDB's remote protocol (GDB manual, appendix E.1): pure, any bytes in. No side effects but on the objects
 * handed in.
 */
#ifndef SERVICES_LINE_PACKET_H
#define SERVICES_LINE_PACKET_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most bytes of one packet between $ and #, as they are sent, in both directions; GDB is told so (PacketSize). */
enum { PACKET_MAX = 0x4000 };

enum packet_event {
    PACKET_MORE,      /* all bytes are used up, and nothing is complete */
    PACKET_DATA,      /* a packet: data and len of the parser, until the next call */
    PACKET_DAMAGED,   /* its checksum is wrong, or it ends in the middle of an escape */
    PACKET_TOO_LONG,  /* it was longer than PACKET_MAX and is dropped */
    PACKET_ACK,       /* + */
    PACKET_NACK,      /* - */
    PACKET_INTERRUPT, /* Ctrl-C between packets */
};

/* A zeroed one is ready. */
struct packet_parser {
    enum { PACKET_BETWEEN, PACKET_INSIDE, PACKET_ESCAPED, PACKET_SUM_HIGH, PACKET_SUM_LOW } state;
    uint8_t data[PACKET_MAX];
    size_t len;      /* of data, escapes undone */
    size_t raw_len;  /* of what was sent for it */
    uint8_t sum;     /* of what was sent */
    uint8_t claimed; /* by the sender */
    bool is_hurt;    /* no good whatever its checksum says */
    bool ignores_sum;
};

/* Takes bytes until something is complete; *used is how many it took. Bytes between packets that mean nothing are skipped; a $
   inside a packet begins another one. */
enum packet_event packet_take(struct packet_parser *p, const uint8_t *bytes, size_t len, size_t *used);

/* Appends a whole packet: $, the payload with escapes and, where that is shorter, runs, #, checksum. */
void packet_put(struct buf *out, const void *payload, size_t len);
/* The same with % in front: a notification, which GDB does not answer. */
void packet_put_notification(struct buf *out, const void *payload, size_t len);

#endif
