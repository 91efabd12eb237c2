"""Does the body pass through itself: triangles that cross, frame by frame, less those of the rest
pose, and how deep.
"""

import functools

import numpy as np

from ..motion.body import Body
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from .metric_score import Score

_CHUNK = 64  # frames of vertices in memory at once: 5 MB
_NEAR = (
    2  # bones between parts whose skins fold into each other when a joint bends: groin, elbow, knee
)
_FOLDS = (
    ("left_shoulder", "spine2"),
    ("right_shoulder", "spine2"),
)  # armpits, three bones apart: in every hanging arm


def new_pairs(pairs: np.ndarray, body: Body) -> np.ndarray:
    """The rows of crossing faces (P, 2) that do not cross in the body's rest pose."""
    return pairs[~np.isin(_keys(pairs, body), _keys(_rest_pairs(body), body))]


def between_parts(pairs: np.ndarray, body: Body) -> np.ndarray:
    """(P,) true where the joints that move two faces most are more than two bones apart and make no
    armpit.

    Skins of nearer parts fold into each other in every bend of a real dancer: upper arm and chest,
    thigh and thigh.
    """
    owners = _owners(body)
    return _far(body.skeleton)[owners[pairs[:, 0]], owners[pairs[:, 1]]]


def self_penetration_scores(motion: Motion, body: Body | None = None) -> dict[str, Score]:
    """Scores of a motion on the body's skeleton, each with values per frame.

    - "all_pairs": crossing pairs a frame, as Skeleton2Stage counts its "penetration rate": folds at
    joints and the rest pose count.
    - "new_pairs": crossing pairs a frame that the rest pose does not have.
    - "rate": share of frames in which parts that `between_parts` tells apart cross anew: a limb
    passes through the body.
    - "depth": cm, mean over all frames of the thickest overlap there (`overlap.overlap_thickness`),
    0 in frames without one.
      A limb wholly inside reads its own thickness. An overlap that swallows no vertex reads 0.

    Raises:
        FootlightsError: the motion is on another skeleton.
    """
    from .penetration_depth import overlap_thickness
    from .triangle_intersection import intersecting_pairs

    body = Body.load() if body is None else body
    still = motion.replace(root=np.zeros_like(motion.root))
    counts = np.zeros((4, len(motion)))
    for start in range(0, len(motion), _CHUNK):
        for at, vertices in enumerate(body.skin(still[start : start + _CHUNK]), start):
            pairs = intersecting_pairs(vertices, body.faces)
            new = new_pairs(pairs, body)
            through = new[between_parts(new, body)]
            counts[:3, at] = len(pairs), len(new), len(through) > 0
            if len(through):
                seeds = np.unique(body.faces[through])
                counts[3, at] = 100 * overlap_thickness(vertices, body.faces, seeds, _around(body))
    names = {"all_pairs": "pairs", "new_pairs": "pairs", "rate": "", "depth": "cm"}
    return {
        name: Score.mean(row, unit, "the clip is empty")
        for (name, unit), row in zip(names.items(), counts, strict=True)
    }


def _keys(pairs: np.ndarray, body: Body) -> np.ndarray:
    return pairs[:, 0].astype(np.int64) * len(body.faces) + pairs[:, 1]


@functools.cache
def _rest_pairs(body: Body) -> np.ndarray:
    from .triangle_intersection import intersecting_pairs

    return intersecting_pairs(body.vertices, body.faces)


@functools.cache
def _around(body: Body) -> tuple[np.ndarray, np.ndarray]:
    from .penetration_depth import neighbours

    return neighbours(body.faces, len(body.vertices))


@functools.cache
def _owners(body: Body) -> np.ndarray:
    """(F,) the joint with the largest share in the corners of each face."""
    shares = np.zeros((len(body.faces), len(body.skeleton)))
    for corner in body.faces.T:
        np.add.at(
            shares,
            (np.arange(len(corner))[:, None], body.weight_joints[corner]),
            body.weights[corner],
        )
    return shares.argmax(axis=1)


@functools.cache
def _far(skeleton: Skeleton) -> np.ndarray:
    """(J, J) true where parts do not fold into each other: by the number of bones on the way from
    joint to joint.
    """
    far = skeleton.steps > _NEAR
    for names in _FOLDS:
        a, b = (skeleton.index(name) for name in names)
        far[a, b] = far[b, a] = False
    return far
