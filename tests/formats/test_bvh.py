"""BVH: channels in every order, the traps of real files, and the round trip of what we write."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import specimens
from footlights.basics.errors import FootlightsError
from footlights.formats import read, write
from footlights.geometry.rotations import angle_between, quat_from_rotvec
from footlights.motion.body import Body
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton
from moving import swaying

BVH = specimens.BVH


@pytest.fixture
def bvh(tmp_path):
    """Reads a BVH text."""
    return lambda text, **options: read(specimens.bvh(tmp_path, text), **options)


def place(motion, name):
    return motion.positions[:, motion.skeleton.index(name)]


def shown(motion):
    """The joints that matter for comparing two files, in a fixed order."""
    return np.stack(
        [place(motion, n) for n in ("Hips", "LeftUpLeg", "LeftLeg", "LeftFoot")], axis=1
    )


def test_centimetres_with_y_up_become_metres_with_z_up(bvh):
    motion = bvh(BVH)
    assert motion.fps == 30 and len(motion) == 4
    assert np.allclose(motion.root[1], [0.01, 0, 0.95], atol=1e-6)
    assert np.allclose(place(motion, "LeftFoot")[0], [0.10, 0, 0.05], atol=1e-6)
    assert np.allclose(place(motion, "LeftFoot_end")[0], [0.10, -0.15, 0.0], atol=1e-6), (
        "toes point to -y: it faces -y"
    )
    notes = " ".join(motion.meta["notes"])
    assert "centimetres" in notes and "up axis taken to be y" in notes


def test_a_bent_knee_by_hand(bvh):
    """Frame 3: the body turns 15 degrees about y, the thigh 30 about x, the shin 60 about x."""
    turn, thigh, shin = (
        Rotation.from_euler(a, d, degrees=True) for a, d in (("y", 15), ("x", 30), ("x", 60))
    )
    knee = turn.apply(np.array([10, -5, 0]) + thigh.apply([0, -42, 0]))
    ankle = knee + (turn * thigh * shin).apply([0, -43, 0])
    x, y, z = ankle + np.array([3, 95, 0])
    assert np.allclose(place(bvh(BVH), "LeftFoot")[3], np.array([x, -z, y]) / 100, atol=1e-6)


@pytest.mark.parametrize(
    "old_new",
    [
        [("\n", "\r\n")],
        [("\n", "\r")],
        [("\t", "    ")],
        [("\t", "")],
        [("Hips\n{", "Hips {"), ("Spine\n\t{", "Spine {")],
        [
            ("OFFSET 0.0 -42.0 0.0", "OFFSET 0 -4.2E+1 -0e0"),
            ("2 95 0 0 0 10", "2.0E0 9.5e+01 0 0 0 1e1"),
        ],
        [("0 0 0 20 0", "0 0 0\t20   0"), ("\n1 95", "\n\n 1 95")],
        [("HIERARCHY", "\ufeffhierarchy"), ("ROOT", "Root"), ("End Site", "End site")],
    ],
    ids=[
        "windows",
        "old mac",
        "spaces",
        "flat",
        "brace beside name",
        "exponents",
        "tabs and blank lines",
        "case, mark",
    ],
)
def test_the_same_clip_in_other_clothes(bvh, old_new):
    text = BVH
    for old, new in old_new:
        assert old in text
        text = text.replace(old, new)
    assert np.array_equal(bvh(text).positions, bvh(BVH).positions)


def test_positions_after_rotations_and_any_order_of_channels(bvh):
    text = BVH.replace(
        "6 Xposition Yposition Zposition Zrotation Xrotation Yrotation",
        "6 Zrotation Yposition Xrotation Xposition Yrotation Zposition",
    )
    head, rows = text.split("Frame Time: 0.0333333\n")
    turned = []
    for row in rows.splitlines():
        px, py, pz, rz, rx, ry, *rest = row.split()
        turned.append(" ".join([rz, py, rx, px, ry, pz, *rest]))
    assert np.array_equal(
        bvh(head + "Frame Time: 0.0333333\n" + "\n".join(turned) + "\n").positions,
        bvh(BVH).positions,
    )


def test_rotations_are_applied_in_the_order_written(bvh):
    text = BVH.replace("3 95 0 0 0 15 0 30 0 0 60", "3 95 0 10 20 30 0 0 0 0 0")
    for order in ("ZXY", "XYZ", "YZX"):
        channels = " ".join(f"{a}rotation" for a in order)
        motion = bvh(
            text.replace("Zposition Zrotation Xrotation Yrotation", f"Zposition {channels}")
        )
        x, y, z = Rotation.from_euler(order, [10, 20, 30], degrees=True).apply(
            [10, -5, 0]
        ) + np.array([3, 95, 0])
        assert np.allclose(place(motion, "LeftUpLeg")[3], np.array([x, -z, y]) / 100, atol=1e-6)


def test_fewer_channels_and_none(bvh):
    text = BVH.replace(
        "OFFSET 0.0 30.0 0.0\n\t\tCHANNELS 3 Zrotation Xrotation Yrotation", "OFFSET 0.0 30.0 0.0"
    )
    text = text.replace(
        "OFFSET 0.0 -43.0 0.0\n\t\t\t\tCHANNELS 3 Zrotation Xrotation Yrotation",
        "OFFSET 0.0 -43.0 0.0",
    )
    text = "\n".join(
        " ".join(row.split()[:12]) if row[:2] in ("0 ", "1 ", "2 ", "3 ") else row
        for row in text.split("\n")
    )
    assert np.array_equal(shown(bvh(text)), shown(bvh(BVH)))


def test_a_leaf_without_end_site(bvh):
    text = BVH.replace("\n\t\tEnd Site\n\t\t{\n\t\t\tOFFSET 0.0 35.0 0.0\n\t\t}", "")
    motion = bvh(text)
    assert "Spine_end" not in motion.skeleton.names and np.array_equal(
        shown(motion), shown(bvh(BVH))
    )


def test_names_with_spaces_and_names_twice(bvh):
    motion = bvh(
        BVH.replace("JOINT Spine", "JOINT Upper  Body of Zoë").replace(
            "JOINT LeftUpLeg", "JOINT Hips"
        )
    )
    assert {"Upper Body of Zoë", "Upper Body of Zoë_end", "Hips", "Hips_2"} <= set(
        motion.skeleton.names
    )


FRAME_TIMES = {
    "0.008333": 120,
    "0.0083333": 120,
    "0.010000": 100,
    "0.016667": 60,
    "0.025000": 40,
    "0.0333333": 30,
    "0.033": 30,
    ".03333": 30,
    "0.0333667": 29.97,
    "0.04": 25,
    "4.1666667e-2": 24,
    repr(1 / 23.976): 23.976,
    "1": 1,
}


@pytest.mark.parametrize(("written", "fps"), FRAME_TIMES.items())
def test_the_rate_is_whole_when_the_last_digit_leaves_that_open(bvh, written, fps):
    assert bvh(BVH.replace("0.0333333", written)).fps == pytest.approx(fps, rel=2e-6)


def with_places(text, offset_row):
    """The text with position channels on every joint, still unless ``offset_row`` moves them."""
    lines, columns = [], []
    for line in text.split("\n"):
        if "CHANNELS 3" in line:
            line = line.replace("CHANNELS 3", "CHANNELS 6 Xposition Yposition Zposition")
        if "OFFSET" in line:
            columns.append(line.split()[1:])
        lines.append(line)
    offsets = [columns[i] for i in (1, 2, 3, 5)]
    head = "\n".join(lines).split("Frame Time: 0.0333333\n")[0] + "Frame Time: 0.0333333\n"
    rows = []
    for t, row in enumerate(text.split("Frame Time: 0.0333333\n")[1].splitlines()):
        values = row.split()
        moved = [offset_row(j, t, [float(x) for x in o]) for j, o in enumerate(offsets)]
        parts = [values[:6]]
        parts += [[str(x) for x in m] + values[6 + 3 * j : 9 + 3 * j] for j, m in enumerate(moved)]
        rows.append(" ".join(x for part in parts for x in part))
    return head + "\n".join(rows) + "\n"


def test_constant_places_of_every_joint_replace_the_offsets(bvh):
    text = with_places(BVH, lambda j, t, o: o).replace("OFFSET 0.0 -42.0 0.0", "OFFSET 1.0 2.0 3.0")
    assert np.allclose(bvh(text).positions, bvh(BVH).positions, atol=1e-7)


def test_wandering_places_become_their_mean_and_are_named(bvh):
    text = with_places(BVH, lambda j, t, o: [o[0], o[1] - t, o[2]] if j == 2 else o)
    motion = bvh(text)
    assert np.allclose(
        np.linalg.norm(motion.skeleton.offsets[motion.skeleton.index("LeftFoot")]), 0.445
    )
    assert any("LeftFoot" in note and "mean" in note for note in motion.meta["notes"])


def test_a_path_carried_below_a_still_root_is_the_body_s_path(bvh):
    """Some files keep the first joint at the origin and move its child."""
    inner = BVH.split("HIERARCHY\n")[1]
    tree, motion = inner.split("MOTION\n")
    tree = (
        "ROOT World\n{\nOFFSET 0 0 0\nCHANNELS 3 Xrotation Yrotation Zrotation\n"
        + tree.replace("ROOT", "JOINT")
        + "}\n"
    )
    head, rows = motion.split("Frame Time: 0.0333333\n")
    rows = "".join(f"0 90 0 {row}\n" for row in rows.splitlines())
    motion = bvh("HIERARCHY\n" + tree + "MOTION\n" + head + "Frame Time: 0.0333333\n" + rows)
    assert motion.skeleton.names[0] == "Hips" and motion.skeleton.names == bvh(BVH).skeleton.names
    x, y, z = bvh(BVH).positions.transpose(2, 0, 1)
    assert np.allclose(motion.positions, np.stack([-y, x, z], axis=-1), atol=1e-6), (
        "the still root's quarter turn is kept"
    )


def test_root_offset_is_added_only_when_that_puts_the_feet_on_the_floor(bvh):
    absolute = BVH.replace("OFFSET 0.0 0.0 0.0\n", "OFFSET 0.0 95.0 0.0\n", 1)
    relative = absolute.replace(" 95 0", " 0 0")
    assert np.allclose(bvh(absolute).positions, bvh(BVH).positions)
    assert np.allclose(bvh(relative).positions, bvh(BVH).positions)
    assert any("added" in note for note in bvh(relative).meta["notes"])
    assert bvh(relative, root_offset=False).root[0, 2] == 0
    assert bvh(absolute, root_offset=True).root[0, 2] == pytest.approx(1.9)


def scaled(text, factor):
    """The same clip with lengths times ``factor``."""
    lines = []
    for line in text.split("\n"):
        words = line.split()
        if words[:1] == ["OFFSET"]:
            line = "OFFSET " + " ".join(str(float(w) * factor) for w in words[1:])
        elif len(words) == 18:
            line = " ".join([*(str(float(w) * factor) for w in words[:3]), *words[3:]])
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("unit", [1.0, 0.1, 0.01, 0.001, 0.0254, 0.0254 / 0.45, 0.3048])
def test_the_unit_is_found_by_the_length_of_a_leg(bvh, unit):
    assert np.allclose(bvh(scaled(BVH, 0.01 / unit)).positions, bvh(BVH).positions, atol=1e-5)


def test_the_unit_is_found_by_stature_when_no_leg_is_named(bvh):
    text = BVH.replace("LeftUpLeg", "a").replace("LeftLeg", "b").replace("LeftFoot", "c")
    motion = bvh(text)
    assert np.allclose(motion.root, bvh(BVH).root)
    assert any("body" in note for note in motion.meta["notes"])


def test_unit_axes_and_rate_can_be_given(bvh):
    motion = bvh(BVH, unit=0.02, fps=60, up="z")
    assert motion.fps == 60
    assert np.allclose(motion.root[1], [0.02, 1.9, 0])
    for wrong in ({"unit": -1}, {"unit": "cm"}, {"up": "x"}, {"fps": 0}):
        with pytest.raises(FootlightsError):
            bvh(BVH, **wrong)


def test_a_z_up_file_is_seen_by_its_legs(bvh):
    """The same clip turned, with zero angles as a z-up program writes it."""
    text = []
    for line in BVH.split("\n"):
        words = line.split()
        if words[:1] == ["OFFSET"]:
            x, y, z = (float(w) for w in words[1:])
            line = f"OFFSET {x} {-z} {y}"
        elif len(words) == 18:
            line = " ".join([words[0], "0", words[1], *["0"] * 15])
        text.append(line)
    still = bvh("\n".join(text))
    assert np.allclose(still.positions[0], bvh(BVH).positions[0], atol=1e-6)


def test_more_rows_than_frames_are_left_out_and_said(bvh):
    motion = bvh(BVH.replace("Frames: 4", "Frames: 3"))
    assert len(motion) == 3 and any("more rows" in note for note in motion.meta["notes"])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Frames: 4", "Frames: 5", "frame 4 is missing"),
        (
            "2 95 0 0 0 10 0 20 0",
            "2 95 0 0 0 10 0 20",
            "frame 2 has 17 numbers, the joints need 18",
        ),
        ("2 95 0 0 0 10", "2 95 0 0 0 ten", "frame 2: 'ten' is not a number"),
        ("2 95 0 0 0 10", "2 95 0 0 0 nan", "frame 2 holds a number that is not finite"),
        ("2 95 0 0 0 10", "2 95 0 0 0 1e999", "frame 2 holds"),
        ("2 95 0 0 0 10", "2 95 0 0 0 -1.#IND", "frame 2"),
        (
            "MOTION",
            "ROOT Partner\n{\nOFFSET 0 0 0\nCHANNELS 3 Xrotation Yrotation Zrotation\n}\nMOTION",
            "'Partner'",
        ),
        ("\tCHANNELS 6 X", "\tCHANNELS 7 X", "line 5"),
        ("Yrotation\n\tJOINT LeftUp", "Wrotation\n\tJOINT LeftUp", "Wrotation"),
        ("}\nMOTION", "MOTION", "} is missing"),
        ("OFFSET 0.0 30.0 0.0", "OFFSET 0.0 30.0", "not three numbers"),
        ("HIERARCHY", "HIERARKY", "not a BVH file"),
        ("Frame Time: 0.0333333", "Frame Time: 0", "Frame Time"),
        ("Frames: 4", "Frames: many", "Frames"),
        ("Frames: 4", "Frames: 0", "no frames"),
        ("JOINT Spine", "BONE Spine", "BONE Spine"),
    ],
)
def test_damage_is_named_with_its_place(bvh, old, new, says):
    assert old in BVH
    with pytest.raises(FootlightsError) as caught:
        bvh(BVH.replace(old, new, 1))
    assert says in str(caught.value) and "walk.bvh" in str(caught.value)


def test_a_file_that_ends_in_its_header(bvh):
    for length in (0, 8, 100, BVH.index("MOTION"), BVH.index("Frame Time")):
        with pytest.raises(FootlightsError):
            bvh(BVH[:length])


def same_dance(back, motion):
    """The largest distance between joints of the same name, metres."""
    index = [back.skeleton.index(n) for n in motion.skeleton.names]
    return np.abs(back.positions[:, index] - motion.positions).max()


def test_N4_bvh_keeps_joints_within_a_millimetre(tmp_path):
    motion = swaying(4.0, 29.97).moved((1.3, -2.0, 0.4), yaw=2.0)
    write(motion, tmp_path / "dance.bvh")
    back = read(tmp_path / "dance.bvh")
    assert back.fps == pytest.approx(29.97, rel=1e-12) and len(back) == len(motion)
    assert same_dance(back, motion) < 1e-4
    assert back.skeleton == SMPL24


def test_the_toes_of_a_standing_body_end_on_the_floor_where_its_soles_end(tmp_path):
    standing = Motion(np.tile(SMPL24.offsets[0], (5, 1)), np.tile([1.0, 0, 0, 0], (5, 24, 1)), 30)
    file = tmp_path / "standing.bvh"
    write(standing, file)
    # End Sites of the house's own joints are left out: with another name among them they stay.
    file.write_text(file.read_text().replace("spine2", "chest"))
    back, front = read(file), Body.load().vertices[:, 1].min()
    for side in ("left", "right"):
        foot, toe = (
            back.positions[:, back.skeleton.index(f"{side}_foot{end}")] for end in ("", "_end")
        )
        assert toe[:, 2].min() > -1e-5 and toe[:, 2].max() < 1e-3
        assert np.all(toe[:, 1] < foot[:, 1]) and np.abs(toe[:, 1] - front).max() < 0.01


def test_N4_bvh_through_every_angle(tmp_path):
    """Random rotations, gimbal lock of the written order among them."""
    rng = np.random.default_rng(0)
    turns = rng.normal(0, 2.0, (200, 24, 3))
    turns[:50, 1:] = 0
    turns[:50, 1, 0] = np.pi / 2
    turns[:25, 1, 0] = -np.pi / 2
    motion = Motion(rng.normal(size=(200, 3)), quat_from_rotvec(turns), 30)
    write(motion, tmp_path / "wild.bvh")
    back = read(tmp_path / "wild.bvh", up="y")
    index = [back.skeleton.index(n) for n in SMPL24.names]
    assert same_dance(back, motion) < 1e-3
    turned = np.rad2deg(
        angle_between(back.rotations[:, index].astype(float), motion.rotations.astype(float))
    )
    assert turned[:50].max() < 0.03, "at the lock the last angle is given up"
    assert turned[50:].max() < 0.001


def test_what_was_read_is_written_and_read_the_same(tmp_path):
    first = read(specimens.bvh(tmp_path))
    write(first, tmp_path / "again.bvh")
    back = read(tmp_path / "again.bvh")
    assert back.skeleton.names == first.skeleton.names, "End Sites stay End Sites"
    assert np.abs(back.positions - first.positions).max() < 1e-6


def test_a_clip_below_the_floor_stays_there(tmp_path):
    """Video captures often have their origin at the pelvis; nothing may lift them."""
    motion = swaying(1.0).moved((0, 0, -0.95))
    write(motion, tmp_path / "sunk.bvh")
    assert same_dance(read(tmp_path / "sunk.bvh"), motion) < 1e-4


def test_written_angles_never_jump_by_a_whole_turn(tmp_path):
    """swaying spins once a second: between frames no importer may turn the dancer backwards."""
    write(swaying(3.0), tmp_path / "spin.bvh")
    rows = (tmp_path / "spin.bvh").read_text().split("Frame Time")[1].split("\n")[1:-1]
    angles = np.array([[float(x) for x in row.split()] for row in rows])[:, 3:6]
    assert np.abs(np.diff(angles, axis=0)).max() < 180
    assert np.ptp(angles[:, 2]) > 900


def test_leaves_that_turn_or_share_a_parent_keep_their_channels(tmp_path):
    skeleton = Skeleton(
        (
            "hips",
            "left_hip",
            "left_knee",
            "left_ankle",
            "left_ankle_end",
            "tail",
            "tail_end",
            "tail_end_2",
        ),
        (-1, 0, 1, 2, 3, 0, 5, 5),
        [
            [0, 0, 1],
            [0.1, 0, 0],
            [0, 0, -0.4],
            [0, 0, -0.4],
            [0, -0.1, 0],
            [0, 0.2, 0],
            [0, 0.1, 0],
            [0.1, 0, 0],
        ],
    )
    turns = np.random.default_rng(0).normal(0, 0.5, (5, 8, 3))
    motion = Motion(np.zeros((5, 3)) + np.array([0, 0, 0.9]), quat_from_rotvec(turns), 30, skeleton)
    write(motion, tmp_path / "odd.bvh")
    back = read(tmp_path / "odd.bvh")
    assert same_dance(back, motion) < 1e-5


def test_names_that_would_break_the_file_are_made_safe(tmp_path):
    names = ("hips", "left {hip}\n}", "left knee", "left ankle")
    skeleton = Skeleton(names, (-1, 0, 1, 2), [[0, 0, 1], [0.1, 0, 0], [0, 0, -0.4], [0, 0, -0.4]])
    motion = Motion(np.zeros((2, 3)), np.tile([1.0, 0, 0, 0], (2, 4, 1)), 30, skeleton)
    write(motion, tmp_path / "names.bvh")
    assert read(tmp_path / "names.bvh").skeleton.names[:2] == ("hips", "left hip")


def test_the_same_motion_gives_the_same_bytes(tmp_path):
    for name in ("a.bvh", "b.bvh"):
        write(swaying(1.0), tmp_path / name)
    assert (tmp_path / "a.bvh").read_bytes() == (tmp_path / "b.bvh").read_bytes()
