"""From a stranger's sound file to mono samples, in bounded time and memory: soundfile first,
FFmpeg second.
"""

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..basics.errors import FootlightsError
from .streams import Stream, Unreadable, container_of, with_av, with_soundfile

RATE = 22050
AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a")
LONGEST, SHORTEST = 600.0, 1.0
_FAR = 60.0
_MORE = 1 << 20
_LOUDEST = 1e6
_SILENCE = 1e-4
_GIVE = "give a wav, flac, ogg, opus, mp3 or m4a file"


@dataclass(frozen=True)
class Sound:
    """Mono samples (N,) float32, what a person should know about how they were read, and whether
    some are missing.
    """

    samples: np.ndarray
    notes: tuple[str, ...] = ()
    damaged: bool = False


def songs_below(folder: Path) -> list[Path]:
    """The songs in a folder and in all folders in it, by their names' endings, in order."""
    files = sorted(folder.rglob("*"))
    return [file for file in files if file.suffix.lower() in AUDIO_SUFFIXES and file.is_file()]


def read_sound(
    path: str | os.PathLike[str], start: float = 0.0, seconds: float | None = None, rate: int = RATE
) -> Sound:
    """Decode ``path`` from ``start`` for ``seconds`` (both in seconds; None: to the end) to mono at
    ``rate`` Hz.

    Lengths in headers are never trusted: blocks are read until they end or until the song is longer
    than 10 minutes. A damaged file gives what can be read, and a note.

    Raises:
        FootlightsError: no such file, a folder, not a sound, silent, shorter than 1 s, longer than
            10 minutes without ``seconds``, or ``start`` past its end.
    """
    place = Path(path)
    _check_request(place, start, seconds)
    with _opened(place) as file:
        sound = _decoded(file, place, start, seconds, rate, left_only=False)
        if _peak(sound.samples) < _SILENCE:
            left = _decoded(file, place, start, seconds, rate, left_only=True)
            if _peak(left.samples) < _SILENCE:
                raise FootlightsError("is silent", place, "give a file with sound in it")
            notes = (*left.notes, "left and right cancel each other, so the left channel is used")
            sound = Sound(left.samples, notes, left.damaged)
    if len(sound.samples) < SHORTEST * rate:
        raise FootlightsError(
            f"is {len(sound.samples) / rate:.2f} s long",
            place,
            f"give at least {SHORTEST:g} s of sound",
        )
    return _tamed(sound)


def _check_request(place: Path, start: float, seconds: float | None) -> None:
    if not (math.isfinite(start) and start >= 0):
        raise FootlightsError(
            f"cannot start at {start} s", "--start", "give a time from 0 on, in seconds"
        )
    if seconds is not None and not SHORTEST <= seconds <= LONGEST:
        raise FootlightsError(
            f"{seconds} s is not a length", "--seconds", f"give {SHORTEST:g} to {LONGEST:g} seconds"
        )
    if place.is_dir():
        raise FootlightsError("is a folder", place, _GIVE)
    if not place.exists():
        raise FootlightsError("there is no such file", place, "check the name")
    if not place.is_file():
        raise FootlightsError("is not a plain file", place, _GIVE)
    if place.stat().st_size == 0:
        raise FootlightsError("is empty (0 bytes)", place, _GIVE)


def _opened(place: Path) -> BinaryIO:
    try:
        return place.open("rb")
    except OSError as error:
        raise FootlightsError(
            f"cannot be opened ({error.strerror})", place, "check who may read it"
        ) from error


def _decoded(
    file: BinaryIO, place: Path, start: float, seconds: float | None, rate: int, left_only: bool
) -> Sound:
    """Both libraries in turn; the first that yields a sample wins.

    Both give the same samples of an mp3. libsndfile's mp3 reader talks to the terminal about
    damaged ones; FFmpeg's has to decode all that comes before ``start``.
    """
    quiet = container_of(file) == "mp3" and start < _FAR
    longest = 0.0
    order = (with_av, with_soundfile) if quiet else (with_soundfile, with_av)
    for opened in order:
        file.seek(0)
        try:
            stream = opened(file, start)
            samples = _collected(stream, place, start, seconds, rate, left_only)
        except Unreadable:
            continue
        if len(samples):
            return _told(samples, stream, len(samples) / rate, start, seconds)
        longest = max(longest, 0.0 if math.isnan(stream.promised) else stream.promised)
        if stream.promised > start and not stream.broken:
            break
    if start > 0:
        length = f", it is {longest:.1f} s long" if 0 < longest <= start else ""
        raise FootlightsError(
            f"has nothing at {start:g} s{length}", place, "choose a smaller --start"
        )
    raise FootlightsError("is not a sound file that can be read", place, _GIVE)


def _collected(
    stream: Stream, place: Path, start: float, seconds: float | None, rate: int, left_only: bool
) -> np.ndarray:
    """Down-mix, cut and resample the blocks of a stream into one growing array."""
    import soxr

    resampler = soxr.ResampleStream(stream.rate, rate, 1, dtype="float32")
    skip = max(0, round((start - stream.at) * stream.rate))
    budget = round((LONGEST + 1.0 if seconds is None else seconds) * stream.rate)
    samples, length = np.empty(rate * 30, np.float32), 0
    done = False
    for block in stream.blocks:
        if not np.abs(block).max(initial=0) <= _LOUDEST:  # not a number, or not a level
            block, stream.holes = np.where(np.abs(block) <= _LOUDEST, block, 0), True
        mono = block[:, 0] if left_only else block.mean(axis=1, dtype=np.float32)
        mono, skip = mono[skip:], max(0, skip - len(mono))
        mono, done = mono[:budget], len(mono) >= budget
        budget -= len(mono)
        if done and seconds is None:
            raise FootlightsError(
                f"is longer than {LONGEST / 60:g} minutes",
                place,
                "choose a part with --start and --seconds",
            )
        samples, length = _appended(
            samples, length, resampler.resample_chunk(np.ascontiguousarray(mono))
        )
        if done:
            break
    samples, length = _appended(
        samples, length, resampler.resample_chunk(np.empty(0, np.float32), last=True)
    )
    samples.resize(length, refcheck=False)
    return samples


def _appended(samples: np.ndarray, length: int, more: np.ndarray) -> tuple[np.ndarray, int]:
    if length + len(more) > len(samples):
        samples.resize(max(length + len(more), len(samples) + _MORE), refcheck=False)
    samples[length : length + len(more)] = more
    return samples, length + len(more)


def _told(
    samples: np.ndarray, stream: Stream, length: float, start: float, seconds: float | None
) -> Sound:
    """The samples, ``length`` seconds long, with what they lack of what the header and the caller
    speak of.
    """
    wanted = stream.promised - start if seconds is None else min(seconds, stream.promised - start)
    short = seconds is None or length < 0.98 * seconds - 0.25
    notes = []
    damaged = (stream.broken and short) or length < 0.98 * wanted - 0.25
    if damaged:
        promise = f" of {wanted:.1f} s" if wanted > length else ""
        notes.append(f"the file is damaged or cut short: {length:.1f} s{promise} could be read")
    if stream.holes:
        notes.append("samples that are not levels were taken as silence")
    return Sound(samples, tuple(notes), damaged)


def _peak(samples: np.ndarray) -> float:
    return float(np.max(np.abs(samples), initial=0.0))


def _tamed(sound: Sound) -> Sound:
    """The samples, brought to full scale where a float file holds another one."""
    samples, notes, peak = sound.samples, sound.notes, _peak(sound.samples)
    if peak > 4:
        samples = samples / np.float32(peak)
        notes = (*notes, f"its level ({peak:.3g} times full scale) was brought to full scale")
    samples.flags.writeable = False
    return Sound(samples, notes, sound.damaged)
