"""Whole files or none: write under a temporary name in the same folder, then rename."""

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .errors import FootlightsError

try:
    import fcntl
except ImportError:  # Windows: there a name of its own for each process must do
    fcntl = None  # type: ignore[assignment]


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

    folder = Path(tempfile.gettempdir()) if is_device else target.parent
    temporary, handle = _temporary_for(target, folder)
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
        os.close(handle)


@contextlib.contextmanager
def folder_locked(folder: str | os.PathLike[str]) -> Iterator[None]:
    """Hold a folder for this process alone among those of ours; others wait for their turn.

    The folder itself is locked, so that no file is left behind. Where that cannot be (Windows,
    some file systems of a network) nobody waits: what is read and written inside the block should
    be little.
    """
    if fcntl is None:
        yield
        return

    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _temporary_for(target: Path, folder: Path) -> tuple[Path, int]:
    """An empty file in ``folder`` for what becomes ``target``, and the handle that locks it.

    Its name depends on the target alone, so that what a killed process left is taken up by the
    next one. While a living one holds it, another gets a name of its own.
    """
    mark = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:8]
    own = f"{mark}-{os.getpid()}-{secrets.token_hex(4)}"
    names = [f".{target.name[:40]}.{middle}.part{target.suffix}" for middle in (mark, own)]
    try:
        for path in (folder / name for name in names):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
            if _locked(handle):
                os.ftruncate(handle, 0)
                return path, handle
            os.close(handle)
    except OSError as error:
        raise FootlightsError(
            f"cannot write here ({error.strerror})",
            folder,
            "choose another folder with -o",
            usage=False,
        ) from error
    raise FootlightsError("is being written by another process", target, "try again", usage=False)


def _locked(handle: int) -> bool:
    """Whether this process has the file of ``handle`` for itself, until it closes it or dies."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _pour(source: Path, device: Path) -> None:
    with source.open("rb") as whole, device.open("wb") as place:
        shutil.copyfileobj(whole, place)


def remove_empty(folder: Path) -> None:
    """Remove a folder that holds nothing but empty folders, as one that no work began in does."""
    inside = sorted(folder.rglob("*"), reverse=True)
    if folder.is_dir() and not any(path.is_symlink() or not path.is_dir() for path in inside):
        for path in (*inside, folder):
            path.rmdir()
