"""Tar archives of strangers, unpacked once: plain files below one folder, within limits."""

import lzma
import os
import tarfile
import tempfile
from pathlib import Path

from ...basics.errors import FootlightsError

_MAX_BYTES = 8 << 30  # unpacked from one archive
_MAX_MEMBERS = 1_000_000
_MAX_HEADER = 1 << 20  # bytes of what stands before a member: its long name and other extras
_HEADER_TYPES = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


def unpacked(archive: Path, cache: Path) -> Path:
    """The folder below ``cache`` that ``archive`` was unpacked to.

    It is done once for each size and date of the archive, and wholly or not at all.

    Raises:
        FootlightsError: no such archive, a damaged one, or one of more than 8 GiB.
    """
    try:
        state = archive.stat()
    except OSError as error:
        what = "the archive named in the manifest is missing"
        raise FootlightsError(what, archive, "put it there") from error

    name = archive.name.split(".")[0]
    home = cache / f"{name}-{state.st_size:x}-{state.st_mtime_ns:x}"
    if home.is_dir():
        return home

    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=cache) as partial:
        files = Path(partial) / "files"
        try:
            _unpack(archive, files)
        except (OSError, EOFError, tarfile.TarError, lzma.LZMAError) as error:
            raise FootlightsError(
                f"cannot be unpacked ({error})", archive, "fetch it again"
            ) from error
        os.replace(files, home)
    return home


def _unpack(archive: Path, files: Path) -> None:
    files.mkdir()
    size = 0
    with tarfile.open(archive, tarinfo=_Member) as bundle:
        for number, member in enumerate(bundle, start=1):
            size += member.size
            if size > _MAX_BYTES or number > _MAX_MEMBERS:
                what = "unpacks to more than 8 GiB, or a million files"
                raise FootlightsError(what, archive, "split it")
            # Links, devices and pipes are no motion files.
            if member.isfile():
                bundle.extract(member, files, filter="data")


class _Member(tarfile.TarInfo):
    """A member whose extra headers are small: tarfile reads them into memory as they come."""

    def _proc_member(self, bundle: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _HEADER_TYPES and self.size > _MAX_HEADER:
            raise tarfile.ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(bundle)  # type: ignore[misc]
