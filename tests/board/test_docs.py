# SPDX-License-Identifier: Apache-2.0
"""What the documentation says of the program is what the program says of itself."""
import re
import subprocess

import pytest
from rig import ROOT

ROW = re.compile(r"^\| `(.*)` \| (.*) \|$")


def rows_of_help(text):
    """{usage: what it does} of the output of "help": a line, and its text indented below."""
    rows, usage = {}, None
    for line in text.splitlines():
        if line.startswith("      "):
            rows[usage] = line.strip()
        else:
            usage = line
    return rows


def test_the_table_of_commands_is_what_help_prints(espocd):
    printed = rows_of_help(espocd("--sim", "-c", "help", "-c", "shutdown").err)
    text = (ROOT / "docs/commands.md").read_text()
    listed = text[text.index("\n## What there is\n"):text.index("\n## Accepted, without effect\n")]
    matches = [ROW.match(line) for line in listed.splitlines()]
    written = {m[1].replace("\\|", "|"): m[2].replace("\\|", "|") for m in matches if m}
    assert len(printed) > 100
    assert written == printed


def test_the_manual_page_has_every_command(espocd):
    page = (ROOT / "docs/espocd.1").read_text().replace("\\-", "-")
    text = espocd("--help").out
    commands = re.findall(r"^  espocd (\w+) ", text, re.MULTILINE)
    assert len(commands) >= 7
    for name in commands:
        assert f"\n.B {name}\n" in page, name
    for option in re.findall(r"^    .*(--\w+)", text, re.MULTILINE):
        assert option in page, option


ON_A_CHIP = ["flash", "verify", "read", "erase", "map", "doctor", "gdb"]
COMMANDS = [*ON_A_CHIP, "sim", "image info", "image create", "image merge", "partitions show", "partitions check",
            "partitions to-bin", "partitions to-csv"]


def option_names(help_text):
    return set(re.findall(r"^ +(?:-\w, )?(--[\w-]+)", help_text, re.MULTILINE)) - {"--help"}


def sections(page):
    """{title: text} of the manual page's sections and the commands' paragraphs."""
    parts = re.split(r'^\.S[SH] "?(.*?)"?$', page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_manual_page_has_every_option(espocd, command):
    page = (ROOT / "docs/espocd.1").read_text().replace("\\-", "-")
    known = sections(page)
    places = [f"espocd {command}", f"espocd {command.split()[0]}"]
    if command in ON_A_CHIP:
        places.append("espocd flash, verify, read, erase, map and doctor")
    if command in ("map", "doctor"):
        places.append("COMMANDS")
    text = "".join(known.get(place, "") for place in places)
    options = option_names(espocd(*command.split(), "--help").out)
    assert options and options <= set(re.findall(r"--[\w-]+", text)), options - set(re.findall(r"--[\w-]+", text))


def test_the_manual_page_is_sound():
    """As man prints it: no warning of the formatter."""
    done = subprocess.run(["man", "--warnings", "-l", str(ROOT / "docs/espocd.1")], capture_output=True, text=True,
                          env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "MANWIDTH": "80"}, check=True)
    assert not done.stderr and "OPTIONS OF THE COMMANDS" in done.stdout
