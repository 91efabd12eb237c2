"""What is wanted of songs, which files that makes, and which of them may be written: decided
before any work.
"""

import dataclasses
import glob
import json
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import __version__
from ..basics.errors import FootlightsError
from ..basics.file_names import song_names
from ..basics.whole_files import remove_empty, writing
from ..data.dance_folder import DANCES_FILE, FRONT_PAGE
from ..generators.base import check_energy
from ..music.decode import LONGEST, SHORTEST
from .catalogue import Catalogue

FORMATS = (
    "npz",
    "bvh",
    "glb",
    "html",
    "mp4",
)  # the order of making: quick ones first, the film last
MOST = 20  # dances a song

_UNFINISHED = ".footlights-unfinished.json"


@dataclass(frozen=True)
class Wish:
    """What is wanted of every song.

    Attributes:
        start, seconds: the part of the song, in seconds; ``seconds`` None goes to its end.
        count: dances a song, each another take.
        seed: the same seed gives the same bytes.
        energy: standard deviations added to the song's loudness; 0 follows the song.
        style: one of the model's styles, or None.
        formats: some of ``FORMATS``.
    """

    start: float = 0.0
    seconds: float | None = None
    count: int = 3
    seed: int = 0
    energy: float = 0.0
    style: str | None = None
    formats: tuple[str, ...] = FORMATS

    def __post_init__(self) -> None:
        unknown = [name for name in self.formats if name not in FORMATS]
        if unknown or not self.formats:
            raise FootlightsError(
                f"no format called {', '.join(unknown) or repr('')}",
                "--formats",
                f"choose from {','.join(FORMATS)}; footlights convert writes more",
            )
        if not (math.isfinite(self.start) and self.start >= 0):
            raise FootlightsError(
                f"cannot start at {self.start:g} s", "--start", "give a time from 0 on, in seconds"
            )
        if self.seconds is not None and not SHORTEST <= self.seconds <= LONGEST:
            raise FootlightsError(
                f"cannot dance {self.seconds:g} s",
                "--seconds",
                f"give {SHORTEST:g} to {LONGEST:g} seconds",
            )
        if not 1 <= self.count <= MOST:
            raise FootlightsError(f"{self.count} dances a song", "--count", f"ask for 1 to {MOST}")
        if self.seed < 0:
            raise FootlightsError(
                f"{self.seed} is not a seed", "--seed", "give a whole number from 0 on"
            )
        check_energy(self.energy, "--energy")


class Plan:
    """Which song becomes which files in a folder, and what of it is there already.

    A folder that holds dances of other songs gets the new ones beside them. A note in the folder
    says what is being made until it is all there, so that the same plan, made again after a cut,
    goes on instead of refusing.
    """

    def __init__(
        self,
        songs: Sequence[str | os.PathLike[str]],
        folder: str | os.PathLike[str],
        wish: Wish,
        model: object,
        *,
        force: bool = False,
    ) -> None:
        self.folder, self.wish, self.force = Path(folder), wish, force
        self.songs = list(zip((Path(song) for song in songs), song_names(songs), strict=True))
        self.catalogue = _catalogue(self.folder, force)
        self.alone = self.catalogue.holds_only([name for _, name in self.songs])
        self.note = json.dumps(
            [
                __version__,
                str(model),
                dataclasses.asdict(wish),
                [_identity(song) for song, _ in self.songs],
            ]
        )
        self.new = not self.folder.exists()
        self.resumed = not force and self._left_note() == self.note

    @property
    def place(self) -> Path:
        """Where to look for the result: the page, or the folder when no page is wanted."""
        return self.folder / FRONT_PAGE if "html" in self.wish.formats else self.folder

    def file(self, name: str, kind: str, take: int = 0) -> Path:
        """The file of one kind of one take of one song; the page is one for all takes."""
        if kind == "html":
            return self.folder / (FRONT_PAGE if self.alone else f"{name}.html")
        return self.folder / f"{name}-{take + 1}.{kind}"

    def files(self, name: str) -> Iterator[Path]:
        """All files of one song."""
        for kind in FORMATS:
            if kind in self.wish.formats:
                yield from (
                    self.file(name, kind, take)
                    for take in range(1 if kind == "html" else self.wish.count)
                )

    def has_all(self, name: str) -> bool:
        """Whether a cut call left this song finished."""
        return (
            self.resumed
            and name in self.catalogue.songs
            and all(path.exists() for path in self.files(name))
        )

    def wants(self, path: Path) -> bool:
        """Whether the file is still to be made."""
        return self.force or not path.exists()

    def refuse_existing(self) -> None:
        """FootlightsError naming the first output that exists already, unless it comes from this
        very plan, cut off.
        """
        if self.force or self.resumed:
            return
        for path in self._all_files():
            if os.path.lexists(path):
                raise FootlightsError(
                    "exists already", path, "give --force to replace it, or another place with -o"
                )

    def open(self) -> None:
        """Make the folder and leave the note; FootlightsError when it cannot be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            file = next(
                (p for p in (self.folder, *self.folder.parents) if p.exists() and not p.is_dir()),
                None,
            )
            what = "is a file, not a folder" if file else f"cannot be made ({error.strerror})"
            raise FootlightsError(
                what, file or self.folder, "choose another folder with -o", usage=bool(file)
            ) from error
        with writing(self.folder / _UNFINISHED) as temporary:
            temporary.write_text(self.note)

    def close(self) -> None:
        """Take the note away, and what a killed call left half written: everything that could be
        made is there.

        A folder of ours in which nothing could be made goes too.
        """
        for path in (path for _, name in self.songs for path in self.files(name)):
            for half in self.folder.glob(f".{glob.escape(path.name[:40])}.*.part{path.suffix}"):
                half.unlink(missing_ok=True)
        (self.folder / _UNFINISHED).unlink(missing_ok=True)
        if self.new:
            remove_empty(self.folder)

    def kept(self) -> str:
        """What a stopped call leaves behind, for people."""
        there = sum(path.is_file() for _, name in self.songs for path in self.files(name))
        files = f"{there} finished file{'' if there == 1 else 's'}"
        return f"{files} kept in {self.folder}; the same command makes the rest"

    def _all_files(self) -> Iterator[Path]:
        for _, name in self.songs:
            yield from self.files(name)
        if "html" in self.wish.formats:
            pages = {name: song.page for name, song in self.catalogue.songs.items() if song.page}
            yield from (
                self.folder / f"{name}.html" for name, page in pages.items() if page == FRONT_PAGE
            )
            if not pages:
                yield self.folder / FRONT_PAGE
        if not self.catalogue.songs:
            yield self.folder / DANCES_FILE

    def _left_note(self) -> str:
        try:
            return (self.folder / _UNFINISHED).read_text()
        except (OSError, ValueError):
            return ""


def _catalogue(folder: Path, force: bool) -> Catalogue:
    try:
        return Catalogue.read(folder)
    except FootlightsError:
        if not force:
            raise
        return Catalogue(folder)


def _identity(song: Path) -> list[object]:
    """What tells a song file from another one, or from itself after a change."""
    try:
        facts = song.stat()
    except OSError:
        return [str(song)]
    return [str(song), facts.st_size, facts.st_mtime_ns]
