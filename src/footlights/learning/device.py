"""Where networks learn, and in which precision."""

import torch

from ..basics.errors import FootlightsError


def pick_device(name: str) -> str:
    """What torch calls the device "auto", "cpu" or "cuda"; auto is a GPU if there is one.

    Raises:
        FootlightsError: a GPU is asked for where torch sees none.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise FootlightsError(
            "torch sees no GPU here",
            "--device cuda",
            "take --device cpu, or install torch with CUDA",
        )
    if name != "auto":
        return name
    return "cuda" if torch.cuda.is_available() else "cpu"


def has_fast_bfloat16(device: str) -> bool:
    """Whether ``device`` computes in bfloat16 itself: where it only pretends to, that is slower."""
    if device.startswith("cuda"):
        return bool(torch.cuda.is_bf16_supported())
    return bool(
        device == "cpu"
        and torch.backends.cpu.get_cpu_capability() == "AVX512"
        and torch.cpu._is_avx512_bf16_supported()
    )
