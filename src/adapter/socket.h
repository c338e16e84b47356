/* SPDX-License-Identifier: Apache-2.0 */
/* A client's TCP or UNIX connection for adapters that are servers elsewhere. */
#ifndef ADAPTER_SOCKET_H
#define ADAPTER_SOCKET_H

#include "base/clock.h"
#include "base/log.h"

#include <stddef.h>
#include <stdint.h>

struct sock {
    int fd; /* -1 when closed */
    struct log *log;
    const struct clock *clock; /* its interrupt flag ends a wait for a silent server */
};

/* port 0: host is the path of a UNIX socket. what says in errors what should be there and how to start it. */
enum err sock_connect(struct sock *s, const char *host, uint16_t port, const char *what) MUST_USE;
void sock_close(struct sock *s);
/* Writes out[0..*out_len) and reads into in[0..*in_len), at the same time, as far as both go without waiting; when nothing
   goes at all, waits for it. *out_len and *in_len become what was done. out may be empty; in may be empty. ERR_DISCONNECTED
   when the other end is gone, or after ten seconds without any progress: then the connection is closed. */
enum err sock_exchange(struct sock *s, const uint8_t *out, size_t *out_len, uint8_t *in, size_t *in_len) MUST_USE;

#endif
