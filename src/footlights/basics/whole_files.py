"""Whole files or none: write under a temporary name in the same folder, then rename."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .errors import FootlightsError


@contextlib.contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path; put what was written there in the place of ``path``.

    A file appears in one step when the block ends well, and not at all otherwise. Into what is
    there and is no file, such as ``/dev/null`` or a named pipe, the bytes are written instead: to
    rename a file over it would take the device away from everybody.

    Raises:
        FootlightsError: the folder is missing or cannot be written, the disk is full, or ``path``
            is a folder.
    """
    target = Path(path)
    if target.is_dir():
        raise FootlightsError("is a folder", target, "give the name of a file in it")
    is_device = target.exists() and not target.is_file()

    temporary = _temporary_for(target, Path(tempfile.gettempdir()) if is_device else target.parent)
    try:
        yield temporary
        if is_device:
            _pour(temporary, target)
        else:
            os.replace(temporary, target)
    except OSError as error:
        raise FootlightsError(
            f"could not be written ({error.strerror or error})",
            target,
            "free some space or choose another folder",
            usage=False,
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def _temporary_for(target: Path, folder: Path) -> Path:
    """An empty file in ``folder``, readable by those who may read what this process writes."""
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{target.name[:40]}.", suffix=f".part{target.suffix}", dir=folder
        )
        os.close(handle)
        os.chmod(name, 0o666 & ~_umask())
    except OSError as error:
        raise FootlightsError(
            f"cannot write here ({error.strerror})",
            folder,
            "choose another folder with -o",
            usage=False,
        ) from error
    return Path(name)


def _pour(source: Path, device: Path) -> None:
    with source.open("rb") as whole, device.open("wb") as place:
        shutil.copyfileobj(whole, place)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def remove_empty(folder: Path) -> None:
    """Remove a folder that holds nothing but empty folders, as one that no work began in does."""
    inside = sorted(folder.rglob("*"), reverse=True)
    if folder.is_dir() and not any(path.is_symlink() or not path.is_dir() for path in inside):
        for path in (*inside, folder):
            path.rmdir()
