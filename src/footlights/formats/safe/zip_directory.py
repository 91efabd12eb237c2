"""The directory at a zip's end, checked before Python's zipfile reads it into memory.

The marks and offsets are those of APPNOTE.TXT, sections 4.3.14 to 4.3.16.
"""

import os
import struct

from ...basics.errors import FootlightsError

MAX_MEMBERS = 200
_LONGEST_ENTRY = 1000  # bytes of the directory for a member

# The record at the end, behind which a comment may stand; before it, in large files, a locator,
# and before that the record that counts in 64 bits.
_END, _END_LENGTH, _LONGEST_COMMENT = b"PK\x05\x06", 22, 1 << 16
_LOCATOR, _LOCATOR_LENGTH = b"PK\x06\x07", 20
_RECORD64, _RECORD64_LENGTH = b"PK\x06\x06", 56
_FAR_TOO_MANY = 1 << 32


def check_directory(path: str | os.PathLike[str], size: int, *, zip64: bool = False) -> None:
    """Refuses a zip whose directory claims more entries than a motion has.

    Args:
        path: the file.
        size: its bytes.
        zip64: whether its directory may be in the form for large files, as torch always writes it.

    Raises:
        FootlightsError: it claims so many, or there is no directory.
    """
    with open(path, "rb") as handle:
        handle.seek(max(0, size - _LONGEST_COMMENT - _END_LENGTH))
        tail = handle.read()
    end = _find_end(tail)
    if end < 0 or len(tail) < end + _END_LENGTH:
        kind = "torch" if zip64 else "npz"
        raise FootlightsError(
            f"is no {kind} file, or cut short (no directory at its end)",
            path,
            "write the file again",
        )

    entries, length = struct.unpack("<HI", tail[end + 10 : end + 16])
    has_locator = tail[max(0, end - _LOCATOR_LENGTH) : end].startswith(_LOCATOR)
    if has_locator and zip64:
        entries, length = _entries64(tail, end, size)
    too_many = entries > MAX_MEMBERS or length > MAX_MEMBERS * _LONGEST_ENTRY
    if too_many or (has_locator and not zip64):
        raise FootlightsError(
            f"claims {entries} entries, more than a motion needs", path, "is this a motion?"
        )


def _find_end(tail: bytes) -> int:
    """Where the record at the end begins, as zipfile finds it: the last 22 bytes, or the mark."""
    last = len(tail) - _END_LENGTH
    if tail[last:].startswith(_END) and tail.endswith(b"\0\0"):
        return last
    return tail.rfind(_END)


def _entries64(tail: bytes, end: int, size: int) -> tuple[int, int]:
    """Entries and length of the directory in the 64-bit record; else far too many.

    The record must stand right before its locator, and the locator say so.
    """
    locator = end - _LOCATOR_LENGTH
    record_at = locator - _RECORD64_LENGTH
    record = tail[max(0, record_at) : max(0, locator)]
    claimed = struct.unpack("<Q", tail[end - 12 : end - 4])[0]
    is_record = len(record) == _RECORD64_LENGTH and record.startswith(_RECORD64)
    if not is_record or claimed != size - len(tail) + record_at:
        return _FAR_TOO_MANY, _FAR_TOO_MANY
    return struct.unpack("<QQ", record[32:48])
