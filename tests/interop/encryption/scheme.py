# SPDX-License-Identifier: Apache-2.0
"""The ESP32's flash encryption as its documents have it, with the AES of python3-cryptography: what the virtual chip's
flash must hold. Shares nothing with sim/."""
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


def padded(content):
    """As a file is written: up to whole units, with the bytes of blank flash."""
    return content + b"\xff" * (-len(content) % UNIT)
