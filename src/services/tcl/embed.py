#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a C string of a text file: embed.py INPUT OUTPUT NAME."""
import sys

source, output, name = sys.argv[1:]
with open(source, encoding="utf-8") as f:
    lines = f.read().split("\n")
with open(output, "w", encoding="utf-8") as f:
    f.write(f'/* Made from {source.rsplit("/", 1)[-1]}. */\n#include "services/tcl/tcl_int.h"\n\nconst char {name}[] =\n')
    for line in lines:
        text = line.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("?", "\\?")
        f.write(f'    "{text}\\n"\n')
    f.write(";\n")
