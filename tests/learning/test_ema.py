"""Moving averages follow what learns, slowly, and forget where it began."""

import pytest

torch = pytest.importorskip("torch", reason="training needs the [train] extra")

from footlights.learning.ema import MovingAverage  # noqa: E402


def one(value: float) -> torch.nn.Module:
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(network.weight, value)
    network.register_buffer("count", torch.tensor(value))
    return network


def test_it_is_the_weighted_mean_of_what_it_followed():
    network = one(0.0)
    average = MovingAverage(network, 0.5)
    torch.nn.init.constant_(network.weight, 1.0)
    average.update(step=1000)
    assert average.network.weight.item() == 0.5
    average.update(step=1001)
    assert average.network.weight.item() == 0.75


def test_the_first_steps_weigh_more():
    network = one(0.0)
    average = MovingAverage(network, 0.999)
    torch.nn.init.constant_(network.weight, 1.0)
    average.update(step=1)
    assert average.network.weight.item() == pytest.approx(1 - 2 / 11)


def test_buffers_follow_at_once_and_nothing_learns_through_it():
    network = one(0.0)
    average = MovingAverage(network, 0.9)
    network.count.fill_(7.0)
    average.update(step=1)
    assert average.network.count.item() == 7.0
    assert not any(array.requires_grad for array in average.network.parameters())
    assert average.network.weight is not network.weight
