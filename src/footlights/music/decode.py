"""From a stranger's sound file to mono samples, in bounded time and memory."""

import math
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..basics.budget import MAX_SECONDS
from ..basics.errors import FootlightsError
from .streams import Stream, Unreadable, with_av, with_soundfile

RATE = 22050  # Hz
AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a")
LONGEST, SHORTEST = MAX_SECONDS, 1.0

_LATEST_START = 1e6  # seconds: eleven days
_GROWTH = 1 << 20  # samples by which the array of samples grows
_LARGEST_LEVEL = 1e6  # of full scale: what is beyond is no level but damage
_WILD = 30.0  # times the level that 99 % of the samples around keep: what is beyond is no sound
# Channels cancel when their mix has less than this share of their energy: two that have nothing to
# do with each other keep half of it, what a codec leaves of opposite ones is a tenth at most.
_CANCELLED = 0.12
_LOUD = 4.0  # peak, of full scale, above which a float file is on another scale
_SILENCE = 1e-4  # peak, of full scale
# A part may miss so much of what was expected and yet be whole: encoders pad, headers round.
_TOLERATED_SHARE, _TOLERATED_SECONDS = 0.98, 0.25
_GIVE = "give a wav, flac, ogg, opus, mp3 or m4a file"


@dataclass(frozen=True)
class Sound:
    """What was read of a sound file.

    Attributes:
        samples: (N,) float32, mono.
        notes: what a person should know about how they were read.
        damaged: whether some are missing.
    """

    samples: np.ndarray
    notes: tuple[str, ...] = ()
    damaged: bool = False


@dataclass(frozen=True)
class _Request:
    """What is to be read: ``seconds`` from ``start`` on (None: to the end), at ``rate`` Hz."""

    path: Path
    start: float
    seconds: float | None
    rate: int
    left_only: bool = False


def songs_below(folder: Path) -> list[Path]:
    """The songs in a folder and in all folders in it, by their names' endings, in order."""
    files = sorted(folder.rglob("*"))
    return [file for file in files if file.suffix.lower() in AUDIO_SUFFIXES and file.is_file()]


def read_sound(
    path: str | os.PathLike[str], start: float = 0.0, seconds: float | None = None, rate: int = RATE
) -> Sound:
    """Decode the sound file at ``path``, or a part of it, to mono.

    Lengths in headers are never trusted: blocks are read until they end or until the song is longer
    than 10 minutes. A damaged file gives what can be read, and a note.

    Args:
        path: the file.
        start: where the part begins, seconds.
        seconds: how long it is; None: to the end.
        rate: samples a second of the result.

    Raises:
        FootlightsError: no such file, a folder, not a sound, silent, shorter than 1 s, longer than
            10 minutes without ``seconds``, or ``start`` past its end.
    """
    request = _Request(Path(path), start, seconds, rate)
    _check_request(request)
    with _opened(request.path) as file:
        sound = _decoded(file, request)
    if _peak(sound.samples) < _SILENCE:
        raise FootlightsError("is silent", path, "give a file with sound in it")

    length = len(sound.samples) / rate
    if len(sound.samples) < SHORTEST * rate:
        raise FootlightsError(
            f"is {length:.2f} s long", path, f"give at least {SHORTEST:g} s of sound"
        )
    return _at_full_scale(sound)


def _check_request(request: _Request) -> None:
    start, seconds, path = request.start, request.seconds, request.path
    if not 0 <= start <= _LATEST_START:
        raise FootlightsError(
            f"cannot start at {start} s", "--start", "give a time from 0 on, in seconds"
        )
    if seconds is not None and not SHORTEST <= seconds <= LONGEST:
        raise FootlightsError(
            f"{seconds} s is not a length", "--seconds", f"give {SHORTEST:g} to {LONGEST:g} seconds"
        )
    if path.is_dir():
        raise FootlightsError("is a folder", path, _GIVE)
    if not path.exists():
        raise FootlightsError("there is no such file", path, "check the name")
    if not path.is_file():
        raise FootlightsError("is not a plain file", path, _GIVE)
    if path.stat().st_size == 0:
        raise FootlightsError("is empty (0 bytes)", path, _GIVE)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise FootlightsError(
            f"cannot be opened ({error.strerror})", path, "check who may read it"
        ) from error


def _decoded(file: BinaryIO, request: _Request) -> Sound:
    """Both libraries in turn; the first that yields a sample wins."""
    longest = 0.0
    for open_stream in (with_soundfile, with_av):
        file.seek(0)
        try:
            stream = open_stream(file, request.start)
            samples = _collected(stream, request)
        except Unreadable:
            continue
        if stream.mix_energy < _CANCELLED * stream.channel_energy and not request.left_only:
            # Left and right may be each other's negative, as in files for karaoke.
            left = _decoded(file, replace(request, left_only=True))
            note = "left and right cancel each other, so the left channel is used"
            return replace(left, notes=(*left.notes, note))
        if len(samples):
            return _with_notes(samples, stream, request)
        longest = max(longest, 0.0 if math.isnan(stream.header_seconds) else stream.header_seconds)
        # A sound stream that goes on past the start, but gives nothing there, is at fault itself.
        if stream.header_seconds > request.start and not stream.error:
            break

    if request.start > 0:
        length = f", it is {longest:.1f} s long" if 0 < longest <= request.start else ""
        raise FootlightsError(
            f"has nothing at {request.start:g} s{length}", request.path, "choose a smaller --start"
        )
    raise FootlightsError("is not a sound file that can be read", request.path, _GIVE)


def _collected(stream: Stream, request: _Request) -> np.ndarray:
    """Down-mix, cut and resample the blocks of a stream into one growing array (N,)."""
    import soxr

    resampler = soxr.ResampleStream(stream.rate, request.rate, 1, dtype="float32")
    to_skip = max(0, round((request.start - stream.start) * stream.rate))
    # A second more than the longest song: then it is known to be longer.
    most = LONGEST + 1.0 if request.seconds is None else request.seconds
    to_take = round(most * stream.rate)

    samples, length = np.empty(request.rate * 30, np.float32), 0
    for block in stream.blocks:
        if not np.abs(block).max(initial=0) <= _LOUD:  # loud, or not a number
            block = _levels(block, stream)
        mono = block[:, 0] if request.left_only else block.mean(axis=1, dtype=np.float32)
        channels = block[to_skip : to_skip + to_take]
        stream.channel_energy += float(np.square(channels).sum()) / block.shape[1]
        mono, to_skip = mono[to_skip:], max(0, to_skip - len(mono))
        mono, complete = mono[:to_take], len(mono) >= to_take
        to_take -= len(mono)
        stream.mix_energy += float(np.dot(mono, mono))
        if complete and request.seconds is None:
            raise FootlightsError(
                f"is longer than {LONGEST / 60:g} minutes",
                request.path,
                "choose a part with --start and --seconds",
            )

        resampled = resampler.resample_chunk(np.ascontiguousarray(mono))
        samples, length = _appended(samples, length, resampled)
        if complete:
            break

    rest = resampler.resample_chunk(np.empty(0, np.float32), last=True)
    samples, length = _appended(samples, length, rest)
    samples.resize(length, refcheck=False)
    return samples


def _levels(block: np.ndarray, stream: Stream) -> np.ndarray:
    """A block (n, channels) with zeros for what is no level: not finite, or alone far above all."""
    level = np.nan_to_num(np.abs(block), nan=np.inf)
    wild = max(_LOUD, _WILD * float(np.quantile(level, 0.99)))
    bad = ~(level <= min(wild, _LARGEST_LEVEL))
    stream.bad_levels |= bool(bad.any())
    return np.where(bad, 0, block)


def _appended(samples: np.ndarray, length: int, more: np.ndarray) -> tuple[np.ndarray, int]:
    """The first ``length`` samples and ``more`` behind them; grown in place, in large steps."""
    if length + len(more) > len(samples):
        samples.resize(max(length + len(more), len(samples) + _GROWTH), refcheck=False)
    samples[length : length + len(more)] = more
    return samples, length + len(more)


def _with_notes(samples: np.ndarray, stream: Stream, request: _Request) -> Sound:
    """The samples with what they lack of what the header and the caller speak of."""
    length, there = len(samples) / request.rate, stream.header_seconds - request.start
    expected = there if request.seconds is None else min(request.seconds, there)

    too_short = request.seconds is None or _is_short(length, request.seconds)
    damaged = (bool(stream.error) and too_short) or _is_short(length, expected)
    notes = []
    if damaged:
        missing = f" of {expected:.1f} s" if expected > length else ""
        notes.append(f"the file is damaged or cut short: {length:.1f} s{missing} could be read")
    if stream.bad_levels:
        notes.append("samples that are not levels were taken as silence")
    return Sound(samples, tuple(notes), damaged)


def _is_short(length: float, expected: float) -> bool:
    """Whether ``length`` seconds are clearly less; never where it is not known what is expected."""
    return length < _TOLERATED_SHARE * expected - _TOLERATED_SECONDS


def _peak(samples: np.ndarray) -> float:
    # Without a second array of a whole song.
    return float(max(np.max(samples, initial=0.0), -np.min(samples, initial=0.0)))


def _at_full_scale(sound: Sound) -> Sound:
    """The samples, read-only, brought to full scale where a float file is on another scale."""
    samples, notes, peak = sound.samples, sound.notes, _peak(sound.samples)
    if peak > _LOUD:
        samples = samples / np.float32(peak)
        notes = (*notes, f"its level ({peak:.3g} times full scale) was brought to full scale")
    samples.flags.writeable = False
    return Sound(samples, notes, sound.damaged)
