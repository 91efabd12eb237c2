"""The song as its owner hears it, at its own rate and in stereo: what pages and films play."""

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from .music import Music
from .streams import Stream, Unreadable, with_av, with_soundfile

# Rates that both MP3 and AAC have; a song of another one is brought to the last.
_RATES = (16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_PIECE = 1 << 15  # samples of a song in memory that are given at once


@dataclass(frozen=True)
class OriginalSound:
    """A song being decoded.

    Attributes:
        rate: samples a second.
        channels: 1 or 2.
        blocks: (n, channels) float32 in [-1, 1], one after the other, from the song's time 0 on.
    """

    rate: int
    channels: int
    blocks: Iterator[np.ndarray]

    @property
    def layout(self) -> str:
        """As FFmpeg names the channels."""
        return "stereo" if self.channels == 2 else "mono"


@contextlib.contextmanager
def original_sound(music: Music, seconds: float | None = None) -> Iterator[OriginalSound]:
    """The sound of the file that ``music`` was read from, or its own mono where there is none.

    More than two channels are mixed into one. While it lasts, the file is open.

    Args:
        seconds: from the song's time 0 on; as long as ``music`` when None.
    """
    wanted = music.seconds if seconds is None else min(seconds, music.seconds)
    if music.path is None:
        yield _resampled(music.rate, 1, _cut(_pieces(music.samples), 0, music.rate, wanted))
        return

    with music.path.open("rb") as file:
        stream = _decoder(file, music.start)
        if stream is None:  # it was read a moment ago
            pieces = _cut(_pieces(music.samples), 0, music.rate, wanted)
            yield _resampled(music.rate, 1, pieces)
            return
        first = next(stream.blocks)
        channels = 2 if first.shape[1] == 2 else 1
        blocks = map(_playable, itertools.chain((first,), stream.blocks))
        skip = max(0, round((music.start - stream.start) * stream.rate))
        yield _resampled(stream.rate, channels, _cut(blocks, skip, stream.rate, wanted))


def in_pieces_of(blocks: Iterator[np.ndarray], size: int) -> Iterator[np.ndarray]:
    """Blocks (n, C) as pieces of ``size`` samples, the last one shorter."""
    rest: np.ndarray | None = None
    for block in blocks:
        joined = block if rest is None else np.concatenate([rest, block])
        whole = len(joined) // size * size
        yield from (joined[at : at + size] for at in range(0, whole, size))
        rest = joined[whole:]
    if rest is not None and len(rest):
        yield rest


def _decoder(file: BinaryIO, start: float) -> Stream | None:
    """The library that yields a sample, as `decode.read_sound` takes it."""
    for open_stream in (with_soundfile, with_av):
        file.seek(0)
        try:
            stream = open_stream(file, start)
        except Unreadable:
            continue
        first = next((block for block in stream.blocks if len(block)), None)
        if first is not None:
            stream.blocks = itertools.chain((first,), stream.blocks)
            return stream
    return None


def _playable(block: np.ndarray) -> np.ndarray:
    """A block (n, 1 or 2) of levels between -1 and 1."""
    levels = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
    if levels.shape[1] > 2:
        levels = levels.mean(axis=1, keepdims=True, dtype=np.float32)
    clipped: np.ndarray = np.clip(levels, -1, 1)
    return clipped


def _pieces(samples: np.ndarray) -> Iterator[np.ndarray]:
    for at in range(0, len(samples), _PIECE):
        yield np.clip(samples[at : at + _PIECE, None], -1, 1)


def _cut(
    blocks: Iterator[np.ndarray], skip: int, rate: int, seconds: float
) -> Iterator[np.ndarray]:
    """Blocks without the first ``skip`` samples, ``seconds`` long."""
    left = round(seconds * rate)
    for block in blocks:
        part, skip = block[skip:][:left], max(0, skip - len(block))
        left -= len(part)
        if len(part):
            yield part
        if left <= 0:
            return


def _resampled(rate: int, channels: int, blocks: Iterator[np.ndarray]) -> OriginalSound:
    if rate in _RATES:
        return OriginalSound(rate, channels, blocks)
    return OriginalSound(_RATES[-1], channels, _at_rate(rate, channels, blocks))


def _at_rate(rate: int, channels: int, blocks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    import soxr

    resampler = soxr.ResampleStream(rate, _RATES[-1], channels, dtype="float32")
    for block in blocks:
        out = resampler.resample_chunk(np.ascontiguousarray(block, np.float32))
        yield np.clip(out.reshape(-1, channels), -1, 1)
    rest = resampler.resample_chunk(np.empty((0, channels), np.float32), last=True)
    yield np.clip(rest.reshape(-1, channels), -1, 1)
