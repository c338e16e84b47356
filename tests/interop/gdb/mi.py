# SPDX-License-Identifier: Apache-2.0
"""A GDB that is driven by its machine interface (GDB's manual, "GDB/MI"): commands of the console, and the stops of the
program."""
import codecs
import queue
import re
import subprocess
import threading
import time

STREAM = re.compile(r'([~@&])"(.*)"$', re.S)
FIELD = re.compile(r'(\w[\w-]*)="((?:[^"\\]|\\.)*)"')


class GdbError(Exception):
    pass


def text_of(quoted):
    return codecs.decode(quoted, "unicode_escape").encode("latin-1").decode("utf-8", "replace")


class Stop:
    """One *stopped record: its fields (reason, func, line, addr, bkptno ...; of the frame too)."""

    def __init__(self, record):
        self.record = record
        self.fields = {name: text_of(value) for name, value in reversed(FIELD.findall(record))}

    def __getattr__(self, name):
        return self.fields.get(name.replace("_", "-"))

    def __repr__(self):
        return self.record


class Mi:
    def __init__(self, program, *args, timeout=60):
        self.timeout, self.serial, self.log = timeout, 0, []
        self.process = subprocess.Popen([str(program), "--interpreter=mi3", "-nx", "-q", *map(str, args)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1)
        self.lines, self.stops = queue.Queue(), queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        for setting in ("pagination off", "confirm off", "width 0", "height 0", "mi-async on", "remotetimeout 20"):
            self.run(f"set {setting}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _read(self):
        for line in self.process.stdout:
            self.log.append(line)
            if line.startswith("*stopped"):
                self.stops.put(Stop(line))
            else:
                self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def _line(self, end):
        try:
            line = self.lines.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            raise TimeoutError("".join(self.log[-60:])) from None
        assert line is not None, "GDB is gone:\n" + "".join(self.log[-60:])
        return line

    def run(self, command, timeout=None):
        """What GDB prints for a command of its console; target output is in it too. What came before it is forgotten."""
        for old in (self.stops, self.lines):
            while not old.empty():
                old.get()
        self.serial += 1
        quoted = command.replace("\\", "\\\\").replace('"', '\\"')
        self.process.stdin.write(f'{self.serial}-interpreter-exec console "{quoted}"\n')
        end, said = time.monotonic() + (timeout or self.timeout), []
        while True:
            line = self._line(end)
            match = STREAM.match(line)
            if match and match[1] in "~@":
                said.append(text_of(match[2]))
            elif re.match(rf"{self.serial}\^(done|running|connected)", line):
                return "".join(said)
            elif line.startswith(f"{self.serial}^error"):
                raise GdbError(text_of(dict(FIELD.findall(line)).get("msg", line)) + "\n" + "".join(said))

    def stop(self, timeout=None):
        """The next stop of the program."""
        try:
            return self.stops.get(timeout=timeout or self.timeout)
        except queue.Empty:
            raise TimeoutError("no stop: " + "".join(self.log[-60:])) from None

    def no_stop(self, seconds):
        time.sleep(seconds)
        assert self.stops.empty(), self.stops.get()

    def go(self, command="continue", timeout=None):
        """Runs a command that lets the program run, up to its stop."""
        self.run(command, timeout)
        return self.stop(timeout)

    def value(self, expression):
        """A number, of what GDB prints for an expression."""
        said = self.run(f"output/d {expression}")
        return int(said)

    def pc(self):
        return self.value("(long)$pc") & 0xFFFFFFFF

    def interrupt(self):
        """What an editor's pause button sends; GDB sends Ctrl-C to the server."""
        self.process.stdin.write("-exec-interrupt\n")
        return self.stop()

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.write("-gdb-exit\n")
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
