"""Training from end to end: a family builds its task, it learns, and a model comes out."""

import dataclasses
import importlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from ..basics.errors import FootlightsError
from ..basics.progress import Report
from ..basics.whole_files import remove_empty

if TYPE_CHECKING:
    from ..generators.base import Generator
    from ..learning.task import State, Task

# Families of models that can be trained: a module each, which needs no torch until it begins.
FAMILIES = {"diffusion": "footlights.generators.diffusion.family"}

DEVICES = ("auto", "cpu", "cuda")
_NEEDED = ("torch", "onnx", "onnxscript", "tensorboard")


class Family(Protocol):
    """A family that can be trained; a module with these names is one.

    Attributes:
        SUMMARY: what it is, in one line.
        CONFIGS: what it takes for a config, in words.
        Options: a frozen dataclass of the options that only it has; the metadata of its fields
            hold "help" and "metavar".
    """

    SUMMARY: str
    CONFIGS: str
    Options: Any

    def make_task(self, options: Any, config: str, steps: int | None) -> "Task":
        """What is to be learnt; reads the data."""
        ...

    def export(self, task: Any, state: "State", out: Path, command: str) -> Path:
        """Write the finished model into the folder ``out``, which is returned."""
        ...

    def dancer(self, task: Any, state: "State") -> "Generator | None":
        """What the state can do so far, to be filmed; None for what makes no dances."""
        ...


@dataclass(frozen=True)
class Trained:
    """What came of a training run.

    Attributes:
        family: which family it is of.
        run: the folder with its checkpoint and its curve.
        model: the folder of the finished model.
        steps: that it was trained for.
    """

    family: str
    run: Path
    model: Path
    steps: int


def load_family(name: str) -> Family:
    """The family called ``name``; FootlightsError when there is none."""
    if name not in FAMILIES:
        raise FootlightsError(
            f"no family called {name!r} can be trained", "family", f"take {', '.join(FAMILIES)}"
        )
    return cast(Family, importlib.import_module(FAMILIES[name]))


def train(
    family: str,
    out: str | Path,
    options: Any,
    *,
    config: str = "small",
    steps: int | None = None,
    device: str = "auto",
    resume: bool = False,
    progress: Report | None = None,
) -> Trained:
    """Train a family's model, or go on with it, and export it to ``out``/model.

    Args:
        family: one of `FAMILIES`.
        out: where checkpoint, curve, films and model go.
        options: the family's own, an instance of its ``Options``.
        config: the name of one of the family's configs, or the path of a TOML file.
        steps: in all; the config's when None.
        device: one of `DEVICES`.
        resume: fail where there is nothing to go on from.
        progress: called with the share done in 0..1 and a line of text.

    Raises:
        FootlightsError: torch is missing; the data, the config or the device cannot be used; or
            ``out`` holds a run of something else.
    """
    out, chosen = Path(out), load_family(family)
    if steps is not None and steps < 1:
        raise FootlightsError(f"{steps} steps", "--steps", "give a number from 1 on")
    _require_extra()
    from ..learning.run import load, require_checkpoint, run
    from .training_preview import training_preview

    if resume:
        require_checkpoint(out)
    fresh = not out.exists()
    try:
        if progress:
            progress(0.0, "reading the data")
        task = chosen.make_task(options, config, steps)
        preview = training_preview(partial(chosen.dancer, task), out)
        run(task, out, device=device, progress=progress, preview=preview)
        model = chosen.export(
            task, load(task, out), out / "model", command_of(family, options, config, steps)
        )
    finally:
        if fresh:
            remove_empty(out)
    return Trained(family, out, model, task.steps)


def command_of(family: str, options: Any, config: str, steps: int | None) -> str:
    """The command for a card: whatever changes the model, and no path of somebody's disk."""
    words = ["footlights", "train", family]
    for field in dataclasses.fields(options):
        value, flag = getattr(options, field.name), "--" + field.name.replace("_", "-")
        if isinstance(value, Path):
            words += [flag, field.metadata.get("metavar", "PATH")]
        elif value is True:
            words.append(flag)
        elif value is not False and value != field.default:
            words += [flag, str(value)]

    words += ["--config", Path(config).name]
    return " ".join(words + ([] if steps is None else ["--steps", str(steps)]))


def _require_extra() -> None:
    """FootlightsError when something of the extra is missing, though it is needed hours later."""
    for name in _NEEDED:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            raise FootlightsError(
                f"{error.name} is not installed", "train", "pip install 'footlights[train]'"
            ) from error
