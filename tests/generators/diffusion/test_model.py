"""The denoiser: what it may see, what it begins with, and that lags alone matter to it."""

import pytest

from footlights.generators.diffusion.config import ModelConfig

torch = pytest.importorskip("torch", reason="the model needs the [train] extra")

from footlights.generators.diffusion.model import (  # noqa: E402
    Denoiser,
    attend,
    rotary_angles,
    sinusoid,
)

SMALL = ModelConfig(width=32, layers=2, heads=2, feedforward=64, window=12, patch=2)
PAPER = ModelConfig(
    width=32, layers=2, heads=2, feedforward=64, window=12, patch=1, cross_attention=True
)


def denoiser(config: ModelConfig) -> Denoiser:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Denoiser(config, channels=6, conditions=8, styles=3).eval()
        # Zeros at the start would hide what depends on what.
        for parameter in model.parameters():
            torch.nn.init.normal_(parameter, std=0.2)
    return model


def inputs(batch: int = 2, frames: int = 12) -> dict[str, torch.Tensor]:
    rng = torch.Generator().manual_seed(1)
    return {
        "x": torch.randn(batch, frames, 6, generator=rng),
        "time": torch.rand(batch, generator=rng),
        "music": torch.randn(batch, frames, 8, generator=rng),
        "style": torch.arange(batch),
    }


@pytest.mark.parametrize("config", [SMALL, PAPER])
def test_the_prediction_depends_on_everything_it_is_told(config: ModelConfig):
    model, told = denoiser(config), inputs()
    with torch.no_grad():
        before = model(**told)
        assert before.shape == told["x"].shape
        others = {
            "x": told["x"] + 1,
            "time": 1 - told["time"],
            "music": -told["music"],
            "style": told["style"] + 1,
        }
        for name, other in others.items():
            assert not torch.allclose(model(**{**told, name: other}), before), name
    assert set(others) == set(told)


@pytest.mark.parametrize("config", [SMALL, PAPER])
def test_a_window_is_predicted_alone_whatever_else_is_in_the_batch(config: ModelConfig):
    model, told = denoiser(config), inputs(batch=3)
    with torch.no_grad():
        together = model(**told)
        alone = model(**{name: value[1:2] for name, value in told.items()})
    assert torch.allclose(together[1:2], alone, atol=1e-5)


def test_it_begins_with_the_mean_motion():
    model = Denoiser(SMALL, channels=6, conditions=8, styles=3)
    assert not model(**inputs()).any()


def test_one_network_takes_windows_of_any_length():
    model = denoiser(SMALL)
    assert [model(**inputs(frames=n)).shape[1] for n in (2, 12, 40)] == [2, 12, 40]


def test_attention_depends_on_the_lag_alone():
    rng = torch.Generator().manual_seed(0)
    q, k = (torch.randn(1, 1, 16, generator=rng).expand(1, 9, 16) for _ in "qk")
    angles = rotary_angles(9, 8, torch.device("cpu"))
    # With the position as the value, equal queries and keys give weights by lag.
    index = torch.arange(9.0)[None, :, None].expand(1, 9, 16)
    shifted = rotary_angles(14, 8, torch.device("cpu"))[5:]
    here, there = (attend(q, k, index, 2, a) for a in (angles, shifted))
    assert torch.allclose(here, there, atol=1e-4)
    assert not torch.allclose(here[:, 0], here[:, 4])


def test_sinusoids_of_different_times_are_different_and_of_length_one_each():
    features = sinusoid(torch.tensor([0.0, 1.0, 700.0]), 32)
    assert features.shape == (3, 32)
    squares = features[:, :16] ** 2 + features[:, 16:] ** 2
    assert torch.allclose(squares, torch.ones(3, 16), atol=1e-5)
    assert torch.cdist(features, features).fill_diagonal_(9).min() > 0.5


def test_names_of_layers_are_those_of_the_shipped_weights():
    from pathlib import Path

    import footlights
    from footlights.learning.network import read_weights

    weights, _ = read_weights(Path(footlights.__file__).parent / "weights" / "small")
    model = Denoiser(ModelConfig(masks=True), channels=152, conditions=8, styles=6)
    shapes = {name: tuple(array.shape) for name, array in model.state_dict().items()}
    assert shapes == {name: array.shape for name, array in weights.items()}
