"""What a page carries besides its text: each skeleton's figure, each dance's track, the song.

They stand in the page as inert script elements, base64 of (mostly gzipped) bytes; web/page.js reads
them.
"""

import base64
import gzip
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..formats import glb
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton

if TYPE_CHECKING:
    from ..music import Music

_SONG_BITS = 80_000  # a second and channel of MP3: stereo takes 1.2 megabytes a minute
_STEPS = 32767  # of a rotation's number, from 0 to 1: 16 bits keep a rotation to 0.002 degrees
_LEVEL = 6  # of gzip


def skeletons_of(motions: Sequence[Motion]) -> list[Skeleton]:
    """The different skeletons among the clips, in the order they come."""
    skeletons: list[Skeleton] = []
    for motion in motions:
        if motion.skeleton not in skeletons:
            skeletons.append(motion.skeleton)
    return skeletons


def figure_blobs(motions: Sequence[Motion]) -> list[str]:
    """The figure of each skeleton once, as GLB with one pose."""
    blobs = []
    for number, skeleton in enumerate(skeletons_of(motions)):
        motion = next(motion for motion in motions if motion.skeleton == skeleton)
        blobs.append(blob(f"body-{number}", _packed(glb.encode(motion[:1], "pose"))))
    return blobs


def track_blobs(motions: Sequence[Motion]) -> list[str]:
    """The track of each clip."""
    return [blob(f"track-{i}", _packed(track(motion))) for i, motion in enumerate(motions)]


def blob(name: str, data: bytes) -> str:
    """An element that no browser runs, found by its name."""
    return f'<script type="text/plain" id="{name}">{base64.b64encode(data).decode()}</script>'


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, _LEVEL, mtime=0)  # without a time: the same page, the same bytes


def track(motion: Motion) -> bytes:
    """A clip as the page reads it, y up, little-endian.

    Root positions float32 (T, 3), then rotations x y z w int16 (T, J, 4) as steps from frame to
    frame, which compress better than values.
    """
    root = motion.root[:, [0, 2, 1]] * np.array([1, 1, -1], np.float32)
    quats = motion.continuous().rotations[..., [1, 3, 2, 0]] * np.array([1, 1, -1, 1], np.float32)
    whole = np.round(quats * _STEPS).astype(np.int32)
    steps = np.diff(whole, axis=0, prepend=np.zeros_like(whole[:1]))
    return root.astype("<f4").tobytes() + steps.astype("<i2").tobytes()


def song_blob(music: "Music") -> str:
    """The song as MP3, which every browser plays and starts at the exact sample."""
    import av

    from ..music.original_sound import original_sound

    out, done = io.BytesIO(), 0
    with original_sound(music) as sound, av.open(out, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=sound.rate, layout=sound.layout)
        stream.bit_rate = _SONG_BITS * sound.channels
        # Block by block: a long song is never there twice.
        for block in sound.blocks:
            planes = np.ascontiguousarray(block.T, np.float32)
            frame = av.AudioFrame.from_ndarray(planes, "fltp", sound.layout)
            frame.rate, frame.pts = sound.rate, done
            container.mux(stream.encode(frame))
            done += len(block)
        container.mux(stream.encode(None))
    return blob("song", out.getvalue())
