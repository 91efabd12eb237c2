"""From a stranger's sound file to mono samples, in bounded time and memory: soundfile first, FFmpeg second."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..errors import FootlightsError

RATE = 22050
LONGEST, SHORTEST = 600.0, 1.0
_BLOCK = 1 << 16
_RATES = (1000, 768_000)
_CHANNELS = 64
_SILENCE = 1e-4
_GIVE = "give a wav, flac, ogg, opus, mp3 or m4a file"
# First bytes (at an offset) of the containers FFmpeg may open, and the one demuxer each is given to: no playlist format
# and nothing that could open a second file is on the list.
_CONTAINERS = (
    (4, b"ftyp", "mov"),
    (0, bytes.fromhex("3026b2758e66cf11"), "asf"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"\xff\xf1", "aac"),
    (0, b"\xff\xf9", "aac"),
    (0, b"caff", "caf"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b"RIFF", "wav"),
    (0, b"FORM", "aiff"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (0, b"\xff\xf3", "mp3"),
    (0, b"\xff\xf2", "mp3"),
)


@dataclass(frozen=True)
class Sound:
    """Mono samples (N,) float32 at ``RATE`` Hz, and what a person should know about how they were read."""

    samples: np.ndarray
    notes: tuple[str, ...] = ()


class _Unreadable(Exception):
    """This library cannot read the file; another one may."""


@dataclass
class _Stream:
    """A file being decoded: (n, channels) float32 blocks at ``rate`` Hz, the first at ``at`` seconds of the file."""

    rate: int
    blocks: Iterator[np.ndarray]
    at: float = 0.0
    promised: float = math.nan
    broken: str = ""


def decode(path: str | os.PathLike[str], start: float = 0.0, seconds: float | None = None) -> Sound:
    """Decode ``path`` from ``start`` for ``seconds`` (both in seconds; None: to the end) to mono at 22 050 Hz.

    Lengths in headers are never trusted: blocks are read until they end or until the song is longer than 10 minutes.
    A damaged file gives what can be read, and a note.

    Raises:
        FootlightsError: no such file, a folder, not a sound, silent, shorter than 1 s, longer than 10 minutes without
            ``seconds``, or ``start`` past its end.
    """
    place = Path(path)
    _check_request(place, start, seconds)
    with _opened(place) as file:
        sound = _decoded(file, place, start, seconds, left_only=False)
        if _peak(sound.samples) < _SILENCE:
            left = _decoded(file, place, start, seconds, left_only=True)
            if _peak(left.samples) < _SILENCE:
                raise FootlightsError("is silent", place, "give a file with sound in it")
            sound = Sound(left.samples, (*left.notes, "left and right cancel each other, so the left channel is used"))
    if len(sound.samples) < SHORTEST * RATE:
        raise FootlightsError(f"is {len(sound.samples) / RATE:.2f} s long", place, f"give at least {SHORTEST:g} s of sound")
    return _tamed(sound)


def _check_request(place: Path, start: float, seconds: float | None) -> None:
    if not (math.isfinite(start) and start >= 0):
        raise FootlightsError(f"cannot start at {start} s", "--start", "give a time from 0 on, in seconds")
    if seconds is not None and not SHORTEST <= seconds <= LONGEST:
        raise FootlightsError(f"{seconds} s is not a length", "--seconds", f"give {SHORTEST:g} to {LONGEST:g} seconds")
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
        raise FootlightsError(f"cannot be opened ({error.strerror})", place, "check who may read it") from error


def _decoded(file: BinaryIO, place: Path, start: float, seconds: float | None, left_only: bool) -> Sound:
    """Both libraries in turn; the first that yields a sample wins."""
    for opened in (_with_soundfile, _with_av):
        file.seek(0)
        try:
            stream = opened(file, start)
            samples = _collected(stream, place, start, seconds, left_only)
        except _Unreadable:
            continue
        if len(samples):
            return Sound(samples, _notes(stream, len(samples) / RATE, start, seconds))
        if stream.promised > start and not stream.broken:
            break
    if start > 0:
        raise FootlightsError(f"has nothing at {start:g} s", place, "choose a smaller --start")
    raise FootlightsError("is not a sound file that can be read", place, _GIVE)


def _collected(stream: _Stream, place: Path, start: float, seconds: float | None, left_only: bool) -> np.ndarray:
    """Down-mix, cut and resample the blocks of a stream into one growing array."""
    import soxr

    resampler = soxr.ResampleStream(stream.rate, RATE, 1, dtype="float32")
    skip = max(0, round((start - stream.at) * stream.rate))
    budget = round((LONGEST + 1.0 if seconds is None else seconds) * stream.rate)
    samples, length = np.empty(RATE * 30, np.float32), 0
    done = False
    for block in stream.blocks:
        mono = block[:, 0] if left_only else block.mean(axis=1)
        mono, skip = mono[skip:], max(0, skip - len(mono))
        mono, done = mono[:budget], len(mono) >= budget
        budget -= len(mono)
        if done and seconds is None:
            raise FootlightsError(f"is longer than {LONGEST / 60:g} minutes", place, "choose a part with --start and --seconds")
        samples, length = _appended(samples, length, resampler.resample_chunk(np.ascontiguousarray(mono)))
        if done:
            break
    samples, length = _appended(samples, length, resampler.resample_chunk(np.empty(0, np.float32), last=True))
    samples.resize(length, refcheck=False)
    return samples


def _appended(samples: np.ndarray, length: int, more: np.ndarray) -> tuple[np.ndarray, int]:
    if length + len(more) > len(samples):
        samples.resize(max(length + len(more), len(samples) + RATE * 60), refcheck=False)
    samples[length : length + len(more)] = more
    return samples, length + len(more)


def _with_soundfile(file: BinaryIO, start: float) -> _Stream:
    import soundfile

    promised, lacking = _promise(file)
    try:
        # A descriptor, not a name: libsndfile then looks at nothing but the bytes.
        sound = soundfile.SoundFile(file.fileno(), closefd=False)
    except (soundfile.LibsndfileError, RuntimeError, TypeError) as error:
        raise _Unreadable from error
    _check_shape(sound.samplerate, sound.channels)
    stream = _Stream(sound.samplerate, iter(()), promised=sound.frames / sound.samplerate)
    if promised > stream.promised:
        stream.promised = promised
    if lacking:
        stream.promised, stream.broken = math.nan, lacking
    skip = round(start * sound.samplerate)
    if skip:
        try:
            sound.seek(min(skip, sound.frames))
        except soundfile.LibsndfileError as error:
            raise _Unreadable from error
    stream.at = sound.tell() / sound.samplerate
    stream.blocks = _soundfile_blocks(sound, stream)
    return stream


def _promise(file: BinaryIO) -> tuple[float, str]:
    """Seconds that a WAV header promises, and what an Ogg stream lacks: libsndfile hides both; nan and "" for the rest."""
    fd = file.fileno()
    head = _bytes_at(fd, 0, 12)
    found = (math.nan, "")
    if head[:4] == b"RIFF" and head[8:] == b"WAVE":
        found = (_wav_seconds(fd), "")
    elif head[:4] == b"OggS" and not _ogg_ends(fd):
        found = (math.nan, "its last page is missing")
    os.lseek(fd, 0, os.SEEK_SET)
    return found


def _bytes_at(fd: int, at: int, count: int) -> bytes:
    os.lseek(fd, at, os.SEEK_SET)
    return os.read(fd, count)


def _wav_seconds(fd: int) -> float:
    rate, at = 0, 12
    for _ in range(64):
        head = _bytes_at(fd, at, 20)
        name, size = head[:4], int.from_bytes(head[4:8], "little")
        if len(head) < 8 or (name == b"data" and not (rate and size < 0xFFFFFF00)):
            break  # a header that leaves the length open, as programs write that do not know it yet
        if name == b"data":
            return size / rate
        if name == b"fmt ":
            rate = int.from_bytes(head[16:20], "little")
        at += 8 + size + size % 2
    return math.nan


def _ogg_ends(fd: int) -> bool:
    """Whether the last Ogg page says that it is the last (RFC 3533, section 6)."""
    tail = _bytes_at(fd, max(0, os.fstat(fd).st_size - (1 << 17)), 1 << 17)
    page = tail.rfind(b"OggS")
    return 0 <= page < len(tail) - 5 and bool(tail[page + 5] & 4)


def _soundfile_blocks(sound, stream: _Stream) -> Iterator[np.ndarray]:  # type: ignore[no-untyped-def]
    import soundfile

    frames = max(1, _BLOCK // sound.channels)
    while True:
        try:
            block = sound.read(frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            stream.broken = str(error)
            return
        if not len(block):
            return
        yield block


def _with_av(file: BinaryIO, start: float) -> _Stream:
    import av

    av.logging.set_level(av.logging.PANIC)
    head = file.read(16)
    file.seek(0)
    container = next((name for at, magic, name in _CONTAINERS if head[at : at + len(magic)] == magic), None)
    if container is None:
        raise _Unreadable
    try:
        opened = av.open(file, format=container, options={"protocol_whitelist": "none"})
        track = opened.streams.audio[0]
        rate, channels = track.codec_context.sample_rate, track.codec_context.channels
    except (av.FFmpegError, IndexError, ValueError, AttributeError) as error:
        raise _Unreadable from error
    _check_shape(rate, channels)
    promised = float(track.duration * track.time_base) if track.duration else math.nan
    stream = _Stream(rate, iter(()), promised=promised)
    stream.blocks = _av_blocks(opened, track, stream)
    return stream


def _av_blocks(container, track, stream: _Stream) -> Iterator[np.ndarray]:  # type: ignore[no-untyped-def]
    import av

    try:
        for frame in container.decode(track):
            if frame.sample_rate != stream.rate:
                stream.broken = "the sampling rate changes on the way"
                return
            yield _floats(frame)
    except (av.FFmpegError, ValueError) as error:
        stream.broken = str(error)


def _floats(frame) -> np.ndarray:  # type: ignore[no-untyped-def]
    """(n, channels) float32 in [-1, 1] of one decoded frame, planar or packed, of any sample type."""
    data = frame.to_ndarray()
    data = data.T if frame.format.is_planar else data.reshape(-1, frame.layout.nb_channels)
    if data.dtype == np.uint8:
        return (data.astype(np.float32) - 128) / 128
    if data.dtype.kind == "i":
        return data.astype(np.float32) / float(1 << (8 * data.dtype.itemsize - 1))
    return data.astype(np.float32)


def _check_shape(rate: int, channels: int) -> None:
    if not (_RATES[0] <= rate <= _RATES[1] and 1 <= channels <= _CHANNELS):
        raise _Unreadable


def _notes(stream: _Stream, length: float, start: float, seconds: float | None) -> tuple[str, ...]:
    wanted = stream.promised - start if seconds is None else min(seconds, stream.promised - start)
    short = seconds is None or length < 0.98 * seconds - 0.25
    if (stream.broken and short) or length < 0.98 * wanted - 0.25:
        promise = f" of {wanted:.1f} s" if wanted > length else ""
        return (f"the file is damaged or cut short: {length:.1f} s{promise} could be read",)
    return ()


def _peak(samples: np.ndarray) -> float:
    return float(np.max(np.abs(samples), initial=0.0, where=np.isfinite(samples)))


def _tamed(sound: Sound) -> Sound:
    """Samples that are finite and about full scale, whatever a float file holds."""
    samples, notes, peak = sound.samples, list(sound.notes), _peak(sound.samples)
    if not np.isfinite(samples).all():
        samples = np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        notes.append("samples that are not numbers were taken as silence")
    if peak > 4:
        samples = samples / np.float32(peak)
        notes.append(f"its level ({peak:.3g} times full scale) was brought to full scale")
    samples.flags.writeable = False
    return Sound(samples, tuple(notes))
