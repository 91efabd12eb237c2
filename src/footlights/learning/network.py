"""Runs a shipped network: its ONNX graph in onnxruntime (the base install), or the same weights in
torch.
"""

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..basics.errors import FootlightsError


class Network(Protocol):
    """Predicts clean vectors; numpy in, numpy out."""

    def __call__(
        self, x: np.ndarray, time: np.ndarray, music: np.ndarray, style: np.ndarray
    ) -> np.ndarray:
        """Clean (B, T, D) of noisy ``x`` (B, T, D), ``time`` (B,), ``music`` (B, T, C), ``style``
        (B,) int64.
        """
        ...


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """All arrays of a safetensors file; FootlightsError when it is not one."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise FootlightsError(
            f"not a readable weights file ({error})", path, "reinstall footlights or train again"
        ) from error


class OnnxNetwork:
    """A graph without weights (``graph.onnx``) fed with the arrays of ``weights.safetensors`` as
    external initialisers.

    Args:
        sizes: what each input must have after its batch axis, (T, D); refused when the graph says
            otherwise.

    Raises:
        FootlightsError: the graph is damaged, or does not fit the weights or ``sizes``.
    """

    def __init__(
        self,
        folder: Path,
        weights: dict[str, np.ndarray],
        threads: int = 2,
        *,
        sizes: dict[str, tuple[int, int]] | None = None,
    ) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = threads, 3
        # Threads that wait by spinning make everything crawl as soon as the machine has other work.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Held as long as the session: it reads these arrays in place.
        self.weights = {k: np.ascontiguousarray(v, np.float32) for k, v in weights.items()}
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(v) for v in self.weights.values()]
        try:
            options.add_external_initializers(list(self.weights), values)
            graph = (folder / "graph.onnx").read_bytes()
            self.session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises its own unrelated types
            raise FootlightsError(
                f"the network cannot be loaded ({str(error).splitlines()[0][:120]})",
                folder,
                "reinstall footlights or export the weights again",
            ) from error
        found = {place.name: tuple(place.shape[1:]) for place in self.session.get_inputs()}
        for name, size in (sizes or {}).items():
            if found.get(name) != size:
                raise FootlightsError(
                    f"config.toml and graph.onnx are of different models ({name} {size}, {found.get(name)})",
                    folder,
                    "export the run again",
                )

    def __call__(
        self, x: np.ndarray, time: np.ndarray, music: np.ndarray, style: np.ndarray
    ) -> np.ndarray:
        feeds = {"x": x, "time": time, "music": music, "style": style}
        return self.session.run(None, feeds)[0]


class TorchNetwork:
    """The same weights in torch, on any device; arrays in and out are numpy."""

    def __init__(self, module: Any, device: str = "cpu") -> None:
        self.module, self.device = module.eval().to(device), device

    def __call__(
        self, x: np.ndarray, time: np.ndarray, music: np.ndarray, style: np.ndarray
    ) -> np.ndarray:
        import torch

        with torch.inference_mode():
            parts = [
                torch.from_numpy(np.ascontiguousarray(a)).to(self.device)
                for a in (x, time, music, style)
            ]
            return self.module(*parts).float().cpu().numpy()
