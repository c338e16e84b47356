/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A server that has said nothing for so long is given up; sooner when somebody waits to interrupt. */
enum { POLL_SLICE_MS = 50, SILENCE_MS = 10000, INTERRUPTED_SILENCE_MS = 500 };

/* --- connecting --- */

static enum err refuse(struct sock *s, const char *where, const char *why, const char *what)
{
    return err_at(s->log, ERR_NOT_FOUND, "nothing answers at %s: %s; what should be there is %s", where, why, what);
}

static enum err connect_unix(struct sock *s, const char *path, const char *what)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof to.sun_path)
        return err_at(s->log, ERR_RANGE, "the path of a UNIX socket has at most %zu characters: %s",
                      sizeof to.sun_path - 1, path);
    memcpy(to.sun_path, path, strlen(path) + 1);
    s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->fd >= 0 && !connect(s->fd, (struct sockaddr *)&to, sizeof to))
        return ERR_OK;
    int saved = errno;
    sock_close(s);
    return refuse(s, path, strerror(saved), what);
}

/* Tries every address of the host; the reason of the last failure is in errno. */
static bool connect_any(struct sock *s, const struct addrinfo *list)
{
    for (const struct addrinfo *a = list; a; a = a->ai_next) {
        s->fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (s->fd < 0)
            continue;
        if (!connect(s->fd, a->ai_addr, a->ai_addrlen))
            return true;
        int saved = errno;
        sock_close(s);
        errno = saved;
    }
    return false;
}

static enum err connect_tcp(struct sock *s, const char *host, uint16_t port, const char *what)
{
    char service[8], where[300];
    snprintf(service, sizeof service, "%u", port);
    snprintf(where, sizeof where, "%s:%s", host, service);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    int code = getaddrinfo(host, service, &hints, &list);
    if (code)
        return refuse(s, where, gai_strerror(code), what);
    bool is_connected = connect_any(s, list);
    int saved = errno;
    freeaddrinfo(list);
    if (!is_connected)
        return refuse(s, where, strerror(saved), what);
    int on = 1;
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return ERR_OK;
}

enum err sock_connect(struct sock *s, const char *host, uint16_t port, const char *what)
{
    s->fd = -1;
    enum err e = port ? connect_tcp(s, host, port, what) : connect_unix(s, host, what);
    if (!e)
        fcntl(s->fd, F_SETFL, fcntl(s->fd, F_GETFL) | O_NONBLOCK);
    return e;
}

void sock_close(struct sock *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

/* --- talking --- */

static enum err lost(struct sock *s, const char *why)
{
    return err_at(s->log, ERR_DISCONNECTED,
                  "the connection to the adapter's server was lost (%s); what was under way is unknown: connect "
                  "anew when the server is there and no other client has it",
                  why);
}

static bool is_only_busy(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static enum err wait_ready(struct sock *s, short events)
{
    for (int waited_ms = 0; waited_ms < SILENCE_MS; waited_ms += POLL_SLICE_MS) {
        if (clock_is_interrupted(s->clock) && waited_ms >= INTERRUPTED_SILENCE_MS)
            return ERR_INTERRUPTED;
        struct pollfd fd = {.fd = s->fd, .events = events};
        int ready = poll(&fd, 1, POLL_SLICE_MS);
        if (ready > 0)
            return ERR_OK;
        if (ready < 0 && errno != EINTR)
            return lost(s, strerror(errno));
    }
    sock_close(s); /* whoever cleans up behind this must not wait as long again */
    return err_at(s->log, ERR_DISCONNECTED,
                  "the adapter's server has not answered for %d s; see whether it still runs, then connect anew",
                  SILENCE_MS / 1000);
}

enum err sock_exchange(struct sock *s, const uint8_t *out, size_t *out_len, uint8_t *in, size_t *in_len)
{
    ssize_t sent, got;
    if (s->fd < 0)
        return lost(s, "it was silent for too long");
    for (;;) {
        sent = *out_len ? send(s->fd, out, *out_len, MSG_NOSIGNAL) : 0;
        if (sent < 0 && !is_only_busy())
            return lost(s, strerror(errno));
        got = *in_len ? recv(s->fd, in, *in_len, 0) : 0;
        if (got < 0 && !is_only_busy())
            return lost(s, strerror(errno));
        if (*in_len && got == 0)
            return lost(s, "it was closed at the other end");
        if (sent > 0 || got > 0)
            break;
        enum err e = wait_ready(s, (short)((*out_len ? POLLOUT : 0) | (*in_len ? POLLIN : 0)));
        if (e)
            return e;
    }
    *out_len = sent > 0 ? (size_t)sent : 0;
    *in_len = got > 0 ? (size_t)got : 0;
    return ERR_OK;
}
