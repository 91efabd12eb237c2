"""Checkpoints are whole or refused in one line, and say what their run is."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs the [train] extra")

from footlights.basics.errors import FootlightsError  # noqa: E402
from footlights.learning import checkpoint  # noqa: E402
from footlights.learning.run import run  # noqa: E402
from footlights.learning.task import CHECKPOINT  # noqa: E402
from toy_tasks import IDENTITY, DuelTask, LineTask  # noqa: E402


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return run(LineTask(), tmp_path, device="cpu", stop_after=1)


def test_it_says_what_the_run_is(out: Path):
    assert checkpoint.read_identity(out) == IDENTITY


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a zip", b"text", None])
def test_R5_a_damaged_checkpoint_is_one_line(out: Path, content: bytes | None):
    path = out / CHECKPOINT
    path.write_bytes(path.read_bytes()[:2000] if content is None else content)
    with pytest.raises(FootlightsError, match="is no checkpoint"):
        run(LineTask(), out, device="cpu")


def test_R5_a_checkpoint_without_a_part_is_refused_by_its_name(out: Path):
    content = torch.load(out / CHECKPOINT, weights_only=True)
    torch.save({**content, "identity": {"family": "line"}}, out / CHECKPOINT)
    with pytest.raises(FootlightsError, match=r"is no checkpoint \(its identity"):
        run(LineTask(), out, device="cpu")

    del content["averages"]
    torch.save(content, out / CHECKPOINT)
    with pytest.raises(FootlightsError, match="averages is missing"):
        run(LineTask(), out, device="cpu")


def test_R5_a_checkpoint_of_another_version_is_refused(out: Path):
    torch.save({"config": "", "step": 3, "model": {}, "smooth": {}}, out / CHECKPOINT)
    with pytest.raises(FootlightsError, match="from which data it learnt: it is of a version bef"):
        run(LineTask(), out, device="cpu")

    torch.save({"format": "footlights-checkpoint-9"}, out / CHECKPOINT)
    with pytest.raises(FootlightsError, match="has the format 'footlights-checkpoint-9'"):
        run(LineTask(), out, device="cpu")


def test_R5_networks_that_are_built_otherwise_are_refused(out: Path):
    with pytest.raises(FootlightsError, match="built otherwise"):
        run(DuelTask(), out, device="cpu")
    with pytest.raises(FootlightsError, match=r"built otherwise.*weight"):
        run(_Wider(), out, device="cpu")


def test_S1_a_checkpoint_that_runs_code_is_refused(out: Path):
    class Code:
        def __reduce__(self) -> tuple:
            return print, ("code ran",)

    torch.save({"format": Code()}, out / CHECKPOINT)
    with pytest.raises(FootlightsError, match="is no checkpoint"):
        run(LineTask(), out, device="cpu")


class _Wider(LineTask):
    def start(self, device: str):
        state = super().start(device)
        state.networks["line"][0] = torch.nn.Linear(1, 9)
        return state
