"""What commands tell programs has one shape, whatever the count, and is what docs/json.md says."""

import json
import math

import pytest

import footlights as fl
from canaries import hovering, stepping
from footlights.cli import COMMANDS, main
from json_schemas import SCHEMAS, check
from moving import swaying


@pytest.fixture
def files(tmp_path):
    """A folder with a motion, one of another format, and a broken one."""
    place = tmp_path / "in"
    place.mkdir()
    fl.write(swaying(1.0), place / "sway.npz")
    fl.write(swaying(1.0), place / "rig.bvh")
    (place / "bad.npz").write_bytes(b"PK\x03\x04 broken")
    return place


@pytest.fixture
def told(capsys):
    """Run a command with ``--json``: its exit code and what it prints, as its schema has it."""

    def run(*words: object) -> tuple[int, dict]:
        code = main([*map(str, words), "--json"])
        document = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
        check(document, str(words[0]))
        return code, document

    return run


def test_every_command_has_a_schema_and_a_line_in_the_docs():
    text = (SCHEMAS.parent / "json.md").read_text(encoding="utf-8")
    assert COMMANDS
    for name in COMMANDS:
        schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
        assert "problems" in schema["required"], name
        assert f"(schemas/{name}.json)" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_the_same_options_for_json(capsys, name):
    family = ["diffusion"] if name == "train" else []  # each family has its own options
    assert main([name, *family, "--help"]) == 0
    words = capsys.readouterr().out.split()
    assert {"--json", "--json-file", "--force"} <= set(words)


def test_dance(tmp_path, song, swayer, told):
    (tmp_path / "bad.mp3").write_text("not a song")
    words = ["dance", song, tmp_path / "bad.mp3", "-o", tmp_path / "out", "--formats", "npz,html"]
    code, document = told(*words)
    assert code == 2 and [entry["name"] for entry in document["songs"]] == ["clicks"]
    assert [problem["item"] for problem in document["problems"]] == [str(tmp_path / "bad.mp3")]


def test_view(files, told):
    code, document = told("view", files, "--no-open")
    assert code == 2 and document["motions"] == ["sway"]
    assert [problem["item"] for problem in document["problems"]] == [str(files / "bad.npz")]


def test_convert(files, tmp_path, told):
    code, document = told("convert", files, tmp_path / "out", "--as", "glb")
    assert code == 2 and len(document["written"]) == 2 and document["kept"] == []
    assert any("up axis" in note["note"] for note in document["notes"])
    assert [problem["item"] for problem in document["problems"]] == [str(files / "bad.npz")]
    assert len(told("convert", files, tmp_path / "out", "--as", "glb")[1]["kept"]) == 2


def test_retarget(files, tmp_path, told):
    words = [files / "sway.npz", "--to", files / "rig.bvh", "-o", tmp_path / "new.bvh"]
    code, document = told("retarget", *words)
    assert code == 0 and document["written"] == [str(tmp_path / "new.bvh")]
    assert document["bones"]["left_knee"] == "left_knee"
    assert document["fidelity"]["bone_angle"] < 5


def test_models_and_doctor(told):
    assert "small" in told("models")[1]["models"]
    code, document = told("doctor")
    assert document["checks"] and code == bool(document["problems"])


@pytest.mark.parametrize("names", [["good"], ["good", "hover", "short"]])
def test_score(tmp_path, told, names):
    clips = {"good": stepping(2.0), "hover": hovering(stepping(2.0)), "short": stepping(2.0)[:2]}
    for name in names:
        fl.write(clips[name], tmp_path / f"{name}.npz")
    code, document = told("score", *(tmp_path / f"{name}.npz" for name in names))
    scores = [motion["physics_score"] for motion in document["motions"]]
    assert code == 0 and len(scores) == len(names) and document["problems"] == []
    assert scores == sorted(scores, key=lambda score: -math.inf if score is None else score)


def test_compare(tmp_path, told):
    for folder, seed in (("mine", 0), ("theirs", 1)):
        (tmp_path / folder).mkdir()
        fl.write(swaying(1.0, seed=seed), tmp_path / folder / "one.npz")
    words = ["compare", tmp_path / "mine", tmp_path / "theirs", "--html", tmp_path / "vote"]
    code, document = told(*words)
    assert code == 0 and document["page"] == str(tmp_path / "vote" / "pair-01.html")

    key = json.loads((tmp_path / "vote" / "key.json").read_text())
    ballot = {"format": "footlights-votes-1", "comparison": key["id"], "votes": ["left"]}
    (tmp_path / "v.json").write_text(json.dumps(ballot))
    votes = told(*words, "--votes", tmp_path / "v.json")[1]["votes"]
    assert votes["wins"]["a"] + votes["wins"]["b"] == 1 and votes["share"] in (0.0, 1.0)


def test_data(tmp_path, told):
    (tmp_path / "in").mkdir()
    fl.write(stepping(6.0), tmp_path / "in" / "one.npz")
    (tmp_path / "in" / "bad.npz").write_bytes(b"PK\x03\x04 broken")
    words = ["build", "--source", tmp_path / "in", "--format", "folder", "-o", tmp_path / "built"]
    code, document = told("data", *words, "--jobs", "1")
    assert code == 1 and len(document["clips"]) >= 1 and len(document["problems"]) == 1


def test_a_file_gets_the_same_and_is_not_replaced_unless_forced(files, tmp_path, capsys):
    path = tmp_path / "told.json"
    words = ["score", str(files / "sway.npz"), "--json-file", str(path)]
    assert main(words) == 0
    assert "score" in capsys.readouterr().out, "people still get their table"
    check(json.loads(path.read_text()), "score")

    path.write_text("mine")
    assert main(words) == 2 and "exists already; give --force" in capsys.readouterr().err
    assert path.read_text() == "mine"
    assert main([*words, "--force"]) == 0 and path.read_text() != "mine"
    assert main([*words[:2], "--json-file", str(tmp_path / "no" / "told.json")]) == 2
    assert "no such folder" in capsys.readouterr().err


def test_a_device_is_written_to_without_force(files, capfd):
    assert main(["score", str(files / "sway.npz"), "--json-file", "/dev/null"]) == 0
    assert capfd.readouterr().err == ""
