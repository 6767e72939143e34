"""How VBA projects pack and hide bytes: the compression of sources, and the scrambling of a few settings.

Source:
    Microsoft, [MS-OVBA] Office VBA File Format Structure, sections 2.4.1 and 2.4.3.
"""

from __future__ import annotations

import struct

CHUNK = 4096
SHORTEST = 3
"""Bytes of the shortest copy worth a token."""
SIGNATURE_BYTE = b"\x01"
COMPRESSED_CHUNK, RAW_CHUNK = 0xB000, 0x3000


def compress(data: bytes) -> bytes:
    """Return `data` as a compressed container (2.4.1.3): chunks of 4096 bytes, each on its own.

    Raises:
        ValueError: a last, shorter chunk cannot be compressed; sources of programs always can.
    """
    return SIGNATURE_BYTE + b"".join(_chunk(data[k : k + CHUNK]) for k in range(0, len(data), CHUNK))


def _chunk(block: bytes) -> bytes:
    body = _tokens(block)
    if len(body) <= CHUNK:
        return struct.pack("<H", COMPRESSED_CHUNK | (len(body) - 1)) + body
    if len(block) < CHUNK:
        msg = "These bytes do not compress; a shorter chunk cannot be stored as it is."
        raise ValueError(msg)
    return struct.pack("<H", RAW_CHUNK | (CHUNK - 1)) + block


def _tokens(block: bytes) -> bytes:
    """Return a chunk's tokens: a flag byte before each eight, a bit of it set where the token is a copy."""
    body = bytearray()
    at = 0
    while at < len(block):
        flag_at, flags = len(body), 0
        body.append(0)
        for bit in range(8):
            if at >= len(block):
                break
            offset, length = _longest_copy(block, at)
            if length:
                body += struct.pack("<H", ((offset - 1) << (16 - _offset_bits(at))) | (length - SHORTEST))
                flags |= 1 << bit
                at += length
            else:
                body.append(block[at])
                at += 1
        body[flag_at] = flags
    return bytes(body)


def _longest_copy(block: bytes, at: int) -> tuple[int, int]:
    """Return how far back and how long the longest earlier occurrence of what starts here is; 0, 0: none."""
    limit = min((0xFFFF >> _offset_bits(at)) + SHORTEST, len(block) - at)
    if limit < SHORTEST:
        return 0, 0
    best, best_length = 0, 0
    start = block[at : at + SHORTEST]
    candidate = block.rfind(start, 0, at + SHORTEST - 1)
    while candidate >= 0 and best_length < limit:
        length = SHORTEST
        while length < limit and block[candidate + length] == block[at + length]:
            length += 1
        if length > best_length:
            best, best_length = at - candidate, length
        candidate = block.rfind(start, 0, candidate + SHORTEST - 1)
    return best, best_length


def _offset_bits(at: int) -> int:
    """Return how many bits of a copy token hold the offset, `at` bytes into the chunk (2.4.1.3.19.1)."""
    return max(4, (at - 1).bit_length())


def decompress(data: bytes) -> bytes:
    """Return what a compressed container holds (2.4.1.3.1).

    Raises:
        ValueError: the bytes are no such container.
    """
    if data[:1] != SIGNATURE_BYTE:
        msg = "This is no compressed container: its first byte is not 1."
        raise ValueError(msg)
    out = bytearray()
    at = 1
    while at < len(data):
        header = struct.unpack_from("<H", data, at)[0]
        end = min(at + (header & 0x0FFF) + 3, len(data))
        if header & 0x8000:
            out += _plain(data[at + 2 : end])
        else:
            out += data[at + 2 : end]
        at = end
    return bytes(out)


def _plain(body: bytes) -> bytes:
    """Return the bytes of one compressed chunk."""
    out = bytearray()
    at = 0
    while at < len(body):
        flags, at = body[at], at + 1
        for bit in range(8):
            if at >= len(body):
                break
            if not flags >> bit & 1:
                out.append(body[at])
                at += 1
                continue
            token, bits = struct.unpack_from("<H", body, at)[0], _offset_bits(len(out))
            offset = (token >> (16 - bits)) + 1
            for _ in range((token & (0xFFFF >> bits)) + SHORTEST):
                out.append(out[-offset])
            at += 2
    return bytes(out)


def scramble(project_id: str, data: bytes, seed: int) -> str:
    """Return a project setting as the PROJECT stream holds it, in hexadecimal (2.4.3.2).

    Args:
        project_id: the project's id with its braces; it is the key.
        data: the setting.
        seed: any byte; fixed here, so that the same project gives the same bytes.
    """
    key = sum(project_id.encode("ascii")) & 0xFF
    out = [seed, seed ^ 2, seed ^ key]
    clear, newest, older = key, seed ^ key, seed ^ 2
    ignored = bytes((seed & 6) // 2)
    for byte in ignored + struct.pack("<I", len(data)) + data:
        hidden = byte ^ ((older + clear) & 0xFF)
        out.append(hidden)
        older, newest, clear = newest, hidden, byte
    return bytes(out).hex().upper()
