"""From a torch module to files that run without torch, and that compute the same."""

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from .network import GRAPH, STATISTICS, WEIGHTS, OnnxNetwork, Shape, TorchNetwork, read_weights

_OPSET = 20
TOLERANCE = 1e-4  # largest difference between the runtimes in any output

Inputs = dict[str, torch.Tensor]


def export_network(
    module: torch.nn.Module,
    inputs: Callable[[int], Inputs],
    outputs: tuple[str, ...],
    out: Path,
    statistics: Mapping[str, np.ndarray],
) -> None:
    """Write ``weights.safetensors`` and ``graph.onnx`` of ``module`` into the folder ``out``.

    Weights are in half precision; the graph is without weights, takes any batch size, and must
    agree with torch.

    Args:
        module: on the CPU or elsewhere; it is not changed.
        inputs: random inputs by name for a batch of that size, as ``module`` takes them by name.
        outputs: names of what ``module`` returns, in order.
        statistics: arrays that are stored beside the weights as ``stats.NAME``.

    Raises:
        FootlightsError: the module cannot be made a graph, or the runtimes disagree.
    """
    module = copy.deepcopy(module).cpu().eval()
    half = {name: array.half() for name, array in module.state_dict().items()}
    # What is traced and checked is what will be loaded: rounded.
    module.load_state_dict({name: array.float() for name, array in half.items()})

    _write_weights(half, statistics, out / WEIGHTS)
    _write_graph(module, inputs(4), outputs, out / GRAPH)
    _check_runtimes(module, inputs(6), outputs, out)


def _write_weights(
    weights: Mapping[str, torch.Tensor], statistics: Mapping[str, np.ndarray], path: Path
) -> None:
    from safetensors.numpy import save

    arrays = {name: tensor.numpy() for name, tensor in weights.items()}
    arrays |= {STATISTICS + name: np.asarray(v, np.float32) for name, v in statistics.items()}
    with writing(path) as temporary:
        temporary.write_bytes(save(arrays))


def _write_graph(
    module: torch.nn.Module, inputs: Inputs, outputs: tuple[str, ...], path: Path
) -> None:
    batch = torch.export.Dim("batch", min=2, max=4096)
    program = torch.onnx.export(
        module,
        tuple(inputs.values()),
        dynamo=True,
        opset_version=_OPSET,
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_shapes=tuple({0: batch} for _ in inputs),
        optimize=False,
        verbose=False,
    )
    if program is None:
        raise _wrong_torch("torch could not make a graph", path)

    graph = program.model_proto
    _leave_weights_outside(graph, set(dict(module.named_parameters())), path)
    _strip_remarks(graph)
    with writing(path) as temporary:
        temporary.write_bytes(graph.SerializeToString())


def _leave_weights_outside(graph: Any, names: set[str], path: Path) -> None:
    """Take the values of named weights out of an ONNX model; they are fed when it is loaded."""
    import onnx

    for tensor in graph.graph.initializer:
        if tensor.name in names:
            names.discard(tensor.name)
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            del tensor.external_data[:]
            tensor.external_data.add(key="location", value="weights")
    if names:
        what = f"the exporter renamed {len(names)} weights ({min(names)} ...)"
        raise _wrong_torch(what, path)


def _strip_remarks(graph: Any) -> None:
    """Take out what the exporter notes of source files: it says where on whose disk they lie."""
    graph.ClearField("metadata_props")
    for node in graph.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")


def _check_runtimes(
    module: torch.nn.Module, inputs: Inputs, outputs: tuple[str, ...], out: Path
) -> None:
    """FootlightsError when the files in ``out`` compute something else than the module."""
    weights, _ = read_weights(out)
    arrays = {name: tensor.numpy() for name, tensor in inputs.items()}
    shapes: dict[str, Shape] = {name: array.shape[1:] for name, array in arrays.items()}
    light = OnnxNetwork(out, weights)
    heavy = TorchNetwork(module, shapes, dict.fromkeys(outputs, ()))

    ours, theirs = light(**arrays), heavy(**arrays)
    apart = max(float(np.abs(ours[name] - theirs[name]).max()) for name in outputs)
    if not apart <= TOLERANCE:
        raise FootlightsError(
            f"torch and onnxruntime differ by {apart:.1e}",
            out,
            f"they must agree to {TOLERANCE}",
            usage=False,
        )


def _wrong_torch(what: str, path: Path) -> FootlightsError:
    return FootlightsError(
        what, path, "use the torch version pinned in pyproject.toml", usage=False
    )
