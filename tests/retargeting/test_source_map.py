"""A motion's own joints told by a bone map: written, edited, believed, kept, refused."""

from pathlib import Path

import numpy as np
import pytest

from footlights import formats
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.motion.skeleton import SMPL24, Skeleton
from footlights.retargeting.pose_transfer import retarget
from footlights.retargeting.source_map import mapped_joints, read_source, with_bone_map

FIELD = Path(__file__).parent.parent / "field" / "motion"


def renamed(motion, names):
    skeleton = motion.skeleton
    return motion.replace(skeleton=Skeleton(tuple(names), skeleton.parents, skeleton.offsets))


@pytest.fixture
def plain():
    return formats.read(FIELD / "root_plain.bvh")


@pytest.fixture
def nameless(plain):
    """The same clip lying in a heap: neither names nor the rest pose tell its joints."""
    skeleton = plain.skeleton
    names = tuple(f"j{number}" for number in range(len(skeleton)))
    offsets = np.array(skeleton.offsets)
    offsets[1:] = np.linalg.norm(offsets[1:], axis=-1, keepdims=True) * [1.0, 0.0, 0.0]
    return plain.replace(skeleton=Skeleton(names, skeleton.parents, offsets))


def test_a_map_that_is_not_there_is_written_and_changes_nothing(plain, tmp_path):
    numbered = FIELD / "names_numbered.bvh"
    mapped = read_source(numbered, {"map": tmp_path / "map.toml"})
    assert (tmp_path / "map.toml").exists() and "pelvis" in mapped_joints(mapped)
    again = read_source(numbered, {"map": tmp_path / "map.toml"})
    by_shape = retarget(formats.read(numbered))
    assert np.array_equal(retarget(again).positions, by_shape.positions)


def test_the_map_is_believed_against_names(plain, tmp_path):
    file = tmp_path / "map.toml"
    with_bone_map(plain, file)
    text = file.read_text()
    for part in ("UpLeg", "Leg", "Foot", "ToeBase"):
        text = text.replace(f'"Left{part}"', '"*"').replace(f'"Right{part}"', f'"Left{part}"')
        text = text.replace('"*"', f'"Right{part}"')
    file.write_text(text)

    mapped = with_bone_map(plain, file)
    assert mapped.skeleton.names[mapped_joints(mapped)["left_knee"]] == "RightLeg"
    ours, before = (
        retarget(motion).positions[:, SMPL24.index("left_knee")] for motion in (mapped, plain)
    )
    assert np.abs(ours - before).max() > 0.05


def test_a_map_to_fill_in_is_written_where_nothing_tells(nameless, tmp_path):
    file = tmp_path / "map.toml"
    with pytest.raises(FootlightsError, match="fill in"):
        with_bone_map(nameless, file)
    text = file.read_text()
    assert '# left_knee = ""' in text and '"j0"' in text
    with pytest.raises(FootlightsError, match="no bone: pelvis"):
        with_bone_map(nameless, file)


def test_an_npz_keeps_the_map(plain, tmp_path):
    file = tmp_path / "map.toml"
    source = str(FIELD / "names_numbered.bvh")
    assert main(["convert", source, str(tmp_path / "a.npz"), "--map", str(file)]) == 0
    back = formats.read(tmp_path / "a.npz")
    assert mapped_joints(back) == mapped_joints(read_source(source, {"map": file}))


@pytest.mark.parametrize("names", [3, {"left_wing": "Hips"}, {"pelvis": "none"}, {"pelvis": 3}])
def test_a_map_of_other_joints_in_a_file_is_one_line(plain, names):
    broken = plain.replace(meta={"bone_map": names})
    with pytest.raises(FootlightsError, match="bone map"):
        retarget(broken)


@pytest.mark.parametrize(
    "words",
    [
        ["convert", "FILE", "out.amass.npz", "--map"],
        ["view", "FILE", "--no-open", "-o", "out.html", "--map"],
        ["score", "FILE", "--map"],
        [
            "retarget",
            "FILE",
            "--to",
            str(FIELD / "avatar_tpose.glb"),
            "-o",
            "o.glb",
            "--motion-map",
        ],
    ],
)
def test_every_command_takes_a_map(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.toml").write_text('[joints]\nleft_knee = "nowhere"')
    words = [str(FIELD / "root_plain.bvh") if word == "FILE" else word for word in words]
    assert main([*words, "bad.toml"]) == 2
    assert "no bone 'nowhere'" in capsys.readouterr().err
    assert main([*words, "new.toml"]) == 0
    assert (tmp_path / "new.toml").exists()
