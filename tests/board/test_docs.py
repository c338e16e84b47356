# SPDX-License-Identifier: Apache-2.0
"""What the documentation says of the program is what the program says of itself."""
import re

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
