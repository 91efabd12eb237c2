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
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tools" / "other_programs"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from g1_links import link_positions

from canaries import stepping
from characters import CHARACTERS, body, named, rig
from footlights import formats
from footlights.metrics.transfer import transfer
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, SMPL_NAMES, Skeleton
from footlights.retargeting import unitree_g1 as robot
from footlights.retargeting.pose_transfer import retarget
from footlights.retargeting.rig import Rig


def read_all(paths: list[str], seconds: float) -> list[Motion]:
    """The beginnings of the given motions; a dance made here when none is given."""
    files = [
        file
        for path in map(Path, paths)
        for file in (sorted(path.glob("*.npz")) if path.is_dir() else [path])
    ]
    return [formats.read(file)[: round(30 * seconds)] for file in files] or [stepping(seconds)]


def of_our_size(skeleton: Skeleton, character: Rig) -> Rig:
    """The same kind of character, names and rest pose, with the house's proportions."""
    names = {name: skeleton.names[j] for name, j in character.joints.items()}
    down = {"vrm": 0.25, "metahuman": 0.85, "g1": 1.4, "cartoon": 1.2, "smplx": 0.1}
    kind = next(kind for kind, make in CHARACTERS.items() if make() == skeleton)
    return Rig.of(rig(named(body(1.0, down.get(kind, 0.0)), names)))


def moved(motion: Motion, character: Rig) -> Motion:
    """The dance on a character; on the robot by its hinges."""
    return (
        robot.onto_robot(motion) if character is robot.robot_rig() else retarget(motion, character)
    )


def round_trip(motion: Motion, character: Rig) -> float:
    """Centimetres between a dance and itself after it went to the character and back, mean over
    its joints.
    """
    back = retarget(retarget(motion, character), alignment=character.alignment)
    mapped = [SMPL_NAMES.index(name) for name in character.joints if "hand" not in name]
    apart = (back.positions - motion.positions)[:, mapped]
    return 100 * float(np.linalg.norm(apart - [0, 0, np.median(apart[..., 2])], axis=-1).mean())


def beyond(motion: Motion) -> float:
    """How far, in cm on average, chest, shoulders and head of a body of few bones must be from the
    dancer's, in any pose.

    It has one spine bone and neither collars nor neck: the chest turns about a place fixed in the
    pelvis, and carries the rest.
    """
    places, turns = (part.astype(np.float64) for part in motion.kinematics())
    rest, index = SMPL24.rest.astype(np.float64), SMPL24.index
    pivot = places[:, 0] + turns[:, 0] @ (rest[index("spine3")] - rest[0])
    carried = [index(name) for name in ("left_shoulder", "right_shoulder", "head")]
    ours, theirs = rest[carried] - rest[index("spine3")], places[:, carried] - pivot[:, None]
    left, _, right = np.linalg.svd(
        np.einsum("ka,tkb->tab", ours, theirs)
    )  # the best turn: Kabsch 1976
    flip = np.ones((len(places), 3))
    flip[:, 2] = np.sign(np.linalg.det(left) * np.linalg.det(right))
    best = np.einsum("tka,tk,tbk->tab", right, flip, left)
    off = [np.linalg.norm(pivot - places[:, index("spine3")], axis=-1)]
    off += list(np.linalg.norm(np.einsum("tab,kb->tka", best, ours) - theirs, axis=-1).T)
    return 100 * float(np.mean(off))


def robots(motions: list[Motion], model_file: str) -> float:
    """Share of the frames of all motions in which the robot's links are in each other."""
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for motion in motions:
            formats.write(robot.onto_robot(motion), Path(folder) / "robot.csv")
            found.append(link_positions(Path(folder) / "robot.csv", model_file)[1])
    return float(np.concatenate(found).mean())


def timed(motion: Motion, character: Rig) -> tuple[float, float]:
    """Times real time of the retargeting, and of the forward kinematics of its result."""
    clock = time.perf_counter()
    result = moved(motion, character)
    between = time.perf_counter()
    result.kinematics()
    end = time.perf_counter()
    return motion.seconds / (between - clock), motion.seconds / (end - between)


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
    print(
        f"{len(motions)} motions, {sum(m.seconds for m in motions):.0f} s; means, and the worst motion behind the stroke"
    )
    print(
        f"{'character':10} {'size':>5} {'slide before':>12} {'after':>6} {'worst more':>10} {'contacts':>9} {'times':>9}",
        end=" ",
    )
    print(
        f"{'bones':>10} {'limbs':>10} {'deepest':>8} {'round trip':>11} {'speed':>7} {'of FK':>6}"
    )
    for name, make in CHARACTERS.items():
        skeleton = make()
        character = robot.robot_rig() if name == "g1" else Rig.of(skeleton)
        ours = of_our_size(skeleton, character)
        went = [transfer(motion, moved(motion, character), character) for motion in motions]
        before, after = ([getattr(t, field) for t in went] for field in ("source_slide", "slide"))
        more = max(b - a for a, b in zip(before, after, strict=True))
        trips = [round_trip(motion, ours) for motion in motions]
        speeds = np.median([timed(motion, character) for motion in motions], 0)
        bones, limbs, deepest = (
            [getattr(t, field) for t in went] for field in ("bone_angle", "limb_angle", "deepest_sole")
        )
        shared = [t.shared_contacts for t in went]
        print(
            f"{name:10} {character.size:5.2f} {np.mean(before):12.2f} {np.mean(after):6.2f} {more:10.2f}",
            end=" ",
        )
        together = np.average(shared, weights=[len(motion) for motion in motions])
        times = [t.shared_moments for t in went if t.shared_moments == t.shared_moments]
        print(
            f"{together:4.2f}/{min(shared):4.2f} {np.mean(times):4.2f}/{min(times):4.2f}", end=" "
        )
        print(
            f"{np.mean(bones):5.2f}/{max(bones):4.2f} {np.mean(limbs):5.2f}/{max(limbs):4.2f}",
            end=" ",
        )
        print(f"{100 * max(deepest):8.1f}", end=" ")
        print(
            f"{np.mean(trips):6.2f}/{max(trips):4.2f} {speeds[0]:6.0f}x {speeds[0] / speeds[1]:6.3f}"
        )
    print(
        f"a body of few bones cannot be nearer than {np.mean([beyond(motion) for motion in motions]):.2f} cm"
    )
    if args.g1:
        print(
            f"the robot's links are in each other in {100 * robots(motions, args.g1):.1f} % of the frames"
        )


if __name__ == "__main__":
    main()
