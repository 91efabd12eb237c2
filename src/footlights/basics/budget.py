"""What one file of a stranger may take of a machine: every door asks here before it reads.

What is too large is refused before anything is read, or as soon as it is known: ten seconds of one
core and a gigabyte are enough for every file that is accepted.
"""

import os
import stat
from pathlib import Path

from .errors import FootlightsError

# Bytes of a file, by what it is.
MAX_FILE = 1 << 30  # of motion or sound in binary, and of a model's weights
MAX_MODEL_PICKLE = 320 << 20  # a body model with three hundred shapes
MAX_GLTF = 256 << 20
MAX_GRAPH = 64 << 20  # a network without its weights
MAX_TEXT = 128 << 20  # motion as text: an hour of 60 joints at 60 fps
MAX_PICKLE = 128 << 20
MAX_ROBOT_TABLE = 64 << 20  # joint angles of a robot as text
MAX_LIST = 50_000_000  # a list in JSON or csv: some 30,000 clips with their beats
MAX_RECORD = 4 << 20  # a config, a map of names, votes, a kept measurement, a note

MAX_CONTAINERS = 1_000_000  # lists and objects of JSON: each takes twenty times its two characters
MAX_SECONDS = 600.0  # of a song that are heard

MAX_JOINTS = 2_000
MAX_FRAMES = 450_000  # an hour at 120 fps
# joints times frames: 16 minutes of 100 joints at 120 fps, 192 MB of rotations
MAX_POSES = 12_000_000
MAX_MEASURED = 33_000  # frames judged or measured at once, 26 kB each: 18 minutes at 30 fps
SLOWEST, FASTEST = 0.1, 10_000  # frames a second
ROOM = 256 << 20  # bytes of numbers unpacked from one file
STEPS = 2_000_000  # of a pickle: some four thousand persons of a tracker's file, and some seconds


class Budget:
    """The memory, and the steps of a program of data, that one file may still take.

    However often it names the same numbers. Readers of binary files ask before they unpack; every
    reader asks `check_room` before it makes poses.
    """

    def __init__(self, path: object, room: int = ROOM, steps: int = STEPS) -> None:
        self.path, self.room, self.left, self.steps = path, room, room, steps

    def take(self, size: int) -> None:
        """Takes ``size`` bytes of it; FootlightsError when they are not left."""
        self.left -= size
        if size < 0 or self.left < 0:
            what = f"holds more than {self.room >> 20} MiB of numbers, more than a motion needs"
            raise FootlightsError(what, self.path, "cut it into parts")

    def step(self) -> None:
        """Takes one step of it; FootlightsError when none is left."""
        self.steps -= 1
        if self.steps < 0:
            raise FootlightsError(
                "holds millions of things, more than a motion needs", self.path, "cut it into parts"
            )


def file_size(path: str | os.PathLike[str], limit: int = MAX_FILE) -> int:
    """Bytes of the file at ``path``.

    Raises:
        FootlightsError: it is no file, cannot be read, is empty or is larger than ``limit`` bytes.
    """
    try:
        status = Path(path).stat()
        if stat.S_ISREG(status.st_mode):
            with open(path, "rb"):
                pass  # only to learn whether it may be read
    except FileNotFoundError as error:
        raise FootlightsError("there is no such file", path, "check the name") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FootlightsError(
            f"cannot be read ({reason})", path, "check the name of the file"
        ) from error
    if stat.S_ISDIR(status.st_mode):
        raise FootlightsError("is a folder", path, "give one of the files in it")
    if not stat.S_ISREG(status.st_mode):
        raise FootlightsError("is no ordinary file", path, "copy it to one")
    size = status.st_size
    if not size:
        raise FootlightsError("is empty (0 bytes)", path, "export it again")
    if size > limit:
        raise FootlightsError(
            f"is too large ({size >> 20} MiB, at most {limit >> 20})", path, "cut it into parts"
        )
    return size


def read_bytes(path: str | os.PathLike[str], limit: int = MAX_FILE) -> bytes:
    """The whole file at ``path``, at most ``limit`` bytes; errors as `file_size`."""
    file_size(path, limit)
    with open(path, "rb") as handle:
        return handle.read(limit)


def read_text(path: str | os.PathLike[str], limit: int = MAX_RECORD) -> str:
    """The text of a small file, without a mark of byte order; errors as `file_size`.

    Raises:
        ValueError: it is no UTF-8.
    """
    return read_bytes(path, limit).decode("utf-8-sig")


def check_room(frames: int, joints: int, path: object) -> None:
    """Refuses a clip that would not fit in the memory a reader may take.

    Raises:
        FootlightsError: it has no frames or joints, or too many.
    """
    if not frames or not joints:
        raise FootlightsError(f"has {frames} frames of {joints} joints", path, "export it again")
    if joints > MAX_JOINTS:
        raise FootlightsError(
            f"has {joints} joints, more than {MAX_JOINTS}", path, "export the body's joints alone"
        )
    if frames > MAX_FRAMES or frames * joints > MAX_POSES:
        raise FootlightsError(
            f"claims {frames} frames of {joints} joints, too many", path, "cut it into parts"
        )


def check_measured(frames: int, where: object) -> None:
    """FootlightsError when a clip is too long to be judged or measured in a gigabyte."""
    if frames > MAX_MEASURED:
        raise FootlightsError(
            f"has {frames} frames, more than the {MAX_MEASURED} that are measured at once",
            where,
            "cut it into parts: footlights edit IN OUT --start T --seconds T",
        )


def no_rate(path: object) -> FootlightsError:
    """What to raise for a file that does not say its rate, when nobody else does."""
    do = "give them with fps= (in a terminal: footlights convert IN OUT.npz --fps F)"
    return FootlightsError("does not say its frames a second", path, do)


def check_rate(fps: float, path: object) -> float:
    """``fps`` when it is a usable rate; FootlightsError otherwise."""
    if not SLOWEST <= fps <= FASTEST:
        raise FootlightsError(
            f"{fps:g} frames a second is not a rate", path, "give the true rate with fps= (--fps)"
        )
    return float(fps)
