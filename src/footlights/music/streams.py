"""A sound file as blocks of samples, by libsndfile or FFmpeg, which are given bytes and no name."""

import itertools
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

_BLOCK = 1 << 16  # values read at once
# What a song may have: Hz, channels, and values a second.
_SLOWEST_RATE, _FASTEST_RATE, _MOST_CHANNELS, _MOST_VALUES = 1000, 768_000, 64, 1_600_000

# First bytes (at an offset) of the containers FFmpeg may open, and the one demuxer each is given
# to: no playlist format and nothing that could open a second file is on the list.
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
)
_ID3_HEAD = 10  # bytes
_MOST_ZEROS = 1 << 16  # bytes that may stand before an MP3 stream: some recorders leave them
# Containers whose clocks can be trusted to jump by; the codec is given a second to settle before
# the part that is wanted.
_SEEKABLE, _LEAD_IN = ("mov", "matroska", "mp3"), 1.0

_TABLE_HEAD = 1 << 22  # bytes of each end of an MP4 file that are looked through for tables
_MOST_CHUNKS = 64  # of a WAV file that are looked through for its format and length
_OPEN_FRAMES = 1 << 48  # samples: from here on libsndfile's word for an unknown length
_OPEN_LENGTH = 0xFFFFFF00  # bytes: from here on a length that its writer left open
_FIRST_FRAME = 256  # bytes, in which an MP3 file names its length
_OGG_TAIL = 1 << 17  # bytes in which the last Ogg page begins: twice the longest page


class Unreadable(Exception):
    """This library cannot read the file; another one may."""


@dataclass
class Stream:
    """A file being decoded.

    Attributes:
        rate: samples a second.
        blocks: (n, channels) float32 pieces, one after the other.
        start: seconds of the file at which the first begins.
        header_seconds: the length that the header speaks of; nan where it does not.
        error: why decoding ended early, in the library's words; filled while ``blocks`` are taken.
        bad_levels: whether samples were met that are no levels.
        mix_energy, channel_energy: sums of the squares of the samples taken, of the mix and of the
            mean channel.
    """

    rate: int
    blocks: Iterator[np.ndarray]
    start: float = 0.0
    header_seconds: float = math.nan
    error: str = ""
    bad_levels: bool = False
    mix_energy: float = 0.0
    channel_energy: float = 0.0


def container_of(file: BinaryIO) -> str | None:
    """FFmpeg's demuxer for the container that the first bytes show, or None."""
    fd = file.fileno()
    head = os.pread(fd, 16, _tag_bytes(fd))
    for at, magic, name in _CONTAINERS:
        if head[at : at + len(magic)] == magic:
            return name
    tagged = os.pread(fd, 3, 0) == b"ID3"
    return "mp3" if tagged or _is_mpeg_audio(os.pread(fd, _MOST_ZEROS, 0).lstrip(b"\0")) else None


def _tag_bytes(fd: int) -> int:
    """How long the ID3v2 tag is that a file begins with (id3.org, ID3v2.4.0, section 3.1)."""
    head = os.pread(fd, _ID3_HEAD, 0)
    if len(head) < _ID3_HEAD or head[:3] != b"ID3":
        return 0
    return _ID3_HEAD + sum((byte & 127) << 7 * place for place, byte in enumerate(head[9:5:-1]))


def _is_mpeg_audio(head: bytes) -> bool:
    """Whether bytes begin a frame of layers I to III (ISO/IEC 11172-3, 2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer, bit_rate, sampling = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2]
    return version != 1 and layer != 0 and bit_rate not in (0, 15) and sampling >> 2 & 3 != 3


def with_soundfile(file: BinaryIO, start: float) -> Stream:
    """The file from ``start`` seconds on by libsndfile: wav, flac, ogg, opus, aiff.

    Left to FFmpeg are mp3, about which libmpg123 talks to the terminal; Ogg streams one behind the
    other, of which libsndfile reads the first; and FLAC of unknown length, whose end it drops.

    Raises:
        Unreadable: it is none of these, or has a rate or channels that no song has.
    """
    import soundfile

    _check_wav(file.fileno())
    if container_of(file) == "mp3" or _is_chained(file.fileno()):
        raise Unreadable
    wav_seconds, ogg_error = _hidden_by_soundfile(file)
    try:
        # A descriptor, not a name: libsndfile then looks at nothing but the bytes.
        sound = soundfile.SoundFile(file.fileno(), closefd=False)
    except (soundfile.LibsndfileError, RuntimeError, TypeError) as error:
        raise Unreadable from error
    _check_shape(sound.samplerate, sound.channels)
    if sound.frames >= _OPEN_FRAMES:
        raise Unreadable

    stream = Stream(sound.samplerate, iter(()), header_seconds=sound.frames / sound.samplerate)
    if wav_seconds > stream.header_seconds:
        stream.header_seconds = wav_seconds
    if ogg_error:
        stream.header_seconds, stream.error = math.nan, ogg_error

    skip = round(start * sound.samplerate)
    # Some codecs, as GSM, can only be read from the beginning: `Stream.start` says so.
    if skip and sound.seekable():
        try:
            sound.seek(min(skip, sound.frames))
            stream.start = sound.tell() / sound.samplerate
        except soundfile.LibsndfileError as error:
            raise Unreadable from error
    stream.blocks = _soundfile_blocks(sound, stream)
    return stream


def _hidden_by_soundfile(file: BinaryIO) -> tuple[float, str]:
    """What libsndfile hides: the seconds in a WAV header (or nan), and what an Ogg stream lacks."""
    fd = file.fileno()
    head = _bytes_at(fd, 0, 12)
    seconds, error = math.nan, ""
    if head[:4] == b"RIFF" and head[8:] == b"WAVE":
        seconds = _wav_seconds(fd)
    elif head[:4] == b"OggS" and not _ogg_ends(fd):
        error = "its last page is missing"
    os.lseek(fd, 0, os.SEEK_SET)
    return seconds, error


def _bytes_at(fd: int, at: int, count: int) -> bytes:
    os.lseek(fd, at, os.SEEK_SET)
    return os.read(fd, count)


def _check_sample_tables(fd: int) -> None:
    """Unreadable for an MP4 file whose table of sample sizes claims more than the file can hold."""
    length, at = os.fstat(fd).st_size, -1
    data = _bytes_at(fd, 0, _TABLE_HEAD) + _bytes_at(fd, max(0, length - _TABLE_HEAD), _TABLE_HEAD)
    while (at := data.find(b"stsz", at + 1)) >= 0:
        # ISO/IEC 14496-12, 8.7.3: version and flags, one size for all samples or 0, their count.
        count = int.from_bytes(data[at + 12 : at + 16], "big")
        if data[at + 4 : at + 8] == bytes(4) and count > length:
            raise Unreadable


def _check_wav(fd: int) -> None:
    """Unreadable for a WAV file that does not tell its format: libraries look through all of it."""
    head, at = _bytes_at(fd, 0, 12), 12
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return
    for _ in range(_MOST_CHUNKS):
        chunk = _bytes_at(fd, at, 8)
        if chunk[:4] == b"fmt ":
            return
        size = int.from_bytes(chunk[4:], "little")
        at += 8 + size + size % 2
    raise Unreadable


def _wav_seconds(fd: int) -> float:
    """Seconds by the chunks "fmt " and "data" of a WAV file; nan where they do not say."""
    bytes_a_second, at = 0, 12
    for _ in range(_MOST_CHUNKS):
        chunk = _bytes_at(fd, at, 20)
        name, size = chunk[:4], int.from_bytes(chunk[4:8], "little")
        if len(chunk) < 8:
            break
        if name == b"data":
            # Programs that do not know the length yet write the largest one.
            known = bytes_a_second and size < _OPEN_LENGTH
            return size / bytes_a_second if known else math.nan
        if name == b"fmt ":
            bytes_a_second = int.from_bytes(chunk[16:20], "little")
        at += 8 + size + size % 2
    return math.nan


def _ogg_ends(fd: int) -> bool:
    """Whether the last Ogg page says that it is the last (RFC 3533, section 6)."""
    page = _last_ogg_page(fd)
    return len(page) > 5 and bool(page[5] & 4)


def _is_chained(fd: int) -> bool:
    """Whether an Ogg file ends in another stream than it begins with, by their serial numbers."""
    first, last = os.pread(fd, 18, 0), _last_ogg_page(fd)
    return first[:4] == b"OggS" and len(last) >= 18 and first[14:18] != last[14:18]


def _last_ogg_page(fd: int) -> bytes:
    tail = os.pread(fd, _OGG_TAIL, max(0, os.fstat(fd).st_size - _OGG_TAIL))
    page = tail.rfind(b"OggS")
    return tail[page:] if page >= 0 else b""


def _promises_length(fd: int, container: str) -> bool:
    """Whether a file says how long it is, and does not leave it to be guessed from its bit rate."""
    if container == "aac" or _is_chained(fd):
        return False
    if container != "mp3":
        return True
    # The first frame of an MP3 may hold no sound but the count of frames.
    head = os.pread(fd, _FIRST_FRAME, _tag_bytes(fd))
    return any(word in head for word in (b"Xing", b"Info", b"VBRI"))


def _soundfile_blocks(sound: Any, stream: Stream) -> Iterator[np.ndarray]:
    import soundfile

    frames = max(1, _BLOCK // sound.channels)
    while True:
        try:
            block = sound.read(frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            stream.error = str(error)
            return
        if not len(block):
            return
        yield block


def with_av(file: BinaryIO, start: float) -> Stream:
    """The file by FFmpeg, as the one container that its first bytes show: also m4a, mp4, aac, wma.

    It begins at ``start`` seconds or before, as `Stream.start` says.

    Raises:
        Unreadable: it is none of these, or has a rate or channels that no song has.
    """
    import av

    av.logging.set_level(av.logging.PANIC)
    container = container_of(file)
    if container is None:
        raise Unreadable
    if container == "mov":
        _check_sample_tables(file.fileno())
    _check_wav(file.fileno())
    file.seek(0)
    try:
        # The empty list of protocols: nothing in the file can make FFmpeg open another one.
        opened = av.open(file, "r", format=container, options={"protocol_whitelist": "none"})
        track: Any = opened.streams.best("audio")
        rate, channels = track.codec_context.sample_rate, track.codec_context.channels
        tick = float(track.time_base or 1)
        # The song begins with its sound, however late that is in a container with a picture.
        origin = max(0.0, (track.start_time or 0) * tick)
        if container in _SEEKABLE and start > _LEAD_IN:
            opened.seek(round((origin + start - _LEAD_IN) / tick), stream=track)
    except (av.FFmpegError, IndexError, ValueError, AttributeError) as error:
        raise Unreadable from error
    _check_shape(rate, channels)

    promised = track.duration and _promises_length(file.fileno(), container)
    seconds = track.duration * tick if promised else math.nan
    stream = Stream(rate, iter(()), header_seconds=seconds)
    blocks = _av_blocks(opened, track, stream, origin)
    # Only when the first block is decoded does ``stream.start`` say where it begins.
    first = next(blocks, None)
    stream.blocks = itertools.chain(() if first is None else (first,), blocks)
    return stream


def _av_blocks(container: Any, track: Any, stream: Stream, origin: float) -> Iterator[np.ndarray]:
    import av

    count = 0
    try:
        for packet in container.demux(track):
            try:
                frames = packet.decode()
            except av.InvalidDataError as error:
                # What is behind a damaged packet can still be heard.
                stream.error = str(error)
                continue
            for frame in frames:
                if count == 0 and container.format.name.split(",")[0] in _SEEKABLE:
                    stream.start = max(0.0, (frame.time or 0.0) - origin)
                if frame.sample_rate != stream.rate:
                    stream.error = "the sampling rate changes on the way"
                    return
                count += 1
                yield _floats(frame)
    except (av.FFmpegError, ValueError) as error:
        stream.error = str(error)


def _floats(frame: Any) -> np.ndarray:
    """(n, channels) float32 in [-1, 1] of a decoded frame, planar or packed, of any sample type."""
    data = frame.to_ndarray()
    data = data.T if frame.format.is_planar else data.reshape(-1, frame.layout.nb_channels)
    if data.dtype == np.uint8:
        return (data.astype(np.float32) - 128) / 128
    if data.dtype.kind == "i":
        return data.astype(np.float32) / float(1 << (8 * data.dtype.itemsize - 1))
    return data.astype(np.float32)


def _check_shape(rate: int, channels: int) -> None:
    if not (
        _SLOWEST_RATE <= rate <= _FASTEST_RATE
        and 1 <= channels <= _MOST_CHANNELS
        and rate * channels <= _MOST_VALUES
    ):
        raise Unreadable
