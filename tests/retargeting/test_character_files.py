"""My own character dances: its file keeps what it had, and bones can be corrected by hand."""

from pathlib import Path

import numpy as np
import pytest

import canaries
from characters import CHARACTERS, mixamo, smplx
from footlights import formats
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.formats.glb_read import read
from footlights.formats.gltf import Gltf
from footlights.motion.motion import Motion
from footlights.motion.skeleton import Skeleton
from footlights.retargeting.character_files import read_character_file, write_retargeted
from gltf_rigs import UPRIGHT, Maker, armature, put, vrm


@pytest.fixture(scope="module")
def dance() -> Motion:
    return canaries.stepping(3.0)


def still(skeleton: Skeleton) -> Motion:
    rotations = np.zeros((2, len(skeleton), 4))
    rotations[..., 0] = 1
    return Motion(np.repeat(skeleton.rest[:1], 2, 0), rotations, 30, skeleton)


def waving(skeleton: Skeleton, size: float = 1.0) -> Maker:
    """A file with the character, a short animation of its own, and things of its maker's."""
    made = armature(still(skeleton), size, UPRIGHT)
    made.document["animations"][0]["channels"] = made.document["animations"][0]["channels"][:2]
    made.document["materials"] = [{"name": "velvet", "extras": {"mine": [1, 2]}}]
    made.document["extras"] = {"author": "someone"}
    return made


@pytest.mark.parametrize("size", [0.01, 1.0])
@pytest.mark.parametrize("name", CHARACTERS)
def test_a_dance_written_into_a_character_is_read_back(tmp_path, dance, name, size):
    hero = put(tmp_path / "hero.glb", waving(CHARACTERS[name](), size).glb())
    character = read_character_file(hero)
    moved = write_retargeted(dance, character, tmp_path / "dancing.glb")
    back = read(tmp_path / "dancing.glb")
    names = [n for n in back.skeleton.names if n in moved.skeleton.names]
    here, there = ([m.skeleton.names.index(n) for n in names] for m in (moved, back))
    assert len(back) == len(dance) and back.fps == dance.fps and len(names) > 14
    assert np.abs(back.positions[:, there] - moved.positions[:, here]).max() < 1e-4


def test_the_character_keeps_all_that_it_had(tmp_path, dance):
    source = put(tmp_path / "hero.glb", waving(mixamo()).glb())
    write_retargeted(dance, read_character_file(source), tmp_path / "dancing.glb")
    before, after = Gltf(source), Gltf(tmp_path / "dancing.glb")
    new, *old = after.document["animations"]
    assert new["name"] == "dancing" and old == before.document["animations"]
    for kind in before.document.keys() - {"animations", "accessors", "bufferViews", "buffers"}:
        assert after.document[kind] == before.document[kind], kind
    for k in range(len(before.document["accessors"])):
        assert np.array_equal(before.array(k), after.array(k))


def test_the_same_dance_gives_the_same_bytes(tmp_path, dance):
    character = read_character_file(put(tmp_path / "hero.glb", waving(smplx()).glb()))
    write_retargeted(dance, character, tmp_path / "a.glb")
    first = (tmp_path / "a.glb").read_bytes()
    write_retargeted(dance, character, tmp_path / "a.glb")
    assert (tmp_path / "a.glb").read_bytes() == first


@pytest.mark.parametrize("version", [0, 1])
def test_a_vrm_is_known_by_its_humanoid_not_its_nodes(tmp_path, dance, version):
    character = read_character_file(put(tmp_path / "avatar.vrm", vrm(dance[:2], version).glb()))
    result = write_retargeted(dance, character, tmp_path / "dancing.vrm")
    assert character.rig.skeleton.names[character.rig.joints["left_knee"]] == "leftLowerLeg"
    wrist = result.positions[:, character.rig.joints["left_wrist"]]
    assert np.linalg.norm(wrist - dance.positions[:, 20], axis=-1).max() < 0.01


def test_a_node_given_as_a_matrix_can_be_moved(tmp_path, dance):
    made = waving(mixamo())
    for node in made.document["nodes"][1:]:
        x, y, z = node.pop("translation")
        node["matrix"] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1]
    character = read_character_file(put(tmp_path / "hero.glb", made.glb()))
    moved = write_retargeted(dance, character, tmp_path / "dancing.glb")
    assert (
        np.abs(read(tmp_path / "dancing.glb").positions[-1, 0] - moved.positions[-1, 0]).max()
        < 1e-4
    )
    assert not any("matrix" in n for n in Gltf(tmp_path / "dancing.glb").document["nodes"][1:3])


def test_the_house_dancer_is_a_character_too(tmp_path, dance):
    formats.write(dance[:2], tmp_path / "dancer.glb")
    result = write_retargeted(
        dance, read_character_file(tmp_path / "dancer.glb"), tmp_path / "again.glb"
    )
    assert np.abs(result.positions - dance.positions).max() < 0.01


def test_a_bvh_character_gives_a_bvh(tmp_path, dance):
    formats.write(still(mixamo()), tmp_path / "hero.bvh")
    character = read_character_file(tmp_path / "hero.bvh")
    moved = write_retargeted(dance, character, tmp_path / "dancing.bvh")
    back = formats.read(tmp_path / "dancing.bvh")
    hand = character.rig.skeleton.names[character.rig.joints["left_wrist"]]
    assert (
        np.abs(
            back.positions[:, back.skeleton.names.index(hand)]
            - moved.positions[:, moved.skeleton.names.index(hand)]
        ).max()
        < 1e-3
    )


def broken(kind: str) -> bytes:
    made = waving(mixamo())
    nodes = made.document["nodes"]
    if kind == "no legs":
        for node in nodes:
            node["name"] = node["name"].replace("Leg", "Thing") + "x"
        nodes[1]["children"] = nodes[1]["children"][:1]
    elif kind == "mirrored":
        nodes[3]["scale"] = [-1, 1, 1]
    elif kind == "stretched":
        nodes[0]["scale"] = [1, 2, 1]
    elif kind == "no joints":
        made.document |= {"skins": [], "animations": []}
    elif kind == "joint that is none":
        made.document["skins"][0]["joints"].append(5000)
    elif kind == "animations that are none":
        made.document |= {"animations": 5}
    elif kind == "lying":
        nodes[0]["rotation"] = [0, 0.70710678, 0, 0.70710678]
    elif kind == "other file":
        return made.gltf()
    return made.glb()[: 400 if kind == "cut" else None]


@pytest.mark.parametrize(
    "kind",
    [
        "no legs",
        "mirrored",
        "stretched",
        "no joints",
        "joint that is none",
        "animations that are none",
        "lying",
        "other file",
        "cut",
    ],
)
def test_a_file_that_is_no_character_is_told_in_one_line(tmp_path, kind):
    with pytest.raises(FootlightsError) as problem:
        read_character_file(put(tmp_path / "hero.glb", broken(kind)))
    assert "hero.glb" in str(problem.value) and "\n" not in str(problem.value)


def test_the_command_shows_the_bones_and_writes_the_file(tmp_path, dance, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    formats.write(dance, "dance.npz")
    put(tmp_path / "hero.glb", waving(mixamo()).glb())
    assert main(["retarget", "dance.npz", "--to", "hero.glb", "--map", "hero.toml"]) == 0
    shown = capsys.readouterr()
    assert (
        shown.out == "dance-hero.glb\n"
        and Path("dance-hero.glb").is_file()
        and Path("hero.toml").is_file()
    )
    assert "left_knee       LeftLeg" in shown.err and "slide 0.0 cm/s" in shown.err
    assert main(["retarget", "dance.npz", "--to", "hero.glb"]) == 2
    assert "exists" in capsys.readouterr().err
    assert main(["retarget", "dance.npz", "--to", "hero.glb", "-o", "x.bvh"]) == 2
    assert main(["retarget", "dance.npz", "--to", "dance.npz", "-o", "x.npz"]) == 2


@pytest.mark.parametrize("units", [100.0, 40.0, 0.03])
def test_a_character_in_a_strange_unit_dances_in_that_unit(tmp_path, dance, units):
    made = waving(mixamo())
    made.document["nodes"][0]["scale"] = [units] * 3
    character = read_character_file(put(tmp_path / "hero.glb", made.glb()))
    moved = write_retargeted(dance, character, tmp_path / "dancing.glb")
    back = read(tmp_path / "dancing.glb")
    assert 0.02 < character.rig.size < 4
    assert (
        np.abs(back.positions - moved.positions).max() < 1e-3
        and back.skeleton.names == moved.skeleton.names
    )


def test_no_damage_to_a_character_makes_more_than_a_line(tmp_path, dance):
    whole = waving(mixamo()).glb()
    rng = np.random.default_rng(5)
    for _ in range(60):
        data = bytearray(whole)
        for at in rng.integers(0, min(len(data), 9000), rng.integers(1, 6)):
            data[at] = rng.integers(0, 256)
        try:
            write_retargeted(
                dance[:3],
                read_character_file(put(tmp_path / "hero.glb", bytes(data))),
                tmp_path / "out.glb",
            )
        except FootlightsError as problem:
            assert "\n" not in str(problem)
