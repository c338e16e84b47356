# SPDX-License-Identifier: Apache-2.0
"""As much of GDB's remote protocol as it takes to load memory into a QEMU, run it to an address, and read memory back."""
import socket


class Rsp:
    def __init__(self, port, timeout=60):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout)
        self.sock.settimeout(timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""
        self.ask("qSupported:swbreak+;hwbreak+")

    def close(self):
        self.sock.close()

    def _byte(self):
        if not self.data:
            self.data = self.sock.recv(65536)
            if not self.data:
                raise ConnectionError("the GDB stub closed the connection")
        first, self.data = self.data[:1], self.data[1:]
        return first

    def _reply(self):
        while self._byte() != b"$":
            pass
        packet = b""
        while (c := self._byte()) != b"#":
            packet += c
        self._byte(), self._byte()
        self.sock.sendall(b"+")
        return packet.decode("latin-1")

    def ask(self, packet):
        body = packet.encode()
        self.sock.sendall(b"$" + body + b"#%02x" % (sum(body) & 0xFF))
        return self._reply()

    def expect_ok(self, packet):
        reply = self.ask(packet)
        if reply != "OK":
            raise RuntimeError(f"{packet[:40]}: the stub says {reply!r}")

    def write(self, addr, data, step=1800):
        for at in range(0, len(data), step):
            part = data[at:at + step]
            self.expect_ok(f"M{addr + at:x},{len(part):x}:{part.hex()}")

    def read(self, addr, length, step=1800):
        out = b""
        while len(out) < length:
            part = min(step, length - len(out))
            reply = self.ask(f"m{addr + len(out):x},{part:x}")
            if len(reply) != 2 * part:
                raise RuntimeError(f"reading {addr + len(out):#x}: the stub says {reply[:40]!r}")
            out += bytes.fromhex(reply)
        return out

    def run(self, start, stop):
        """From one address until another is reached; the stop reply."""
        self.expect_ok(f"Z0,{stop:x},3")
        return self.ask(f"c{start:x}")
