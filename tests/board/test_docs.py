# SPDX-License-Identifier: Apache-2.0
"""What the documentation says of the program is what the program says of itself."""
import re
import subprocess

import pytest
from rig import BUILD, PROGRAM, ROOT

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


# --- sessions: each command that is shown prints what is shown ---

SERVES = re.compile(r"openocd -c|--rbb|remote_bitbang|uart\.txt|partitions\.csv|to-csv partition-table|espocd gdb"
                    r"|espocd (?!.*-c)-.*-f board/[\w.-]+$")
# What depends on the compiler of the samples, or is a time.
VOLATILE = [
    (r"\(\d+\) (boot|app)", r"(MS) \1"), (r"\b\d+(\.\d+)? ms\b", "MS"), (r"\b\d+\.\d+ s\b", "S"), (r"0x\w\w, right", "SUM, right"),
    (r"SHA-256( +)\w{8}[\w.]*", "SHA-256"), (r"(?i)(pc[^\n]*)0x4\w{7}", r"\1PC"), (r"Wrote \d+ bytes", "Wrote bytes"), (r"len:\d+", "len"),
    (r"entry( point)?( +)0x\w+", "entry"), (r"^(\d file, )[\d.]+ KB", r"\1KB"),
]


def steady(line):
    for pattern, instead in VOLATILE:
        line = re.sub(pattern, instead, line)
    return line.rstrip()


def sessions(name):
    """[(command, the lines shown)] of a page: what is indented, and begins with a dollar."""
    runs, shown = [], None
    for line in (ROOT / name).read_text().replace(" \\\n", " ").splitlines():
        if line.startswith("    $ "):
            shown = []
            runs.append((line[6:], shown))
        elif shown is not None and (line.startswith("    ") or not line):
            shown.append(line[4:])
        else:
            shown = None
    return [(command, shown) for command, shown in runs if not SERVES.search(command)]


def first_unprinted(shown, printed):
    """The first line shown that is not printed where it is shown; "..." stands for any lines."""
    at, may_skip = 0, True  # banner lines are left out
    for line in shown:
        if not line.strip():
            continue
        if line == "...":
            may_skip = True
            continue
        wanted = steady(line)
        last = len(printed) if may_skip else at + 1
        at = next((i + 1 for i in range(at, last) if i < len(printed) and printed[i] == wanted), None)
        if at is None:
            return line
        may_skip = False
    return None


@pytest.mark.parametrize("page, least", [("README.md", 6), ("docs/guide.md", 19), ("docs/esp32.md", 2), ("docs/esp32s3.md", 2)])
def test_a_session_prints_what_the_page_shows(tmp_path, build_dir, page, least):
    (tmp_path / "app").symlink_to(build_dir)
    (tmp_path / "build").symlink_to(BUILD)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/espocd").symlink_to(PROGRAM)
    runs, path, variables = 0, f"{tmp_path}/bin:/usr/bin:/bin", ""
    for command, shown in sessions(page):
        if re.match(r"\w+=", command):
            variables += command + "; "
            continue
        if page != "README.md" and "program_esp app/bootloader" in command:
            (tmp_path / "flash.bin").unlink(missing_ok=True)  # the page begins anew there
        done = subprocess.run(["sh", "-c", variables + command], cwd=tmp_path, capture_output=True, text=True, timeout=120,
                              env={"PATH": path, "HOME": str(tmp_path)}, stdin=subprocess.DEVNULL, errors="replace", check=False)
        printed = [steady(line) for line in (done.stderr + "\n" + done.stdout).splitlines() if line.strip()]
        missing = first_unprinted(shown, printed)
        assert missing is None, f"{page}: $ {command}\nshows, and the program does not print there:\n{missing}\n\n{done.stderr}{done.stdout}"
        assert done.returncode in (0, 1), done.stderr
        runs += 1
    assert runs >= least
