"""``footlights train``: from built data to dances, and what it says when it cannot."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import footlights as fl
from footlights.cli import main
from json_schemas import check
from tiny import tiny_config, tiny_data

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="training needs torch")


@pytest.fixture(scope="module")
def words(tmp_path_factory) -> list[str]:
    """A command that trains a tiny model in a moment; its last word is the folder it goes to."""
    place = tmp_path_factory.mktemp("run")
    (place / "tiny.toml").write_text(tiny_config(steps=4).to_toml())
    data = tiny_data(place / "built")
    return [
        *("train", "diffusion", "--device", "cpu", "--data", str(data)),
        *("--config", str(place / "tiny.toml"), "--out", str(place / "out")),
    ]


@pytest.fixture(scope="module")
def run(words) -> Path:
    """A finished tiny training run."""
    pytest.importorskip("torch", reason="training needs torch")
    assert main(words) == 0
    return Path(words[-1])


def test_a_trained_model_dances_the_same_from_the_same_seed(run, song, tmp_path):
    choices = ["--model", str(run / "model"), "--count", "2", "--seed", "3"]
    for place in ("a", "b"):
        out = ["-o", str(tmp_path / place), "--formats", "npz,html"]
        assert main(["dance", str(song), *choices, *out]) == 0

    one, two = (tmp_path / place / "clicks-2.npz" for place in ("a", "b"))
    assert one.read_bytes() == two.read_bytes()
    motion = fl.read(tmp_path / "a" / "clicks-1.npz")
    assert len(motion) == 90 and motion.skeleton == fl.SMPL24 and motion.contacts is not None
    entry = json.loads((tmp_path / "a" / "dances.json").read_text())["songs"][0]
    figures = entry["dances"][0]["figures"].values()
    assert entry["model"] == "tiny" and figures and all("value" in figure for figure in figures)


def test_its_card_says_what_it_learnt_from_and_how_it_was_made(run):
    card = json.loads((run / "model" / "card.json").read_text())
    assert card["family"] == "diffusion" and card["licences"] == ["CC0"] and card["steps"] == 4
    assert card["command"] == "footlights train diffusion --data DIR --config tiny.toml"
    assert str(run.parent) not in json.dumps(card)
    assert len(card["data"]) == len(card["statistics"]) == len(card["representation"]) == 64


def test_the_same_command_on_a_finished_run_finds_the_work_done(run, words, capsys):
    before = (run / "checkpoint.pt").read_bytes()
    assert main([*words, "--resume"]) == main(words) == 0
    assert capsys.readouterr().out.splitlines() == [str(run / "model")] * 2
    assert (run / "checkpoint.pt").read_bytes() == before


def test_the_result_is_told_as_json(run, words, tmp_path, capsys):
    file = tmp_path / "result.json"
    assert main([*words, "--json", "--json-file", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads(file.read_text())
    check(told, "train")
    assert told == {
        "family": "diffusion",
        "run": str(run),
        "model": str(run / "model"),
        "steps": 4,
        "problems": [],
    }


def test_R5_a_run_is_not_gone_on_with_as_another(run, words, capsys):
    assert main([*words, "--steps", "9"]) == 2
    assert "another config (steps = 4, now steps = 9)" in capsys.readouterr().err


def test_resume_without_a_checkpoint_fails_and_leaves_no_folder(run, words, tmp_path, capsys):
    assert main([*words[:-1], str(tmp_path / "new"), "--resume"]) == 2
    assert "holds no checkpoint to go on from; leave --resume out" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@needs_torch
@pytest.mark.parametrize(
    ("begun", "told"), [(True, "the last checkpoint is kept in"), (False, "nothing was learnt yet")]
)
def test_P2_ctrl_c_says_what_is_kept(words, begun, told, tmp_path, capsys, monkeypatch):
    def stop(task, out, **more):
        if begun:
            (out / "checkpoint.pt").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr("footlights.learning.run.run", stop)
    assert main([*words[:-1], str(tmp_path)]) == 130
    assert told in capsys.readouterr().err


@needs_torch
def test_data_that_are_none_leave_no_folder(tmp_path, capsys):
    out = tmp_path / "run"
    assert main(["train", "diffusion", "--data", str(tmp_path), "--out", str(out)]) == 2
    assert "no built data here" in capsys.readouterr().err and not out.exists()


@needs_torch
def test_what_is_no_checkpoint_is_not_touched(words, tmp_path, capsys):
    (tmp_path / "checkpoint.pt").write_text("mine")
    assert main([*words[:-1], str(tmp_path)]) == 2
    assert "checkpoint.pt: is no checkpoint" in capsys.readouterr().err
    assert (tmp_path / "checkpoint.pt").read_text() == "mine"


@needs_torch
@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (["--steps", "0"], "--steps: 0 steps; give a number from 1 on"),
        (["--steps", "many"], "--steps: 'many' is not a whole number"),
        (
            ["--sped", "3"],
            "train diffusion: unrecognized arguments: --sped 3; did you mean --steps? see",
        ),
        (["--json", "a.json"], "--json prints and takes no file: --json-file FILE writes one"),
        (["--config", "huge"], "huge: no such config; take one of paper, small"),
    ],
)
def test_what_cannot_be_is_one_line(words, more, complaint, capsys):
    assert main([*words, *more]) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["polka"], "invalid choice: 'polka' (choose from 'diffusion')"),
        ([], "the following arguments are required: FAMILY"),
        (["diffusion", "--dta", "x"], "train diffusion: unrecognized arguments: --dta"),
    ],
)
def test_wrong_words_are_named(words, complaint, capsys):
    assert main(["train", *words]) == 2
    assert complaint in capsys.readouterr().err


def test_train_without_torch_says_how_to_get_it(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    out = tmp_path / "run"
    assert main(["train", "diffusion", "--data", str(tmp_path), "--out", str(out)]) == 2
    assert "torch is not installed; pip install 'footlights[train]'" in capsys.readouterr().err


def test_help_needs_no_torch(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(["train", "diffusion", "--help"]) == 0
    shown = capsys.readouterr().out
    for option in ("--data", "--all-licences", "--out", "--config", "--steps", "--resume"):
        assert option in shown
