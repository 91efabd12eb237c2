"""Many motion files into another format: what is done is kept, what is broken is named."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError, Problem, exit_code_of
from ..basics.executor import Executor, Outcome
from ..basics.progress import Report
from ..formats import options_of, read, write
from ..formats.plausibility import check_plausibility
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES
from .convert_targets import Task, convert_tasks

_FEW = 6  # files that are sooner converted here than workers are started
# formats that know no other joints
_SMPL_ONLY = (".amass.npz", ".smplx.npz", ".vrma", ".pkl", ".pickle")
_ROBOT_ONLY = ".csv"
_OWN_JOINTS = (".bvh", ".glb", ".fbx", ".usd", ".usda", ".usdc")  # of whatever body
_EVERY_CLIP = "all"  # as the name of an animation


@dataclass
class Conversion:
    """What became of the files.

    Attributes:
        written: new files, and ``kept``, those that were there already.
        notes: what had to be found out or changed: name of the file, and the note.
        problems: files that could not be converted, and why.
    """

    written: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when all is converted, 1 when work failed, 2 when only files were at fault."""
        return exit_code_of(self.problems)

    def as_json(self) -> dict[str, Any]:
        """The document that ``footlights convert --json`` prints."""
        return {
            "written": [str(path) for path in self.written],
            "kept": [str(path) for path in self.kept],
            "notes": [{"item": item, "note": note} for item, note in self.notes],
            "problems": [problem.as_json() for problem in self.problems],
        }


def convert(
    inputs: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    target_format: str | None = None,
    *,
    options: dict[str, Any] | None = None,
    force: bool = False,
    jobs: int | None = None,
    failed: Callable[[Problem], None] | None = None,
    noted: Callable[[str, str], None] | None = None,
    progress: Report | None = None,
) -> Conversion:
    """Read every motion of ``inputs`` and write it in another format.

    Args:
        inputs: motion files, or folders, which are searched to the bottom.
        out: a file for a single motion, or a folder, in which the folders of the inputs are made
            again.
        target_format: one of `convert_targets.SUFFIXES`; by the suffix of ``out`` when None.
        options: ``fps``, ``unit``, ``up``, ``quat`` and ``clip`` for the readers, where a file lies
            or holds several; the clip "all" makes a file of each animation, in a folder. ``map``
            is a bone map of their joints.
        force: write again what is there already.
        jobs: worker processes; one a core if None, and none for a few files.
        failed: called for each file that cannot be converted; the others are.
        noted: called with a file's name and what had to be found out about it.

    Raises:
        FootlightsError: nothing to convert, or no format or place for it.
        KeyboardInterrupt: stopped; it says what is kept.
    """
    options = dict(options or {})
    every_clip = options.get("clip") == _EVERY_CLIP
    if every_clip:
        del options["clip"]  # each task has its own
    paths = [Path(path) for path in inputs]
    tasks = convert_tasks(paths, Path(out), target_format, every_clip=every_clip)
    # A folder is finished; one file that is named is meant to be made anew.
    if not force and tasks[0].target == Path(out) and Path(out).exists():
        raise FootlightsError("exists", out, "choose another name, or replace it with --force")

    todo = [task for task in tasks if force or not task.target.exists()]
    pending = set(todo)
    result = Conversion(kept=[task.target for task in tasks if task not in pending])
    _make_folders(todo)

    work = partial(_converted, options)
    try:
        with Executor(jobs if len(todo) > _FEW else 1) as executor:
            outcomes = executor.map_unordered(
                work, todo, total=len(todo), unit="files", progress=progress
            )
            for outcome in outcomes:
                _note(outcome, result, failed, noted)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"finished files are kept in {out}; the same command does the rest"
        ) from None
    return result


def _note(
    outcome: Outcome[Task, list[str]],
    result: Conversion,
    failed: Callable[[Problem], None] | None,
    noted: Callable[[str, str], None] | None,
) -> None:
    """Put what became of one file into the result, and tell whoever wants to know at once."""
    task = outcome.item
    if outcome.error:
        result.problems.append(Problem(str(task.source), outcome.error))
        if failed:
            failed(result.problems[-1])
        return

    result.written.append(task.target)
    for note in outcome.result or ():
        result.notes.append((task.source.name, note))
        if noted:
            noted(task.source.name, note)


class NoteCounts:
    """Notes on many files, each told once: with its file, or with the number of files."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str, int]] = {}  # note: its first file, and how many have it

    def add(self, file: str, note: str) -> None:
        first, count = self._files.get(note, (file, 0))
        self._files[note] = first, count + 1

    def lines(self) -> list[str]:
        return [
            f"{first if count == 1 else f'{count} files'}: {note}"
            for note, (first, count) in self._files.items()
        ]


def _make_folders(tasks: Sequence[Task]) -> None:
    for folder in dict.fromkeys(task.target.parent for task in tasks):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FootlightsError(
                f"cannot be made ({error.strerror})", folder, "choose another place"
            ) from error


def _converted(options: dict[str, Any], task: Task) -> list[str]:
    """Convert one file; what a person should know of it."""
    if task.clip is not None:
        options = {**options, "clip": task.clip}
    try:
        return _convert_file(task.source, task.target, options)
    except OSError as error:
        raise FootlightsError(
            f"cannot be made ({error.strerror})", task.target, "choose another place", usage=False
        ) from error


def _convert_file(source: Path, target: Path, options: dict[str, Any]) -> list[str]:
    if target.exists() and os.path.samefile(source, target):
        raise FootlightsError(
            "would be replaced by its own conversion", source, "give another place"
        )

    known, options = options_of(source), dict(options)
    bone_map = options.pop("map", None)
    motion = read(source, **{name: value for name, value in options.items() if name in known})
    notes = [
        *motion.notes,
        *check_plausibility(motion),
        *(
            f"--{name} has no meaning for this format and was not used"
            for name in options
            if name not in known
        ),
    ]

    if bone_map is not None:
        from ..retargeting.source_map import with_bone_map

        motion = with_bone_map(motion, bone_map)
        if target.suffix.lower() in _OWN_JOINTS:
            notes.append("keeps its own joints: --map is for formats that know ours, and for npz")
    motion, moved = _on_known_joints(motion, target)
    notes += [*moved, *write(motion, target)]
    return [note for note in notes if note]


def _on_known_joints(motion: Motion, target: Path) -> tuple[Motion, list[str]]:
    """The clip on joints that the target's format knows, and a note where it had to be moved."""
    if target.name.lower().endswith(_SMPL_ONLY) and motion.skeleton.names != SMPL_NAMES:
        from ..retargeting.pose_transfer import on_house_skeleton, smpl_joints_only
        from ..retargeting.source_map import mapped_joints

        # Some rigs are SMPL's with End Sites and the like: those keep their own measures.
        alone = smpl_joints_only(motion) if mapped_joints(motion) is None else None
        if alone is not None:
            return alone, []
        return on_house_skeleton(motion), ["moved onto the house body"]

    if target.suffix.lower() == _ROBOT_ONLY:
        from ..retargeting.unitree_g1 import onto_robot

        moved = onto_robot(motion)
        return moved, [] if moved is motion else ["moved onto the Unitree G1"]

    return motion, []
