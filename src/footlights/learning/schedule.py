"""Learning rates over a training run."""

import numpy as np


def warmup_cosine(
    step: int, steps: int, *, warmup: int, decay_from: float, last: float = 0.02
) -> float:
    """Share of the learning rate at ``step`` of ``steps``: warm-up, plateau, half a cosine.

    Args:
        step: from 0 on.
        steps: of the whole training.
        warmup: steps in which the share rises linearly to 1.
        decay_from: share of the training after which the share falls.
        last: the share at the end.
    """
    if step < warmup:
        return (step + 1) / warmup

    decayed = (step / steps - decay_from) / max(1e-9, 1 - decay_from)
    if decayed <= 0:
        return 1.0
    return last + (1 - last) * 0.5 * (1 + float(np.cos(np.pi * min(1.0, decayed))))
