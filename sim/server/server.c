/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/server/server.h"

#include "base/clock.h"
#include "base/host.h"
#include "sim/server/rbb.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    INPUT_SIZE = 65536,
    OUTPUT_FULL = 65536, /* with so many replies unsent nothing more is read */
    IDLE_POLL_MS = 50,
    REALTIME_POLL_MS = 2,
    REALTIME_SLICE_NS = 20000000, /* of host time that is made up for at once */
};
#define NS_PER_S 1e9

struct sim_server {
    struct log *log;
    struct board *board;
    FILE *uart; /* may be NULL, may be stdout */
    int listener, client;
    int keyboard; /* what is typed there goes to the chip's serial port; -1: nothing does */
    uint16_t port;
    bool is_realtime;
    struct clock host;
    uint64_t host_ns;        /* up to which host time was made up for */
    uint64_t tcks, board_ns; /* when the client came */
    struct rbb rbb;
    size_t sent; /* of rbb.replies */
    uint8_t input[INPUT_SIZE];
};

/* --- making one --- */

static void chip_sent(void *ctx, const uint8_t *bytes, size_t len)
{
    struct sim_server *s = ctx;
    if (!s->uart)
        return;
    fwrite(bytes, 1, len, s->uart);
    fflush(s->uart);
}

static enum err open_uart(struct sim_server *s, const char *path)
{
    if (!path)
        return ERR_OK;
    bool is_terminal = !strcmp(path, "-");
    s->uart = is_terminal ? stdout : fopen(path, "wb");
    s->keyboard = is_terminal ? STDIN_FILENO : -1;
    if (!s->uart)
        return err_at(s->log, ERR_IO, "cannot write the chip's serial output to %s: %s", path, strerror(errno));
    return ERR_OK;
}

static enum err say_refused(struct sim_server *s, uint16_t port)
{
    char holder[2 * HOST_NAME];
    int why = errno;
    host_port_holder(&host_roots, port, holder, sizeof holder);
    bool is_held = why == EADDRINUSE && holder[0];
    return err_at(s->log, ERR_IO, "cannot listen on 127.0.0.1 port %u: %s%s%s%s; choose another port (0: any)", port,
                  strerror(why), is_held ? " (by " : "", is_held ? holder : "", is_held ? ")" : "");
}

static enum err listen_on(struct sim_server *s, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int on = 1;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->listener >= 0)
        setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&at, sizeof at) || listen(s->listener, 4) ||
        getsockname(s->listener, (struct sockaddr *)&at, &len))
        return say_refused(s, port);
    s->port = ntohs(at.sin_port);
    return ERR_OK;
}

static enum err make_board(struct sim_server *s, const struct sim_server_options *options)
{
    struct board_options board = {
        .flash_path = options->flash_path,
        .flash_part = options->flash_part,
        .flash_state = options->flash_state,
        .rom_path = options->rom_path,
        .uart = chip_sent,
        .uart_ctx = s,
        .tck_khz = options->tck_khz,
        .strapping = options->strapping,
        .efuses = options->efuses,
    };
    enum board_fault fault = BOARD_FAULT_NONE;
    uint64_t after_tcks = 0;
    enum err e = options->fault ? board_fault_parse(s->log, options->fault, &fault, &after_tcks) : ERR_OK;
    if (e)
        return e;
    s->board = board_new(options->board ? options->board : board_models[0].name, &board, s->log, &e);
    if (s->board)
        board_set_fault(s->board, fault, after_tcks);
    return e;
}

struct sim_server *sim_server_new(const struct sim_server_options *options, struct log *log, enum err *e)
{
    struct sim_server *s = calloc(1, sizeof *s);
    if (!s) {
        *e = err_at(log, ERR_MEMORY, "no memory for a server");
        return NULL;
    }
    s->log = log;
    s->listener = s->client = s->keyboard = -1;
    s->is_realtime = options->is_realtime;
    s->host = clock_host(NULL);
    *e = listen_on(s, options->port);
    if (!*e)
        *e = open_uart(s, options->uart_path);
    if (!*e)
        *e = make_board(s, options);
    if (!*e)
        return s;
    sim_server_free(s);
    return NULL;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void sim_server_free(struct sim_server *s)
{
    if (!s)
        return;
    close_fd(&s->client);
    close_fd(&s->listener);
    board_free(s->board);
    rbb_fini(&s->rbb);
    if (s->uart && s->uart != stdout)
        fclose(s->uart);
    free(s);
}

uint16_t sim_server_port(const struct sim_server *s)
{
    return s->port;
}

struct board *sim_server_board(struct sim_server *s)
{
    return s->board;
}

/* --- clients --- */

static void drop_client(struct sim_server *s, const char *why)
{
    log_info(s->log, "client gone: %s; it gave %llu TCK in %.6f s of the board's time", why,
             (unsigned long long)(board_tcks(s->board) - s->tcks),
             (double)(board_now_ns(s->board) - s->board_ns) / NS_PER_S);
    close_fd(&s->client);
    board_set_reset(s->board, false, false); /* nobody holds the lines any more */
    enum err e = board_sync(s->board);
    if (e)
        log_error(s->log, "%s", err_why(s->log, e));
}

static void accept_client(struct sim_server *s)
{
    int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    if (s->client >= 0) {
        log_warn(s->log, "a second client was turned away: the board has one JTAG connector, and it is in use");
        close(fd);
        return;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    s->client = fd;
    s->sent = 0;
    s->tcks = board_tcks(s->board);
    s->board_ns = board_now_ns(s->board);
    rbb_begin(&s->rbb, s->board);
    log_info(s->log, "client connected");
}

static bool is_only_busy(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static void send_replies(struct sim_server *s)
{
    struct buf *replies = &s->rbb.replies;
    if (replies->failed) {
        drop_client(s, "no memory for its replies");
        return;
    }
    while (s->sent < replies->len) {
        ssize_t n = send(s->client, replies->bytes + s->sent, replies->len - s->sent, MSG_NOSIGNAL);
        if (n < 0 && is_only_busy())
            return;
        if (n < 0) {
            drop_client(s, strerror(errno));
            return;
        }
        s->sent += (size_t)n;
    }
    buf_clear(replies);
    s->sent = 0;
}

/* Reads what has come, once, and obeys it. */
static void serve_client(struct sim_server *s)
{
    ssize_t n = recv(s->client, s->input, sizeof s->input, 0);
    if (n < 0 && is_only_busy())
        return;
    if (n <= 0) {
        drop_client(s, n ? strerror(errno) : "it closed the connection");
        return;
    }
    size_t used;
    enum rbb_end end = rbb_feed(&s->rbb, s->input, (size_t)n, &used);
    if (board_is_unplugged(s->board)) {
        drop_client(s, "it was unplugged, as the fault wants it");
        board_set_fault(s->board, BOARD_FAULT_NONE, 0);
        return;
    }
    send_replies(s);
    if (s->client < 0 || end == RBB_MORE)
        return;
    if (end == RBB_FOREIGN)
        log_warn(s->log, "the client sent 0x%02x, which is not remote_bitbang", s->input[used]);
    drop_client(s, end == RBB_QUIT ? "it quit" : "it does not speak remote_bitbang");
}

/* --- the loop --- */

static void follow_host_time(struct sim_server *s)
{
    uint64_t now_ns = clock_now_ns(&s->host), passed_ns = now_ns - s->host_ns;
    s->host_ns = now_ns;
    board_advance_ns(s->board, passed_ns < REALTIME_SLICE_NS ? passed_ns : REALTIME_SLICE_NS);
}

/* The end of the input is not the end of the server. */
static void type(struct sim_server *s)
{
    uint8_t keys[64];
    ssize_t n = read(s->keyboard, keys, sizeof keys);
    if (n > 0)
        board_uart_send(s->board, keys, (size_t)n);
    else if (!n || !is_only_busy())
        s->keyboard = -1;
}

static void wait_and_serve(struct sim_server *s)
{
    size_t unsent = s->client >= 0 ? s->rbb.replies.len - s->sent : 0;
    short events = (short)((unsent < OUTPUT_FULL ? POLLIN : 0) | (unsent ? POLLOUT : 0));
    struct pollfd fds[] = {{.fd = s->listener, .events = POLLIN},
                           {.fd = s->client, .events = events},
                           {.fd = s->keyboard, .events = POLLIN}};
    if (poll(fds, 3, s->is_realtime ? REALTIME_POLL_MS : IDLE_POLL_MS) <= 0)
        return;
    if (s->client >= 0 && fds[1].revents & POLLOUT)
        send_replies(s);
    if (s->client >= 0 && fds[1].revents & (POLLIN | POLLHUP | POLLERR))
        serve_client(s);
    if (fds[0].revents & POLLIN)
        accept_client(s);
    if (fds[2].revents)
        type(s);
}

enum err sim_server_run(struct sim_server *s, const atomic_bool *stop)
{
    s->host_ns = clock_now_ns(&s->host);
    while (!atomic_load(stop)) {
        wait_and_serve(s);
        if (s->is_realtime)
            follow_host_time(s);
    }
    if (s->client >= 0)
        drop_client(s, "the server ends");
    return board_sync(s->board);
}
