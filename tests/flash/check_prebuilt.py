# SPDX-License-Identifier: Apache-2.0
"""The copy of an agent in agent/prebuilt/ is what its source gives with the compiler that made it."""
import sys

SKIPPED = 77


def main():
    built, kept = (open(path).read() for path in sys.argv[1:3])
    if built == kept:
        return 0
    compilers = [next(line for line in text.splitlines() if "Compiler:" in line) for text in (built, kept)]
    if compilers[0] != compilers[1]:
        print("cannot compare: this compiler is not the one that made the copy\n here: %s\n copy: %s" % tuple(compilers))
        return SKIPPED
    print("%s is not what agent/ gives: run `ninja agent-update` in the build folder and commit it" % sys.argv[2])
    return 1


if __name__ == "__main__":
    sys.exit(main())
