"""Songs beside dances: what a dancer is told of them, frame by frame, stored for training and for sampling while it trains."""

from pathlib import Path
from typing import Any

import numpy as np

from ..atomic import writing
from ..music import Music
from ..music.rhythm import TRUSTED, folded, rhythm
from .listing import Song


def save_pair(path: Path, name: str, start: float, frames: int, fps: float, out: Path) -> dict[str, Any]:
    """Features of the song at ``path`` for a dance of ``frames`` that begins ``start`` seconds into it; its index entries."""
    music = Music.load(path, start, frames / fps)
    file = f"songs/{name}.npz"
    _save(out / file, music, fps, frames)
    bpm, beats = _beat(music)
    return {"bpm": bpm, "trust": round(music.beat_trust, 3), "beats": beats, "song": file}


def make_song(song: Song, fps: float, out: Path, key: str) -> dict[str, Any]:
    """Store the rhythm of a song without a dance; its record with one row of the index."""
    music = Music.load(song.path)
    file = f"songs/{song.name}.npz"
    _save(out / file, music, fps, None)
    bpm, beats = _beat(music)
    row = {
        "name": song.name, "file": file, "split": song.split, "danceable": song.danceable, "tempo": bpm,
        "trust": round(music.beat_trust, 3), "beats": beats, "seconds": round(music.seconds, 3),
    }  # fmt: skip
    return {"key": key, "rows": [row]}


def _beat(music: Music) -> tuple[float | None, list[float]]:
    if music.beat_trust < TRUSTED or len(music.beats) < 2:
        return None, []
    tempo, beats = folded(music.tempo, music.beats, music.downbeats)
    return round(float(tempo), 3), [round(float(b), 4) for b in beats]


def _save(place: Path, music: Music, fps: float, frames: int | None) -> None:
    with writing(place) as temporary, open(temporary, "wb") as handle:
        np.savez_compressed(handle, rhythm=rhythm(music, fps, frames), fps=np.float64(fps))
