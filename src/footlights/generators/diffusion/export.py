"""From a training run to a shipped model: half-precision weights, a graph for onnxruntime, and a
check that the two agree.
"""

import json
from pathlib import Path

import numpy as np
import torch

from ...basics.errors import FootlightsError
from ...basics.whole_files import writing
from ...learning.network import OnnxNetwork, TorchNetwork, read_tensors
from ..representation import WIDTH
from .config import MUSIC_WIDTHS, Config
from .model import Denoiser
from .training import load_smooth

_OPSET = 20
TOLERANCE = 1e-4  # largest difference between the runtimes, in standard deviations


def export(run: str | Path, out: str | Path, config: Config, facts: dict | None = None) -> Path:
    """Write config.toml, card.json, weights.safetensors and graph.onnx of a run into ``out``;
    refuse if the runtimes disagree.

    Args:
        facts: entries for card.json besides what the run knows (styles offered, figures).
    """
    model, described, step = load_smooth(Path(run))
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    half = {k: v.half() for k, v in model.state_dict().items()}
    model.load_state_dict({k: v.float() for k, v in half.items()})
    _write_weights(half, described, out / "weights.safetensors")
    _write_graph(model, config, out / "graph.onnx")
    _check(model, config, out)
    card = {k: v for k, v in described.items() if k not in ("mean", "std")}
    size = sum(p.numel() for p in model.parameters())
    card |= {"steps": step, "parameters": size, "styles": described["labels"], **(facts or {})}
    with writing(out / "card.json") as path:
        path.write_text(json.dumps(card, indent=1) + "\n")
    with writing(out / "config.toml") as path:
        path.write_text(config.to_toml())
    return out


def _write_weights(half: dict[str, torch.Tensor], described: dict, path: Path) -> None:
    from safetensors.numpy import save

    arrays = {k: v.numpy() for k, v in half.items()}
    arrays |= {f"stats.{k}": np.array(described[k], np.float32) for k in ("mean", "std")}
    with writing(path) as temporary:
        temporary.write_bytes(save(arrays))


def _write_graph(model: Denoiser, config: Config, path: Path) -> None:
    """The graph alone: every weight is named and left outside."""
    import onnx

    batch, window = torch.export.Dim("batch", min=2, max=4096), config.model.window
    inputs = _inputs(config, 4, window)
    program = torch.onnx.export(
        model.eval(),
        inputs,
        dynamo=True,
        opset_version=_OPSET,
        input_names=["x", "time", "music", "style"],
        output_names=["clean"],
        dynamic_shapes=({0: batch}, {0: batch}, {0: batch}, {0: batch}),
        optimize=False,
        verbose=False,
    )
    if program is None:
        raise FootlightsError(
            "torch could not make a graph",
            path,
            "use the torch version pinned in pyproject.toml",
            usage=False,
        )
    graph = program.model_proto
    names = set(dict(model.named_parameters()))
    for tensor in graph.graph.initializer:
        if tensor.name in names:
            names.discard(tensor.name)
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            del tensor.external_data[:]
            tensor.external_data.add(key="location", value="weights")
    if names:
        raise FootlightsError(
            f"the exporter renamed {len(names)} weights ({min(names)} ...)",
            path,
            "use the torch version pinned in pyproject.toml",
            usage=False,
        )
    graph.ClearField("metadata_props")
    for node in graph.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    with writing(path) as temporary:
        temporary.write_bytes(graph.SerializeToString())


def _inputs(config: Config, count: int, window: int) -> tuple[torch.Tensor, ...]:
    noise = torch.Generator().manual_seed(0)
    x = torch.randn(count, window, WIDTH, generator=noise)
    music = torch.randn(count, window, MUSIC_WIDTHS[config.model.music], generator=noise)
    return x, torch.rand(count, generator=noise), music, torch.zeros(count, dtype=torch.int64)


def _check(model: Denoiser, config: Config, out: Path) -> None:
    arrays = {
        k: v
        for k, v in read_tensors(out / "weights.safetensors").items()
        if not k.startswith("stats.")
    }
    feeds = [t.numpy() for t in _inputs(config, 6, config.model.window)]
    apart = float(np.abs(OnnxNetwork(out, arrays)(*feeds) - TorchNetwork(model)(*feeds)).max())
    if not apart <= TOLERANCE:
        raise FootlightsError(
            f"torch and onnxruntime differ by {apart:.1e}",
            out,
            f"they must agree to {TOLERANCE}",
            usage=False,
        )
