"""Ground reaction: which forces of the floor, pushing within their friction cones, come nearest to
what a motion needs.

For each frame, forces at the points near the floor are found that minimise the unexplained wrench,
squared, plus a small cost of each force, which shares the load where there is a choice: low and
slow points take more. Forces and moments are measured in body weights and body weights times half a
metre. The cone is round, so that no direction on the floor is special. The problem is solved by
Newton's method in the six numbers of the unexplained wrench, in which it is convex and smooth (its
dual).
"""

from dataclasses import dataclass

import numpy as np

from ..basics.jit import compiled
from ..geometry.signals import smoothstep_of_number
from .humanoid import Humanoid

FRICTION = 0.8  # of a dry floor and a shoe
LEVER = 0.5  # metres by which a moment is compared with a force
BAND = 0.03  # metres above the floor within which a point can touch it
SOFT = 0.005  # metres above and below `BAND` over which a point's touch fades
# of a body weight at one point, squared: small, but feet that push against each other are dearer
# than a want
_COST = 5e-4
_LOW, _SLOW = 0.01, 0.3  # metres and m/s at which a force costs half as much more as it ever will
_DEAR = 20.0  # times the cost that a force at a high or a fast point comes to
GRIPS, SLIDES = 0.3, 0.8  # m/s of the slowest point of a part: bears all below, nothing above
_LOADED = 0.01  # body weights from which a load has a middle
STEPS = 40
_EXACT = 1e-9


@dataclass(frozen=True, eq=False)
class Ground:
    """What the floor gives, T frames, J joints; newtons, metres.

    Attributes:
        forces, moments: (T, J, 3) on each segment, moments about the centre of mass.
        press: (T,) vertical force in body weights.
        middle: (T, 2) centre of pressure on the floor; NaN without load.
        slip: (T,) m/s, planar speed of the slowest low point of each part of the body, weighted by
            its load; NaN without load.
        slipping: (T,) the joint whose points carry most of that, -1 without load.
        missing: (T, 6) wrench about the centre of mass that no contact explains, body weights and
            body weights times `LEVER`.
        held: (T, 6) the same when points bear less the faster the part of the body slides on which
            they are.
        touch: (T,) 0 in the air to 1 on the floor.
    """

    forces: np.ndarray
    moments: np.ndarray
    press: np.ndarray
    middle: np.ndarray
    slip: np.ndarray
    slipping: np.ndarray
    missing: np.ndarray
    held: np.ndarray
    touch: np.ndarray


def ground_reaction(
    humanoid: Humanoid,
    points: np.ndarray,
    speeds: np.ndarray,
    centre: np.ndarray,
    wrench: np.ndarray,
) -> Ground:
    """Share the ``wrench`` (T, 6) that a motion needs about its ``centre`` of mass (T, 3) out to
    points near the floor z = 0.

    Args:
        points: (T, P, 3) world places of the humanoid's points; speeds: (T, P) their planar speed,
            m/s.
    """
    scale = np.repeat([humanoid.weight, humanoid.weight * LEVER], 3)
    joints = humanoid.point_joints
    _, parts = np.unique(parts_of(humanoid)[joints], return_inverse=True)
    found = _solved(
        points,
        speeds,
        centre,
        wrench / scale,
        joints,
        parts,
        len(humanoid.skeleton),
        humanoid.weight,
    )
    return Ground(*found)


def points_of(humanoid: Humanoid, places: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """(T, P, 3) world places of the points of a humanoid whose joints have ``places`` (T, J, 3)
    and ``turns`` (T, J, 3, 3).
    """
    return _points(places, turns, humanoid.points, humanoid.point_joints)


def speeds_of(points: np.ndarray, fps: float) -> np.ndarray:
    """(T, P) planar speed of points (T, P, 3) in m/s, by central differences over about a
    fifteenth of a second.
    """
    return _speeds(points, max(1, round(fps / 30)), fps)


def parts_of(humanoid: Humanoid) -> np.ndarray:
    """(J,) the joint that stands for the part of the body a joint belongs to: toes and heel of a
    foot grip together.
    """
    parents, boxes = humanoid.skeleton.parents, humanoid.boxes
    return np.array(
        [
            parent if joint in boxes and parent in boxes else joint
            for joint, parent in enumerate(parents)
        ]
    )


@compiled
def _points(places, turns, local, joints):  # type: ignore[no-untyped-def]
    found = np.empty((len(places), len(local), 3))
    for t in range(len(places)):
        for k in range(len(local)):
            j = joints[k]
            for i in range(3):
                found[t, k, i] = places[t, j, i] + (
                    turns[t, j, i, 0] * local[k, 0]
                    + turns[t, j, i, 1] * local[k, 1]
                    + turns[t, j, i, 2] * local[k, 2]
                )
    return found


@compiled
def _speeds(points, step, fps):  # type: ignore[no-untyped-def]
    frames = len(points)
    found = np.zeros(points.shape[:2])
    for t in range(frames):
        before, after = max(0, t - step), min(frames - 1, t + step)
        if after > before:
            rate = fps / (after - before)
            for k in range(points.shape[1]):
                x, y = (
                    points[after, k, 0] - points[before, k, 0],
                    points[after, k, 1] - points[before, k, 1],
                )
                found[t, k] = rate * np.sqrt(x * x + y * y)
    return found


@compiled
def _solved(points, speeds, centre, wrench, joints, parts, count, weight):  # type: ignore[no-untyped-def]
    frames, every, some = points.shape[0], points.shape[1], parts.max() + 1
    forces, moments = np.zeros((frames, count, 3)), np.zeros((frames, count, 3))
    press, middle, slip = np.zeros(frames), np.full((frames, 2), np.nan), np.full(frames, np.nan)
    missing, held, touch, slipping = (
        np.zeros((frames, 6)),
        np.zeros((frames, 6)),
        np.zeros(frames),
        np.full(frames, -1),
    )
    arms, costs, gated, where = (
        np.empty((every, 3)),
        np.empty(every),
        np.empty(every),
        np.empty(every, np.int64),
    )
    pushes, slowest, crowd, loads = (
        np.empty((every, 3)),
        np.empty(some),
        np.empty(some),
        np.empty(some),
    )
    for t in range(frames):
        slowest[:], crowd[:], loads[:] = np.inf, 0, 0
        near = 0
        for k in range(every):
            reach = smoothstep_of_number(points[t, k, 2], BAND + SOFT, BAND - SOFT)
            if reach > 0:
                where[near] = k
                costs[near] = _cost(max(0.0, points[t, k, 2]), speeds[t, k]) + (1 - reach) / reach
                for i in range(3):
                    arms[near, i] = points[t, k, i] - centre[t, i]
                slowest[parts[k]] = min(slowest[parts[k]], speeds[t, k])
                crowd[parts[k]] += 1
                touch[t] = max(touch[t], reach)
                near += 1
        slides = False
        for n in range(near):
            part = parts[where[n]]
            grip = max(1e-9, smoothstep_of_number(slowest[part], SLIDES, GRIPS))
            gated[n] = costs[n] + crowd[part] * (1 - grip) / grip
            slides |= grip < 1
        before = max(0, t - 1)  # what was unexplained a frame ago is a good guess to begin with
        missing[t] = _unexplained(
            wrench[t], arms[:near], costs[:near], pushes[:near], missing[before]
        )
        load = moved = worst = 0.0
        for n in range(near):
            k = where[n]
            j, push, arm = joints[k], pushes[n], arms[n]
            for i in range(3):
                forces[t, j, i] += weight * push[i]
            moments[t, j, 0] += weight * (arm[1] * push[2] - arm[2] * push[1])
            moments[t, j, 1] += weight * (arm[2] * push[0] - arm[0] * push[2])
            moments[t, j, 2] += weight * (arm[0] * push[1] - arm[1] * push[0])
            load += push[2]
            loads[parts[k]] += push[2]
        press[t] = load
        if load > _LOADED:
            middle[t, :] = 0
            for n in range(near):
                part = parts[where[n]]
                moved += pushes[n, 2] * slowest[part]
                if loads[part] * slowest[part] > worst:
                    worst, slipping[t] = loads[part] * slowest[part], joints[where[n]]
                for i in range(2):
                    middle[t, i] += pushes[n, 2] / load * points[t, where[n], i]
            slip[t] = moved / load
        held[t] = missing[t]
        if slides:
            held[t] = _unexplained(
                wrench[t], arms[:near], gated[:near], pushes[:near], held[before]
            )
    return forces, moments, press, middle, slip, slipping, missing, held, touch


def cost_of(height, speed):  # type: ignore[no-untyped-def]
    """Of a force, in body weights, at a point ``height`` metres above the floor and ``speed`` m/s
    fast; numbers or arrays.
    """
    x, y = (height / _LOW) ** 2, (speed / _SLOW) ** 2
    return _COST * (1 + (_DEAR - 1) * x / (1 + x)) * (1 + (_DEAR - 1) * y / (1 + y))


_cost = compiled(cost_of)


@compiled
def _unexplained(need, arms, costs, pushes, guess):  # type: ignore[no-untyped-def]
    """The wrench (6,) that stays unexplained; writes the force at each point (N, 3), in body
    weights, into ``pushes``.
    """
    if len(arms) == 0:
        return need.copy()
    rest = guess.copy()
    slope, step, curve = np.empty(6), np.empty(6), np.empty((6, 6))
    value = _descent(rest, need, arms, costs, pushes, slope, curve)
    for _ in range(STEPS):
        size = np.sqrt((slope * slope).sum())
        if size < _EXACT:
            break
        _solve(curve, slope, step)
        fall, stride = (slope * step).sum(), 1.0
        for _ in range(30):
            trial = rest - stride * step
            new = _value(trial, need, arms, costs)
            if new <= value - 1e-4 * stride * fall:
                break
            stride *= 0.5
        rest = rest - stride * step
        value = _descent(rest, need, arms, costs, pushes, slope, curve)
    return rest


@compiled
def _solve(curve, slope, step):  # type: ignore[no-untyped-def]
    """Write what solves ``curve`` (6, 6) x ``step`` = ``slope`` into ``step``; ``curve`` becomes
    Cholesky's factor.
    """
    for i in range(6):
        for j in range(i + 1):
            total = curve[i, j]
            for k in range(j):
                total -= curve[i, k] * curve[j, k]
            curve[i, j] = np.sqrt(total) if i == j else total / curve[j, j]
    for i in range(6):
        total = slope[i]
        for k in range(i):
            total -= curve[i, k] * step[k]
        step[i] = total / curve[i, i]
    for i in range(5, -1, -1):
        total = step[i]
        for k in range(i + 1, 6):
            total -= curve[k, i] * step[k]
        step[i] = total / curve[i, i]


@compiled
def _pull(rest, arm, pull):  # type: ignore[no-untyped-def]
    """How the unexplained wrench pulls at a point: its force plus its moment's share there."""
    pull[0] = rest[0] + (rest[4] * arm[2] - rest[5] * arm[1]) / LEVER
    pull[1] = rest[1] + (rest[5] * arm[0] - rest[3] * arm[2]) / LEVER
    pull[2] = rest[2] + (rest[3] * arm[1] - rest[4] * arm[0]) / LEVER


@compiled
def _value(rest, need, arms, costs):  # type: ignore[no-untyped-def]
    """The convex function whose least point is the unexplained wrench."""
    pull = np.empty(3)
    total = 0.0
    for i in range(6):
        total += rest[i] * (0.5 * rest[i] - need[i])
    for n in range(len(arms)):
        _pull(rest, arms[n], pull)
        side = np.sqrt(pull[0] ** 2 + pull[1] ** 2)
        if side <= FRICTION * pull[2]:
            total += 0.5 * (side * side + pull[2] * pull[2]) / costs[n]
        elif FRICTION * side > -pull[2]:
            total += 0.5 * (pull[2] + FRICTION * side) ** 2 / (1 + FRICTION**2) / costs[n]
    return total


@compiled
def _descent(rest, need, arms, costs, pushes, slope, curve):  # type: ignore[no-untyped-def]
    """Value of the function; its gradient (6,) and Hessian (6, 6), and the forces, are written
    into the last three.
    """
    pull, bent, column = np.empty(3), np.empty((3, 3)), np.empty((6, 3))
    total = 0.0
    for i in range(6):
        total += rest[i] * (0.5 * rest[i] - need[i])
        slope[i] = rest[i] - need[i]
        for j in range(6):
            curve[i, j] = 1.0 if i == j else 0.0
    for n in range(len(arms)):
        _pull(rest, arms[n], pull)
        push = pushes[n]
        side = np.sqrt(pull[0] ** 2 + pull[1] ** 2)
        push[:], bent[:] = 0, 0
        if side <= FRICTION * pull[2]:
            for i in range(3):
                push[i] = pull[i] / costs[n]
                bent[i, i] = 1
            total += 0.5 * (side * side + pull[2] * pull[2]) / costs[n]
        elif FRICTION * side > -pull[2]:
            along = (pull[2] + FRICTION * side) / (1 + FRICTION**2)
            total += 0.5 * (pull[2] + FRICTION * side) ** 2 / (1 + FRICTION**2) / costs[n]
            x, y = pull[0] / side, pull[1] / side
            push[0], push[1], push[2] = (
                FRICTION * along * x / costs[n],
                FRICTION * along * y / costs[n],
                along / costs[n],
            )
            ax, ay, az = FRICTION * x, FRICTION * y, 1.0
            whole, around = 1 / (1 + FRICTION**2), FRICTION * along / side
            bent[0, 0] = ax * ax * whole + around * (1 - x * x)
            bent[0, 1] = ax * ay * whole - around * x * y
            bent[1, 1] = ay * ay * whole + around * (1 - y * y)
            bent[0, 2], bent[1, 2], bent[2, 2] = ax * az * whole, ay * az * whole, az * az * whole
            bent[1, 0], bent[2, 0], bent[2, 1] = bent[0, 1], bent[0, 2], bent[1, 2]
        else:
            continue
        _add_wrench(arms[n], push, slope)
        for i in range(3):
            column[:, i] = 0
            _add_wrench(arms[n], bent[:, i] / costs[n], column[:, i])
        # The whole is column times the transposed lever of the point: rows of the force, then of
        # its moment.
        for i in range(6):
            x, y, z = column[i, 0], column[i, 1], column[i, 2]
            curve[i, 0] += x
            curve[i, 1] += y
            curve[i, 2] += z
            curve[i, 3] += (arms[n, 1] * z - arms[n, 2] * y) / LEVER
            curve[i, 4] += (arms[n, 2] * x - arms[n, 0] * z) / LEVER
            curve[i, 5] += (arms[n, 0] * y - arms[n, 1] * x) / LEVER
    return total


@compiled
def _add_wrench(arm, force, wrench):  # type: ignore[no-untyped-def]
    """Add a force at a point, and its moment, to a wrench (6,)."""
    wrench[0] += force[0]
    wrench[1] += force[1]
    wrench[2] += force[2]
    wrench[3] += (arm[1] * force[2] - arm[2] * force[1]) / LEVER
    wrench[4] += (arm[2] * force[0] - arm[0] * force[2]) / LEVER
    wrench[5] += (arm[0] * force[1] - arm[1] * force[0]) / LEVER
