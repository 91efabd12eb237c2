"""How well and how fast dances go onto characters of six kinds, and back.

    python benchmarks/retarget.py [MOTION ...] [--seconds 20] [--g1 g1.xml]

Motions are files on the house skeleton, or a folder of them; without any a dance made here. One
line a character: slide of soles in contact before and after (cm/s; the aim is at most 0.5 more),
contacts of heels and toes at equal times (share), feet that come down and leave at the same time to
1/30 s (share), degrees that limb bones and whole limbs point off (at most 5), the round trip to the
house's proportions and back (cm, mean over mapped joints, at most 1), the deepest sole (cm, of the
house's size), and speed: times real time (at least 30) and as a share of the speed of the forward
kinematics of the same clip in the same run.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tools" / "other_programs"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from g1_links import link_positions

from canaries import stepping
from characters import CHARACTERS, body, named, rig
from footlights import formats
from footlights.metrics.transfer import Transfer, transfer
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, SMPL_NAMES, Skeleton
from footlights.retargeting.pose_transfer import retarget
from footlights.retargeting.rig import Rig
from footlights.retargeting.unitree_g1 import onto_robot, robot_rig


def read_all(paths: list[str], seconds: float) -> list[Motion]:
    """The beginnings of the given motions; a dance made here when none is given."""
    files = [
        file
        for path in map(Path, paths)
        for file in (sorted(path.glob("*.npz")) if path.is_dir() else [path])
    ]
    return [formats.read(file)[: round(30 * seconds)] for file in files] or [stepping(seconds)]


@dataclass(frozen=True)
class Row:
    """One character's figures over all motions.

    Attributes:
        character: the rig.
        transfers: how each motion went over.
        round_trips: cm between each motion and itself after it went there and back.
        speed, of_kinematics: times real time, and share of the speed of forward kinematics.
    """

    character: Rig
    transfers: list[Transfer]
    round_trips: list[float]
    speed: float
    of_kinematics: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("motions", nargs="*", metavar="MOTION")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument(
        "--g1", metavar="XML", help="somebody's MuJoCo model of the Unitree G1, such as mjlab's"
    )
    args = parser.parse_args()
    motions = read_all(args.motions, args.seconds)

    seconds = sum(motion.seconds for motion in motions)
    print(f"{len(motions)} motions, {seconds:.0f} s; means, and the worst motion behind the stroke")
    print(
        f"{'character':10} {'size':>5} {'slide before':>12} {'after':>6} {'worst more':>10} "
        f"{'contacts':>9} {'times':>9} {'bones':>10} {'limbs':>10} {'deepest':>8} "
        f"{'round trip':>11} {'speed':>7} {'of FK':>6}"
    )
    for name, make in CHARACTERS.items():
        print(as_text(name, measured(motions, make()), [len(motion) for motion in motions]))

    least = np.mean([least_distance(motion) for motion in motions])
    print(f"a body of few bones cannot be nearer than {least:.2f} cm")
    if args.g1:
        share = 100 * intersecting_share(motions, args.g1)
        print(f"the robot's links are in each other in {share:.1f} % of the frames")


def measured(motions: list[Motion], skeleton: Skeleton) -> Row:
    """All motions onto the character with this skeleton."""
    is_robot = skeleton == robot_rig().skeleton
    character = robot_rig() if is_robot else Rig.of(skeleton)
    at_our_size = of_our_size(skeleton, character)
    speed, kinematics_speed = np.median([speeds(motion, character) for motion in motions], 0)
    return Row(
        character,
        [transfer(motion, moved(motion, character), character) for motion in motions],
        [round_trip(motion, at_our_size) for motion in motions],
        speed,
        speed / kinematics_speed,
    )


def as_text(name: str, row: Row, frames: list[int]) -> str:
    """A line of the table; contacts are weighted by the ``frames`` of each motion."""

    def of_all(field: str) -> np.ndarray:
        return np.array([getattr(figures, field) for figures in row.transfers])

    before, after = of_all("source_slide"), of_all("slide")
    contacts, moments = of_all("shared_contacts"), of_all("shared_moments")
    moments = moments[np.isfinite(moments)]
    bones, limbs = of_all("bone_angle"), of_all("limb_angle")
    trips = row.round_trips
    return (
        f"{name:10} {row.character.size:5.2f} {before.mean():12.2f} {after.mean():6.2f} "
        f"{(after - before).max():10.2f} "
        f"{np.average(contacts, weights=frames):4.2f}/{contacts.min():4.2f} "
        f"{moments.mean():4.2f}/{moments.min():4.2f} "
        f"{bones.mean():5.2f}/{bones.max():4.2f} {limbs.mean():5.2f}/{limbs.max():4.2f} "
        f"{100 * of_all('deepest_sole').max():8.1f} {np.mean(trips):6.2f}/{max(trips):4.2f} "
        f"{row.speed:6.0f}x {row.of_kinematics:6.3f}"
    )


def of_our_size(skeleton: Skeleton, character: Rig) -> Rig:
    """The same kind of character, names and rest pose, with the house's proportions."""
    names = {name: skeleton.names[j] for name, j in character.joints.items()}
    arms_down = {"vrm": 0.25, "metahuman": 0.85, "g1": 1.4, "cartoon": 1.2, "smplx": 0.1}
    kind = next(kind for kind, make in CHARACTERS.items() if make() == skeleton)
    return Rig.of(rig(named(body(1.0, arms_down.get(kind, 0.0)), names)))


def moved(motion: Motion, character: Rig) -> Motion:
    """The dance on a character; on the robot by its hinges."""
    return onto_robot(motion) if character is robot_rig() else retarget(motion, character)


def round_trip(motion: Motion, character: Rig) -> float:
    """Centimetres between a dance and itself after it went to the character and back.

    Mean over its joints; one height off for the whole clip does not count.
    """
    back = retarget(retarget(motion, character), alignment=character.alignment)
    mapped = [SMPL_NAMES.index(name) for name in character.joints if "hand" not in name]
    apart = (back.positions - motion.positions)[:, mapped]
    return 100 * float(np.linalg.norm(apart - [0, 0, np.median(apart[..., 2])], axis=-1).mean())


def speeds(motion: Motion, character: Rig) -> tuple[float, float]:
    """Times real time of the retargeting, and of the forward kinematics of its result."""
    begin = time.perf_counter()
    result = moved(motion, character)
    between = time.perf_counter()
    result.kinematics()
    end = time.perf_counter()
    return motion.seconds / (between - begin), motion.seconds / (end - between)


def least_distance(motion: Motion) -> float:
    """How far, in cm on average, a body of few bones must be from the dancer in any pose.

    It has one spine bone and neither collars nor neck: the chest turns about a place fixed in the
    pelvis, and carries shoulders and head. Of these and the chest the distance is.
    """
    positions, world_rotations = (part.astype(np.float64) for part in motion.kinematics())
    rest, index = SMPL24.rest.astype(np.float64), SMPL24.index
    chest = index("spine3")
    pivot = positions[:, 0] + world_rotations[:, 0] @ (rest[chest] - rest[0])
    carried = [index(name) for name in ("left_shoulder", "right_shoulder", "head")]
    ours, theirs = rest[carried] - rest[chest], positions[:, carried] - pivot[:, None]

    # The best rotation of the chest: Kabsch 1976.
    left, _, right = np.linalg.svd(np.einsum("ka,tkb->tab", ours, theirs))
    flip = np.ones((len(positions), 3))
    flip[:, 2] = np.sign(np.linalg.det(left) * np.linalg.det(right))
    best = np.einsum("tka,tk,tbk->tab", right, flip, left)

    distances = [np.linalg.norm(pivot - positions[:, chest], axis=-1)]
    rotated = np.einsum("tab,kb->tka", best, ours)
    distances += list(np.linalg.norm(rotated - theirs, axis=-1).T)
    return 100 * float(np.mean(distances))


def intersecting_share(motions: list[Motion], model_file: str) -> float:
    """Share of the frames of all motions in which the robot's links are in each other."""
    intersecting = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "robot.csv"
        for motion in motions:
            formats.write(onto_robot(motion), file)
            intersecting.append(link_positions(file, model_file)[1])
    return float(np.concatenate(intersecting).mean())


if __name__ == "__main__":
    main()
