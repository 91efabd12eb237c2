"""Many motion files into another format, on all cores: what is done is kept, what is broken is named."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import FootlightsError
from ..motion import Motion
from ..progress import Report
from ..skeleton import SMPL_NAMES
from ..workers import cores, streamed, workers
from . import FORMATS, options_of, read, write
from .folders import below
from .plausible import doubt

WAYS = {
    "npz": ".npz", "bvh": ".bvh", "glb": ".glb", "vrma": ".vrma", "amass": ".amass.npz", "smplx": ".smplx.npz", "g1": ".csv",
    "usd": ".usdc", "fbx": ".fbx",
}  # fmt: skip
_FEW = 6  # files that are sooner converted here than workers are started
_OF_SMPL = (".amass.npz", ".smplx.npz", ".vrma")  # formats that know no other joints


@dataclass
class Conversion:
    """What became of the files: how many were written, how many were there already, and what went wrong."""

    written: int = 0
    kept: int = 0
    failed: list[FootlightsError] = field(default_factory=list)


def convert(
    inputs: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    way: str | None = None,
    *,
    options: dict[str, Any] | None = None,
    force: bool = False,
    jobs: int | None = None,
    failed: Callable[[FootlightsError], None] | None = None,
    said: Callable[[str], None] | None = None,
    progress: Report | None = None,
) -> Conversion:
    """Read every motion of ``inputs`` and write it in another format.

    Args:
        inputs: motion files, or folders, which are searched to the bottom.
        out: a file for a single motion, or a folder, in which the folders of the inputs are made again.
        way: the format, one of ``WAYS``; by the suffix of ``out`` when None.
        options: ``fps``, ``unit`` and ``up`` for the readers, where a file's header lies.
        force: write again what is there already.
        jobs: worker processes; one a core if None, and none for a few files.
        failed: called for each file that cannot be converted; the others are.
        said: called with what had to be found out about a file.

    Raises:
        FootlightsError: nothing to convert, or no format or place for it.
    """
    tasks = _plan([Path(path) for path in inputs], Path(out), way)
    todo = [task for task in tasks if force or not task[1].exists()]
    result = Conversion(kept=len(tasks) - len(todo))
    for folder in dict.fromkeys(target.parent for _, target in todo):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise FootlightsError(f"cannot be made ({problem.strerror})", folder, "choose another place") from problem
    count = cores() if jobs is None else jobs
    with workers(count if len(todo) > _FEW else 1) as pool:
        for done, ((source, _), outcome) in enumerate(streamed(pool, partial(_tried, options or {}), todo, count), start=1):
            if progress:
                progress(done / len(todo), f"{source.name} ({done} of {len(todo)})")
            if isinstance(outcome, FootlightsError):
                result.failed.append(outcome)
                if failed:
                    failed(outcome)
                continue
            result.written += 1
            if said:
                for note in outcome:
                    said(note)
    return result


def _tried(options: dict[str, Any], task: tuple[Path, Path]) -> list[str] | FootlightsError:
    """What was found out about a file that was converted, or why it was not: every file stands alone."""
    try:
        return _one(*task, options)
    except FootlightsError as problem:
        return problem
    except OSError as problem:
        return FootlightsError(f"cannot be made ({problem.strerror})", task[1], "choose another place", usage=False)
    except Exception as problem:
        return FootlightsError(f"unexpected {type(problem).__name__}: {problem}", task[0], "report it", usage=False)


def _one(source: Path, target: Path, options: dict[str, Any]) -> list[str]:
    """Convert one file; what was found out about it, with its name."""
    if target.exists() and os.path.samefile(source, target):
        raise FootlightsError("would be replaced by its own conversion", source, "give another place")
    motion = read(source, **{name: value for name, value in options.items() if name in options_of(source)})
    tell: list[str | None] = [*motion.meta.get("notes", ()), doubt(motion), *_unused(source, options)]
    if target.name.lower().endswith(_OF_SMPL) and motion.skeleton.names != SMPL_NAMES:
        motion = _on_smpl_joints(motion, tell)
    elif target.suffix.lower() == ".csv":
        motion = _on_robot(motion, tell)
    tell += write(motion, target)
    return [f"{source.name}: {note}" for note in tell if note]


def _unused(source: Path, options: dict[str, Any]) -> list[str]:
    known = options_of(source)
    return [f"--{name} has no meaning for this format and was not used" for name in options if name not in known]


def _on_smpl_joints(motion: Motion, tell: list[str | None]) -> Motion:
    """The clip on SMPL's 24 joints: as it is when it has them among others such as End Sites, else on the house body."""
    from ..retargeting import bare, retarget

    alone = bare(motion)
    if alone is not None:
        return alone
    tell.append("moved onto the house body")
    return retarget(motion)


def _on_robot(motion: Motion, tell: list[str | None]) -> Motion:
    from ..robot import onto_robot

    moved = onto_robot(motion)
    if moved is not motion:
        tell.append("moved onto the Unitree G1")
    return moved


def _plan(inputs: list[Path], out: Path, way: str | None) -> list[tuple[Path, Path]]:
    """Every file to read and the file to write, in a fixed order."""
    if way is not None and way not in WAYS:
        raise FootlightsError(f"no format called {way!r}", "--as", f"take one of {', '.join(WAYS)}")
    single = len(inputs) == 1 and not inputs[0].is_dir() and not out.is_dir()
    if single and way is None and out.suffix and out.suffix.lower() not in _written():
        raise FootlightsError("is of no format that can be written", out, f"end it in one of {' '.join(_written())}")
    if single and out.suffix and (way is None or out.name.lower().endswith(WAYS[way])):
        return [(inputs[0], out)]
    if way is None:
        what = "the format for a folder of results is not said"
        raise FootlightsError(what, out, f"give --as with one of {', '.join(WAYS)}")
    if out.exists() and not out.is_dir():
        raise FootlightsError("is a file, but the results need a folder", out, "name a folder")
    found = [pair for path in inputs for pair in _files(path)]
    if not found:
        raise FootlightsError("no motion in this folder", inputs[0], "give motion files, or a folder of them")
    # Two files of one name and different formats would overwrite one another: they keep their suffix in the new name.
    often = Counter(relative.with_suffix("") for _, relative in found)
    chosen = [relative if often[relative.with_suffix("")] > 1 else relative.with_suffix("") for _, relative in found]
    twice = [name for name, count in Counter(chosen).items() if count > 1]
    if twice:
        raise FootlightsError("two of the files have this name", twice[0], "convert their folders one after the other")
    return [(source, out / f"{name}{WAYS[way]}") for name, (source, _) in zip(chosen, found, strict=True)]


def _written() -> list[str]:
    return [suffix for form in FORMATS if form.writes for suffix in form.suffixes]


def _files(path: Path) -> list[tuple[Path, Path]]:
    """The file, or all motions of the folder, each with its place below the folder."""
    return [(file, file.relative_to(path)) for file in below(path)] if path.is_dir() else [(path, Path(path.name))]
