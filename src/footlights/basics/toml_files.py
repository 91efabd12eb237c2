"""TOML files that may be a stranger's: read within limits of size and of time."""

import os
import tomllib
from typing import Any

from .budget import read_text

_MOST_DOTS = 200  # in a line: what reads TOML takes time with the square of a key's dots


def read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The document in a TOML file.

    Raises:
        FootlightsError: there is no such file, it cannot be read, or it is too large.
        ValueError: it is no TOML.
    """
    return parse_toml(read_text(path))


def parse_toml(text: str) -> dict[str, Any]:
    """The document that ``text`` is; ValueError when it is no TOML."""
    if max(line.count(".") for line in text.split("\n")) > _MOST_DOTS:
        raise ValueError(f"more than {_MOST_DOTS} dots in a line")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
