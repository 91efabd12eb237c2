"""Many motion files into another format, on all cores: what is done is kept, what is broken is
named.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..basics.executor import Executor
from ..basics.progress import Report
from ..formats import FORMATS, options_of, read, write
from ..formats.motion_files import motion_files_below
from ..formats.plausibility import doubts
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES

WAYS = {
    "npz": ".npz", "bvh": ".bvh", "glb": ".glb", "vrma": ".vrma", "amass": ".amass.npz", "smplx": ".smplx.npz", "g1": ".csv",
    "usd": ".usdc", "fbx": ".fbx",
}  # fmt: skip
_FEW = 6  # files that are sooner converted here than workers are started
_OF_SMPL = (".amass.npz", ".smplx.npz", ".vrma")  # formats that know no other joints


@dataclass
class Conversion:
    """What became of the files: how many were written, how many were there already, and what went
    wrong.
    """

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
    said: Callable[[str, str], None] | None = None,
    progress: Report | None = None,
) -> Conversion:
    """Read every motion of ``inputs`` and write it in another format.

    Args:
        inputs: motion files, or folders, which are searched to the bottom.
        out: a file for a single motion, or a folder, in which the folders of the inputs are made
            again.
        way: the format, one of ``WAYS``; by the suffix of ``out`` when None.
        options: ``fps``, ``unit`` and ``up`` for the readers, where a file's header lies.
        force: write again what is there already.
        jobs: worker processes; one a core if None, and none for a few files.
        failed: called for each file that cannot be converted; the others are.
        said: called with a file's name and what had to be found out about it.

    Raises:
        FootlightsError: nothing to convert, or no format or place for it.
    """
    tasks = _plan([Path(path) for path in inputs], Path(out), way)
    if not force and tasks[0][1] == Path(out) and Path(out).exists():
        raise FootlightsError("exists", out, "choose another name, or replace it with --force")
    todo = [task for task in tasks if force or not task[1].exists()]
    result = Conversion(kept=len(tasks) - len(todo))
    for folder in dict.fromkeys(target.parent for _, target in todo):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise FootlightsError(
                f"cannot be made ({problem.strerror})", folder, "choose another place"
            ) from problem
    with Executor(jobs if len(todo) > _FEW else 1) as executor:
        work = partial(_converted, options or {})
        for outcome in executor.map_unordered(
            work, todo, total=len(todo), unit="files", progress=progress
        ):
            if outcome.error:
                result.failed.append(outcome.error)
                if failed:
                    failed(outcome.error)
                continue

            result.written += 1
            for note in outcome.result or ():
                if said:
                    said(outcome.item[0].name, note)
    return result


def _converted(options: dict[str, Any], task: tuple[Path, Path]) -> list[str]:
    """What was found out about a file that was converted."""
    source, target = task
    try:
        return _one(source, target, options)
    except OSError as problem:
        raise FootlightsError(
            f"cannot be made ({problem.strerror})", target, "choose another place", usage=False
        ) from problem


def _one(source: Path, target: Path, options: dict[str, Any]) -> list[str]:
    """Convert one file; what was found out about it."""
    if target.exists() and os.path.samefile(source, target):
        raise FootlightsError(
            "would be replaced by its own conversion", source, "give another place"
        )
    motion = read(
        source, **{name: value for name, value in options.items() if name in options_of(source)}
    )
    tell: list[str | None] = [
        *motion.meta.get("notes", ()),
        *doubts(motion),
        *_unused(source, options),
    ]
    if target.name.lower().endswith(_OF_SMPL) and motion.skeleton.names != SMPL_NAMES:
        motion = _on_smpl_joints(motion, tell)
    elif target.suffix.lower() == ".csv":
        motion = _on_robot(motion, tell)
    tell += write(motion, target)
    return [note for note in tell if note]


def _unused(source: Path, options: dict[str, Any]) -> list[str]:
    known = options_of(source)
    return [
        f"--{name} has no meaning for this format and was not used"
        for name in options
        if name not in known
    ]


def _on_smpl_joints(motion: Motion, tell: list[str | None]) -> Motion:
    """The clip on SMPL's 24 joints: as it is when it has them among others such as End Sites, else
    on the house body.
    """
    from ..retargeting.pose_transfer import bare, on_house_skeleton

    alone = bare(motion)
    if alone is not None:
        return alone
    tell.append("moved onto the house body")
    return on_house_skeleton(motion)


def _on_robot(motion: Motion, tell: list[str | None]) -> Motion:
    from ..retargeting.unitree_g1 import onto_robot

    moved = onto_robot(motion)
    if moved is not motion:
        tell.append("moved onto the Unitree G1")
    return moved


def _plan(inputs: list[Path], out: Path, way: str | None) -> list[tuple[Path, Path]]:
    """Every file to read and the file to write, in a fixed order."""
    if way is not None and way not in WAYS:
        raise FootlightsError(f"no format called {way!r}", "--as", f"take one of {', '.join(WAYS)}")
    if len(inputs) == 1 and not inputs[0].is_dir() and not out.is_dir() and out.suffix:
        return [(inputs[0], _target(out, way))]
    if not out.is_dir() and out.suffix.lower() in _written():
        raise FootlightsError(
            "is the name of one file, but several results need a folder",
            out,
            "name a folder, and give --as",
        )
    if way is None:
        what = "the format for a folder of results is not said"
        raise FootlightsError(what, out, f"give --as with one of {', '.join(WAYS)}")
    if out.exists() and not out.is_dir():
        raise FootlightsError("is a file, but the results need a folder", out, "name a folder")
    found = list(dict.fromkeys(pair for path in inputs for pair in _files(path)))
    if not found:
        raise FootlightsError(
            "no motion in this folder", inputs[0], "give motion files, or a folder of them"
        )
    return [
        (source, out / f"{name}{WAYS[way]}")
        for name, (source, _) in zip(_names(found), found, strict=True)
    ]


def _target(out: Path, way: str | None) -> Path:
    """The one file to write, when its name says the format that is asked for."""
    own = _way_of(out)
    if way is not None and own != way:
        raise FootlightsError(
            f"is no name for {way}", out, f"end it in {WAYS[way]}, or name a folder that is there"
        )
    if own is None:
        do = f"end it in one of {' '.join([*_written(), *_OF_SMPL[:2]])}"
        raise FootlightsError("is of no format that can be written", out, do)
    return out


def _way_of(out: Path) -> str | None:
    """The one of ``WAYS`` that `write` takes for a file of this name."""
    named = next((way for way in ("amass", "smplx") if out.name.lower().endswith(WAYS[way])), None)
    return named or next(
        (form.name for form in FORMATS if form.writes and out.suffix.lower() in form.suffixes), None
    )


def _names(found: list[tuple[Path, Path]]) -> list[Path]:
    """Names of the results, without suffix; files that would overwrite one another keep theirs
    inside the new name.
    """
    plain = [relative.with_suffix("") for _, relative in found]
    whole: set[Path] = set()
    while True:
        chosen = [
            relative if relative in whole else name
            for name, (_, relative) in zip(plain, found, strict=True)
        ]
        twice = {name for name, count in Counter(chosen).items() if count > 1}
        clash = {
            relative for name, (_, relative) in zip(chosen, found, strict=True) if name in twice
        }
        if not clash - whole:
            break
        whole |= clash
    if twice:
        both = [
            str(source) for name, (source, _) in zip(chosen, found, strict=True) if name in twice
        ][:2]
        raise FootlightsError(
            f"and {both[1]} would become one file",
            both[0],
            "convert their folders one after the other",
        )
    return chosen


def _written() -> list[str]:
    return [suffix for form in FORMATS if form.writes for suffix in form.suffixes]


def _files(path: Path) -> list[tuple[Path, Path]]:
    """The file, or all motions of the folder, each with its place below the folder."""
    return (
        [(file, file.relative_to(path)) for file in motion_files_below(path)]
        if path.is_dir()
        else [(path, Path(path.name))]
    )
