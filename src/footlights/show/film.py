"""Films of a dance: H.264 and the song in an MP4, stills and strips, drawn on the processor."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.progress import Report
from ..basics.whole_files import writing
from ..motion.body import Body
from ..motion.motion import Motion
from .camera import LAG, Camera
from .marks import tinted

if TYPE_CHECKING:
    from ..music import Music
    from ..music.original_sound import OriginalSound

FASTEST = 60.0  # frames a second of a film; faster motion is thinned
_CHUNK = 64  # frames skinned at once, so that memory does not grow with the film
_PACKET = 1024  # samples in a packet of sound, as AAC has them
_AUDIO_BITS = 96_000  # a second and channel
_SIDES = (16, 4096)  # pixels of a picture's side, at least and at most
_PROGRESS_FRAMES = 10  # frames between two reports of progress

# mbtree on AVX-512 reads memory that nobody has written: the same pictures then give different
# files. One thread, so that the number of cores changes nothing.
_X264: dict[str, object] = {"preset": "veryfast", "crf": "22", "x264-params": "threads=1:mbtree=0"}
_MP4 = {"movflags": "faststart", "fflags": "bitexact"}


def film(
    motion: Motion,
    path: str | os.PathLike[str],
    music: "Music | None" = None,
    size: tuple[int, int] = (640, 480),
    progress: Report | None = None,
    wrong: np.ndarray | None = None,
) -> None:
    """Write an MP4 (H.264, and AAC when there is music) of the dancer on a floor with lines.

    Lines each metre and half metre stand still in the world, the camera follows slowly, and the
    shadow is darkest where soles touch, so that sliding, floating and sinking can be seen. The song
    sounds as in its own file, in stereo, cut to the dance. Rates above 60 a second are thinned to
    every second (third, ...) frame.

    Args:
        motion: on SMPL24, T frames.
        size: width and height in pixels, even numbers.
        progress: called with the share done (0..1) and a text.
        wrong: (T, 24) bool, segments that are red in each frame.

    Raises:
        FootlightsError: the folder is missing or full, the size is odd, or the motion is on another
            skeleton.
    """
    _check_size(size)
    if size[0] % 2 or size[1] % 2:
        raise FootlightsError(
            f"a film of {size[0]} x {size[1]} cannot be coded", "size", "give even numbers"
        )

    thin = ceil(motion.fps / FASTEST - 1e-6)
    motion, wrong = motion[::thin], None if wrong is None else wrong[::thin]
    with writing(path) as temporary:
        _encode(motion, temporary, music, size, progress, wrong)


def frame(motion: Motion, index: int, size: tuple[int, int] = (640, 480)) -> np.ndarray:
    """(H, W, 3) uint8 sRGB, the picture that the film shows at frame ``index``.

    Raises:
        FootlightsError: there is no such frame, or the motion is on another skeleton.
    """
    _check_size(size)
    if not -len(motion) <= index < len(motion):
        raise FootlightsError(
            f"there is no frame {index}", "motion", f"it has {len(motion)} frames"
        )
    return next(_pictures(motion, [index % len(motion)], size))


def strip(motion: Motion, count: int = 6, size: tuple[int, int] = (240, 320)) -> np.ndarray:
    """(H, count W, 3) uint8 sRGB: ``count`` moments, evenly from the first to the last frame.

    The dancer stands in the middle of each.

    Raises:
        FootlightsError: ``count`` is not positive, or the motion is on another skeleton.
    """
    _check_size(size)
    if count < 1:
        raise FootlightsError(f"{count} pictures are no strip", "count", "give 1 or more")
    moments = np.linspace(0, len(motion) - 1, count).round().astype(int).tolist()
    return np.concatenate(list(_pictures(motion, moments, size, lag=0)), axis=1)


def _check_size(size: tuple[int, int]) -> None:
    least, most = _SIDES
    if not all(least <= side <= most for side in size):
        raise FootlightsError(
            f"{size[0]} x {size[1]} is not a size", "size", f"give {least} to {most} pixels a side"
        )


def _pictures(
    motion: Motion,
    frames: list[int],
    size: tuple[int, int],
    lag: float = LAG,
    wrong: np.ndarray | None = None,
) -> Iterator[np.ndarray]:
    """The pictures of some frames, in the order given.

    Args:
        lag: seconds by which the camera follows.
        wrong: (T, 24) bool, segments that are red.
    """
    from .raster import Canvas

    body, camera = Body.load(), Camera(motion, size, lag)
    canvas = Canvas(size, body.faces, body.colors)
    for first in range(0, len(frames), _CHUNK):
        indices = frames[first : first + _CHUNK]
        chunk = motion.replace(
            root=motion.root[indices], rotations=motion.rotations[indices], contacts=None
        )
        for index, vertices in zip(indices, body.skin(chunk), strict=True):
            if wrong is not None:
                canvas.colors = tinted(body, wrong[index])
            yield canvas.draw(vertices, camera[index])


def _encode(
    motion: Motion,
    path: Path,
    music: "Music | None",
    size: tuple[int, int],
    progress: Report | None,
    wrong: np.ndarray | None,
) -> None:
    """Code pictures and sound in turn, so that neither waits for the other in memory."""
    import av

    from ..music.original_sound import original_sound

    with ExitStack() as stack:
        # The song's file is closed after the film: its last packets are coded at the end.
        song = stack.enter_context(original_sound(music, motion.seconds)) if music else None
        container = stack.enter_context(av.open(str(path), "w", format="mp4", options=_MP4))
        rate = Fraction(motion.fps).limit_denominator(1001)
        video = container.add_stream("libx264", rate=rate)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        video.options = _X264
        sound = iter(()) if song is None else _sound(container, song)
        sound_seconds = 0.0

        pictures = _pictures(motion, list(range(len(motion))), size, wrong=wrong)
        for index, picture in enumerate(_ahead(pictures)):
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            while sound_seconds <= index / motion.fps:
                sound_seconds = next(sound, float("inf"))
            if progress and index % _PROGRESS_FRAMES == 0:
                progress(index / len(motion), "film")

        container.mux(video.encode(None))
        for _ in sound:
            pass
    if progress:
        progress(1.0, "film")


def _ahead(pictures: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """The same pictures, the next one being drawn in another thread while this one is coded."""
    with ThreadPoolExecutor(1) as painter:
        coming = painter.submit(next, pictures, None)
        while (picture := coming.result()) is not None:
            coming = painter.submit(next, pictures, None)
            yield picture


def _sound(container: Any, sound: "OriginalSound") -> Iterator[float]:
    """A coder of a song: each step codes one packet and gives the seconds coded so far."""
    stream = container.add_stream("aac", rate=sound.rate, layout=sound.layout)
    stream.bit_rate = _AUDIO_BITS * sound.channels
    # A generator of its own: the stream must be there before the first picture is coded.
    return _packets(container, stream, sound)


def _packets(container: Any, stream: Any, sound: "OriginalSound") -> Iterator[float]:
    import av

    from ..music.original_sound import in_pieces_of

    done = 0
    for piece in in_pieces_of(sound.blocks, _PACKET):
        planes = np.ascontiguousarray(piece.T, np.float32)
        packet = av.AudioFrame.from_ndarray(planes, "fltp", sound.layout)
        packet.sample_rate, packet.pts = sound.rate, done
        packet.time_base = Fraction(1, sound.rate)
        container.mux(stream.encode(packet))
        done += len(piece)
        yield done / sound.rate
    container.mux(stream.encode(None))
