"""``footlights view``, ``models``, ``doctor`` and ``train``."""

import dataclasses
import json
import sys

import pytest

import footlights as fl
from footlights.cli import main
from footlights.pipeline.doctor import checkup
from footlights.pipeline.view import MOST, view
from moving import swaying


@pytest.fixture
def motions(tmp_path):
    """A folder with two motions, one of them in another format."""
    fl.write(swaying(1.0), tmp_path / "sway.npz")
    fl.write(swaying(1.0, seed=1), tmp_path / "other.bvh")
    return tmp_path


def test_view_shows_every_kind_that_can_be_read_and_says_what_is_not_there(tmp_path, capsys):
    fl.write(swaying(1.0), tmp_path / "sway.glb")
    assert (
        main(["view", str(tmp_path), "--no-open"]) == 0
        and ">sway<" in (tmp_path / "index.html").read_text()
    )
    assert main(["view", str(tmp_path / "none.bvh"), "--no-open"]) == 2
    assert "none.bvh: there is no such file; check the name" in capsys.readouterr().err


def test_view_makes_a_page_of_named_motions(motions, song, capsys):
    words = [
        "view",
        str(motions / "sway.npz"),
        str(motions / "other.bvh"),
        "--music",
        str(song),
        "--no-open",
    ]
    assert main(words) == 0
    assert capsys.readouterr().out == f"{motions / 'sway.html'}\n"
    page = (motions / "sway.html").read_text()
    assert ">sway<" in page and ">other<" in page and 'href="./other.bvh"' in page


def test_view_says_what_had_to_be_found_out(motions, capsys):
    assert main(["view", str(motions / "other.bvh"), "--no-open"]) == 0
    assert "other.bvh: " in capsys.readouterr().err


def test_view_of_a_folder_takes_its_npz_files(motions, capsys):
    assert main(["view", str(motions), "--no-open"]) == 0
    page = (motions / "index.html").read_text()
    assert ">sway<" in page and ">other<" not in page


def test_view_of_a_folder_with_a_page_shows_that_page(motions, capsys):
    (motions / "index.html").write_text("made before")
    assert main(["view", str(motions), "--no-open"]) == 0
    assert (motions / "index.html").read_text() == "made before"


def test_view_opens_the_page(motions, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert main(["view", str(motions / "sway.npz")]) == 0
    assert opened == [(motions / "sway.html").as_uri()]


def test_view_never_overwrites_unless_forced(motions, capsys):
    (motions / "sway.html").write_text("mine")
    assert main(["view", str(motions / "sway.npz"), "--no-open"]) == 2
    assert (
        "sway.html: exists already" in capsys.readouterr().err
        and (motions / "sway.html").read_text() == "mine"
    )
    assert main(["view", str(motions / "sway.npz"), "--no-open", "--force"]) == 0


def test_view_tells_of_a_bad_motion_and_shows_the_rest(motions, capsys):
    (motions / "bad.npz").write_bytes(b"PK\x03\x04 broken")
    assert main(["view", str(motions), "--no-open"]) == 2
    assert "bad.npz" in capsys.readouterr().err and ">sway<" in (motions / "index.html").read_text()


def test_view_of_too_many_or_none_is_refused(tmp_path, capsys):
    assert (
        main(["view", str(tmp_path)]) == 2 and "no motion in this folder" in capsys.readouterr().err
    )
    for number in range(MOST + 1):
        (tmp_path / f"{number}.npz").touch()
    assert main(["view", str(tmp_path)]) == 2 and f"name up to {MOST}" in capsys.readouterr().err


def test_models_lists_cards_for_people_and_programs(monkeypatch, swayer, capsys):
    monkeypatch.setattr("footlights.generators.generator_names", lambda: ("small", "collage"))
    card = {
        "name": "small",
        "minutes": {"salsa": 13.5},
        "licences": ["CC BY 4.0"],
        "parameters": 2500000,
        "styles": [],
    }
    swayer.info = dataclasses.replace(swayer.info, card=card)
    assert main(["models"]) == 0
    told = capsys.readouterr().out
    assert (
        "13.5  salsa" in told and "CC BY 4.0" in told and "2 500 000" in told and "collage" in told
    )
    assert main(["models", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["small"] == card


def test_an_unknown_model_names_the_known_ones(tmp_path, song, capsys):
    assert main(["dance", str(song), "--model", "big", "-o", str(tmp_path / "out")]) == 2
    assert (
        "no model called 'big'; take one of" in capsys.readouterr().err
        and not (tmp_path / "out").exists()
    )


def test_doctor_looks_at_every_part_and_says_what_to_do(capsys):
    findings = list(checkup())
    assert {"python", "numbers", "networks", "film", "page", "torch"} <= {
        finding.name for finding in findings
    }
    assert all(finding.works or finding.do for finding in findings)
    main(["doctor", "--json"])
    assert [finding["name"] for finding in json.loads(capsys.readouterr().out)] == [
        finding.name for finding in findings
    ]


def test_doctor_without_torch_is_still_well(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    torch = next(finding for finding in checkup() if finding.name == "torch")
    assert not torch.works and not torch.needed and "footlights[train]" in torch.do


def test_doctor_fails_when_a_needed_part_is_missing(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert main(["doctor"]) == 1
    assert "NO  networks" in capsys.readouterr().out


def test_train_without_torch_says_how_to_get_it(monkeypatch, tmp_path, capsys):
    for name in [
        name for name in sys.modules if name.startswith("footlights.generators.diffusion")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    assert (
        main(["train", "diffusion", "--data", str(tmp_path), "--out", str(tmp_path / "run")]) == 2
    )
    assert "pip install 'footlights[train]'" in capsys.readouterr().err


def test_a_run_that_cannot_begin_says_so_and_leaves_no_folder(tmp_path, capsys):
    pytest.importorskip("torch", reason="training needs torch")
    (tmp_path / "data").mkdir()
    words = [
        "train",
        "diffusion",
        "--data",
        str(tmp_path / "data"),
        "--out",
        str(tmp_path / "run"),
        "--resume",
    ]
    assert main(words) == 2 and not (tmp_path / "run").exists()
    assert "no checkpoint in" in capsys.readouterr().err


def test_data_that_cannot_be_built_leave_no_folder(tmp_path, capsys):
    for kind in ("folder", "manifest", "aist"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        words = [
            "data",
            "build",
            "--source",
            str(tmp_path / "empty"),
            "--format",
            kind,
            "-o",
            str(tmp_path / "built"),
        ]
        assert main(words) == 2 and not (tmp_path / "built").exists()


def test_train_does_not_touch_a_run_that_is_there(tmp_path, capsys):
    pytest.importorskip("torch", reason="training needs torch")
    (tmp_path / "checkpoint.pt").touch()
    assert main(["train", "diffusion", "--data", str(tmp_path), "--out", str(tmp_path)]) == 2
    assert "--resume" in capsys.readouterr().err


def test_the_page_of_dances_is_not_replaced_by_a_plain_one(tmp_path):
    (tmp_path / "dances.json").write_text("{}")
    (tmp_path / "index.html").write_text("their page")
    fl.write(swaying(0.5), tmp_path / "song-1.npz")
    with pytest.raises(fl.FootlightsError, match="another place with -o"):
        view([tmp_path], force=True)
    assert (tmp_path / "index.html").read_text() == "their page"
    assert view([tmp_path], tmp_path / "mine.html").is_file()
