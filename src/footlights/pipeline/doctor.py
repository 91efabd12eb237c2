"""What is installed here, what works, and what to do about the rest."""

import importlib
import importlib.metadata
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .. import __version__
from ..basics.errors import FootlightsError

_HERE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it works, whether the base needs it, what was seen, what to do
    when it does not work.
    """

    name: str
    works: bool
    saw: str
    do: str = ""
    needed: bool = True


def checkup() -> Iterator[Finding]:
    """Look at everything once; a check that raises is a finding, not an error."""
    for name, look, needed in _CHECKS:
        try:
            yield look()
        except (
            ImportError,
            OSError,
            FootlightsError,
            RuntimeError,
            AttributeError,
            KeyError,
            ValueError,
        ) as error:
            first = str(error).splitlines()[0] if str(error) else type(error).__name__
            yield Finding(name, False, first, _AGAIN, needed)


_AGAIN = "install again: pip install --force-reinstall footlights"


def _python() -> Finding:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    saw = f"footlights {__version__}, Python {platform.python_version()}, {machine}"
    return Finding("python", sys.version_info >= (3, 11), saw, "use Python 3.11 or newer")


def _numbers() -> Finding:
    names = ("numpy", "scipy", "numba")
    for name in names:
        importlib.import_module(name)
    return Finding(
        "numbers", True, ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    )


def _runtime() -> Finding:
    import onnxruntime

    providers = onnxruntime.get_available_providers()
    saw = f"onnxruntime {onnxruntime.__version__}, {', '.join(p.removesuffix('ExecutionProvider') for p in providers)}"
    return Finding("networks", "CPUExecutionProvider" in providers, saw, _AGAIN)


def _sound() -> Finding:
    import soundfile
    import soxr

    known = soundfile.available_formats()
    missing = [name for name in ("WAV", "FLAC", "OGG", "MP3") if name not in known]
    saw = f"soundfile {soundfile.__version__} ({soundfile.__libsndfile_version__}), soxr {soxr.__version__}"
    lacking = f", without {', '.join(missing)}" if missing else ""
    return Finding("wav flac ogg mp3", not missing, saw + lacking, _AGAIN)


def _more_sound() -> Finding:
    import av

    return _codecs("m4a opus", ("aac", "alac", "opus"), "r", f"av {av.__version__}")


def _film() -> Finding:
    return _codecs("film", ("libx264", "aac"), "w", "H.264 and AAC")


def _codecs(name: str, wanted: tuple[str, ...], mode: Literal["r", "w"], saw: str) -> Finding:
    import av

    missing = []
    for codec in wanted:
        try:
            av.Codec(codec, mode)
        except ValueError:  # what av raises for a codec that it was built without
            missing.append(codec)
    return Finding(
        name, not missing, f"{saw}, without {', '.join(missing)}" if missing else saw, _AGAIN
    )


def _page() -> Finding:
    bundle = _HERE / "assets" / "page.js"
    saw = (
        f"viewer of {bundle.stat().st_size // 1024} kB"
        if bundle.is_file()
        else "the viewer was not built"
    )
    return Finding("page", bundle.is_file(), saw, "run pip install again where npm can fetch three")


def _body() -> Finding:
    from ..motion.body import Body

    body = Body.load()
    return Finding("body", True, f"{len(body.vertices)} vertices on {len(body.skeleton)} joints")


def _models() -> Finding:
    from ..generators import generator_names, load_generator

    names = [name for name in generator_names() if name != "collage"]
    for name in names:
        load_generator(name)
    return Finding(
        "models", bool(names), ", ".join(names) or "no model came with this copy", _AGAIN
    )


def _compiled() -> Finding:
    """Whether what numba compiles can be kept: else every start compiles again."""
    places = [os.environ.get("NUMBA_CACHE_DIR"), str(_HERE), os.path.expanduser("~/.cache")]
    found = next((place for place in places if place and _writable(Path(place))), None)
    return Finding(
        "compiled code",
        bool(found),
        f"kept in {found}" if found else "nowhere to keep it",
        "set NUMBA_CACHE_DIR to a folder you can write",
        False,
    )


def _temporary() -> Finding:
    place = Path(tempfile.gettempdir())
    return Finding(
        "temporary files", _writable(place), str(place), "set TMPDIR to a folder you can write"
    )


def _writable(place: Path) -> bool:
    """Whether a file can be made there, or in the nearest folder above that exists."""
    folder = next(p for p in (place, *place.absolute().parents) if p.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _torch() -> Finding:
    do = "only for training: pip install 'footlights[train]'"
    try:
        import torch
    except ImportError:
        return Finding("torch", False, "not installed", do, needed=False)
    except OSError as error:
        return Finding("torch", False, f"cannot be loaded ({error})", do, needed=False)
    cuda = torch.cuda.get_device_name(0) if torch.cuda.is_available() else "no CUDA GPU"
    return Finding("torch", True, f"torch {torch.__version__}, {cuda}", needed=False)


def _fbx() -> Finding:
    from ..formats.fbx import BLENDER, blender

    found = blender()
    do = f"only for FBX: install Blender, or set {BLENDER} to a Python with bpy"
    return Finding("fbx", found is not None, found[0] if found else "no Blender", do, needed=False)


_CHECKS: tuple[tuple[str, Callable[[], Finding], bool], ...] = (
    ("python", _python, True),
    ("numbers", _numbers, True),
    ("networks", _runtime, True),
    ("wav flac ogg mp3", _sound, True),
    ("m4a opus", _more_sound, True),
    ("film", _film, True),
    ("page", _page, True),
    ("body", _body, True),
    ("models", _models, True),
    ("compiled code", _compiled, False),
    ("temporary files", _temporary, True),
    ("torch", _torch, False),
    ("fbx", _fbx, False),
)
