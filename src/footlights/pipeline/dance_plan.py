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
from ..basics.budget import read_text
from ..basics.errors import FootlightsError
from ..basics.file_names import song_names
from ..basics.whole_files import remove_empty, writing
from ..data.dance_folder import DANCES_FILE, FRONT_PAGE, DancedSong
from ..music import Music
from .catalogue import Catalogue
from .dance_names import names_of_requests
from .dance_options import FORMATS, DanceOptions

_UNFINISHED = ".footlights-unfinished.json"  # how the name of a call's note ends


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
    def path(self) -> Path | None:
        """Its file; None of sound in memory that came from none."""
        return self.source.path if isinstance(self.source, Music) else self.source

    @property
    def file_name(self) -> str:
        """The name of its file, where it has one, fit to stand in a JSON file."""
        name = self.label if self.path is None else self.path.name
        return name.encode(errors="replace").decode()

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
        model_name: what the folder's list calls the model.
        force: replace what exists.
    """

    def __init__(
        self,
        songs: Sequence[str | os.PathLike[str] | Music],
        folder: str | os.PathLike[str],
        options: DanceOptions,
        model: str,
        *,
        model_name: str = "",
        force: bool = False,
    ) -> None:
        self.folder, self.options, self.force = Path(folder), options, force
        self.refresh()
        self.songs = _named(songs)
        names = [(song.name, song.file_name) for song in self.songs]
        self.songs = [
            dataclasses.replace(song, name=name)
            for song, name in zip(
                self.songs,
                names_of_requests(names, self.catalogue.songs, options, model_name, force=force),
                strict=True,
            )
        ]

        identities = [song.identity for song in self.songs]
        self.note = json.dumps([__version__, model, dataclasses.asdict(options), identities])
        self.note_file = self.folder / f".{_digest(self.note)}{_UNFINISHED}"
        self.new = not self.folder.exists()
        self.resumed = not force and self._note_left() == self.note

    def refresh(self) -> None:
        """Read the folder's list again: another call may have written to it meanwhile."""
        self.catalogue = _catalogue(self.folder, self.force)

    @property
    def alone(self) -> bool:
        """Whether the folder holds one song in all: then its page is the front page."""
        return self.catalogue.holds_only([song.name for song in self.songs])

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
                takes = (0,) if kind == "html" else self.options.takes
                yield from (self.file(name, kind, take) for take in takes)

    def adds_to(self, name: str) -> DancedSong | None:
        """The record of a song to which one take more is made; None where it is made anew."""
        return None if self.options.take is None else self.catalogue.songs.get(name)

    def has_all(self, name: str) -> bool:
        """Whether a call that was cut off left this song finished."""
        song = self.catalogue.songs.get(name)
        if not self.resumed or song is None:
            return False
        # A song is listed as soon as its page is there: films may have come after.
        listed = {(dance.take, kind) for dance in song.dances for kind in dance.files}
        wanted = {(take, kind) for take in self.options.takes for kind in self.options.take_formats}
        return wanted <= listed and all(path.exists() for path in self.files(name))

    def wants(self, path: Path) -> bool:
        """Whether the file is still to be made."""
        return self.force or not path.exists() or self._is_extended(path)

    def refuse_existing(self) -> None:
        """FootlightsError naming the first output that exists, unless it is this very plan's."""
        if self.force or self.resumed:
            return
        for path in self._all_files():
            if os.path.lexists(path) and not self._is_extended(path):
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

        with writing(self.note_file) as temporary:
            temporary.write_text(self.note)

    def close(self) -> None:
        """Take the note away: everything that could be made is there.

        What a killed call left half written goes, too, and a folder of ours in which nothing could
        be made.
        """
        for path in self._planned_files():
            for half in self.folder.glob(f".{glob.escape(path.name[:40])}.*.part{path.suffix}"):
                half.unlink(missing_ok=True)
        self.note_file.unlink(missing_ok=True)
        if self.new:
            remove_empty(self.folder)

    def kept(self) -> str:
        """What a stopped call leaves behind, for people."""
        count = sum(path.is_file() for path in self._planned_files())
        files = f"{count} finished file{'' if count == 1 else 's'}"
        return f"{files} kept in {self.folder}; the same command makes the rest"

    def _is_extended(self, path: Path) -> bool:
        """Whether it is the page of a song to which one take more is made."""
        pages = (self.adds_to(song.name) for song in self.songs)
        return path.name in {song.page for song in pages if song is not None}

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
            return read_text(self.note_file)
        except (FootlightsError, ValueError):
            return ""


def _digest(text: str) -> str:
    """Enough of a digest that two calls at work in one folder have notes of their own."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


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
