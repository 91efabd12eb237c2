"""Putting a hostile file into a folder."""

from pathlib import Path


def put(path: Path, data: bytes | bytearray) -> Path:
    path.write_bytes(data)
    return path


def put_text(path: Path, text: str) -> Path:
    path.write_text(text)
    return path
