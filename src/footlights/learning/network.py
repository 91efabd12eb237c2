"""Networks that run: named arrays in, named arrays out, in onnxruntime or in torch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..basics.budget import MAX_GRAPH, file_size, read_bytes
from ..basics.errors import FootlightsError

GRAPH, WEIGHTS = "graph.onnx", "weights.safetensors"
STATISTICS = "stats."  # how names of arrays begin that are no weights

# Sizes after the batch axis; None where any size will do.
Shape = tuple[int | None, ...]

_TYPES = {"tensor(float)": np.float32, "tensor(int64)": np.int64}  # what graphs take


class Network(Protocol):
    """A network that runs, whatever runs it.

    Attributes:
        inputs: name and shape of what goes in, without the batch axis.
        outputs: name and shape of what comes out, without the batch axis.
    """

    inputs: dict[str, Shape]
    outputs: dict[str, Shape]

    def __call__(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """The outputs by name for all `inputs` by name, each with one batch axis in front."""
        ...

    def release(self) -> None:
        """Give back the memory that calls work in, a hundred megabytes, until the next call."""
        ...


class OnnxNetwork:
    """A graph without weights, fed with arrays as external initialisers: the base install's way.

    Args:
        folder: holds ``graph.onnx``.
        weights: arrays by the names that the graph has for them.
        threads: of onnxruntime; their number changes no result.

    Raises:
        FootlightsError: the graph is damaged, or does not fit the weights.
    """

    def __init__(self, folder: Path, weights: Mapping[str, np.ndarray], threads: int = 2) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = threads, 3
        # Threads that wait by spinning make everything crawl as soon as the machine has other work.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")

        graph = read_bytes(folder / GRAPH, MAX_GRAPH)
        # Kept as long as the session: it reads these arrays in place.
        self.weights = {k: np.ascontiguousarray(v, np.float32) for k, v in weights.items()}
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(v) for v in self.weights.values()]
        try:
            options.add_external_initializers(list(self.weights), values)
            self.session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises its own unrelated types
            raise FootlightsError(
                f"the network cannot be loaded ({str(error).splitlines()[0][:120]})",
                folder,
                "reinstall footlights or export the weights again",
            ) from error

        self.inputs = _shapes(self.session.get_inputs())
        self.outputs = _shapes(self.session.get_outputs())

    def __call__(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """The outputs by name for all inputs by name."""
        return dict(zip(self.outputs, self.session.run(None, inputs), strict=True))

    def release(self) -> None:
        """Give back the memory that calls work in: only a call can, so that a small one is made."""
        import onnxruntime

        options = onnxruntime.RunOptions()
        options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        inputs = {
            tensor.name: np.zeros(
                [size if isinstance(size, int) else 1 for size in tensor.shape],
                _TYPES[tensor.type],
            )
            for tensor in self.session.get_inputs()
        }
        self.session.run(None, inputs, options)


class TorchNetwork:
    """A torch module on any device; arrays in and out are numpy.

    Args:
        module: called with the inputs by name; returns a tensor, or several in a tuple.
        inputs: names and shapes of what it is called with.
        outputs: names and shapes of what it returns, in order.
        device: where it runs, as torch names it.
    """

    def __init__(
        self,
        module: Any,
        inputs: Mapping[str, Shape],
        outputs: Mapping[str, Shape],
        device: str = "cpu",
    ) -> None:
        self.module, self.device = module.eval().to(device), device
        self.inputs, self.outputs = dict(inputs), dict(outputs)

    def __call__(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """The outputs by name for all inputs by name."""
        import torch

        with torch.inference_mode():
            tensors = {
                name: torch.from_numpy(np.ascontiguousarray(value)).to(self.device)
                for name, value in inputs.items()
            }
            result = self.module(**tensors)
        results = result if isinstance(result, tuple) else (result,)
        arrays = [tensor.float().cpu().numpy() for tensor in results]
        return dict(zip(self.outputs, arrays, strict=True))

    def release(self) -> None:
        """Nothing: torch's own allocator gives memory back as it sees fit."""


def require_inputs(network: Network, inputs: Mapping[str, Shape], folder: Path) -> None:
    """Raises FootlightsError when ``network`` does not take ``inputs``, naming what differs.

    Args:
        inputs: names and shapes of what the config of ``folder`` says goes in.
    """
    for name in {**inputs, **network.inputs}:
        wanted, actual = inputs.get(name), network.inputs.get(name)
        if wanted != actual:
            raise FootlightsError(
                f"config.toml and {GRAPH} are of different models ({name} {wanted}, {actual})",
                folder,
                "export the run again",
            )


def read_weights(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The weights of the model in ``folder``, and its statistics (stored as ``stats.NAME``).

    Raises:
        FootlightsError: they cannot be read.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = folder / WEIGHTS
    file_size(path)
    try:
        arrays = load_file(path)
    except (OSError, SafetensorError) as error:
        raise FootlightsError(
            f"not a readable weights file ({error})", path, "reinstall footlights or train again"
        ) from error

    for name, array in arrays.items():
        if not np.isfinite(array).all():
            what = f"the model's {name[:80]} holds a number that is not finite"
            raise FootlightsError(what, path, "train it again, or get a whole copy")

    names = [name for name in arrays if name.startswith(STATISTICS)]
    statistics = {name.removeprefix(STATISTICS): arrays.pop(name) for name in names}
    return arrays, statistics


def _shapes(declared_tensors: Any) -> dict[str, Shape]:
    """Names and shapes of a graph's inputs or outputs; a size with a name is any size."""
    return {
        tensor.name: tuple(size if isinstance(size, int) else None for size in tensor.shape[1:])
        for tensor in declared_tensors
    }
