"""Networks run by names: what goes in and what comes out says what it is and how large."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import footlights
from footlights.basics.errors import FootlightsError
from footlights.learning.network import OnnxNetwork, TorchNetwork, read_weights, require_inputs

SMALL = Path(footlights.__file__).parent / "weights" / "small"
INPUTS = {"x": (150, 152), "time": (), "music": (150, 8), "style": (), "mask": (150, 152)}


@pytest.fixture(scope="module")
def network() -> OnnxNetwork:
    return OnnxNetwork(SMALL, read_weights(SMALL)[0])


def arrays(batch: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    values = {name: rng.random((batch, *shape), np.float32) for name, shape in INPUTS.items()}
    return {**values, "style": np.zeros(batch, np.int64)}


def test_a_graph_says_what_goes_in_and_what_comes_out(network: OnnxNetwork):
    assert network.inputs == INPUTS
    assert network.outputs == {"clean": (150, 152)}


def test_outputs_come_by_name_for_any_batch_and_any_order_of_inputs(network: OnnxNetwork):
    for batch in (1, 3):
        inputs = arrays(batch)
        (clean,) = network(**inputs).values()
        assert clean.shape == (batch, 150, 152)
        swapped = network(**dict(reversed(inputs.items())))["clean"]
        assert np.array_equal(clean, swapped)


def test_S2_onnxruntime_keeps_nothing_about_its_user_and_calls_nobody(tmp_path: Path):
    code = """
import os
import footlights
from footlights.learning.network import OnnxNetwork, read_weights
from pathlib import Path
small = Path(footlights.__file__).parent / "weights" / "small"
OnnxNetwork(small, read_weights(small)[0])
print(os.environ["ORT_DISABLE_TELEMETRY"])
"""
    hidden = ("CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "1"
    # What would be sent is put beside an identifier first.
    assert not list(tmp_path.rglob("*onnxruntime*"))


def test_a_network_gives_its_memory_back_and_goes_on(network: OnnxNetwork):
    inputs = arrays(2)
    before = network(**inputs)["clean"]
    network.release()
    assert np.array_equal(network(**inputs)["clean"], before)


def test_weights_and_statistics_are_told_apart():
    weights, statistics = read_weights(SMALL)
    assert statistics.keys() == {"mean", "std"}
    assert "inlet.weight" in weights and not any("stats" in name for name in weights)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"x": (90, 152)}, r"x \(90, 152\), \(150, 152\)"),
        ({"music": (150, 35)}, r"music \(150, 35\), \(150, 8\)"),
        ({"step": ()}, r"step \(\), None"),
    ],
)
def test_R5_inputs_that_a_network_does_not_take_are_named(network, wanted: dict, words: str):
    require_inputs(network, INPUTS, SMALL)
    with pytest.raises(FootlightsError, match=words):
        require_inputs(network, INPUTS | wanted, SMALL)
    with pytest.raises(FootlightsError, match=r"style None, \(\)"):
        require_inputs(network, {k: v for k, v in INPUTS.items() if k != "style"}, SMALL)


def test_a_torch_module_with_several_outputs_is_a_network_too():
    torch = pytest.importorskip("torch", reason="the other runtime needs the [train] extra")

    class Halves(torch.nn.Module):
        def forward(self, x, shift):
            return x[:, :1] + shift[:, None], x[:, 1:]

    network = TorchNetwork(Halves(), {"x": (2,), "shift": ()}, {"first": (1,), "second": (1,)})
    result = network(shift=np.full(1, 10.0, np.float32), x=np.array([[1.0, 2.0]], np.float32))
    assert {name: array.tolist() for name, array in result.items()} == {
        "first": [[11.0]],
        "second": [[2.0]],
    }
