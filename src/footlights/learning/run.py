"""The one training loop: steps, averages, curve, validation, checkpoints, and going on."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.progress import Report
from . import checkpoint
from .curve import Curve
from .device import pick_device
from .task import State, Task

_REPORT_EVERY = 25  # steps between two lines of progress


def run(
    task: Task,
    out: str | Path,
    *,
    device: str = "auto",
    stop_after: int | None = None,
    resume: bool = False,
    progress: Report | None = None,
    preview: Callable[[State], None] | None = None,
) -> Path:
    """Train ``task`` and return the folder ``out`` with its checkpoint and its curve.

    A folder that holds a checkpoint of the same run goes on from it; on a CPU everything that
    follows is bit-equal to a run that was never stopped.

    Args:
        out: made when missing.
        device: "auto" (a GPU if there is one), "cpu" or "cuda".
        stop_after: stop at this step of all, keeping the checkpoint.
        resume: go on, or fail where there is nothing to go on from.
        progress: called with the share done in 0..1 of what this call has to do, and a line of
            text, from the first step on.
        preview: called after each validation, to show what the state can do so far.

    Raises:
        FootlightsError: ``out`` holds a run of something else (what differs is named), or there is
            no such device, or nothing to go on from.
    """
    out = Path(out)
    if resume:
        require_checkpoint(out)
    state = task.start(pick_device(device))
    out.mkdir(parents=True, exist_ok=True)
    if checkpoint.has_checkpoint(out):
        checkpoint.restore(state, task.identity, out)

    last = min(task.steps, stop_after or task.steps)
    report = _reporter(progress, state.step, last)
    with Curve(out, state.step) as curve:
        while state.step < last:
            # Of the seed and the step alone, so that a resumed run draws what it would have drawn.
            terms = task.step(state, np.random.default_rng([task.seed, state.step]))
            state.step += 1
            for average in state.averages.values():
                average.update(state.step)

            report(state.step, terms)
            if state.step % task.checkpoint_every == 0 or state.step == last:
                curve.write(state.step, "train", terms)
                held_out = task.validate(state)
                if held_out:
                    curve.write(state.step, "val", held_out)
                checkpoint.save(state, task.identity, out)
                if preview:
                    preview(state)
    return out


def load(task: Task, out: str | Path, device: str = "cpu") -> State:
    """The state that the run of ``task`` in the folder ``out`` has come to.

    Raises:
        FootlightsError: there is no run in ``out``, or one of something else.
    """
    require_checkpoint(Path(out))
    state = task.start(device)
    checkpoint.restore(state, task.identity, Path(out))
    return state


def require_checkpoint(out: Path) -> None:
    """Raises FootlightsError when ``out`` holds nothing to go on from."""
    if not checkpoint.has_checkpoint(out):
        raise FootlightsError(
            "holds no checkpoint to go on from", out, "leave --resume out to begin, or check --out"
        )


def _reporter(
    progress: Report | None, first: int, last: int
) -> Callable[[int, dict[str, float]], None]:
    """What is called after each step, and speaks after the first and now and then."""
    began = time.monotonic()

    def report(step: int, terms: dict[str, float]) -> None:
        if progress is None or not (step == first + 1 or step % _REPORT_EVERY == 0):
            return
        pace = (time.monotonic() - began) / (step - first) * 1000
        name, value = next(iter(terms.items()))
        # Of what is left of a run that goes on: the time that is left is estimated from it.
        progress(
            (step - first) / (last - first),
            f"step {step} of {last}, {name} {value:.4f}, {pace:.0f} ms a step",
        )

    return report
