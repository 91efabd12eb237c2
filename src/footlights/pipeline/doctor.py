"""What is installed here, what works, and what to do about the rest."""

import importlib
import importlib.metadata
import multiprocessing
import os
import platform
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from .. import __version__
from ..basics.errors import FootlightsError, Problem
from ..basics.executor import cores

_HOUSE = Path(__file__).parents[1]
_EVERY = ("every command",)
_SOUND = ("dance", "view", "score", "evaluate", "compare", "data")
_PAGES = ("dance", "view", "score", "evaluate", "compare")
_BODY = (
    "dance", "view", "convert", "edit", "retarget", "score", "evaluate", "compare", "data", "train",
)  # fmt: skip
_INSTALL_AGAIN = "install again: pip install --force-reinstall footlights"

# What a part that does not work may raise.
_FAILURES = (
    ImportError, OSError, FootlightsError, RuntimeError, AttributeError, KeyError, ValueError,
    importlib.metadata.PackageNotFoundError, webbrowser.Error,
)  # fmt: skip


@dataclass(frozen=True)
class CheckResult:
    """One part looked at.

    Attributes:
        name: of the part, and ``commands`` that need it.
        works: whether it does.
        details: versions and places, or what is wrong.
        do: what to do when it does not work.
        needed: whether footlights needs it; other parts are for some formats or for training.
    """

    name: str
    commands: tuple[str, ...]
    works: bool
    details: str
    do: str
    needed: bool

    @property
    def line(self) -> str:
        """The result for people."""
        mark = "ok" if self.works else "NO" if self.needed else "--"
        return f"{mark}  {self.name:17}{self.details}{'' if self.works else f'; {self.do}'}"


@dataclass(frozen=True)
class _Check:
    """A part to look at: ``look`` returns its details, or raises one of ``_FAILURES``."""

    name: str
    commands: tuple[str, ...]
    look: Callable[[], str]
    do: str = _INSTALL_AGAIN
    needed: bool = True

    def result(self) -> CheckResult:
        try:
            details, works = self.look(), True
        except ModuleNotFoundError as error:
            details, works = f"{error.name} is not installed", False
        except _FAILURES as error:
            details, works = (str(error).splitlines() or [type(error).__name__])[0], False
        return CheckResult(self.name, self.commands, works, details, self.do, self.needed)


def run_checks() -> Iterator[CheckResult]:
    """Look at every part once."""
    for check in _CHECKS:
        yield check.result()


def as_json(results: list[CheckResult]) -> dict[str, Any]:
    """The document that ``footlights doctor --json`` prints."""
    failures = (result for result in results if result.needed and not result.works)
    problems = [
        Problem(result.name, FootlightsError(result.details, result.name, result.do, usage=False))
        for result in failures
    ]
    return {
        "checks": [asdict(result) for result in results],
        "problems": [problem.as_json() for problem in problems],
    }


def _python() -> str:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"footlights {__version__}, Python {platform.python_version()}, {machine}"


def _numbers() -> str:
    return _packages("numpy", "scipy", "numba")


def _packages(*names: str) -> str:
    for name in names:
        importlib.import_module(name.replace("-", "_"))
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


def _processes() -> str:
    # What a pool of processes begins with; some containers offer no shared memory for it.
    multiprocessing.get_context("spawn").Lock()
    return f"up to {cores()} at once"


def _networks() -> str:
    import onnxruntime

    providers = onnxruntime.get_available_providers()
    names = ", ".join(provider.removesuffix("ExecutionProvider") for provider in providers)
    details = f"onnxruntime {onnxruntime.__version__}, {names}"
    if "CPUExecutionProvider" not in providers:
        raise RuntimeError(f"{details}, without CPU")
    return details


def _common_sound() -> str:
    import soundfile
    import soxr

    library = soundfile.__libsndfile_version__
    details = f"soundfile {soundfile.__version__} ({library}), soxr {soxr.__version__}"
    known = soundfile.available_formats()
    return _complete(details, [f for f in ("WAV", "FLAC", "OGG", "MP3") if f not in known])


def _more_sound() -> str:
    import av

    return _codecs(f"av {av.__version__}", ("aac", "alac", "opus"), "r")


def _film() -> str:
    return _codecs("H.264 and AAC", ("libx264", "aac"), "w")


def _codecs(details: str, codecs: tuple[str, ...], mode: Literal["r", "w"]) -> str:
    import av

    missing = []
    for codec in codecs:
        try:
            av.Codec(codec, mode)
        except ValueError:  # what av raises for a codec that it was built without
            missing.append(codec)
    return _complete(details, missing)


def _complete(details: str, missing: list[str]) -> str:
    if missing:
        raise RuntimeError(f"{details}, without {', '.join(missing)}")
    return details


def _page() -> str:
    viewer = _HOUSE / "assets" / "page.js"
    if not viewer.is_file():
        raise RuntimeError("the viewer was not built")
    return f"viewer of {viewer.stat().st_size // 1024} kB"


def _browser() -> str:
    return getattr(webbrowser.get(), "name", "found")


def _body() -> str:
    from ..motion.body import Body

    body = Body.load()
    return f"{len(body.vertices)} vertices on {len(body.skeleton)} joints"


def _models() -> str:
    from ..generators import load_generator
    from ..generators.registry import shipped_models

    names = sorted(shipped_models())
    if not names:
        raise RuntimeError("no model came with this copy")
    for name in names:
        load_generator(name)
    return ", ".join(names)


def _physics() -> str:
    import mujoco

    from ..physics import Humanoid
    from ..physics.score_calibration import Calibration

    weight = Humanoid.of().weight
    return f"mujoco {mujoco.__version__}, {weight:.0f} N, calibration {Calibration.shipped().name}"


def _real_dance() -> str:
    from ..evaluation.reference import load_reference
    from ..metrics.protocol import protocol_of

    return f"{load_reference(protocol_of('footlights')).name}, for comparison"


def _kept_results() -> str:
    from ..evaluation.measurement_cache import cache_folder

    return f"kept in {_writable(cache_folder())}"


def _compiled() -> str:
    """Where numba keeps what it compiles: else every start compiles again."""
    folders = [os.environ.get("NUMBA_CACHE_DIR"), str(_HOUSE), os.path.expanduser("~/.cache")]
    for folder in filter(None, folders):
        if _can_write(Path(folder)):
            return f"kept in {folder}"
    raise RuntimeError("nowhere to keep it")


def _temporary() -> str:
    return _writable(Path(tempfile.gettempdir()))


def _writable(place: Path) -> str:
    if not _can_write(place):
        raise RuntimeError(f"{place} cannot be written")
    return str(place)


def _can_write(place: Path) -> bool:
    """Whether a file can be made there, or in the nearest folder above that exists."""
    folder = next(p for p in (place, *place.absolute().parents) if p.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _torch() -> str:
    import torch

    cuda = torch.cuda.get_device_name(0) if torch.cuda.is_available() else "no CUDA GPU"
    return f"torch {torch.__version__}, {cuda}"


def _export() -> str:
    return _packages("onnx", "onnxscript", "tensorboard")


def _fbx() -> str:
    from ..formats.fbx import blender

    program = blender()
    if program is None:
        raise RuntimeError("no Blender")
    return program[0]


def _usd() -> str:
    importlib.import_module("pxr")
    return f"usd-core {importlib.metadata.version('usd-core')}"


_TRAIN = "only for training: pip install 'footlights[train]'"
_CHECKS = (
    _Check("python", _EVERY, _python),
    _Check("numbers", _EVERY, _numbers),
    _Check("processes", ("convert", "score", "evaluate", "data"), _processes, "give --jobs 1"),
    _Check("networks", ("dance",), _networks),
    _Check("wav flac ogg mp3", _SOUND, _common_sound),
    _Check("m4a opus", _SOUND, _more_sound),
    _Check("film", ("dance", "score", "train"), _film),
    _Check("page", _PAGES, _page, "run pip install again where npm can fetch three"),
    _Check("body", _BODY, _body),
    _Check("models", ("dance", "models"), _models),
    _Check("physics", ("score", "edit"), _physics),
    _Check("real dance", ("evaluate",), _real_dance),
    _Check(
        "kept results", ("evaluate",), _kept_results,
        "set XDG_CACHE_HOME to a folder you can write", needed=False,
    ),
    _Check(
        "compiled code", _EVERY, _compiled,
        "set NUMBA_CACHE_DIR to a folder you can write", needed=False,
    ),
    _Check("temporary files", _EVERY, _temporary, "set TMPDIR to a folder you can write"),
    _Check("browser", ("view",), _browser, "open pages yourself", needed=False),
    _Check("torch", ("train",), _torch, _TRAIN, needed=False),
    _Check("onnx tensorboard", ("train",), _export, _TRAIN, needed=False),
    _Check(
        "fbx", ("convert", "retarget"), _fbx,
        "only for FBX: install Blender, or set FOOTLIGHTS_BLENDER to a Python with bpy",
        needed=False,
    ),
    _Check(
        "usd", ("convert",), _usd, "only for USD: pip install 'footlights[usd]'", needed=False
    ),
)  # fmt: skip
