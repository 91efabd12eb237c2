"""What compiled loops need of `signals`; apart, as only they are worth the compiler's start."""

from ..basics.jit import compiled


@compiled
def smoothstep_of_number(x, low, high):  # type: ignore[no-untyped-def]
    """`signals.smoothstep` of one number."""
    t = min(1.0, max(0.0, (x - low) / (high - low)))
    return t * t * (3 - 2 * t)
