"""Collage: real pieces of four beats, chosen to fit the song and each other, warped to its beats
and joined in velocity space.

Needs no network, only built data; it is also the control that a learned model must beat.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...basics.errors import FootlightsError
from ...basics.progress import Report
from ...motion.motion import Motion
from ...music import Music
from ...music.rhythm import beat_count, dancer_beats, rhythm
from ..base import OPTIONS, DanceRequest, Generator, GeneratorInfo
from ..representation import VELOCITY, WIDTH, YAW_RATE, decode
from .segments import BEATS, PULSE, Pieces, Track, cut, load_tracks

_FPS = 30.0
_FADE = 1 / 3  # seconds of cross-fade at a join
_TEMPO = 0.12  # share by which a piece may be stretched or squeezed
_ENERGY, _STYLE, _USED = (
    0.10,
    0.05,
    0.30,
)  # metres of join distance that 1 sd of energy, a new style, a repetition are worth
_MEMORY = 16  # pieces for which a repetition is remembered
_ROW = 4  # most pieces in a row from one clip
_BEST, _ENOUGH = (
    4,
    16,
)  # pieces to draw from; fewer than this at the song's tempo and the nearest tempi are taken too


@dataclass(frozen=True, eq=False)
class _Use:
    """Piece number ``piece`` laid into the song: (5,) song times its beats go to, and (5,) times
    in its track.
    """

    piece: int
    song: np.ndarray
    source: np.ndarray


class Collage(Generator):
    """Beat-aligned retrieval from built data: ``Collage.load(folder).sample(music, n=3, seed=0)``."""

    def __init__(self, tracks: tuple[Track, ...], card: dict[str, Any] | None = None) -> None:
        free = cut(tracks, beat=False)
        if free is None:
            raise FootlightsError(
                "no dance clip is two seconds long", "library", "build data with longer clips"
            )
        self.free, self.beaten = free, cut(tracks, beat=True)
        styles = tuple(sorted({str(s) for s in free.style}))
        facts = {"model": "collage", **(card or {})}
        self.info = GeneratorInfo("collage", _FPS, styles, frozenset(OPTIONS), facts)

    @classmethod
    def load(cls, folder: str | os.PathLike[str], *, commercial_only: bool = False) -> "Collage":
        """The collage of a built data folder; FootlightsError when there is no dance in it."""
        return cls(
            load_tracks(Path(folder), commercial_only=commercial_only), {"library": str(folder)}
        )

    def takes(self, request: DanceRequest, n: int, seed: int, progress: Report) -> Iterator[Motion]:
        """Dances of any style unless the request names one; a change of style costs a little."""
        frames = max(1, round(request.length * _FPS))
        pieces, grid, on_beat = self._fitting(request.music, request.length, request.style)
        level = rhythm(request.music, _FPS, frames)[:, 3].astype(np.float64) + request.energy

        for take in range(n):
            uses = _choose(pieces, grid, level, np.random.default_rng([seed, take]))
            sources = [_origin(pieces, use) for use in uses]
            motion = decode(_lay(pieces, uses, frames), _FPS)
            yield motion.replace(meta={"on_beat": on_beat, "pieces": sources})

    def _fitting(
        self, music: Music, seconds: float, style: str | None
    ) -> tuple[Pieces, np.ndarray, bool]:
        """Pieces at the song's tempo, the song's beats over the whole dance, and whether they are
        real beats.
        """
        tempo, beats = dancer_beats(music)
        if self.beaten is not None and len(beats):
            pieces = _of_style(self.beaten, style)
            if len(pieces):
                grid = _grid(beats, music.downbeats, seconds)
                away = np.abs(np.log(pieces.tempo / tempo))
                near = np.flatnonzero(away <= np.log(1 + _TEMPO))
                if len(near) < _ENOUGH:
                    near = np.argsort(away, kind="stable")[:_ENOUGH]
                return pieces.chosen(near), grid, True
        return (
            _of_style(self.free, style),
            np.arange(0, seconds + (BEATS + 1) * PULSE, PULSE),
            False,
        )


def _of_style(pieces: Pieces, style: str | None) -> Pieces:
    return pieces if style is None else pieces.chosen(pieces.style == style)


def _grid(beats: np.ndarray, downbeats: np.ndarray, seconds: float) -> np.ndarray:
    """Beats from before the song's start to beyond its end; every fourth, from the first, is a
    downbeat if any is known.
    """
    first, last = (int(n) for n in np.floor(beat_count(beats, np.array([0.0, seconds]))))
    if len(downbeats):
        places = np.round(beat_count(beats, downbeats)).astype(int) % BEATS
        bar = int(np.bincount(places, minlength=BEATS).argmax())
        first -= (first - bar) % BEATS
    counts = np.arange(first, last + BEATS + 2)
    # beat_count runs on evenly beyond the ends, so its inverse is a line there: two far points on
    # each side carry it.
    reach = seconds + 60.0
    times = np.concatenate([[-reach], beats, [max(beats[-1], seconds) + reach]])
    return np.interp(counts, beat_count(beats, times), times)


def _choose(
    pieces: Pieces, grid: np.ndarray, level: np.ndarray, rng: np.random.Generator
) -> list[_Use]:
    """Pieces for every four beats of ``grid``: draws among those that cost least."""
    uses: list[_Use] = []
    for start in range(0, len(grid) - BEATS, BEATS):
        song = grid[start : start + BEATS + 1]
        a, b = np.clip(np.round(song[[0, -1]] * _FPS).astype(int), 0, len(level) - 1)
        cost = _ENERGY * np.abs(pieces.energy - level[a : b + 1].mean())
        spread = _BEST
        if uses:
            cost = (
                cost
                + _joining(pieces, uses[-1].piece)
                + _repeating(pieces, [u.piece for u in uses])
            )
        else:
            spread = _BEST * _BEST  # nothing to join yet: a wider draw makes takes differ
        best = np.argsort(cost, kind="stable")[: min(spread, int(np.isfinite(cost).sum()))]
        piece = int(best[rng.integers(len(best))]) if len(best) else int(rng.integers(len(pieces)))
        uses.append(_Use(piece, song, pieces.times[piece]))
    return uses


def _joining(pieces: Pieces, before: int) -> np.ndarray:
    """Cost (N,) in metres of following piece ``before``: rms gap of joints and of their next 0.1
    s, and a new style.
    """
    gap = pieces.first - pieces.last[before]
    distance = np.sqrt(np.mean(np.sum(gap.reshape(len(gap), -1, 3) ** 2, axis=-1), axis=-1))
    return distance + _STYLE * (pieces.style != pieces.style[before])


def _repeating(pieces: Pieces, used: list[int]) -> np.ndarray:
    """Cost (N,) of what was danced lately; infinite for a clip that has had its turn."""
    clip = np.array([track.clip for track in pieces.tracks])[pieces.track]
    cost = np.zeros(len(pieces))
    for age, piece in enumerate(reversed(used[-_MEMORY:])):
        start, end = pieces.times[piece, [0, -1]]
        shared = (
            (clip == clip[piece])
            & (pieces.times[:, 0] < end - 1e-6)
            & (pieces.times[:, -1] > start + 1e-6)
        )
        cost += _USED * (1 - age / _MEMORY) * shared
    row = used[-_ROW:]
    if len(row) == _ROW and len({str(clip[p]) for p in row}) == 1:
        cost[clip == clip[row[0]]] = np.inf
    return cost


def _lay(pieces: Pieces, uses: list[_Use], frames: int) -> np.ndarray:
    """Vectors (frames, 152): each piece warped to its beats, cross-faded with its neighbours over
    a third of a second.
    """
    at = np.arange(frames) / _FPS
    total, weights = np.zeros((frames, WIDTH)), np.zeros((frames, 1))
    half = _FADE / 2
    for use in uses:
        a, b = use.song[0], use.song[-1]
        inside = np.flatnonzero((at >= a - half) & (at <= b + half))
        if not len(inside):
            continue
        weight = _rise((at[inside] - a) / half) * _rise((b - at[inside]) / half)
        total[inside] += weight[:, None] * _warped(
            pieces.tracks[pieces.track[use.piece]], use, at[inside]
        )
        weights[inside] += weight[:, None]
    return (total / weights).astype(np.float32)


def _warped(track: Track, use: _Use, at: np.ndarray) -> np.ndarray:
    """Vectors (N, 152) of a track at song times (N,), its velocities scaled by how fast it is
    played.
    """
    end = (len(track.vectors) - 1) / track.fps
    steps = np.concatenate([at, at[-1:] + 1 / _FPS])
    source = np.clip(_beyond(steps, use.song, use.source), 0, end)
    low = np.minimum((source[:-1] * track.fps).astype(int), len(track.vectors) - 2)
    share = (source[:-1] * track.fps - low)[:, None]
    vectors = track.vectors[low] * (1 - share) + track.vectors[low + 1] * share
    speed = np.diff(source)[:, None] * _FPS
    vectors[:, VELOCITY] *= speed
    vectors[:, YAW_RATE] *= speed
    return vectors


def _beyond(x: np.ndarray, known: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Linear interpolation that runs on beyond both ends at the whole piece's mean rate."""
    rate = (values[-1] - values[0]) / (known[-1] - known[0])
    inside = np.interp(x, known, values)
    return inside + rate * (np.minimum(x - known[0], 0) + np.maximum(x - known[-1], 0))


def _rise(t: np.ndarray) -> np.ndarray:
    """Smoothstep from almost 0 at -1 to 1 at +1; never 0, so that the ends of the song keep their
    piece.
    """
    t = np.clip((t + 1) / 2, 0, 1)
    return np.maximum(t * t * (3 - 2 * t), 1e-4)


def _origin(pieces: Pieces, use: _Use) -> dict[str, Any]:
    """Where a piece of the dance comes from, for the dance's meta."""
    track = pieces.tracks[pieces.track[use.piece]]
    at, start, end = (round(float(t), 3) for t in (use.song[0], use.source[0], use.source[-1]))
    return {
        "at": at,
        "clip": track.clip,
        "from": start,
        "to": end,
        "mirrored": track.mirrored,
        "style": track.style,
    }
