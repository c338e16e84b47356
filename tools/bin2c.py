#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A binary as the inside of a C array: bin2c.py FILE [--out FILE | --check FILE]

--check compares instead of writing: exit status 1 and one line that says what to do when they differ.
"""
import argparse
import sys


def c_text(data):
    lines = (data[i : i + 16] for i in range(0, len(data), 16))
    return "".join(" ".join(f"0x{byte:02x}," for byte in line) + "\n" for line in lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--out")
    parser.add_argument("--check", metavar="FILE")
    args = parser.parse_args()
    with open(args.binary, "rb") as f:
        text = c_text(f.read())
    if args.check:
        with open(args.check, encoding="ascii") as f:
            if f.read() == text:
                return 0
        print(f"{args.check} is not what its source builds: run 'tools/bin2c.py {args.binary} --out {args.check}' "
              "and commit it", file=sys.stderr)
        return 1
    if args.out:
        with open(args.out, "w", encoding="ascii") as f:
            f.write(text)
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
