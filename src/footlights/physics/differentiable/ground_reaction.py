"""Ground forces with gradients: the convex problem of `ground`, solved without them, then one
Newton step with them.

At the solution that step is nil, but its gradient is that of the solution (implicit function
theorem).
"""

from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_torch_namespace

from ...geometry.signals import smoothstep
from ..ground_reaction import BAND, FRICTION, GRIPS, LEVER, SLIDES, SOFT, STEPS, cost_of
from .inverse_dynamics import Array, constant

_EXACT = 1e-12


def reach_of(heights: Array) -> Array:
    """How much points at ``heights`` (...), metres, touch the floor, 0 to 1."""
    return smoothstep(heights, BAND + SOFT, BAND - SOFT)


def ease_of(heights: Array, speeds: Array) -> Array:
    """(...) one over the cost of a force at points at these heights (m) with these planar speeds
    (m/s); 0 in the air.
    """
    xp = array_namespace(heights)
    reach = reach_of(heights)
    return reach / (reach * cost_of(xp.clip(heights, 0.0, None), speeds) + 1 - reach)


def gripping(ease: Array, slowest: Array, crowd: Array) -> Array:
    """The same when the part of the body slides: its ``slowest`` point's speed (...), and how many
    of its points are near.
    """
    grip = array_namespace(ease).clip(smoothstep(slowest, SLIDES, GRIPS), 1e-9, None)
    return ease * grip / (grip + ease * crowd * (1 - grip))


def unexplained(need: Array, arms: Array, ease: Array) -> tuple[Array, Array]:
    """Wrench (..., 6) that no contact explains and the force (..., P, 3) at each point, in body
    weights (and times `LEVER`).

    Args:
        need: (..., 6) wrench about the centre of mass in these units; arms: (..., P, 3) points from
            that centre, metres;
        ease: (..., P) one over the cost of a force.
    """
    xp = array_namespace(need)
    rest, curve = _least(*(_fixed(array) for array in (need, arms, ease)))
    push = _push(rest, arms) * ease[..., None]
    slope = rest - need + _wrench(arms, push)
    rest = rest - xp.linalg.solve(curve, slope[..., None])[..., 0]
    return rest, _push(rest, arms) * ease[..., None]


def _least(need: Array, arms: Array, ease: Array) -> tuple[Array, Array]:
    xp = array_namespace(need)
    rest = need
    for _ in range(STEPS):
        slope = rest - need + _wrench(arms, _push(rest, arms) * ease[..., None])
        if float(xp.max(xp.abs(slope))) < _EXACT:
            break
        step = xp.linalg.solve(_curve(rest, arms, ease), slope[..., None])[..., 0]
        rest = rest - _stride(rest, step, need, arms, ease)[..., None] * step
    return rest, _curve(rest, arms, ease)


def _stride(rest: Array, step: Array, need: Array, arms: Array, ease: Array) -> Array:
    """(...) how much of a step to take: all of it where that descends everywhere, else the best of
    its halves.
    """
    xp = array_namespace(rest)
    here = _value(rest, need, arms, ease)
    if bool(xp.all(_value(rest - step, need, arms, ease) <= here + _EXACT)):
        return xp.ones_like(here)
    strides = constant(0.5 ** np.arange(8), need)
    trials = xp.stack([_value(rest - s * step, need, arms, ease) for s in strides], axis=0)
    best = xp.argmin(trials, axis=0)
    return xp.reshape(xp.take(strides, xp.reshape(best, (-1,)), axis=0), best.shape)


def _pull(rest: Array, arms: Array) -> Array:
    """(..., P, 3) how the unexplained wrench pulls at each point."""
    xp = array_namespace(rest)
    x, y, z = arms[..., 0], arms[..., 1], arms[..., 2]
    f, m = rest[..., None, :3], rest[..., None, 3:]
    return xp.stack(
        [
            f[..., 0] + (m[..., 1] * z - m[..., 2] * y) / LEVER,
            f[..., 1] + (m[..., 2] * x - m[..., 0] * z) / LEVER,
            f[..., 2] + (m[..., 0] * y - m[..., 1] * x) / LEVER,
        ],
        axis=-1,
    )


def _cone(pull: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Side of pulls (..., 3), its direction (..., 2), length along the cone's edge, whether inside
    it, and beyond its tip.
    """
    xp = array_namespace(pull)
    side = xp.sqrt(pull[..., 0] ** 2 + pull[..., 1] ** 2 + 1e-24)
    up = pull[..., 2]
    along = (up + FRICTION * side) / (1 + FRICTION**2)
    return (
        side,
        pull[..., :2] / side[..., None],
        along,
        side <= FRICTION * up,
        FRICTION * side <= -up,
    )


def _push(rest: Array, arms: Array) -> Array:
    """(..., P, 3) pulls projected onto the friction cone: forces times their cost."""
    xp = array_namespace(rest)
    pull = _pull(rest, arms)
    _, way, along, inside, beyond = _cone(pull)
    edge = xp.concat([FRICTION * along[..., None] * way, along[..., None]], axis=-1)
    return xp.where(inside[..., None], pull, xp.where(beyond[..., None], edge * 0, edge))


def _value(rest: Array, need: Array, arms: Array, ease: Array) -> Array:
    xp = array_namespace(rest)
    push = _push(rest, arms)
    return xp.sum(rest * (0.5 * rest - need), axis=-1) + 0.5 * xp.sum(
        ease * xp.sum(push * push, axis=-1), axis=-1
    )


def _curve(rest: Array, arms: Array, ease: Array) -> Array:
    """(..., 6, 6) the Hessian of `_value`."""
    xp = array_namespace(rest)
    side, way, along, inside, beyond = _cone(_pull(rest, arms))
    whole = constant(np.eye(3), rest)
    out = xp.concat([FRICTION * way, xp.ones_like(way[..., :1])], axis=-1)
    across = xp.stack([-way[..., 1], way[..., 0], way[..., 0] * 0], axis=-1)
    edge = out[..., :, None] * out[..., None, :] / (1 + FRICTION**2)
    edge = (
        edge
        + (FRICTION * along / side)[..., None, None] * across[..., :, None] * across[..., None, :]
    )
    bent = xp.where(
        inside[..., None, None], whole, xp.where(beyond[..., None, None], edge * 0, edge)
    )
    columns = _levers(arms)
    bent = columns @ (ease[..., None, None] * bent) @ xp.matrix_transpose(columns)
    return xp.sum(bent, axis=-3) + constant(np.eye(6), rest)


def _levers(arms: Array) -> Array:
    """(..., P, 6, 3) wrench of a unit force at each point."""
    xp = array_namespace(arms)
    x, y, z = (arms[..., i] / LEVER for i in range(3))
    nil = x * 0
    turn = xp.stack(
        [
            xp.stack([nil, -z, y], axis=-1),
            xp.stack([z, nil, -x], axis=-1),
            xp.stack([-y, x, nil], axis=-1),
        ],
        axis=-2,
    )
    return xp.concat([xp.broadcast_to(constant(np.eye(3), arms), turn.shape), turn], axis=-2)


def _wrench(arms: Array, push: Array) -> Array:
    """(..., 6) of forces (..., P, 3) at points, moments over `LEVER`."""
    return array_namespace(arms).sum((_levers(arms) @ push[..., None])[..., 0], axis=-2)


def _fixed(array: Any) -> Any:
    """The same numbers without a gradient."""
    return array.detach() if is_torch_namespace(array_namespace(array)) else array
