"""The training loop learns, stops and goes on as if it had not stopped, for any task."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs the [train] extra")

from footlights.basics.errors import FootlightsError  # noqa: E402
from footlights.learning.run import load, run  # noqa: E402
from footlights.learning.task import CHECKPOINT  # noqa: E402
from toy_tasks import IDENTITY, DuelTask, LineTask  # noqa: E402


def curve(out: Path, part: str) -> list[dict]:
    rows = map(json.loads, (out / "curve.jsonl").read_text().splitlines())
    return [row for row in rows if row["part"] == part]


def parameters(task: LineTask, out: Path) -> list[torch.Tensor]:
    state = load(task, out)
    networks = [*state.networks.values(), *(a.network for a in state.averages.values())]
    return [array for network in networks for array in network.state_dict().values()]


def test_the_loss_falls_and_is_written_down(tmp_path: Path):
    run(LineTask(steps=200, checkpoint_every=50), tmp_path, device="cpu")
    for part in ("train", "val"):
        rows = curve(tmp_path, part)
        assert [row["step"] for row in rows] == [50, 100, 150, 200]
        assert rows[-1]["loss"] < 0.5 * rows[0]["loss"]
    assert list((tmp_path / "tensorboard").glob("events*"))


@pytest.mark.parametrize("task", [LineTask(), DuelTask()])
@pytest.mark.parametrize("stops", [[3], [5], [1, 7, 19]])
def test_R2_a_resumed_run_is_bit_equal_to_an_unbroken_one(task, stops, tmp_path: Path):
    run(task, tmp_path / "whole", device="cpu")
    for stop in stops:
        run(task, tmp_path / "broken", device="cpu", stop_after=stop)
    run(task, tmp_path / "broken", device="cpu", resume=True)

    whole, broken = (parameters(task, tmp_path / name) for name in ("whole", "broken"))
    assert len(whole) == len(broken) > 3
    assert all(torch.equal(a, b) for a, b in zip(whole, broken, strict=True))
    assert curve(tmp_path / "whole", "train")[-1] == curve(tmp_path / "broken", "train")[-1]


def test_R2_a_stopped_run_goes_on_with_as_many_threads_as_it_had(tmp_path: Path):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        run(LineTask(), tmp_path, device="cpu", stop_after=1)
        torch.set_num_threads(1)
        run(LineTask(), tmp_path, device="cpu", stop_after=2)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("family", "circle", r"another family \(line, now circle\)"),
        ("config", "slope = 3\nsteps = 20\n", r"another config \(slope = 2, now slope = 3\)"),
        ("data", "e" * 64, r"other data \(d{12}, now e{12}\)"),
        ("statistics", "t" * 64, r"other statistics \(s{12}, now t{12}\)"),
        ("licences", ("CC BY-NC 4.0", "CC0"), r"other licences \(CC0; now CC BY-NC 4.0, CC0\)"),
    ],
)
def test_R5_a_run_of_something_else_is_refused_by_what_differs(part, value, words, tmp_path: Path):
    run(LineTask(), tmp_path, device="cpu", stop_after=2)
    before = (tmp_path / CHECKPOINT).read_bytes()
    other = LineTask(identity=replace(IDENTITY, **{part: value}))
    with pytest.raises(FootlightsError, match=rf"began with {words}; give what it began"):
        run(other, tmp_path, device="cpu")
    assert (tmp_path / CHECKPOINT).read_bytes() == before


def test_R5_all_that_differs_is_named_at_once(tmp_path: Path):
    run(LineTask(), tmp_path, device="cpu", stop_after=2)
    other = LineTask(identity=replace(IDENTITY, data="", licences=()))
    with pytest.raises(FootlightsError, match=r"data \(d+, now none\), other licences \(CC0; no"):
        run(other, tmp_path, device="cpu")


def test_resume_with_nothing_to_go_on_from_fails_and_makes_no_folder(tmp_path: Path):
    with pytest.raises(FootlightsError, match="no checkpoint to go on from"):
        run(LineTask(), tmp_path / "run", device="cpu", resume=True)
    assert not (tmp_path / "run").exists()


def test_a_finished_run_stays_as_it_is(tmp_path: Path):
    run(LineTask(), tmp_path, device="cpu")
    before = (tmp_path / CHECKPOINT).read_bytes(), (tmp_path / "curve.jsonl").read_bytes()
    run(LineTask(), tmp_path, device="cpu")
    assert before == (
        (tmp_path / CHECKPOINT).read_bytes(),
        (tmp_path / "curve.jsonl").read_bytes(),
    )


def test_P1_training_speaks_from_its_first_step(tmp_path: Path):
    lines = []
    run(LineTask(steps=50), tmp_path, device="cpu", progress=lambda share, text: lines.append(text))
    assert [line.split(",")[0] for line in lines] == [f"step {n} of 50" for n in (1, 25, 50)]
    assert "loss " in lines[0]


def test_previews_come_after_each_validation(tmp_path: Path):
    steps = []
    run(LineTask(), tmp_path, device="cpu", preview=lambda state: steps.append(state.step))
    assert steps == [5, 10, 15, 20]


def test_a_gpu_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(FootlightsError, match=r"sees no GPU.*--device cpu"):
        run(LineTask(), tmp_path / "run", device="cuda")


def test_progress_of_a_run_that_goes_on_is_of_what_is_left(tmp_path):
    run(LineTask(steps=60), tmp_path, device="cpu", stop_after=50)
    shares = []
    run(
        LineTask(steps=60),
        tmp_path,
        device="cpu",
        progress=lambda share, text: shares.append(share),
    )
    assert shares[0] == pytest.approx(0.1) and max(shares) <= 1
