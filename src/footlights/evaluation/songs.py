"""The songs that clips were danced to, found by their names, and the beats of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..basics.errors import FootlightsError
from ..music import Music
from ..music.decode import AUDIO_SUFFIXES, songs_below
from ..music.rhythm import dancer_beats


@dataclass
class Songs:
    """Songs by name; each is listened to once, when a dance to it comes up.

    Attributes:
        paths: files of a folder.
        loaded: songs that a caller has already.
    """

    paths: dict[str, Path] = field(default_factory=dict)
    loaded: Mapping[str, Music] = field(default_factory=dict)
    _beats: dict[str, tuple[float, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, music: Path | Mapping[str, Music] | None) -> "Songs":
        """The songs below a folder, or those given by name.

        Raises:
            FootlightsError: no such folder, or no song in it.
        """
        if music is None:
            return cls()
        if isinstance(music, Mapping):
            return cls(loaded=music)
        if not music.is_dir():
            raise FootlightsError("no such folder", music, "give the folder of songs with --music")
        # Of songs of one name the first in order counts: it is put in last.
        paths = {path.stem: path for path in reversed(songs_below(music))}
        if not paths:
            do = f"put {', '.join(AUDIO_SUFFIXES)} files there"
            raise FootlightsError("no song in this folder", music, do)
        return cls(paths)

    def __bool__(self) -> bool:
        return bool(self.paths or self.loaded)

    def __contains__(self, name: str) -> bool:
        return name in self.paths or name in self.loaded

    def name_for(self, clip: str) -> str | None:
        """The song of a clip called like it, or like it and more: song-3 was danced to song."""
        fitting = [
            name
            for name in (*self.paths, *self.loaded)
            if clip == name or clip.startswith((f"{name}-", f"{name}_", f"{name}."))
        ]
        return max(fitting, key=len, default=None)

    def beats(self, name: str) -> tuple[float, ...]:
        """Seconds of a song's beats as a dancer counts them; none where they are not clear."""
        if name not in self._beats:
            song = self.loaded[name] if name in self.loaded else Music.load(self.paths[name])
            self._beats[name] = tuple(round(float(t), 4) for t in dancer_beats(song)[1])
        return self._beats[name]
