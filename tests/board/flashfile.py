# SPDX-License-Identifier: Apache-2.0
"""A reader of flash contents that shares nothing with the program: the judge of what it says of a flash. And what builds such
contents. From ESP-IDF's documents: partition tables ("Partition Tables"), app images ("App Image Format"), OTA data ("OTA")."""
import hashlib
import random
import struct
import zlib

SECTOR = 4096
TABLE_BYTES = 0xC00
APP, DATA = 0, 1
FACTORY, OTA = 0x00, 0x10  # of apps
OTADATA, PHY, NVS = 0, 1, 2  # of data
BLANK = b"\xff"


# --- partition tables ---

def table(*entries, md5=True):
    """The bytes of a table of (name, type, subtype, offset, size)."""
    rows = b"".join(struct.pack("<2sBBII16sI", b"\xaa\x50", kind, subtype, offset, size, name.encode(), 0)
                    for name, kind, subtype, offset, size in entries)
    tail = b"\xeb\xeb" + BLANK * 14 + hashlib.md5(rows).digest() if md5 else b""
    return (rows + tail).ljust(TABLE_BYTES, BLANK)


def read_table(content, at):
    """The entries of a table that a bootloader would take there; None for no such table."""
    entries, rows = [], content[at:at + TABLE_BYTES]
    for i in range(0, len(rows), 32):
        row = rows[i:i + 32]
        if row[:2] == b"\xaa\x50":
            _, kind, subtype, offset, size, name, _ = struct.unpack("<2sBBII16sI", row)
            if b"\xff" in name:
                return None  # cut while it was written
            entries.append((name.rstrip(b"\0").decode(), kind, subtype, offset, size))
        elif row[:2] == b"\xeb\xeb":
            if row[16:] != hashlib.md5(rows[:i]).digest():
                return None
        else:
            return entries if entries and row == BLANK * 32 else None
    return None


def tables(content):
    """Offset -> entries of every table on a sector's begin."""
    found = {at: read_table(content, at) for at in range(0, len(content), SECTOR) if content[at:at + 2] == b"\xaa\x50"}
    return {at: entries for at, entries in found.items() if entries}


# --- images ---

def image(segments, entry=0x40080000, chip=0, size_code=3, mode=2, hashed=True):
    """An image of [(load address, bytes)]; the flash's size is 1 MB << size_code."""
    out = struct.pack("<BBBBI", 0xE9, len(segments), mode, size_code << 4, entry)
    out += b"\xee\0\0\0" + struct.pack("<HBHH4xB", chip, 0, 0, 0xFFFF, hashed)
    check = 0xEF
    for load, data in segments:
        out += struct.pack("<II", load, len(data)) + data
        check ^= xor_of(data)
    out += bytes(15 - len(out) % 16) + bytes([check])
    return out + hashlib.sha256(out).digest() if hashed else out


def resized(whole, size_code):
    """The image, its header speaking of 1 MB << size_code of flash."""
    out = bytearray(whole)
    out[3] = size_code << 4 | out[3] & 0xF
    if out[23]:
        out[-32:] = hashlib.sha256(out[:-32]).digest()
    return bytes(out)


def segments(content, at=0):
    """[(load address, bytes)] of the image there."""
    found, pos = [], at + 24
    for _ in range(content[at + 1]):
        load, length = struct.unpack_from("<II", content, pos)
        found.append((load, bytes(content[pos + 8:pos + 8 + length])))
        pos += 8 + length
    return found


def placed(parts, windows, page=0x10000):
    """The segments with padding between, so that what is in a flash window lies in its page as it is mapped."""
    out, pos = [], 24
    for load, data in parts:
        gap = (load - pos - 8) % page
        if any(low <= load < high for low, high in windows) and gap:
            gap = (gap - 8) % page  # less the header of the padding
            out.append((0, bytes(gap)))
            pos += 8 + gap
        out.append((load, data))
        pos += 8 + len(data)
    return out


def image_length(content, at):
    """How long the image there is; None when there is none, or its checksum or hash is wrong."""
    if content[at] != 0xE9 or not 1 <= content[at + 1] <= 16:
        return None
    pos, check = at + 24, 0xEF
    for _ in range(content[at + 1]):
        length, = struct.unpack_from("<I", content, pos + 4)
        data = content[pos + 8:pos + 8 + length]
        if len(data) != length:
            return None
        check ^= xor_of(data)
        pos += 8 + length
    pos += 15 - (pos - at) % 16
    if content[pos] != check:
        return None
    pos += 1
    if content[at + 23] and content[pos:pos + 32] != hashlib.sha256(content[at:pos]).digest():
        return None
    return pos + (32 if content[at + 23] else 0) - at


def xor_of(data):
    """All bytes of data, by XOR; halves at a time."""
    value, bits = int.from_bytes(data, "little"), 1 << max(3, (len(data) * 8 - 1).bit_length())
    while bits > 8:
        bits //= 2
        value = (value >> bits) ^ (value & ((1 << bits) - 1))
    return value


def flash_segments(content, at, windows):
    """[(load address, flash offset, bytes)] of the image's segments that lie in one of the address windows."""
    found, pos = [], at + 24
    for _ in range(content[at + 1]):
        load, length = struct.unpack_from("<II", content, pos)
        if any(low <= load < high for low, high in windows):
            found.append((load, pos + 8, length))
        pos += 8 + length
    return found


# --- images of other boot chains; with each come its flash parts, as (address, flash offset, length, is code) ---

def mcuboot(slot, irom, drom, ram):
    """An image as imgtool signs it, with the load header of Espressif's port; ram: where code and data are loaded."""
    body = bytearray(noise(0x1C000, 3))
    irom, drom = (irom, 0x10000, 0x8000), (drom, 0x18000, 0x4000)
    loads = struct.pack("<3I3I", ram[0], 0x100, 0x1000, ram[1], 0x1100, 0x800)
    body[:0x60] = (struct.pack("<2I", 0xACE637D3, ram[0]) + loads + bytes(24) + struct.pack("<3I3I", *irom, *drom)).ljust(0x60, b"\0")
    whole = struct.pack("<IIHHIIBBHII", 0x96F3B83D, 0, 0x20, 0, len(body), 0, 1, 2, 3, 4, 0) + body
    tlv = struct.pack("<HH", 0x10, 32) + hashlib.sha256(whole).digest()
    parts = [(irom[0], slot + irom[1], irom[2], True), (drom[0], slot + drom[1], drom[2], False)]
    return whole + struct.pack("<HH", 0x6907, 4 + len(tlv)) + tlv, parts


def simple_boot(at, loaded, irom, drom, chip=0):
    """RAM segments (loaded) that the header counts, then flash segments that it does not."""
    whole, parts = bytearray(image(loaded, entry=loaded[0][0], chip=chip, hashed=False)), []
    for base, is_code in ((irom, True), (drom, False)):
        segment = noise(0x3000, base)
        place = at + len(whole) + 8
        parts.append((base + place % 0x10000, place, len(segment), is_code))
        whole += struct.pack("<II", parts[-1][0], len(segment)) + segment
    return bytes(whole), parts


# --- OTA data ---

def ota_record(sequence, state=0xFFFFFFFF):
    seq = struct.pack("<I", sequence)
    return seq + BLANK * 20 + struct.pack("<II", state, zlib.crc32(seq, 0xFFFFFFFF))


def ota_choice(content, at, slots):
    """The number of the slot that the OTA data chooses; None: neither record is good."""
    best = None
    for record in (content[at:at + 32], content[at + SECTOR:at + SECTOR + 32]):
        seq, state, crc = struct.unpack("<I20xII", record)
        if seq != 0xFFFFFFFF and crc == zlib.crc32(record[:4], 0xFFFFFFFF) and state not in (3, 4):
            best = max(best or 0, seq)
    return None if best is None else (best - 1) % slots


# --- contents ---

def flash(size, pieces):
    """A flash of size bytes with {offset: bytes} in it, blank elsewhere."""
    content = bytearray(BLANK * size)
    for at, data in pieces.items():
        content[at:at + len(data)] = data
    return bytes(content)


def noise(length, seed=1):
    return random.Random(seed).randbytes(length)
