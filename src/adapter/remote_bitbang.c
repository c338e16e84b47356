/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The adapter "remote_bitbang": the pins of a server elsewhere, one character for each change (OpenOCD's manual,
 * doc/manual/jtag/drivers/remote_bitbang.txt). A TCK period is its low phase with TMS and TDI, "R" where TDO is wanted,
 * and its high phase.
 */
#include "adapter/adapter.h"

#include "adapter/options.h"
#include "adapter/socket.h"
#include "base/bits.h"
#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

enum {
    DEFAULT_PORT = 3335,
    /* Characters and replies that are under way at once. Bounded, so that a server with small buffers is not flooded. */
    CHUNK_CHARS = 32768,
    CHUNK_REPLIES = 4096,
    NS_PER_US = 1000,
    US_PER_MS = 1000,
};

struct bitbang {
    struct adapter base;
    char *host;
    uint32_t port;
    bool use_remote_sleep;
    struct sock sock; /* while open */
    struct clock host_clock;
    uint64_t slept_ns; /* by the server, in its own time */
    struct buf out;
    size_t *reply_at; /* where in batch.in each reply to what is in out goes */
    size_t replies;
    size_t owed; /* replies that the server will still give to questions of an exchange that broke off */
};

static struct bitbang *bitbang_of(struct adapter *a)
{
    return (struct bitbang *)a;
}

/* --- options --- */

static const struct adapter_option bitbang_options[] = {
    {"host", "name of the server, localhost by default; the path of its socket when port is 0"},
    {"port", "TCP port of the server, 3335 by default; 0 for a UNIX socket"},
    {"use_remote_sleep", "on: waits are sent to the server, which does them (espocd sim: in virtual time)"},
    {NULL, NULL},
};

static enum err bitbang_configure(struct adapter *a, const char *option, const char *value)
{
    struct bitbang *r = bitbang_of(a);
    if (!strcmp(option, "host"))
        return option_string(a->log, value, &r->host);
    if (!strcmp(option, "port"))
        return option_number(a->log, option, value, UINT16_MAX, &r->port);
    return option_bool(a->log, option, value, &r->use_remote_sleep);
}

/* --- time: the host's, and with use_remote_sleep what the server sleeps on top of it --- */

static uint64_t bitbang_now_ns(void *ctx)
{
    const struct bitbang *r = ctx;
    return clock_now_ns(&r->host_clock) + r->slept_ns;
}

static enum err sleep_there(struct bitbang *r, uint64_t ns);

static void bitbang_wait_ns(void *ctx, uint64_t ns)
{
    struct bitbang *r = ctx;
    if (!r->use_remote_sleep || r->sock.fd < 0) {
        r->host_clock.ops->wait_ns(r->host_clock.ctx, ns);
        return;
    }
    if (sleep_there(r, ns))
        err_forget(r->base.log); /* the next execute says it again */
    r->slept_ns += ns;
}

static const struct clock_ops bitbang_clock_ops = {.now_ns = bitbang_now_ns, .wait_ns = bitbang_wait_ns};

/* --- life --- */

static struct adapter *bitbang_create(struct log *log)
{
    (void)log;
    struct bitbang *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->reply_at = calloc(CHUNK_REPLIES, sizeof *r->reply_at);
    if (!r->reply_at) {
        free(r);
        return NULL;
    }
    r->port = DEFAULT_PORT;
    r->sock.fd = -1;
    r->host_clock = clock_host(NULL);
    r->base.clock = (struct clock){.ops = &bitbang_clock_ops, .ctx = r};
    return &r->base;
}

static void bitbang_destroy(struct adapter *a)
{
    struct bitbang *r = bitbang_of(a);
    buf_fini(&r->out);
    free(r->reply_at);
    free(r->host);
    free(r);
}

static enum err bitbang_open(struct adapter *a)
{
    struct bitbang *r = bitbang_of(a);
    if (!r->port && !r->host)
        return err_at(a->log, ERR_CONFIG, "remote_bitbang port is 0, so host has to be the path of a UNIX socket");
    r->sock = (struct sock){.fd = -1, .log = a->log, .clock = &a->clock};
    return sock_connect(&r->sock, r->host ? r->host : "localhost", (uint16_t)r->port,
                        "a remote_bitbang server (for a virtual board: espocd sim --rbb PORT)");
}

/* --- sending and receiving --- */

static enum err take_replies(struct bitbang *r, struct batch *b, const uint8_t *chars, size_t count, size_t first)
{
    for (size_t i = 0; i < count; i++) {
        if (chars[i] != '0' && chars[i] != '1')
            return err_at(r->base.log, ERR_MALFORMED,
                          "the server answered 0x%02x instead of 0 or 1; it does not speak remote_bitbang", chars[i]);
        if (b)
            bits_set(b->in, r->reply_at[first + i], chars[i] == '1');
    }
    return ERR_OK;
}

/* Sends what is in out and waits for the replies. *sent and *got say how far it came, also on an error. b may be NULL:
   the replies are dropped. */
static enum err exchange(struct bitbang *r, struct batch *b, size_t *sent, size_t *got)
{
    uint8_t chars[CHUNK_REPLIES];
    while (*sent < r->out.len || *got < r->replies) {
        size_t out_len = r->out.len - *sent, in_len = r->replies - *got;
        enum err e = sock_exchange(&r->sock, r->out.bytes + *sent, &out_len, chars, &in_len);
        if (e)
            return e;
        *sent += out_len;
        *got += in_len;
        e = take_replies(r, b, chars, in_len, *got - in_len);
        if (e)
            return e;
    }
    return ERR_OK;
}

static size_t count_questions(const uint8_t *chars, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += chars[i] == 'R';
    return count;
}

static enum err flush(struct bitbang *r, struct batch *b)
{
    size_t sent = 0, got = 0;
    if (r->out.failed)
        return err_at(r->base.log, ERR_MEMORY, "no memory for the characters of a batch");
    enum err e = exchange(r, b, &sent, &got);
    if (e)
        r->owed += count_questions(r->out.bytes, sent) - got;
    buf_clear(&r->out);
    r->replies = 0;
    return e;
}

/* After an exchange that broke off: takes the replies that still come, so that none of them answers a later question. */
static enum err settle(struct bitbang *r)
{
    buf_clear(&r->out);
    while (r->owed) {
        size_t sent = 0, got = 0;
        r->replies = r->owed < CHUNK_REPLIES ? r->owed : CHUNK_REPLIES;
        enum err e = exchange(r, NULL, &sent, &got);
        r->owed -= got;
        if (e)
            return e;
    }
    r->replies = 0;
    return ERR_OK;
}

static void put_char(struct bitbang *r, char c)
{
    buf_u8(&r->out, (uint8_t)c);
}

/* One TCK period; in_at: where TDO goes, NO_TDO when nobody asks. */
#define NO_TDO SIZE_MAX
static enum err put_tck(struct bitbang *r, struct batch *b, bool tms, bool tdi, size_t in_at)
{
    char pins = (char)('0' + 2 * tms + tdi);
    put_char(r, pins);
    if (in_at != NO_TDO) {
        put_char(r, 'R');
        r->reply_at[r->replies++] = in_at;
    }
    put_char(r, (char)(pins + 4));
    return r->out.len >= CHUNK_CHARS || r->replies == CHUNK_REPLIES ? flush(r, b) : ERR_OK;
}

/* The batch is run to its end, so an interrupt does not cut the wait short. */
static enum err wait_here(struct bitbang *r, struct batch *b, uint64_t ns)
{
    const struct clock *clock = &r->base.clock;
    enum err e = flush(r, b);
    struct deadline end = deadline_ns(clock, ns);
    while (!e && !deadline_passed(&end))
        clock->ops->wait_ns(clock->ctx, end.at_ns - clock_now_ns(clock));
    return e;
}

static enum err put_wait(struct bitbang *r, struct batch *b, uint64_t ns)
{
    if (!r->use_remote_sleep)
        return wait_here(r, b, ns);
    uint64_t us = (ns + NS_PER_US - 1) / NS_PER_US;
    for (uint64_t ms = us / US_PER_MS; ms; ms--)
        put_char(r, 'Z');
    for (us %= US_PER_MS; us; us--)
        put_char(r, 'z');
    return r->out.len >= CHUNK_CHARS ? flush(r, b) : ERR_OK;
}

static enum err sleep_there(struct bitbang *r, uint64_t ns)
{
    enum err e = settle(r);
    if (!e)
        e = put_wait(r, NULL, ns);
    return e ? e : flush(r, NULL);
}

static enum err put_item(struct bitbang *r, struct batch *b, const struct batch_item *item)
{
    enum err e = ERR_OK;
    if (item->kind == BATCH_WAIT)
        return put_wait(r, b, item->wait_ns);
    for (size_t i = 0; i < item->bits && !e; i++) {
        bool tms = item->tms, tdi = item->tdi;
        if (item->kind == BATCH_TMS)
            tms = bits_get(b->out, item->out_at + i);
        if (item->kind == BATCH_SHIFT) {
            tms = item->leave && i == item->bits - 1;
            tdi = bits_get(b->out, item->out_at + i);
        }
        e = put_tck(r, b, tms, tdi, item->capture ? item->in_at + i : NO_TDO);
    }
    return e;
}

static enum err bitbang_execute(struct adapter *a, struct batch *b)
{
    struct bitbang *r = bitbang_of(a);
    enum err e = settle(r);
    for (size_t i = 0; i < b->count && !e; i++)
        e = put_item(r, b, &b->items[i]);
    return e ? e : flush(r, b);
}

static enum err send_char(struct bitbang *r, char c)
{
    enum err e = settle(r);
    if (e)
        return e;
    put_char(r, c);
    return flush(r, NULL);
}

static enum err bitbang_set_reset(struct adapter *a, bool trst, bool srst)
{
    return send_char(bitbang_of(a), (char)('r' + 2 * trst + srst));
}

static void bitbang_close(struct adapter *a)
{
    struct bitbang *r = bitbang_of(a);
    enum err e = send_char(r, 'Q');
    if (e)
        log_debug(a->log, "closing remote_bitbang: %s", err_why(a->log, e));
    sock_close(&r->sock);
    r->owed = 0;
}

const struct adapter_ops adapter_remote_bitbang_ops = {
    .name = "remote_bitbang",
    .help = "the JTAG pins of a server over TCP or a UNIX socket, one character for each change",
    .options = bitbang_options,
    .create = bitbang_create,
    .destroy = bitbang_destroy,
    .configure = bitbang_configure,
    .open = bitbang_open,
    .close = bitbang_close,
    .execute = bitbang_execute,
    .set_reset = bitbang_set_reset,
};
