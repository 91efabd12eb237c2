"""SMPL's model files, made from the house body in their shape."""

import numpy as np

from footlights.motion.body import Body
from footlights.motion.skeleton import SMPL24

HEAD, BODY_JOINTS = 15, 22
_HANDS = ((22, 20), (23, 21))  # of the house's 24 joints, and the wrists they hang on


def smpl_model(joints: int = 24, size: float = 1.0) -> dict[str, np.ndarray]:
    """Arrays of a model file: y up, the house's mesh at ``size``, away from the origin.

    55 joints have jaw, eyes and fingers, as SMPL-X.
    """
    body = Body.load()
    vertices = _in_model_axes(body.vertices, size)
    positions = _in_model_axes(SMPL24.rest, size)
    house_weights = np.zeros((len(vertices), 24))
    np.add.at(house_weights, (np.arange(len(vertices))[:, None], body.weight_joints), body.weights)

    parents, weights = list(SMPL24.parents), np.zeros((len(vertices), joints))
    weights[:, :BODY_JOINTS] = house_weights[:, :BODY_JOINTS]
    if joints == 24:
        weights[:, BODY_JOINTS:] = house_weights[:, BODY_JOINTS:]
    else:
        parents = [*parents[:BODY_JOINTS], HEAD, HEAD, HEAD]  # jaw and eyes
        of_face = np.repeat(positions[HEAD : HEAD + 1], 3, axis=0)
        positions = np.concatenate([positions[:BODY_JOINTS], of_face])
        for hand, wrist in _HANDS:
            first = len(parents)
            for finger in range(first, first + 15, 3):
                parents += [wrist, finger, finger + 1]
            of_hand = np.repeat(positions[wrist : wrist + 1], 15, axis=0)
            positions = np.concatenate([positions, of_hand])
            weights[:, first + 1] = house_weights[:, hand]

    return {
        "v_template": vertices,
        "weights": weights,
        "J_regressor": _exact_regressor(vertices, positions),
        "kintree_table": np.array([np.array(parents) % 2**32, np.arange(joints)], np.int64),
        "f": body.faces,
        "shapedirs": np.stack([vertices * 0.1, vertices * 0], axis=-1),
    }


def _in_model_axes(points: np.ndarray, size: float) -> np.ndarray:
    return size * points[:, [0, 2, 1]].astype(np.float64) * [1, 1, -1] + [0.1, 0.3, 0.2]


def _exact_regressor(vertices: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """(J, V) that finds the joints exactly, wherever the body stands."""
    spread = np.concatenate([vertices, np.ones((len(vertices), 1))], axis=1)
    wanted = np.concatenate([positions, np.ones((len(positions), 1))], axis=1)
    return wanted @ np.linalg.pinv(spread)


def box_model() -> dict[str, np.ndarray]:
    """Arrays of a small model file: a box about each of the 24 joints, feet flat on one floor."""
    signs = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    triangles = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])

    centres = _in_model_axes(SMPL24.rest, 1.0)
    vertices = (centres[:, None] + 0.03 * signs).reshape(-1, 3)
    foot_vertices = np.repeat(np.isin(np.arange(24), (7, 8, 10, 11)), 8)
    lower = foot_vertices & (np.tile(signs[:, 1], 24) < 0)
    vertices[lower, 1] = vertices[:, 1].min()
    return {
        "v_template": vertices,
        "weights": np.repeat(np.eye(24), 8, axis=0),
        "J_regressor": np.repeat(np.eye(24), 8, axis=1) / 8,
        "kintree_table": np.array([np.array(SMPL24.parents) % 2**32, np.arange(24)], np.int64),
        "f": np.concatenate([triangles + 8 * joint for joint in range(24)]).astype(np.int64),
        "shapedirs": np.stack([vertices * 0.1, vertices * 0], axis=-1),
    }
