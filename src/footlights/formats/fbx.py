"""FBX, by way of Blender where there is one: its own reader and writer, in a process of its own,
at our frame rate.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..motion.motion import Motion
from . import glb
from .safe.budget import file_size

BLENDER = "FOOTLIGHTS_BLENDER"
_PATIENCE = 300.0  # seconds
_HOW = (
    "install Blender so that the command 'blender' is found, or make an environment with pip install bpy and set "
    f"{BLENDER} to its python; glb needs none of it"
)


def read(
    path: str | os.PathLike[str], *, unit: float | None = None, fps: float | None = None
) -> Motion:
    """The first animated skeleton of an FBX file, through Blender and glTF.

    Args:
        unit: metres in one unit of what Blender makes of it; fps: the true rate, where the file
            lies.

    Raises:
        FootlightsError: no Blender, no such file, or nothing in it that Blender can read as a
            skeleton with motion.
    """
    with as_glb(path) as between:
        try:
            motion = glb.read(between, unit=unit)
            rate = float(Path(f"{between}.fps").read_text(encoding="ascii"))
        except FootlightsError as error:
            raise FootlightsError(error.what, path, error.do) from error
    told = [
        note for note in motion.meta.get("notes", ()) if "by the distance of the keys" not in note
    ]
    notes = [*told, f"read through Blender, which says {rate:g} frames a second"]
    return motion.replace(fps=fps or rate, meta={**motion.meta, "notes": notes})


def write(motion: Motion, path: str | os.PathLike[str]) -> list[str]:
    """Write the skinned dancer and its dance as binary FBX 7.4, metres, at the motion's rate, by
    Blender.

    Raises:
        FootlightsError: no Blender, or the place cannot be written.
    """
    from_glb(
        glb.encode(motion.replace(fps=max(1, round(motion.fps))), Path(path).stem), motion.fps, path
    )
    return []


@contextlib.contextmanager
def as_glb(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A GLB of everything skinned in an FBX file, while the context lasts; errors as `read`."""
    file_size(path)
    with tempfile.TemporaryDirectory() as folder:
        between = Path(folder) / f"{Path(path).stem}.glb"
        _blender("read", Path(path), between, 0.0, path)
        yield between


def from_glb(data: bytes, fps: float, path: str | os.PathLike[str]) -> None:
    """Write the bytes of a GLB, whose keys stand at ``round(fps)`` a second, as FBX at ``fps``;
    errors as `write`.
    """
    with tempfile.TemporaryDirectory() as folder:
        between, made = Path(folder) / f"{Path(path).stem}.glb", Path(folder) / "made.fbx"
        between.write_bytes(data)
        _blender("write", between, made, fps, path)
        with writing(path) as temporary:
            shutil.copyfile(made, temporary)


def blender() -> list[str] | None:
    """The command that runs a script in Blender, or None: $FOOTLIGHTS_BLENDER (Blender, or a
    Python with bpy), or blender.
    """
    program = os.environ.get(BLENDER) or shutil.which("blender")
    if not program:
        return None
    if Path(program).name.startswith("python"):
        return [program]
    return [program, "--background", "--factory-startup", "--python-exit-code", "1", "--python"]


def _run(words: list[str], folder: Path) -> "subprocess.CompletedProcess[bytes]":
    """As `subprocess.run`; what takes too long ends with all it started, as "blender" may be a
    script that starts Blender.
    """
    alone = os.name == "posix"
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, start_new_session=alone
    ) as running:
        try:
            out, error = running.communicate(timeout=_PATIENCE)
        except BaseException:
            os.killpg(running.pid, signal.SIGKILL) if alone else running.kill()
            raise
    return subprocess.CompletedProcess(words, running.returncode, out, error)


def _blender(task: str, source: Path, target: Path, fps: float, where: object) -> None:
    program = blender()
    if program is None:
        raise FootlightsError("FBX needs Blender, and there is none", where, _HOW)
    script = Path(__file__).with_name("fbx_blender.py")
    words = [*program, str(script), "--", task, str(source.resolve()), str(target), repr(fps)]
    try:
        done = _run(words, target.parent)
    except OSError as error:
        raise FootlightsError(
            f"Blender cannot be run ({error.strerror})", program[0], _HOW
        ) from error
    except subprocess.TimeoutExpired as error:
        raise FootlightsError(
            f"Blender did not answer within {_PATIENCE:g} seconds", where, "try a shorter clip"
        ) from error
    if done.returncode or not target.is_file():
        said = (done.stdout + done.stderr).decode("utf-8", "replace").strip().splitlines()
        why = next(
            (line for line in reversed(said) if "rror" in line), said[-1] if said else "no word"
        )
        raise FootlightsError(
            f"Blender could not {task} it ({why[:160]})",
            where,
            "open it in Blender to see, or take glb",
        )
