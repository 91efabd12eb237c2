"""Whole files or none: write under a temporary name in the same folder, then rename."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .errors import FootlightsError


@contextlib.contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it to ``path`` when the block ends well,
    remove it otherwise.

    Raises:
        FootlightsError: the folder is missing or cannot be written, the disk is full, or ``path``
            is a folder.
    """
    target = Path(path)
    if target.is_dir():
        raise FootlightsError("is a folder", target, "give the name of a file in it")
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{target.name[:40]}.", suffix=f".part{target.suffix}", dir=target.parent
        )
        os.close(handle)
        os.chmod(name, 0o666 & ~_umask())
    except OSError as error:
        raise FootlightsError(
            f"cannot write here ({error.strerror})",
            target.parent,
            "choose another folder with -o",
            usage=False,
        ) from error
    temporary = Path(name)
    try:
        yield temporary
        os.replace(temporary, target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise FootlightsError(
            f"could not be written ({error.strerror or error})",
            target,
            "free some space or choose another folder",
            usage=False,
        ) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def remove_empty(folder: Path) -> None:
    """Remove a folder that holds nothing but empty folders, as one is left in which no work could
    begin.
    """
    inside = sorted(folder.rglob("*"), reverse=True)
    if folder.is_dir() and not any(path.is_symlink() or not path.is_dir() for path in inside):
        for path in (*inside, folder):
            path.rmdir()
