"""FBX, by way of Blender where there is one: its own reader and writer, in a process of its own."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..basics.budget import file_size
from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..motion.motion import Motion
from . import glb

BLENDER = "FOOTLIGHTS_BLENDER"  # the environment's name for the program
_PATIENCE = 300.0  # seconds
_HOW = (
    "install Blender so that the command 'blender' is found, or make an environment with "
    f"pip install bpy and set {BLENDER} to its python; glb needs none of it"
)


def read(
    path: str | os.PathLike[str], *, unit: float | None = None, fps: float | None = None
) -> Motion:
    """The first animated skeleton of an FBX file, through Blender and glTF.

    Args:
        path: the file.
        unit: metres in one unit of what Blender makes of it.
        fps: the true rate, where the file lies.

    Raises:
        FootlightsError: no Blender, no such file, or nothing in it that Blender can read as a
            skeleton with motion.
    """
    with as_glb(path) as glb_file:
        try:
            motion = glb.read(glb_file, unit=unit)
            rate = float(Path(f"{glb_file}.fps").read_text(encoding="ascii"))
        except FootlightsError as error:
            raise FootlightsError(error.what, path, error.do) from error

    # The rate that the keys tell is not the file's, which Blender says.
    notes = [note for note in motion.notes if "by the distance of the keys" not in note]
    notes.append(f"read through Blender, which says {rate:g} frames a second")
    return motion.replace(fps=fps or rate, meta={**motion.meta, "notes": notes})


def write(motion: Motion, path: str | os.PathLike[str]) -> list[str]:
    """Write the skinned dancer and its dance as binary FBX 7.4, metres, at the motion's rate.

    Raises:
        FootlightsError: no Blender, or the file cannot be written there.
    """
    data = glb.encode(motion.replace(fps=max(1, round(motion.fps))), Path(path).stem)
    from_glb(data, motion.fps, path)
    return []


@contextlib.contextmanager
def as_glb(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A GLB of everything skinned in an FBX file, while the context lasts; errors as `read`."""
    file_size(path)
    with tempfile.TemporaryDirectory() as folder:
        glb_file = Path(folder) / f"{Path(path).stem}.glb"
        _convert("read", Path(path), glb_file, 0.0, path)
        yield glb_file


def from_glb(data: bytes, fps: float, path: str | os.PathLike[str]) -> None:
    """Write the bytes of a GLB as FBX at ``fps``; errors as `write`.

    Its keys must stand at ``round(fps)`` a second.
    """
    with tempfile.TemporaryDirectory() as folder:
        glb_file, fbx_file = Path(folder) / f"{Path(path).stem}.glb", Path(folder) / "made.fbx"
        glb_file.write_bytes(data)
        _convert("write", glb_file, fbx_file, fps, path)
        with writing(path) as temporary:
            shutil.copyfile(fbx_file, temporary)


def blender() -> list[str] | None:
    """The command that runs a script in Blender, or None.

    $FOOTLIGHTS_BLENDER (Blender, or a Python with bpy), or the command "blender".
    """
    program = os.environ.get(BLENDER) or shutil.which("blender")
    if not program:
        return None
    if Path(program).name.startswith("python"):
        return [program]
    return [program, "--background", "--factory-startup", "--python-exit-code", "1", "--python"]


def _convert(task: str, source: Path, target: Path, fps: float, where: object) -> None:
    """Runs `fbx_blender` in Blender; ``where`` is the file of which errors speak."""
    program = blender()
    if program is None:
        raise FootlightsError("FBX needs Blender, and there is none", where, _HOW)
    script = Path(__file__).with_name("fbx_blender.py")
    command = [*program, str(script), "--", task, str(source.resolve()), str(target), repr(fps)]
    try:
        result = _run(command, target.parent)
    except OSError as error:
        raise FootlightsError(
            f"Blender cannot be run ({error.strerror})", program[0], _HOW
        ) from error
    except subprocess.TimeoutExpired as error:
        raise FootlightsError(
            f"Blender did not answer within {_PATIENCE:g} seconds", where, "try a shorter clip"
        ) from error
    if result.returncode or not target.is_file():
        reason = _last_error(result.stdout + result.stderr)
        raise FootlightsError(
            f"Blender could not {task} it ({reason[:160]})",
            where,
            "open it in Blender to see, or take glb",
        )


def _run(command: list[str], folder: Path) -> "subprocess.CompletedProcess[bytes]":
    """As `subprocess.run`, but what takes too long ends with all it started.

    "blender" may be a script that starts Blender.
    """
    own_group = os.name == "posix"
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        start_new_session=own_group,
    ) as process:
        try:
            out, error = process.communicate(timeout=_PATIENCE)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL) if own_group else process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, error)


def _last_error(output: bytes) -> str:
    """The last line that speaks of an error, or the last of all."""
    lines = output.decode("utf-8", "replace").strip().splitlines()
    for line in reversed(lines):
        if "rror" in line:
            return line
    return lines[-1] if lines else "no word"
