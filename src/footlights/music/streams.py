"""A sound file as blocks of samples, by the one library or the other; only bytes are given to
either, never a name.
"""

import itertools
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

_BLOCK = 1 << 16
_RATES, _CHANNELS, _FLOW = (1000, 768_000), 64, 1_600_000  # Hz, channels, and values a second
# First bytes (at an offset) of the containers FFmpeg may open, and the one demuxer each is given
# to: no playlist format
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


# Containers whose clocks can be trusted to jump by; the codec is given a second to settle before
# the part that is wanted.
_SEEKABLE, _LEAD_IN = ("mov", "matroska"), 1.0


class Unreadable(Exception):
    """This library cannot read the file; another one may."""


@dataclass
class Stream:
    """A file being decoded.

    Attributes:
        rate: samples a second.
        blocks: (n, channels) float32 pieces, one after the other.
        at: seconds of the file at which the first begins.
        promised: seconds that the header speaks of; nan where it does not.
        broken: why decoding ended early, in the library's words; filled while ``blocks`` are taken.
        holes: whether samples were found that are no levels.
    """

    rate: int
    blocks: Iterator[np.ndarray]
    at: float = 0.0
    promised: float = math.nan
    broken: str = ""
    holes: bool = False


def with_soundfile(file: BinaryIO, start: float) -> Stream:
    """Open by libsndfile: wav, flac, ogg, opus, mp3, aiff. Raises Unreadable."""
    import soundfile

    promised, lacking = _promise(file)
    try:
        # A descriptor, not a name: libsndfile then looks at nothing but the bytes.
        sound = soundfile.SoundFile(file.fileno(), closefd=False)
    except (soundfile.LibsndfileError, RuntimeError, TypeError) as error:
        raise Unreadable from error
    _check_shape(sound.samplerate, sound.channels)
    stream = Stream(sound.samplerate, iter(()), promised=sound.frames / sound.samplerate)
    if promised > stream.promised:
        stream.promised = promised
    if lacking:
        stream.promised, stream.broken = math.nan, lacking
    skip = round(start * sound.samplerate)
    if skip:
        try:
            sound.seek(min(skip, sound.frames))
        except soundfile.LibsndfileError as error:
            raise Unreadable from error
    stream.at = sound.tell() / sound.samplerate
    stream.blocks = _soundfile_blocks(sound, stream)
    return stream


def _promise(file: BinaryIO) -> tuple[float, str]:
    """Seconds that a WAV header promises, and what an Ogg stream lacks: libsndfile hides both; nan
    and "" for the rest.
    """
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


def _soundfile_blocks(sound, stream: Stream) -> Iterator[np.ndarray]:  # type: ignore[no-untyped-def]
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


def container_of(file: BinaryIO) -> str | None:
    """The demuxer for the container that the first bytes show, or None."""
    head = os.pread(file.fileno(), 16, 0)
    return next(
        (name for at, magic, name in _CONTAINERS if head[at : at + len(magic)] == magic), None
    )


def with_av(file: BinaryIO, start: float) -> Stream:
    """Open by FFmpeg, as the one container that the first bytes show: the above, m4a, mp4, aac,
    wma. Raises Unreadable.
    """
    import av

    av.logging.set_level(av.logging.PANIC)
    container = container_of(file)
    if container is None:
        raise Unreadable
    try:
        opened = av.open(file, "r", format=container, options={"protocol_whitelist": "none"})
        track = opened.streams.audio[0]
        rate, channels = track.codec_context.sample_rate, track.codec_context.channels
        tick = float(track.time_base or 1)
        if container in _SEEKABLE and start > _LEAD_IN:
            opened.seek(round((start - _LEAD_IN) / tick), stream=track)
    except (av.FFmpegError, IndexError, ValueError, AttributeError) as error:
        raise Unreadable from error
    _check_shape(rate, channels)
    stream = Stream(rate, iter(()), promised=track.duration * tick if track.duration else math.nan)
    blocks = _av_blocks(opened, track, stream)
    first = next(blocks, None)
    stream.blocks = itertools.chain(() if first is None else (first,), blocks)
    return stream


def _av_blocks(container, track, stream: Stream) -> Iterator[np.ndarray]:  # type: ignore[no-untyped-def]
    import av

    try:
        for count, frame in enumerate(container.decode(track)):
            if count == 0 and container.format.name.split(",")[0] in _SEEKABLE:
                stream.at = max(0.0, frame.time or 0.0)
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
    if not (
        _RATES[0] <= rate <= _RATES[1] and 1 <= channels <= _CHANNELS and rate * channels <= _FLOW
    ):
        raise Unreadable
