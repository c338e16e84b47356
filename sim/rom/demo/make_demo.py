#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lays the sample bootloader, table and app out like a build directory of ESP-IDF, for 'espocd flash DIR'."""
import argparse
import csv
import json
import os
import shutil
import subprocess

SIZES = {"esp32": "8MB", "esp32s3": "8MB", "esp32c3": "4MB"}
BOOTLOADER_OFFSETS = {"esp32": 0x1000, "esp32s3": 0, "esp32c3": 0}
OTADATA_BYTES = 0x2000


def flash_settings(chip):
    return {"flash_mode": "dio", "flash_size": SIZES[chip], "flash_freq": "40m"}


def offsets(path):
    """Name -> flash offset of each partition of the CSV file."""
    with open(path, encoding="ascii") as f:
        rows = csv.reader((line for line in f if not line.startswith("#")), skipinitialspace=True)
        return {row[0]: int(row[3], 0) for row in rows if row}


def make_image(args, elf, out):
    options = [f"--{name.replace('_', '-')}={value}" for name, value in flash_settings(args.chip).items()]
    subprocess.run([args.espocd, "image", "create", f"--chip={args.chip}", *options, "-o", out, elf], check=True,
                   stdout=subprocess.DEVNULL)


def flasher_args(args, places):
    """What ESP-IDF writes; the parts that name a file say it twice, as there."""
    files = {
        "bootloader": (BOOTLOADER_OFFSETS[args.chip], "bootloader/bootloader.bin"),
        "partition-table": (args.table_offset, "partition_table/partition-table.bin"),
        "otadata": (places["otadata"], "ota_data_initial.bin"),
        "app": (places["factory"], "app.bin"),
    }
    settings = flash_settings(args.chip)
    return {
        "write_flash_args": [word for name, value in settings.items() for word in (f"--{name}", value)],
        "flash_settings": settings,
        "flash_files": {f"0x{offset:x}": path for offset, path in files.values()},
        **{name: {"offset": f"0x{offset:x}", "file": path, "encrypted": "false"}
           for name, (offset, path) in files.items()},
        "extra_esptool_args": {"after": "hard_reset", "before": "default_reset", "stub": True, "chip": args.chip},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--espocd", required=True)
    parser.add_argument("--chip", required=True, choices=BOOTLOADER_OFFSETS)
    parser.add_argument("--csv", required=True)
    parser.add_argument("--table-offset", required=True, type=lambda text: int(text, 0))
    parser.add_argument("--bootloader", required=True, help="ELF file")
    parser.add_argument("--app", required=True, help="ELF file")
    parser.add_argument("--stamp", required=True, help="written when all is done")
    parser.add_argument("out")
    args = parser.parse_args()

    for folder in ("bootloader", "partition_table"):
        os.makedirs(os.path.join(args.out, folder), exist_ok=True)
    at = lambda name: os.path.join(args.out, name)
    make_image(args, args.bootloader, at("bootloader/bootloader.bin"))
    make_image(args, args.app, at("app.bin"))
    shutil.copyfile(args.bootloader, at("bootloader/bootloader.elf"))
    shutil.copyfile(args.app, at("app.elf"))
    subprocess.run([args.espocd, "partitions", "to-bin", f"--table-offset={args.table_offset:#x}",
                    f"--flash-size={SIZES[args.chip]}", "-o", at("partition_table/partition-table.bin"), args.csv],
                   check=True, stdout=subprocess.DEVNULL)
    with open(at("ota_data_initial.bin"), "wb") as f:
        f.write(b"\xff" * OTADATA_BYTES)
    with open(at("flasher_args.json"), "w", encoding="ascii") as f:
        json.dump(flasher_args(args, offsets(args.csv)), f, indent=4)
        f.write("\n")
    with open(args.stamp, "w", encoding="ascii"):
        pass


if __name__ == "__main__":
    main()
