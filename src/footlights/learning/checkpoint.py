"""Checkpoints: the whole state of a run in one file, from which only the same run goes on."""

from pathlib import Path
from typing import Any

import torch

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from .identity import Identity
from .task import CHECKPOINT, State

FORMAT = "footlights-checkpoint-1"

_KEYS = {"identity", "step", "threads", "networks", "averages", "optimisers"}
_OTHER_FOLDER = "use another --out folder"


def has_checkpoint(out: Path) -> bool:
    """Whether the run folder ``out`` holds a checkpoint."""
    return (out / CHECKPOINT).exists()


def save(state: State, identity: Identity, out: Path) -> None:
    """Write the checkpoint of ``out``, whole or not at all."""
    content = {
        "format": FORMAT,
        "identity": identity.plain(),
        "step": state.step,
        # Sums of many numbers depend on how many threads share them.
        "threads": torch.get_num_threads(),
        "networks": {name: part.state_dict() for name, part in state.networks.items()},
        "averages": {name: part.network.state_dict() for name, part in state.averages.items()},
        "optimisers": {name: part.state_dict() for name, part in state.optimisers.items()},
    }
    with writing(out / CHECKPOINT) as path:
        torch.save(content, path)


def restore(state: State, identity: Identity, out: Path) -> None:
    """Bring ``state`` to where the run in ``out`` stopped, with as many threads as it had.

    Raises:
        FootlightsError: the checkpoint is damaged, of another version, or of a run with another
            identity; what differs is named.
    """
    content, before = _read(out / CHECKPOINT)
    differences = identity.differences(before)
    if differences:
        raise FootlightsError(
            f"the run here began with {', '.join(differences)}",
            out,
            f"give what it began with, or {_OTHER_FOLDER}",
        )

    torch.set_num_threads(content["threads"])
    try:
        for name, network in state.networks.items():
            network.load_state_dict(content["networks"][name])
        for name, average in state.averages.items():
            average.network.load_state_dict(content["averages"][name])
        for name, optimiser in state.optimisers.items():
            optimiser.load_state_dict(content["optimisers"][name])
    except (KeyError, RuntimeError, ValueError) as error:
        raise FootlightsError(
            f"the networks of this version are built otherwise ({_line(error)})",
            out / CHECKPOINT,
            f"go on with the version it began with, or {_OTHER_FOLDER}",
        ) from error
    state.step = content["step"]


def read_identity(out: Path) -> Identity:
    """What the run in the folder ``out`` learns and from what; FootlightsError without a run."""
    return _read(out / CHECKPOINT)[1]


def _read(path: Path) -> tuple[dict[str, Any], Identity]:
    """What a checkpoint holds, and the identity of its run."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # of a damaged file torch's reader raises whatever it stumbles over
        problem = f"is no checkpoint ({_line(error)})"
        raise FootlightsError(problem, path, _OTHER_FOLDER) from error

    form = content.get("format") if isinstance(content, dict) else None
    if form is None:
        raise FootlightsError(
            "does not say from which data it learnt: it is of a version before 0.2",
            path,
            f"go on with that version, or {_OTHER_FOLDER}",
        )
    if form != FORMAT:
        raise FootlightsError(
            f"has the format {form!r}, this version reads {FORMAT!r}",
            path,
            f"go on with the version it began with, or {_OTHER_FOLDER}",
        )

    missing = sorted(_KEYS - content.keys())
    if missing:
        raise FootlightsError(f"is no checkpoint ({missing[0]} is missing)", path, _OTHER_FOLDER)
    try:
        return content, Identity.of_plain(content["identity"])
    except (KeyError, TypeError) as error:
        problem = f"is no checkpoint (its identity: {_line(error)})"
        raise FootlightsError(problem, path, _OTHER_FOLDER) from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
