"""Robots: angles of hinges, within their limits, that bring points of a tree of links as near to
their goals as they can.
"""

from dataclasses import dataclass

import numpy as np

from ..basics.jit import compiled
from ..geometry.capsules import nearest_shares
from ..geometry.rotations import (
    matrix_from_quat,
    quat_conj,
    quat_from_matrix,
    quat_from_rotvec,
    quat_mul,
)
from ..motion.skeleton import Skeleton

# metres of error that a radian between two frames is worth: where nothing else decides, hinges stay
_HOLD = 0.02
# the same for a radian from the middle: of two ways to reach a goal the less wound one is taken
_PULL = 0.012
# weight of a metre by which two capsules are in each other, as of a point that misses its goal
_APART = 8.0
_LOST = 0.05  # weighted squared metres of error in a frame from which on a fresh start is tried
_FIRST, _EACH = 60, 12  # steps for the first frame, which starts from nothing, and for every other
_LONGEST = 0.4  # radians: of a step, beyond which the straight line that it follows means nothing
_ENOUGH = 1e-5  # radians: a step that ends the search


@dataclass(frozen=True, eq=False)
class Hull:
    """Capsules around links, and which of them are kept out of each other.

    Attributes:
        links, radii: (C,) the link of each capsule, and its radius, m.
        ends: (C, 2, 3) of its axis, in the link's frame.
        pairs: (N, 2) numbers of capsules.
    """

    links: np.ndarray
    ends: np.ndarray
    radii: np.ndarray
    pairs: np.ndarray


@dataclass(frozen=True, eq=False)
class Tree:
    """Links that turn by hinges.

    Attributes:
        skeleton: J links; the offset of each is in its parent's frame.
        turns: (J, 4) fixed turn of each link against its parent, before its hinge turns.
        axes: (J, 3) unit axis of its hinge in its own frame; zero for links that are fixed to their
            parent.
        limits: (H, 2) smallest and largest angle, rad, of the links that have a hinge, in their
            order.
    """

    skeleton: Skeleton
    turns: np.ndarray
    axes: np.ndarray
    limits: np.ndarray

    @property
    def hinges(self) -> np.ndarray:
        """(H,) links that have one."""
        return np.flatnonzero(self.axes.any(-1))

    def rotations(self, root: np.ndarray, angles: np.ndarray) -> np.ndarray:
        """(T, J, 4) local quaternions of a root turned by ``root`` (T, 4) and of hinges turned by
        ``angles`` (T, H).
        """
        whole = np.zeros((len(angles), len(self.axes)))
        whole[:, self.hinges] = angles
        rotations = quat_mul(self.turns, quat_from_rotvec(whole[..., None] * self.axes))
        rotations[:, 0] = root
        return rotations

    def angles(self, rotations: np.ndarray) -> tuple[np.ndarray, bool]:
        """(T, H) rad of local quaternions (T, J, 4), and whether they turn about their hinges and
        about no other axis.
        """
        hinges = self.hinges
        local = quat_mul(quat_conj(self.turns[hinges]), rotations[:, hinges].astype(np.float64))
        along = (local[..., 1:] * self.axes[hinges]).sum(-1)
        angles = (2 * np.arctan2(along, local[..., 0]) + np.pi) % (2 * np.pi) - np.pi
        return angles, bool((np.hypot(local[..., 0], along) > 0.999).all())

    def follow(
        self,
        root: np.ndarray,
        turn: np.ndarray,
        links: np.ndarray,
        levers: np.ndarray,
        goals: np.ndarray,
        weights: np.ndarray,
        hull: "Hull | None" = None,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Root places (T, 3), root quaternions (T, 4) and angles (T, H) for which points are
        nearest to their goals.

        Damped Gauss-Newton steps on the weighted squared distances, frame after frame from where
        the last one ended; a hinge at its limit that would turn on is left out.

        Args:
            root, turn: (T, 3) and (T, 3, 3) to begin with.
            links, levers: (P,) and (P, 3): points, each fixed in the frame of a link.
            goals, weights: (T, P, 3) metres, and (T, P).
            hull: what of the links must not be in each other.
        """
        skeleton = self.skeleton
        hull = hull or Hull(
            np.zeros(0, np.int64), np.zeros((0, 2, 3)), np.zeros(0), np.zeros((0, 2), np.int64)
        )
        places, turns, angles = _followed(
            np.array(skeleton.parents, np.int64),
            skeleton.offsets.astype(np.float64),
            matrix_from_quat(self.turns),
            self.axes.astype(np.float64),
            self.hinges,
            self.limits.astype(np.float64),
            links.astype(np.int64),
            np.ascontiguousarray(levers, np.float64),
            np.ascontiguousarray(goals, np.float64),
            np.ascontiguousarray(weights, np.float64),
            np.ascontiguousarray(root, np.float64),
            np.ascontiguousarray(turn, np.float64),
            (hull.links.astype(np.int64), hull.ends, hull.radii, hull.pairs.astype(np.int64)),
        )
        return places, quat_from_matrix(turns), angles


@compiled
def _turned(
    axis: np.ndarray, angle: float, matrix: np.ndarray, left: bool, out: np.ndarray
) -> None:
    """``out`` becomes ``matrix`` with a turn about a unit axis on its left or on its right
    (Rodrigues).
    """
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = axis[0], axis[1], axis[2]
    turn = (
        (c + x * x * (1 - c), x * y * (1 - c) - z * s, x * z * (1 - c) + y * s),
        (y * x * (1 - c) + z * s, c + y * y * (1 - c), y * z * (1 - c) - x * s),
        (z * x * (1 - c) - y * s, z * y * (1 - c) + x * s, c + z * z * (1 - c)),
    )
    for i in range(3):
        for j in range(3):
            out[i, j] = 0.0
            for k in range(3):
                out[i, j] += turn[i][k] * matrix[k, j] if left else matrix[i, k] * turn[k][j]


@compiled
def _solved(matrix: np.ndarray, vector: np.ndarray) -> None:
    """``vector`` becomes the answer of a positive definite system, by Cholesky; of ``matrix`` the
    lower half is used up.
    """
    n = len(vector)
    for i in range(n):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = np.sqrt(total) if i == j else total / matrix[j, j]
    for i in range(n):
        for k in range(i):
            vector[i] -= matrix[i, k] * vector[k]
        vector[i] /= matrix[i, i]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            vector[i] -= matrix[k, i] * vector[k]
        vector[i] /= matrix[i, i]


@compiled
def _posed(parents, offsets, fixed, axes, number, angle, places, turns, ways):  # type: ignore[no-untyped-def]
    """Places and turns of all links below the first, and how their hinges lie in the world, in
    place.
    """
    bent = np.empty((3, 3))
    for j in range(1, len(parents)):
        up = parents[j]
        _turned(axes[j], angle[number[j]] if number[j] >= 0 else 0.0, fixed[j], False, bent)
        for i in range(3):
            places[j, i] = places[up, i]
            for k in range(3):
                places[j, i] += turns[up, i, k] * offsets[j, k]
                turns[j, i, k] = (
                    turns[up, i, 0] * bent[0, k]
                    + turns[up, i, 1] * bent[1, k]
                    + turns[up, i, 2] * bent[2, k]
                )
        for i in range(3):
            ways[j, i] = (
                turns[j, i, 0] * axes[j, 0]
                + turns[j, i, 1] * axes[j, 1]
                + turns[j, i, 2] * axes[j, 2]
            )


@compiled
def _followed(
    parents, offsets, fixed, axes, hinges, limits, links, levers, goals, weights, root, turn, hull
):  # type: ignore[no-untyped-def]
    frames, count, size = len(goals), len(hinges), len(parents)
    number = np.full(size, -1, np.int64)
    for h in range(count):
        number[hinges[h]] = h
    # Which hinges move which links: those on the way to the root.
    moves = np.zeros((size, count), np.bool_)
    for link in range(size):
        j = link
        while j >= 0:
            if number[j] >= 0:
                moves[link, number[j]] = True
            j = parents[j]
    all_places, all_turns, all_angles = (
        np.empty((frames, 3)),
        np.empty((frames, 3, 3)),
        np.empty((frames, count)),
    )
    # Of the pose that is followed and of a fresh start: places and turns of the links, ways and
    # angles of the hinges.
    places, turns, ways, angle = (
        np.empty((2, size, 3)),
        np.empty((2, size, 3, 3)),
        np.empty((size, 3)),
        np.zeros((2, count)),
    )
    for t in range(frames):
        for afresh in range(2):
            fresh = t == 0 or afresh == 1
            if fresh:
                for h in range(count):
                    angle[afresh, h] = min(max(0.0, limits[h, 0]), limits[h, 1])
            for i in range(3):
                places[afresh, 0, i] = (
                    root[t, i] if fresh else places[0, 0, i] + root[t, i] - root[t - 1, i]
                )
                for k in range(3 if fresh else 0):
                    turns[afresh, 0, i, k] = turn[t, i, k]
            found = _search(
                parents, offsets, fixed, axes, hinges, limits, links, levers, number, moves, goals[t], weights[t],
                angle[afresh], fresh, places[afresh], turns[afresh], ways, hull,
            )  # fmt: skip
            if afresh == 0:
                cost = found
                if t == 0 or cost < _LOST:
                    break
            elif found < cost / 2:  # it was wound up against its limits
                for h in range(count):
                    angle[0, h] = angle[1, h]
                for i in range(3):
                    places[0, 0, i] = places[1, 0, i]
                    for k in range(3):
                        turns[0, 0, i, k] = turns[1, 0, i, k]
        for h in range(count):
            all_angles[t, h] = angle[0, h]
        for i in range(3):
            all_places[t, i] = places[0, 0, i]
            for k in range(3):
                all_turns[t, i, k] = turns[0, 0, i, k]
    return all_places, all_turns, all_angles


@compiled
def _search(  # type: ignore[no-untyped-def]
    parents, offsets, fixed, axes, hinges, limits, links, levers, number, moves, goals, weights,
    angle, fresh, places, turns, ways, hull,
):  # fmt: skip
    """Moves the root's place and turn and ``angle``, in place, to where points are nearest to
    their goals; the cost there.
    """
    count, size = len(hinges), 6 + len(hinges)
    matrix, step, column = np.empty((size, size)), np.empty(size), np.empty((size, 3))
    at, miss, axis, arm, now = np.empty(3), np.empty(3), np.empty(3), np.empty(3), np.empty((3, 3))
    before = angle.copy()
    cost = 0.0
    hold = 0.0 if fresh else _HOLD**2
    for _ in range(_FIRST if fresh else _EACH):
        _posed(parents, offsets, fixed, axes, number, angle, places, turns, ways)
        cost = 0.0
        for a in range(size):
            step[a] = 0.0
            for b in range(a + 1):
                matrix[a, b] = 0.0
        for p in range(len(links)):
            j, w = links[p], weights[p] ** 2
            for i in range(3):
                at[i] = places[j, i]
                for k in range(3):
                    at[i] += turns[j, i, k] * levers[p, k]
                miss[i] = goals[p, i] - at[i]
                cost += w * miss[i] ** 2
            for a in range(
                size
                # how the point moves with the root's place, the root's turn, and each hinge above it
            ):
                link = 0 if a < 6 else hinges[a - 6]
                for i in range(3):
                    arm[i] = at[i] - places[link, i]
                    axis[i] = (1.0 if i == a % 3 else 0.0) if a < 6 else ways[link, i]
                moved = a < 6 or moves[j, a - 6]
                for i in range(3):
                    if a < 3:
                        column[a, i] = axis[i]
                    else:
                        n, m = (i + 1) % 3, (i + 2) % 3
                        column[a, i] = axis[n] * arm[m] - axis[m] * arm[n] if moved else 0.0
            for a in range(size):
                if a >= 6 and not moves[j, a - 6]:
                    continue
                step[a] += w * (
                    column[a, 0] * miss[0] + column[a, 1] * miss[1] + column[a, 2] * miss[2]
                )
                for b in range(a + 1):
                    for i in range(3):
                        matrix[a, b] += w * column[a, i] * column[b, i]
        cost += _kept_apart(hull, hinges, moves, places, turns, ways, matrix, step)
        for a in range(size):
            matrix[a, a] += 1e-9 + 1e-9 * matrix[a, a]
        for h in range(count):
            a = 6 + h
            matrix[a, a] += hold + _PULL**2
            step[a] += hold * (before[h] - angle[h]) - _PULL**2 * angle[h]
            if (angle[h] >= limits[h, 1] and step[a] > 0) or (
                angle[h] <= limits[h, 0] and step[a] < 0
            ):
                for b in range(size):
                    matrix[max(a, b), min(a, b)] = 0.0
                matrix[a, a], step[a] = 1.0, 0.0
        _solved(matrix, step)
        longest = _LONGEST
        for a in range(3, size):
            longest = max(longest, abs(step[a]))
        for a in range(size):
            step[a] *= _LONGEST / longest
        most = np.sqrt(step[3] ** 2 + step[4] ** 2 + step[5] ** 2)
        for i in range(3):
            places[0, i] += step[i]
            axis[i] = step[3 + i] / max(most, 1e-12)
        _turned(axis, most, turns[0], True, now)
        for i in range(3):
            for k in range(3):
                turns[0, i, k] = now[i, k]
        for h in range(count):
            new = min(max(angle[h] + step[6 + h], limits[h, 0]), limits[h, 1])
            most = max(most, abs(new - angle[h]))
            angle[h] = new
        if most < _ENOUGH:
            break
    return cost


@compiled
def _kept_apart(hull, hinges, moves, places, turns, ways, matrix, step):  # type: ignore[no-untyped-def]
    """Adds to a system what pushes capsules that are in each other apart; the cost of how deep
    they are.
    """
    links, ends, radii, pairs = hull
    count = len(hinges)
    world, slope, near = np.empty((len(links), 2, 3)), np.empty(count), np.empty((2, 3))
    for c in range(len(links)):
        for e in range(2):
            for i in range(3):
                world[c, e, i] = places[links[c], i]
                for k in range(3):
                    world[c, e, i] += turns[links[c], i, k] * ends[c, e, k]
    cost = 0.0
    for n in range(len(pairs)):
        one, other = pairs[n]
        s, t = nearest_shares(world[one, 0], world[one, 1], world[other, 0], world[other, 1])
        for i in range(3):
            near[0, i] = world[one, 0, i] + s * (world[one, 1, i] - world[one, 0, i])
            near[1, i] = world[other, 0, i] + t * (world[other, 1, i] - world[other, 0, i])
        apart = np.sqrt(
            (near[0, 0] - near[1, 0]) ** 2
            + (near[0, 1] - near[1, 1]) ** 2
            + (near[0, 2] - near[1, 2]) ** 2
        )
        deep = radii[one] + radii[other] - apart
        if deep <= 0 or apart < 1e-6:
            continue
        cost += (_APART * deep) ** 2
        for h in range(
            count
        ):  # how much farther apart a radian of the hinge brings the nearest points
            slope[h] = 0.0
            for side in range(2):
                if moves[links[pairs[n, side]], h]:
                    for i in range(3):
                        a, b = (i + 1) % 3, (i + 2) % 3
                        link = hinges[h]
                        way = ways[link, a] * (near[side, b] - places[link, b]) - ways[link, b] * (
                            near[side, a] - places[link, a]
                        )
                        slope[h] += (1 - 2 * side) * way * (near[0, i] - near[1, i]) / apart
        for h in range(count):
            step[6 + h] += _APART**2 * slope[h] * deep
            for g in range(h + 1):
                matrix[6 + h, 6 + g] += _APART**2 * slope[h] * slope[g]
    return cost
