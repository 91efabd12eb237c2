"""Collage: real segments of four beats, chosen to fit the song and joined in velocity space.

A segment is chosen by how well it fits the song and the segment before it, and warped to the
song's beats. This needs no network, only built data; it is also the control that a learned model
must beat.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...basics.errors import FootlightsError
from ...basics.progress import Report
from ...geometry.signals import smoothstep
from ...motion.motion import Motion
from ...music import Music
from ...music.rhythm import beat_count, dancer_beats, rhythm
from ..base import OPTIONS, DanceRequest, Generator, GeneratorInfo
from ..representation import VELOCITY, WIDTH, YAW_RATE, decode
from .segments import BEATS, PULSE, Segments, Track, cut_segments, load_tracks

_FPS = 30.0
_FADE = 1 / 3  # seconds of cross-fade at a join
_STRETCH = 0.12  # share by which a segment may be stretched or squeezed

# Costs, in metres of distance at a join.
_ENERGY_COST = 0.10  # of one standard deviation of energy
_STYLE_COST = 0.05  # of another style
_REPEAT_COST = 0.30  # of the segment just danced
_MEMORY = 16  # segments for which a repetition is remembered

_IN_A_ROW = 4  # most segments in a row from one clip
_CANDIDATES = 4  # best segments, of which one is drawn
_ENOUGH = 16  # with fewer segments at the song's tempo the nearest tempi are taken too


@dataclass(frozen=True, eq=False)
class _Placement:
    """A segment laid into the song.

    Attributes:
        segment: its number.
        song: (5,) times of the song that its beats go to.
        source: (5,) times of its beats in its track.
    """

    segment: int
    song: np.ndarray
    source: np.ndarray


class Collage(Generator):
    """Beat-aligned retrieval from built data: ``Collage.load(folder).sample(music, n=3)``.

    Args:
        tracks: what it may take segments from.
        card: facts for its card, beside its name.

    Raises:
        FootlightsError: no track is two seconds long.
    """

    def __init__(self, tracks: tuple[Track, ...], card: dict[str, Any] | None = None) -> None:
        pulse_segments = cut_segments(tracks, on_beat=False)
        if pulse_segments is None:
            raise FootlightsError(
                "no dance clip is two seconds long", "library", "build data with longer clips"
            )
        self.pulse_segments = pulse_segments
        self.beat_segments = cut_segments(tracks, on_beat=True)

        styles = tuple(sorted({str(style) for style in pulse_segments.style}))
        facts = {"model": "collage", **(card or {})}
        self.info = GeneratorInfo("collage", _FPS, styles, frozenset(OPTIONS), facts)

    @classmethod
    def load(cls, folder: str | os.PathLike[str], *, commercial_only: bool = False) -> "Collage":
        """The collage of a built data folder; FootlightsError when there is no dance in it."""
        tracks = load_tracks(Path(folder), commercial_only=commercial_only)
        return cls(tracks, {"library": str(folder)})

    def takes(self, request: DanceRequest, n: int, seed: int, progress: Report) -> Iterator[Motion]:
        """Dances of any style unless the request names one; a change of style costs a little."""
        frames = max(1, round(request.length * _FPS))
        segments, grid, on_beat = self._fitting(request.music, request.length, request.style)
        level = rhythm(request.music, _FPS, frames)[:, 3].astype(np.float64) + request.energy

        for take in range(n):
            rng = np.random.default_rng([seed, take, request.music.digest])
            placements = _choose(segments, grid, level, rng)
            origins = [_origin(segments, placement) for placement in placements]
            motion = decode(_assemble(segments, placements, frames), _FPS)
            # In files segments are "pieces": readers of dances on disk know them by that key.
            yield motion.replace(meta={"on_beat": on_beat, "pieces": origins})

    def _fitting(
        self, music: Music, seconds: float, style: str | None
    ) -> tuple[Segments, np.ndarray, bool]:
        """Segments at the song's tempo, the beats of the whole dance, and whether they are real."""
        tempo, beats = dancer_beats(music)
        if self.beat_segments is not None and len(beats):
            segments = _of_style(self.beat_segments, style)
            if len(segments):
                grid = _beat_grid(beats, music.downbeats, seconds)
                return segments.select(_near_tempo(segments, tempo)), grid, True

        grid = np.arange(0, seconds + (BEATS + 1) * PULSE, PULSE)
        return _of_style(self.pulse_segments, style), grid, False


def _of_style(segments: Segments, style: str | None) -> Segments:
    return segments if style is None else segments.select(segments.style == style)


def _near_tempo(segments: Segments, tempo: float) -> np.ndarray:
    """Indices of the segments that need little stretching to fit ``tempo``, or of the nearest."""
    stretch = np.abs(np.log(segments.tempo / tempo))
    near = np.flatnonzero(stretch <= np.log(1 + _STRETCH))
    if len(near) >= _ENOUGH:
        return near
    return np.argsort(stretch, kind="stable")[:_ENOUGH]


def _beat_grid(beats: np.ndarray, downbeats: np.ndarray, seconds: float) -> np.ndarray:
    """Beats from before the song's start to beyond its end.

    Every fourth, from the first, is a downbeat if any is known.
    """
    first, last = (int(n) for n in np.floor(beat_count(beats, np.array([0.0, seconds]))))
    if len(downbeats):
        beats_of_bar = np.round(beat_count(beats, downbeats)).astype(int) % BEATS
        bar = int(np.bincount(beats_of_bar, minlength=BEATS).argmax())
        first -= (first - bar) % BEATS
    counts = np.arange(first, last + BEATS + 2)

    # beat_count runs on evenly beyond the ends, so its inverse is a line there: two far points on
    # each side carry it.
    reach = seconds + 60.0
    times = np.concatenate([[-reach], beats, [max(beats[-1], seconds) + reach]])
    return np.interp(counts, beat_count(beats, times), times)


def _choose(
    segments: Segments, grid: np.ndarray, level: np.ndarray, rng: np.random.Generator
) -> list[_Placement]:
    """A segment for every four beats of ``grid``, drawn among those that cost least.

    Args:
        level: (T,) the energy wanted in each frame, in standard deviations.
    """
    placements: list[_Placement] = []
    for start in range(0, len(grid) - BEATS, BEATS):
        song = grid[start : start + BEATS + 1]
        a, b = np.clip(np.round(song[[0, -1]] * _FPS).astype(int), 0, len(level) - 1)
        cost = _ENERGY_COST * np.abs(segments.energy - level[a : b + 1].mean())

        # Nothing to join at the start: a wider draw makes takes differ.
        candidates = _CANDIDATES * _CANDIDATES
        if placements:
            danced = [placement.segment for placement in placements]
            cost = cost + _join_cost(segments, danced[-1]) + _repeat_cost(segments, danced)
            candidates = _CANDIDATES

        best = np.argsort(cost, kind="stable")[: min(candidates, int(np.isfinite(cost).sum()))]
        # Where every clip has had its turn, anything may come.
        segment = (
            int(best[rng.integers(len(best))]) if len(best) else int(rng.integers(len(segments)))
        )
        placements.append(_Placement(segment, song, segments.times[segment]))
    return placements


def _join_cost(segments: Segments, before: int) -> np.ndarray:
    """Cost (N,) in metres of following the segment ``before``.

    The rms distance of joints and of where they go in the next 0.1 s, and a new style.
    """
    gap = segments.first - segments.last[before]
    distance = np.sqrt(np.mean(np.sum(gap.reshape(len(gap), -1, 3) ** 2, axis=-1), axis=-1))
    return distance + _STYLE_COST * (segments.style != segments.style[before])


def _repeat_cost(segments: Segments, danced: list[int]) -> np.ndarray:
    """Cost (N,) of what was danced lately; infinite for a clip that has had its turn."""
    clip = np.array([track.clip for track in segments.tracks])[segments.track]
    cost = np.zeros(len(segments))

    for age, segment in enumerate(reversed(danced[-_MEMORY:])):
        start, end = segments.times[segment, [0, -1]]
        overlapping = (
            (clip == clip[segment])
            & (segments.times[:, 0] < end - 1e-6)
            & (segments.times[:, -1] > start + 1e-6)
        )
        cost += _REPEAT_COST * (1 - age / _MEMORY) * overlapping

    # A clip that leads best to itself would be danced to its end.
    latest = danced[-_IN_A_ROW:]
    if len(latest) == _IN_A_ROW and len({str(clip[segment]) for segment in latest}) == 1:
        cost[clip == clip[latest[0]]] = np.inf
    return cost


def _assemble(segments: Segments, placements: list[_Placement], frames: int) -> np.ndarray:
    """Vectors (frames, 152) of segments warped to their beats and cross-faded at the joins."""
    at = np.arange(frames) / _FPS
    total, weights = np.zeros((frames, WIDTH)), np.zeros((frames, 1))
    half = _FADE / 2

    for placement in placements:
        start, end = placement.song[0], placement.song[-1]
        inside = np.flatnonzero((at >= start - half) & (at <= end + half))
        if not len(inside):
            continue
        weight = _fade_in((at[inside] - start) / half) * _fade_in((end - at[inside]) / half)
        track = segments.tracks[segments.track[placement.segment]]
        total[inside] += weight[:, None] * _time_warped(track, placement, at[inside])
        weights[inside] += weight[:, None]
    return (total / weights).astype(np.float32)


def _time_warped(track: Track, placement: _Placement, at: np.ndarray) -> np.ndarray:
    """Vectors (N, 152) of a track at song times (N,), velocities scaled by the playing speed."""
    end = (len(track.vectors) - 1) / track.fps
    # One time more than asked: the differences are the playing speed.
    times = np.concatenate([at, at[-1:] + 1 / _FPS])
    source = np.clip(_interpolate_beyond(times, placement.song, placement.source), 0, end)

    low = np.minimum((source[:-1] * track.fps).astype(int), len(track.vectors) - 2)
    share = (source[:-1] * track.fps - low)[:, None]
    vectors = track.vectors[low] * (1 - share) + track.vectors[low + 1] * share

    speed = np.diff(source)[:, None] * _FPS
    # A walk that is played faster is a faster walk.
    vectors[:, VELOCITY] *= speed
    vectors[:, YAW_RATE] *= speed
    return vectors


def _interpolate_beyond(x: np.ndarray, known: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Linear interpolation that runs on beyond both ends at the whole segment's mean rate."""
    # The cross-fade needs a little of what lies before the segment and after it.
    rate = (values[-1] - values[0]) / (known[-1] - known[0])
    inside = np.interp(x, known, values)
    return inside + rate * (np.minimum(x - known[0], 0) + np.maximum(x - known[-1], 0))


def _fade_in(t: np.ndarray) -> np.ndarray:
    """Smoothstep from -1 to 1, never 0, so that the ends of the song keep their segment."""
    return np.maximum(smoothstep(t, -1, 1), 1e-4)


def _origin(segments: Segments, placement: _Placement) -> dict[str, Any]:
    """Where a segment of the dance comes from, for the dance's meta."""
    track = segments.tracks[segments.track[placement.segment]]
    times = (placement.song[0], placement.source[0], placement.source[-1])
    at, start, end = (round(float(time), 3) for time in times)
    return {
        "at": at,
        "clip": track.clip,
        "from": start,
        "to": end,
        "mirrored": track.mirrored,
        "style": track.style,
    }
