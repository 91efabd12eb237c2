"""Which songs become which files, and which of those may be written: decided before any work."""

import dataclasses
import glob
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import __version__
from ..basics.errors import FootlightsError
from ..basics.file_names import song_names
from ..basics.whole_files import remove_empty, writing
from ..data.dance_folder import DANCES_FILE, FRONT_PAGE
from ..music import Music
from .catalogue import Catalogue
from .dance_options import FORMATS, DanceOptions

_UNFINISHED = ".footlights-unfinished.json"


@dataclass(frozen=True)
class PlannedSong:
    """A song, as a file or as sound in memory, and the name that its dances get."""

    source: Path | Music
    name: str

    @property
    def label(self) -> str:
        """What an error line calls it."""
        return self.source.name if isinstance(self.source, Music) else str(self.source)

    @property
    def file_name(self) -> str:
        """The name of its file, where it has one, fit to stand in a JSON file."""
        path = self.source.path if isinstance(self.source, Music) else self.source
        return (self.label if path is None else path.name).encode(errors="replace").decode()

    @property
    def identity(self) -> list[object]:
        """What tells it from another song, or from itself after a change."""
        if isinstance(self.source, Music):
            return [self.label, hashlib.sha256(self.source.samples.tobytes()).hexdigest()]
        try:
            facts = self.source.stat()
        except OSError:
            return [str(self.source)]
        return [str(self.source), facts.st_size, facts.st_mtime_ns]


class OutputPlan:
    """Which song becomes which files in a folder, and what of it is there already.

    A folder that holds dances of other songs gets the new ones beside them. A note in the folder
    says what is being made until it is all there, so that the same plan, made again after a cut,
    goes on instead of refusing.

    Args:
        songs: files, or sound in memory.
        model: what tells one model from another, as text.
        force: replace what exists.
    """

    def __init__(
        self,
        songs: Sequence[str | os.PathLike[str] | Music],
        folder: str | os.PathLike[str],
        options: DanceOptions,
        model: str,
        *,
        force: bool = False,
    ) -> None:
        self.folder, self.options, self.force = Path(folder), options, force
        self.songs = _named(songs)
        self.catalogue = _catalogue(self.folder, force)
        # The only song of a folder has its page in front.
        self.alone = self.catalogue.holds_only([song.name for song in self.songs])

        identities = [song.identity for song in self.songs]
        self.note = json.dumps([__version__, model, dataclasses.asdict(options), identities])
        self.new = not self.folder.exists()
        self.resumed = not force and self._note_left() == self.note

    @property
    def place(self) -> Path:
        """Where to look for the result: the page, or the folder when no page is wanted."""
        return self.folder / FRONT_PAGE if self.options.has_page else self.folder

    def file(self, name: str, kind: str, take: int = 0) -> Path:
        """The file of one kind of one take of one song; the page is one for all takes."""
        if kind == "html":
            return self.folder / (FRONT_PAGE if self.alone else f"{name}.html")
        return self.folder / f"{name}-{take + 1}.{kind}"

    def files(self, name: str) -> Iterator[Path]:
        """All files of one song, in the order of making."""
        for kind in FORMATS:
            if kind in self.options.formats:
                takes = 1 if kind == "html" else self.options.count
                yield from (self.file(name, kind, take) for take in range(takes))

    def has_all(self, name: str) -> bool:
        """Whether a call that was cut off left this song finished."""
        return (
            self.resumed
            and name in self.catalogue.songs
            and all(path.exists() for path in self.files(name))
        )

    def wants(self, path: Path) -> bool:
        """Whether the file is still to be made."""
        return self.force or not path.exists()

    def refuse_existing(self) -> None:
        """FootlightsError naming the first output that exists, unless it is this very plan's."""
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
            above = (self.folder, *self.folder.parents)
            file = next((p for p in above if p.exists() and not p.is_dir()), None)
            what = "is a file, not a folder" if file else f"cannot be made ({error.strerror})"
            raise FootlightsError(
                what, file or self.folder, "choose another folder with -o", usage=bool(file)
            ) from error

        with writing(self.folder / _UNFINISHED) as temporary:
            temporary.write_text(self.note)

    def close(self) -> None:
        """Take the note away: everything that could be made is there.

        What a killed call left half written goes, too, and a folder of ours in which nothing could
        be made.
        """
        for path in self._planned_files():
            for half in self.folder.glob(f".{glob.escape(path.name[:40])}.*.part{path.suffix}"):
                half.unlink(missing_ok=True)
        (self.folder / _UNFINISHED).unlink(missing_ok=True)
        if self.new:
            remove_empty(self.folder)

    def kept(self) -> str:
        """What a stopped call leaves behind, for people."""
        count = sum(path.is_file() for path in self._planned_files())
        files = f"{count} finished file{'' if count == 1 else 's'}"
        return f"{files} kept in {self.folder}; the same command makes the rest"

    def _planned_files(self) -> Iterator[Path]:
        for song in self.songs:
            yield from self.files(song.name)

    def _all_files(self) -> Iterator[Path]:
        """The planned files, and those that pages and list of the folder will be written to."""
        yield from self._planned_files()

        if self.options.has_page:
            pages = [song for song in self.catalogue.songs.values() if song.page]
            for song in pages:
                # Its page must leave the front for a page of its own name.
                if song.page == FRONT_PAGE:
                    yield self.folder / f"{song.name}.html"
            if not pages:
                yield self.folder / FRONT_PAGE

        if not self.catalogue.songs:
            yield self.folder / DANCES_FILE

    def _note_left(self) -> str:
        try:
            return (self.folder / _UNFINISHED).read_text()
        except (OSError, ValueError):
            return ""


def _named(songs: Sequence[str | os.PathLike[str] | Music]) -> list[PlannedSong]:
    sources = [song if isinstance(song, Music) else Path(song) for song in songs]
    # A name in memory may hold anything; as a file's it would end at its last slash.
    files = [
        f"{source.name.replace('/', '_')}.wav" if isinstance(source, Music) else source
        for source in sources
    ]
    return [PlannedSong(*pair) for pair in zip(sources, song_names(files), strict=True)]


def _catalogue(folder: Path, force: bool) -> Catalogue:
    try:
        return Catalogue.read(folder)
    except FootlightsError:
        if not force:
            raise
        return Catalogue(folder)
