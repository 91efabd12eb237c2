"""Steps of a data build: done by worker processes, kept for the next run, none stops another."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from ..basics.errors import FootlightsError, Problem
from ..basics.executor import Executor
from ..basics.progress import Report
from ..basics.whole_files import writing
from .build_records import Record
from .json_fields import read_json

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Step(Generic[R]):
    """One piece of work.

    Attributes:
        id: the clip, rig or song it is for.
        key: a digest of all that its result depends on.
        record: the name in the cache of the file that its record is kept in.
        kind: the type of its record.
        work: what to call, a function of a module.
        arguments: what to call it with.
    """

    id: str
    key: str
    record: str
    kind: type[R]
    work: Callable[..., R]
    arguments: tuple[Any, ...]


@dataclass
class StepResults(Generic[R]):
    """Records by the ids of their steps, in the order of the steps, and why others have none."""

    records: dict[str, R]
    problems: list[Problem]


class StepRunner:
    """Does the steps that an earlier run into the folder ``out`` has not done."""

    def __init__(self, out: Path, executor: Executor) -> None:
        self.out, self.executor = out, executor

    def run(
        self, steps: Sequence[Step[R]], progress: Report | None = None, unit: str = "items"
    ) -> StepResults[R]:
        """All records: kept ones are read, the others made and kept.

        ``progress`` is called with the share done and "3 of 9 ``unit``".
        """
        records = {step.id: kept for step in steps if (kept := self._kept(step))}
        problems: list[Problem] = []

        missing = [step for step in steps if step.id not in records]
        for outcome in self.executor.map_unordered(_work, missing):
            step = outcome.item
            if outcome.error:
                problems.append(Problem(step.id, outcome.error))
            elif outcome.result:
                self._keep(step, outcome.result)
                records[step.id] = outcome.result
            if progress:
                done = len(records) + len(problems)
                progress(done / len(steps), f"{done} of {len(steps)} {unit}")

        in_order = {step.id: records[step.id] for step in steps if step.id in records}
        return StepResults(in_order, problems)

    def _kept(self, step: Step[R]) -> R | None:
        """The record of an earlier run, if it is of the same inputs and its files are there."""
        file = self._file(step)
        if not file.exists():
            return None
        try:
            fields = read_json(file, "", allow_nan=True)
            fields.folder = self.out
            record = step.kind.read(fields) if fields.text("key") == step.key else None
        except FootlightsError:
            return None  # of another version, or cut off by a full disk: it is made again
        return record if record and all(path.is_file() for path in record.files()) else None

    def _keep(self, step: Step[R], record: R) -> None:
        # Written after the files it names: a record that is there speaks the truth.
        with writing(self._file(step)) as temporary:
            temporary.write_text(json.dumps({"key": step.key, **record.as_json(self.out)}))

    def _file(self, step: Step[R]) -> Path:
        return self.out / "cache" / f"{step.record}.json"


def _work(step: Step[R]) -> R:
    return step.work(*step.arguments)
