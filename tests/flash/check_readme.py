#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the numbers of agent/README.md with mailbox.h and the prebuilt agent, whose addresses it gives.

usage: check_readme.py AGENT_FOLDER"""
import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[1])
readme = " ".join((folder / "README.md").read_text().split())
header = (folder / "mailbox.h").read_text()
image = (folder / "prebuilt/agent_esp32.inc").read_text()


def number(pattern, text):
    return int(re.search(pattern, text).group(1), 0)


def words_of(struct):
    """The names of a struct's words in their order."""
    body = re.search(r"struct %s \{(.*?)\n\};" % struct, header, re.S).group(1)
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    return [name for line in re.findall(r"uint32_t ([^;]+);", body) for name in re.split(r",\s*", line)]


box, slot = words_of("mailbox"), words_of("mailbox_slot")
mailbox = number(r"\.mailbox = (\w+)", image)
slot_at = [4 * len(box) + n * 4 * len(slot) for n in range(2)]
said = {
    "magic": number(r"the word there reads (\w+)", readme) == number(r"MAILBOX_MAGIC\s+(\w+)U", header),
    "version": number(r"the next is the version, (\d+)", readme) == number(r"MAILBOX_VERSION (\d+)U", header),
    "code": number(r"`agent_esp32_code` to (\w+)", readme) == number(r"\.code = \{(\w+)", image),
    "data": number(r"`agent_esp32_data` to (\w+)", readme) == number(r"\.data = \{(\w+)", image),
    "mailbox": number(r"The mailbox is at (\w+)", readme) == mailbox,
    "words of a slot": ", ".join(slot) + "." in readme,
    "turn": number(r"The word at \+(\d+) \(0x", readme) == 4 * box.index("next"),
    "cancel": number(r"the word at \+(\d+) is 1", readme) == 4 * box.index("cancel"),
}
for n in range(2):
    said["slot %d" % n] = "+%d (slot %d: 0x%08X)" % (slot_at[n], n, mailbox + slot_at[n]) in readme
    said["state of slot %d" % n] = "0x%08X" % (mailbox + slot_at[n] + 4 * slot.index("state")) in readme
said["result of slot 0"] = "result at 0x%08X" % (mailbox + slot_at[0] + 4 * slot.index("result")) in readme
for value, name in re.findall(r"(\d+) \(`(JOB_\w+)`\)", readme):
    said[name] = int(value) == number(r"%s\s*=\s*(\d+)" % name, header)
wrong = [what for what, is_right in said.items() if not is_right]
if wrong:
    sys.exit("agent/README.md is wrong about: " + ", ".join(wrong))
