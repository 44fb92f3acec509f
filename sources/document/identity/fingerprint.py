"""Similarity hash of a text's body: near duplicates (other copy, other page frame) differ in few of its 64 bits.

What belongs here: the hash and its distance. What does not: deciding what is a duplicate of what (dbt).
"""

from __future__ import annotations

import numpy as np

_FIRST, _LAST = 0x4E00, 0x9FFF  # Chinese characters
_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1, bitorder="little").astype(np.int64)
_WIDTH = 4  # characters of a shingle
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def fingerprint(text: str) -> str:
    """Return the 64-bit similarity hash of the Chinese characters of `text`, 16 hexadecimal digits."""
    codes = np.frombuffer(text.encode("utf-32-le", errors="surrogatepass"), dtype=np.uint32)
    codes = codes[(codes >= _FIRST) & (codes <= _LAST)].astype(np.uint64)
    if len(codes) < _WIDTH:
        return "0" * 16
    shingles = np.zeros(len(codes) - _WIDTH + 1, dtype=np.uint64)
    for offset in range(_WIDTH):
        shingles = shingles * np.uint64(0x100000001B3) + codes[offset : offset + len(shingles)]
    shingles.sort()
    first = np.ones(len(shingles), dtype=bool)
    np.not_equal(shingles[1:], shingles[:-1], out=first[1:])
    hashes = _spread(shingles[first])
    # bits are counted by byte: how often each of its 256 values stands at each of the eight places, times their bits
    places = hashes.astype("<u8", copy=False).view(np.uint8).reshape(-1, 8)
    ones = np.concatenate([np.bincount(place, minlength=256) @ _BITS for place in places.T])
    value = sum(1 << position for position in np.flatnonzero(2 * ones > len(hashes)).tolist())
    return f"{value:016x}"


def distance(one: str, other: str) -> int:
    """Return in how many of 64 bits two fingerprints differ: copies of one text up to about 6, others around 20."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _spread(values: np.ndarray) -> np.ndarray:
    """Mix all bits of each value (splitmix64), so that each bit of the hash is fair."""
    with np.errstate(over="ignore"):
        values = values + _MIX[0]
        values = (values ^ (values >> np.uint64(30))) * _MIX[1]
        values = (values ^ (values >> np.uint64(27))) * _MIX[2]
        return values ^ (values >> np.uint64(31))
