#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The layer check must refuse an upward include, wherever it stands, and accept a downward one."""
import pathlib
import subprocess
import sys
import tempfile

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check-layers"


def verdict(files):
    with tempfile.TemporaryDirectory() as tmp:
        for name, text in files.items():
            path = pathlib.Path(tmp, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([sys.executable, TOOL, tmp], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


def main():
    headers = {"src/base/err.h": "", "src/target/target.h": "", "src/adapter/adapter.h": "", "src/adapter/batch.h": "",
               "sim/board.h": ""}
    code, out = verdict({**headers, "src/target/x.c": '#include "base/err.h"\n#include "target.h"\n#include "target/target.h"\n'})
    assert code == 0, out
    for where, what in [("src/base/x.c", "target/target.h"), ("src/jtag/x.h", "target/target.h"),
                        ("sim/x.c", "target/target.h"), ("sim/x.c", "adapter/adapter.h"), ("src/target/x.c", "sim/board.h"),
                        ("src/base/x.c", "../target/target.h"), ("src/newfolder/x.c", "base/err.h")]:
        code, out = verdict({**headers, where: f'\n  # include "{what}"\n'})
        assert code == 1 and where in out, (where, what, out)
    code, out = verdict({**headers, "sim/x.c": '#include "adapter/batch.h"\n'})
    assert code == 0, out
    print("check-layers refuses what it should")


if __name__ == "__main__":
    main()
