"""Songs beside dances: what a dancer is told of them, frame by frame, stored for training and for
sampling while it trains.
"""

from pathlib import Path
from typing import Any

import numpy as np

from ..basics.whole_files import writing
from ..music import Music
from ..music.published.features import SETS
from ..music.rhythm import dancer_beats, rhythm
from .sources import Song


def save_pair(
    path: Path, name: str, start: float, frames: int, fps: float, out: Path
) -> dict[str, Any]:
    """Store the rhythm and every published feature set of the song at ``path``, a row a frame;
    returns the index entries.

    The dance has ``frames`` and begins ``start`` seconds into the song.
    """
    music = Music.load(path, start, frames / fps)
    file = f"songs/{name}.npz"
    _save(out / file, music, fps, frames, {name: _rows(music, name, fps, frames) for name in SETS})
    bpm, beats = _beat(music)
    return {"bpm": bpm, "trust": round(music.beat_trust, 3), "beats": beats, "song": file}


def make_song(song: Song, fps: float, out: Path, key: str) -> dict[str, Any]:
    """Store the rhythm of a song without a dance; its record with one row of the index."""
    music = Music.load(song.path)
    file = f"songs/{song.name}.npz"
    _save(out / file, music, fps, None, {})
    bpm, beats = _beat(music)
    row = {
        "name": song.name, "file": file, "split": song.split, "danceable": song.danceable, "tempo": bpm,
        "trust": round(music.beat_trust, 3), "beats": beats, "seconds": round(music.seconds, 3),
    }  # fmt: skip
    return {"key": key, "rows": [row]}


def _beat(music: Music) -> tuple[float | None, list[float]]:
    tempo, beats = dancer_beats(music)
    if not len(beats):
        return None, []
    return round(float(tempo), 3), [round(float(b), 4) for b in beats]


def _rows(music: Music, name: str, fps: float, frames: int) -> np.ndarray:
    """(frames, D) the row of a published feature set that sounds at each frame; the last one again
    after the song's end.
    """
    rows = music.features(name)
    at = np.round(np.arange(frames) * SETS[name].fps / fps).astype(int)
    return rows[np.minimum(at, len(rows) - 1)]


def _save(
    place: Path, music: Music, fps: float, frames: int | None, sets: dict[str, np.ndarray]
) -> None:
    with writing(place) as temporary, open(temporary, "wb") as handle:
        np.savez_compressed(handle, rhythm=rhythm(music, fps, frames), fps=np.array(fps), **sets)  # type: ignore[arg-type]
