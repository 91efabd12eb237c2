"""Training a diffusion model: the same curve as ever, and nothing but the same run goes on."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.generators.diffusion.clips import TrainingData
from footlights.generators.diffusion.config import Config
from tiny import tiny_config, tiny_data

torch = pytest.importorskip("torch", reason="training needs the [train] extra")

from footlights.generators.diffusion import clips as clips_module  # noqa: E402
from footlights.generators.diffusion.task import DENOISER, DiffusionTask  # noqa: E402
from footlights.learning.device import has_fast_bfloat16  # noqa: E402
from footlights.learning.run import load, run  # noqa: E402

CURVE = Path(__file__).parent / "tiny_curve.json"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tiny_data(tmp_path / "built")


def task(data: Path, config: Config, *, commercial_only: bool = True) -> DiffusionTask:
    return DiffusionTask(TrainingData.load(data, config, commercial_only=commercial_only), config)


def curve(run: Path, part: str) -> list[dict]:
    rows = map(json.loads, (run / "curve.jsonl").read_text().splitlines())
    return [row for row in rows if row["part"] == part]


def test_the_loss_falls(data: Path, tmp_path: Path):
    config = tiny_config(steps=200, learning_rate=3e-3, batch=16, drop_all=0.0)
    learns = task(data, config)
    run(learns, tmp_path / "run", device="cpu", stop_after=2)
    run(learns, tmp_path / "run", device="cpu")
    before, *_, after = curve(tmp_path / "run", "train")
    assert (before["step"], after["step"]) == (2, 200)
    assert after["vector"] < 0.6 * before["vector"]
    assert after["velocity"] < 0.8 * before["velocity"]


def test_N1_the_curve_is_the_one_that_was_recorded(data: Path, tmp_path: Path):
    """Bit for bit where it was recorded, else as near as another processor comes."""
    recorded = json.loads(CURVE.read_text())
    learns = task(data, tiny_config(steps=20))
    learns.checkpoint_every = 5
    out = run(learns, tmp_path / "run", device="cpu")
    rows = [json.loads(line) for line in (out / "curve.jsonl").read_text().splitlines()]

    here = {
        "torch": torch.__version__,
        "processor": torch.backends.cpu.get_cpu_capability(),
        "bfloat16": has_fast_bfloat16("cpu"),
        "threads": torch.get_num_threads(),
    }
    if here == recorded["made_with"]:
        assert rows == recorded["curve"]
    assert len(rows) == len(recorded["curve"]) == 8
    for row, other in zip(rows, recorded["curve"], strict=True):
        assert row.pop("part") == other.pop("part")
        assert row == pytest.approx(other, rel=1e-3, abs=1e-3)


def test_R2_a_resumed_run_is_bit_equal_to_an_unbroken_one(data: Path, tmp_path: Path):
    learns = task(data, tiny_config(steps=8))
    run(learns, tmp_path / "whole", device="cpu")
    run(learns, tmp_path / "broken", device="cpu", stop_after=3)
    # As another process would: everything is read and built again.
    run(task(data, tiny_config(steps=8)), tmp_path / "broken", device="cpu", resume=True)

    whole, broken = (load(learns, tmp_path / name) for name in ("whole", "broken"))
    assert curve(tmp_path / "whole", "train")[-1] == curve(tmp_path / "broken", "train")[-1]
    arrays = whole.averages[DENOISER].network.state_dict()
    others = broken.averages[DENOISER].network.state_dict()
    assert arrays and all(torch.equal(array, others[name]) for name, array in arrays.items())


def test_a_network_begins_the_same_whatever_torch_s_own_seed_is(data: Path):
    learns = task(data, tiny_config())
    one = learns.start("cpu").networks[DENOISER].state_dict()
    torch.manual_seed(1234)
    two = learns.start("cpu").networks[DENOISER].state_dict()
    assert all(torch.equal(array, two[name]) for name, array in one.items())


def masked(config: Config) -> Config:
    return dataclasses.replace(config, model=dataclasses.replace(config.model, masks=True))


def test_weights_from_before_masks_are_gone_on_with_as_they_were(data: Path, tmp_path: Path):
    before = task(data, tiny_config(steps=4))
    weights = load(before, run(before, tmp_path / "run", device="cpu")).networks[DENOISER]
    arrays = {name: tensor.numpy() for name, tensor in weights.state_dict().items()}

    learns = DiffusionTask(before.data, masked(tiny_config()), arrays)
    denoiser = learns.start("cpu").networks[DENOISER]
    noise = torch.Generator().manual_seed(0)
    x, music = (torch.randn(2, 30, width, generator=noise) for width in (152, 8))
    asked = (x, torch.tensor([0.3, 0.9]), music, torch.tensor([0, 1]))
    assert torch.equal(weights(*asked), denoiser(*asked, torch.ones_like(x)))
    assert weights(*asked).abs().max() > 0.01


def test_masks_are_learnt_and_change_what_is_predicted(data: Path, tmp_path: Path):
    learns = task(data, masked(tiny_config(steps=12, drop_mask=0.0)))
    denoiser = load(learns, run(learns, tmp_path / "run", device="cpu")).networks[DENOISER]
    assert denoiser.mask.weight.abs().max() > 0


def test_weights_of_another_network_are_not_gone_on_with(data: Path):
    arrays = {"inlet.weight": np.zeros((3, 3), np.float32)}
    with pytest.raises(FootlightsError, match=r"its weights are of another network \("):
        DiffusionTask(TrainingData.load(data, tiny_config()), tiny_config(), arrays).start("cpu")


def begin(data: Path, out: Path, **how: bool) -> None:
    run(task(data, tiny_config(steps=4), **how), out, device="cpu", stop_after=1)


def test_R5_a_run_does_not_go_on_with_another_config(data: Path, tmp_path: Path):
    begin(data, tmp_path / "run")
    other = task(data, tiny_config(steps=4, batch=5))
    with pytest.raises(FootlightsError, match=r"another config \(batch = 4, now batch = 5\)"):
        run(other, tmp_path / "run", device="cpu")


def test_R5_a_run_does_not_go_on_with_other_data(data: Path, tmp_path: Path):
    begin(data, tmp_path / "run")
    index = json.loads((data / "data.json").read_text())
    index["clips"][0]["beats"].pop()
    (data / "data.json").write_text(json.dumps(index))
    with pytest.raises(FootlightsError, match=r"began with other data \(\w{12}, now \w{12}\);"):
        run(task(data, tiny_config(steps=4)), tmp_path / "run", device="cpu")


def test_R5_a_run_does_not_go_on_with_other_statistics(data: Path, tmp_path: Path, monkeypatch):
    """The same data may be standardised otherwise by another version."""
    begin(data, tmp_path / "run")
    monkeypatch.setattr(clips_module, "_LEAST_STD", 0.07)
    with pytest.raises(FootlightsError, match=r"began with other statistics \(\w{12}, now \w"):
        run(task(data, tiny_config(steps=4)), tmp_path / "run", device="cpu")


def test_R5_a_run_of_all_licences_does_not_go_on_as_a_commercial_one(data: Path, tmp_path: Path):
    index = json.loads((data / "data.json").read_text())
    index["clips"][0] |= {"licence": "CC BY-NC 4.0", "commercial": False}
    (data / "data.json").write_text(json.dumps(index))
    begin(data, tmp_path / "run", commercial_only=False)
    with pytest.raises(FootlightsError, match=r"other licences \(CC BY-NC 4\.0, CC0; now CC0\)"):
        run(task(data, tiny_config(steps=4)), tmp_path / "run", device="cpu")


def test_what_is_not_held_out_is_not_validated(data: Path, tmp_path: Path):
    config = tiny_config(steps=2)
    learns = DiffusionTask(
        dataclasses.replace(TrainingData.load(data, config), held_out=()), config
    )
    out = run(learns, tmp_path / "run", device="cpu")
    assert curve(out, "train") and not curve(out, "val")
