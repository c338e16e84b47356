# SPDX-License-Identifier: Apache-2.0
"""The telnet and Tcl ports, as a client sees them."""
import socket

END = b"\x1a"


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def ask(sock, command):
    """One request on the Tcl port."""
    sock.sendall(command.encode() + END)
    reply = b""
    while not reply.endswith(END):
        part = sock.recv(4096)
        assert part, f"hung up after {reply!r}"
        reply += part
    return reply[:-1].decode()


def read_until(sock, end):
    got = b""
    while not got.endswith(end):
        part = sock.recv(4096)
        assert part, f"hung up after {got!r}"
        got += part
    return got
