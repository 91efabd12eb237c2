"""The song that motions of a folder of dances were danced to, to be played with them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..basics.errors import FootlightsError
from ..data.dance_folder import DancedSong, read_dances, song_file

if TYPE_CHECKING:
    from ..music import Music


@dataclass(frozen=True)
class DancedPart:
    """The part of a sound file that was danced to; ``seconds`` None goes to its end."""

    path: Path
    start: float
    seconds: float | None

    def load(self, at_most: float | None = None) -> "Music":
        """Read it, or its first ``at_most`` seconds; raises as `Music.load`."""
        from ..music import Music

        lengths = [length for length in (self.seconds, at_most) if length]
        return Music.load(self.path, start=self.start, seconds=min(lengths, default=None))


def part_of(
    motions: Iterable[Path], noted: Callable[[str, str], None] | None = None
) -> DancedPart | None:
    """What all of some motion files were danced to, by the ``dances.json`` beside them.

    None where they were danced to several songs, or to none that is known.

    Args:
        noted: called with a song's name and why it cannot be played.
    """
    parts: set[DancedPart | None] = set()
    missing = {}
    songs_in = cache(_songs_by_file)
    for motion in motions:
        song = songs_in(motion.parent).get(motion.name) if motion.is_file() else None
        path = song and song_file(motion.parent, song)
        if song and path:
            # A part to the song's end is read so, too: then its time is not cut by rounding.
            parts.add(DancedPart(path, song.start, song.requested_seconds))
            continue
        parts.add(None)
        if song and song.song_path:
            missing[song.song] = "is not where it was when it was danced to; give it with --music"

    for name, why in missing.items():
        if noted:
            noted(name, why)
    return parts.pop() if len(parts) == 1 else None


def play(
    motions: Iterable[Path], noted: Callable[[str, str], None] | None = None
) -> "Music | None":
    """The song of some motion files, read; None where there is none that can be played.

    Args:
        noted: called with a song's name and why it cannot be played.
    """
    part = part_of(motions, noted)
    try:
        return None if part is None else part.load()
    except FootlightsError as error:
        if noted and part:
            noted(part.path.name, f"cannot be played ({error.what})")
        return None


def _songs_by_file(folder: Path) -> dict[str, DancedSong]:
    """The song of each dance that a folder lists, by file name; none where it has no good list."""
    try:
        songs = read_dances(folder)
    except FootlightsError:
        return {}
    return {file: song for song in songs for dance in song.dances for file in dance.files.values()}
