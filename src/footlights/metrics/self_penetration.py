"""Does the body pass through itself: triangles that cross, less those at rest, and how deep."""

import functools

import numpy as np

from ..motion.body import Body
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from .metric_score import Score
from .penetration_depth import Neighbours, neighbours_of, overlap_thickness
from .triangle_intersection import intersecting_pairs

_CHUNK = 64  # frames of vertices in memory at once: 5 MB
# Bones between parts whose skins fold into each other when a joint bends: groin, elbow, knee.
_NEAR = 2
# Armpits, three bones apart: in every hanging arm.
_FOLDS = (("left_shoulder", "spine2"), ("right_shoulder", "spine2"))


def self_penetration_scores(motion: Motion, body: Body | None = None) -> dict[str, Score]:
    """Scores of a motion on the body's skeleton, each with values per frame.

    - "all_pairs": crossing pairs of faces a frame, as Skeleton2Stage counts its "penetration rate":
      folds at joints and the rest pose count.
    - "new_pairs": crossing pairs a frame that the rest pose does not have.
    - "rate": share of frames in which parts that `between_parts` tells apart cross anew: a limb
      passes through the body.
    - "depth": cm, mean over all frames of the thickest overlap there (`overlap_thickness`), 0 in
      frames without one. A limb wholly inside reads its own thickness. An overlap that swallows no
      vertex reads 0.

    Raises:
        FootlightsError: the motion is on another skeleton.
    """
    body = Body.load() if body is None else body
    # Whole numbers are of the same fineness wherever the body stands.
    in_place = motion.replace(root=np.zeros_like(motion.root))
    counts = np.zeros((4, len(motion)))
    for start in range(0, len(motion), _CHUNK):
        for frame, vertices in enumerate(body.skin(in_place[start : start + _CHUNK]), start):
            counts[:, frame] = _counts(vertices, body)

    units = {"all_pairs": "pairs", "new_pairs": "pairs", "rate": "", "depth": "cm"}
    return {
        name: Score.mean(frames, unit, "the clip is empty")
        for (name, unit), frames in zip(units.items(), counts, strict=True)
    }


def _counts(vertices: np.ndarray, body: Body) -> tuple[int, int, bool, float]:
    """Of one pose all pairs, new pairs, whether parts cross, and how deep (cm)."""
    pairs = intersecting_pairs(vertices, body.faces)
    new = new_pairs(pairs, body)
    parts = new[between_parts(new, body)]
    if not len(parts):
        return len(pairs), len(new), False, 0.0
    seeds = np.unique(body.faces[parts])
    thickness = overlap_thickness(vertices, body.faces, seeds, _neighbours(body))
    return len(pairs), len(new), True, 100 * thickness


def new_pairs(pairs: np.ndarray, body: Body) -> np.ndarray:
    """The rows of crossing faces (P, 2) that do not cross in the body's rest pose."""
    return pairs[~np.isin(_keys(pairs, body), _keys(_rest_pairs(body), body))]


def _keys(pairs: np.ndarray, body: Body) -> np.ndarray:
    return pairs[:, 0].astype(np.int64) * len(body.faces) + pairs[:, 1]


def between_parts(pairs: np.ndarray, body: Body) -> np.ndarray:
    """(P,) true where crossing faces (P, 2) belong to parts that do not fold into each other.

    The joints that move them most are more than two bones apart, and make no armpit. Skins of
    nearer parts fold into each other in every bend of a real dancer: upper arm and chest, thigh and
    thigh.
    """
    owners = _face_owners(body)
    return _far_apart(body.skeleton)[owners[pairs[:, 0]], owners[pairs[:, 1]]]


@functools.cache
def _rest_pairs(body: Body) -> np.ndarray:
    return intersecting_pairs(body.vertices, body.faces)


@functools.cache
def _neighbours(body: Body) -> Neighbours:
    return neighbours_of(body.faces, len(body.vertices))


@functools.cache
def _face_owners(body: Body) -> np.ndarray:
    """(F,) the joint with the largest share in the corners of each face."""
    faces = np.arange(len(body.faces))[:, None]
    shares = np.zeros((len(body.faces), len(body.skeleton)))
    for corner in body.faces.T:
        np.add.at(shares, (faces, body.weight_joints[corner]), body.weights[corner])
    return shares.argmax(axis=1)


@functools.cache
def _far_apart(skeleton: Skeleton) -> np.ndarray:
    """(J, J) true where parts do not fold into each other.

    By the number of bones on the way from joint to joint.
    """
    far = skeleton.steps > _NEAR
    for names in _FOLDS:
        a, b = (skeleton.index(name) for name in names)
        far[a, b] = far[b, a] = False
    return far
