# SPDX-License-Identifier: Apache-2.0
"""Flash encryption as the documents of the ESP32 and the ESP32-S3 have it, with the AES of python3-cryptography: what the
virtual chip's flash must hold. Shares nothing with sim/."""
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

UNIT = 32


def key_of_24(key):
    """A key of the 3/4 coding scheme, as the chip lengthens it."""
    return key + key[8:16]


def tweak(offset, config):
    """256 bits, the highest first, that are XORed to the key of the unit at offset."""
    bits = []
    for part, short in enumerate((14, 12, 10, 8)):
        sources = [*range(23, 4, -1)] * 3 + [*range(short, 4, -1)]
        bits += [(offset >> source & 1) & (config >> part & 1) for source in sources]
    assert len(bits) == 256
    return int("".join(map(str, bits)), 2)


def encrypt(key, config, offset, plain):
    """Of a multiple of 16 bytes."""
    out = b""
    for at in range(0, len(plain), 16):
        place = offset + at
        unit_key = int.from_bytes(key, "big") ^ tweak(place & ~(UNIT - 1), config)
        # what is written goes through AES's inverse, with the block's bytes the other way round
        aes = Cipher(algorithms.AES(unit_key.to_bytes(32, "big")), modes.ECB()).decryptor()
        out += aes.update(plain[at:at + 16][::-1])[::-1]
    return out


XTS_UNIT = 128


def encrypt_xts(key, offset, plain):
    """The ESP32-S3's, with a key file's 32 or 64 bytes, of a multiple of 16 bytes."""
    before = offset % XTS_UNIT
    padded_plain = bytes(before) + plain + bytes(-(before + len(plain)) % XTS_UNIT)
    out = b""
    for at in range(0, len(padded_plain), XTS_UNIT):
        tweak = (offset - before + at).to_bytes(16, "little")
        xts = Cipher(algorithms.AES(key), modes.XTS(tweak)).encryptor()
        # a unit goes through XTS with its last byte first
        out += xts.update(padded_plain[at:at + XTS_UNIT][::-1])[::-1]
    return out[before:before + len(plain)]


def padded(content):
    """As a file is written: up to whole units, with the bytes of blank flash."""
    return content + b"\xff" * (-len(content) % UNIT)
