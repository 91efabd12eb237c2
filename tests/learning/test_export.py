"""What is exported runs the same without torch, and is refused when it would not."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="export needs the [train] extra")

from footlights.basics.errors import FootlightsError  # noqa: E402
from footlights.learning import export as export_module  # noqa: E402
from footlights.learning.export import export_network  # noqa: E402
from footlights.learning.network import OnnxNetwork, read_weights  # noqa: E402


class ActorCritic(torch.nn.Module):
    """Two inputs, two outputs, and not a word about motion."""

    def __init__(self) -> None:
        super().__init__()
        self.shared = torch.nn.Linear(4, 8)
        self.actor, self.critic = torch.nn.Linear(8, 2), torch.nn.Linear(8, 1)

    def forward(self, observation, goal):
        hidden = torch.tanh(self.shared(observation + goal))
        return self.actor(hidden), self.critic(hidden)


def inputs(count: int) -> dict[str, torch.Tensor]:
    rng = torch.Generator().manual_seed(count)
    return {name: torch.randn(count, 4, generator=rng) for name in ("observation", "goal")}


@pytest.fixture(scope="module")
def module() -> ActorCritic:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return ActorCritic()


def test_N1_a_network_of_any_family_runs_the_same_in_both_runtimes(module, tmp_path: Path):
    before = {name: array.clone() for name, array in module.state_dict().items()}
    export_network(module, inputs, ("action", "value"), tmp_path, {"mean": np.arange(4)})

    weights, statistics = read_weights(tmp_path)
    network = OnnxNetwork(tmp_path, weights)
    assert network.inputs == {"observation": (4,), "goal": (4,)}
    assert network.outputs == {"action": (2,), "value": (1,)}
    assert statistics["mean"].tolist() == [0, 1, 2, 3]
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float16)}

    arrays = inputs(1)
    ours = network(**{name: array.numpy() for name, array in arrays.items()})
    with torch.inference_mode():
        action, value = module(**arrays)
    # Half precision keeps three digits of the weights.
    assert np.allclose(ours["action"], action, atol=5e-3)
    assert np.allclose(ours["value"], value, atol=5e-3)
    assert all(torch.equal(before[name], a) for name, a in module.state_dict().items())


def test_a_graph_tells_of_nobodys_disk(module, tmp_path: Path):
    export_network(module, inputs, ("action", "value"), tmp_path, {})
    graph = (tmp_path / "graph.onnx").read_bytes()
    assert b"test_export" not in graph and b"site-packages" not in graph


def test_runtimes_that_disagree_are_refused(module, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(export_module, "TOLERANCE", -1.0)
    with pytest.raises(FootlightsError, match="torch and onnxruntime differ by") as caught:
        export_network(module, inputs, ("action", "value"), tmp_path, {})
    assert caught.value.exit_code == 1
