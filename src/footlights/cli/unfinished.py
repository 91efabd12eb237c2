"""A command that was cut off between two results is begun again: it replaces what it left."""

import argparse
import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from .. import __version__
from ..basics.budget import read_text
from ..basics.errors import FootlightsError
from ..basics.whole_files import writing

_WAYS = ("force", "debug", "jobs")  # options that change no result


@contextlib.contextmanager
def resumable(args: argparse.Namespace, results: Sequence[str]) -> Iterator[None]:
    """While it lasts, a note lies beside the results; where its own lies, it may replace them.

    The note is taken away when the command ends, whatever its exit code; it stays when the command
    is stopped or killed, or when work failed.

    Args:
        args: of the command; ``force`` is set where it was cut off before.
        results: which of them say where a result goes.
    """
    places = [getattr(args, name) for name in results if getattr(args, name, None)]
    files = [Path(place) for place in places if isinstance(place, str)]
    files = [file for file in files if file.absolute().parent.is_dir() and _may_be_made(file)]
    if not files:
        yield
        return

    note, text = files[0].with_name(f".{files[0].name}.unfinished"), _note_of(args)
    args.force = args.force or _read(note) == text
    if any(file.exists() for file in files) and not args.force:
        yield  # the command will refuse, and has made nothing
        return

    with writing(note) as temporary:
        temporary.write_text(text, encoding="utf-8")
    try:
        yield
    except FootlightsError as error:
        if error.usage:
            note.unlink(missing_ok=True)
        raise
    note.unlink(missing_ok=True)


def _may_be_made(file: Path) -> bool:
    """A device or a pipe is no result that is left."""
    return file.is_file() or not os.path.lexists(file)


def _note_of(args: argparse.Namespace) -> str:
    words = {name: str(value) for name, value in vars(args).items() if name not in _WAYS}
    content = json.dumps([__version__, str(Path.cwd()), sorted(words.items())])
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _read(note: Path) -> str:
    try:
        return read_text(note)
    except (FootlightsError, ValueError):
        return ""
