# SPDX-License-Identifier: Apache-2.0
"""A GDB as the server sees one: frames of the remote protocol over TCP, and dialogues written as data. Written from GDB's manual,
and independent of the frames of the program."""
import contextlib
import re
import signal
import socket
import subprocess
import threading

from rig import PROGRAM

ESCAPED = b"#$}*"


def checksum(data):
    return b"%02x" % (sum(data) & 0xFF)


def frame(data):
    """A packet as GDB sends it: it escapes # $ }, and makes no runs."""
    body = b"".join(bytes([0x7D, b ^ 0x20]) if b in b"#$}" else bytes([b]) for b in data)
    return b"$" + body + b"#" + checksum(body)


def expand(body):
    """What a reply says: runs and escapes undone."""
    out = bytearray()
    i = 0
    while i < len(body):
        if body[i] == 0x7D:
            out.append(body[i + 1] ^ 0x20)
            i += 2
        elif body[i] == 0x2A:
            out += out[-1:] * (body[i + 1] - 29)
            i += 2
        else:
            out.append(body[i])
            i += 1
    return bytes(out)


class Gdb:
    """One connection. Console output (O packets) that came with a reply is in .console, notifications in .notes."""

    def __init__(self, port, acks=False, timeout=60):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.buffer, self.console, self.notes, self.acks = b"", "", [], True
        self.sock.sendall(b"+")
        if not acks:
            assert self.ask("QStartNoAckMode") == "OK"
            self.sock.sendall(b"+")
            self.acks = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, packet):
        self.sock.sendall(frame(packet if isinstance(packet, bytes) else packet.encode()))

    def byte(self):
        if not self.buffer:
            self.buffer = self.sock.recv(65536)
            assert self.buffer, "hung up"
        first, self.buffer = self.buffer[:1], self.buffer[1:]
        return first

    def raw(self):
        """The next frame: its mark and its bytes."""
        mark = self.byte()
        while mark not in b"$%":
            mark = self.byte()
        body = b""
        while (b := self.byte()) != b"#":
            body += b
        assert self.byte() + self.byte() == checksum(body), body
        if mark == b"$" and self.acks:
            self.sock.sendall(b"+")
        return mark, body

    def reply_bytes(self):
        while True:
            mark, body = self.raw()
            data = expand(body)
            if mark == b"%":
                self.notes.append(data)
            elif re.fullmatch(rb"O([0-9a-f]{2})*", data):
                self.console += bytes.fromhex(data[1:].decode()).decode()
            else:
                return data

    def reply(self):
        return self.reply_bytes().decode("latin-1")

    def ask(self, packet):
        self.console = ""
        self.send(packet)
        return self.reply()

    def interrupt(self):
        self.sock.sendall(b"\x03")
        return self.reply()

    def monitor(self, command):
        reply = self.ask("qRcmd," + command.encode().hex())
        return reply, self.console

    def read(self, addr, length):
        reply = self.ask(f"m{addr:x},{length:x}")
        assert re.fullmatch("([0-9a-f]{2})+", reply), reply
        return bytes.fromhex(reply)

    def word(self, addr):
        return int.from_bytes(self.read(addr, 4), "little")

    def register(self, number):
        return int.from_bytes(bytes.fromhex(self.ask(f"p{number:x}")), "little")

    def set_register(self, number, value):
        assert self.ask(f"P{number:x}={value.to_bytes(4, 'little').hex()}") == "OK"

    def object(self, name, annex=""):
        """A whole qXfer object, in parts that are far too small."""
        whole, part = b"", "m"
        while part[0] == "m":
            part = self.ask(f"qXfer:{name}:read:{annex}:{len(whole):x},200")
            assert part[0] in "ml", part
            whole += part[1:].encode("latin-1")
        return whole.decode()


def play(gdb, dialogue):
    """Lines "> packet" and "< regular expression of the reply"; "<* ..." the console output that came with it; "!" is Ctrl-C.
    Names in braces are taken from what groups "(?P<name>...)" found before."""
    known = {}
    for number, line in enumerate(dialogue.splitlines(), 1):
        line = line.strip()
        what, _, text = line.partition(" ")
        if not line or what == "#":
            continue
        for name, value in known.items():
            text = text.replace("{" + name + "}", value)
        if what == ">":
            gdb.console = ""
            gdb.send(text)
        elif what == "!":
            gdb.sock.sendall(b"\x03")
        else:
            got = gdb.console if what == "<*" else gdb.reply()
            match = re.search(text, got) if what == "<*" else re.fullmatch(text, got, re.S)
            assert match, f"line {number}: expected {text!r}, got {got!r}"
            known.update(match.groupdict())


class Server(subprocess.Popen):
    """What it says is read all the time: a program whose log nobody takes stands still in the middle of it."""

    def read_log(self):
        self.reader = threading.Thread(target=lambda: self.said.extend(line.decode() for line in self.stderr))
        self.reader.start()

    def log_at_end(self):
        """Ends it; gives all that it said."""
        if self.poll() is None:
            self.send_signal(signal.SIGTERM)
        self.wait(timeout=60)
        self.reader.join()
        return "".join(self.said)


@contextlib.contextmanager
def serving(*args, before=()):
    """The program with its GDB port open; gives the process and the port. What it said is in process.said afterwards."""
    process = Server([*before, str(PROGRAM), "-c", "gdb port 0; tcl port 0; telnet port 0", *map(str, args)],
                               stderr=subprocess.PIPE, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    process.said, process.ports, process.reader = [], {}, None
    try:
        while "gdb" not in process.ports:
            line = process.stderr.readline().decode()
            assert line, process.said
            process.said.append(line)
            match = re.search(r"Listening on port (\d+) for (\w+) connections", line)
            if match:
                process.ports[match[2]] = int(match[1])
        process.read_log()
        yield process, process.ports["gdb"]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        if process.reader:
            process.reader.join()
