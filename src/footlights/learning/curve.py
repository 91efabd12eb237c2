"""The curve of a run: JSON lines for programs, and the same for TensorBoard."""

import json
from collections.abc import Mapping
from pathlib import Path

from ..basics.whole_files import writing

FILE = "curve.jsonl"


class Curve:
    """Writes what was measured while a network learnt into the folder ``out``; use it as a context.

    Args:
        out: the run's folder.
        step: where the run goes on; what is there of later steps is cut off.
    """

    def __init__(self, out: Path, step: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.path = out / FILE
        if self.path.exists():
            self._cut_back(step)
        self.board = SummaryWriter(str(out / "tensorboard"), purge_step=step)

    def write(self, step: int, part: str, terms: Mapping[str, float]) -> None:
        """Add a line; ``part`` says what was measured: "train" or "val"."""
        line = {"step": step, "part": part, **{k: round(v, 6) for k, v in terms.items()}}
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
        for name, value in terms.items():
            self.board.add_scalar(f"{part}/{name}", value, step)

    def __enter__(self) -> "Curve":
        return self

    def __exit__(self, *error: object) -> None:
        self.board.close()

    def _cut_back(self, step: int) -> None:
        # A line that a kill or a full disk cut off is of a step after the checkpoint.
        whole = [line for line in self.path.read_text().splitlines() if line.endswith("}")]
        kept = [line for line in whole if json.loads(line)["step"] <= step]
        with writing(self.path) as temporary:
            temporary.write_text("".join(f"{line}\n" for line in kept))
