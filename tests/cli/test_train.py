"""The whole way from built data to dances: train a tiny model, export it, dance with it; all from
the command line.
"""

import json

import pytest

import footlights as fl
from footlights.cli import main
from tiny import tiny_config, tiny_data

pytest.importorskip("torch", reason="training needs torch")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished tiny training run."""
    place = tmp_path_factory.mktemp("run")
    (place / "tiny.toml").write_text(tiny_config(steps=4).to_toml())
    words = [
        "--data",
        str(tiny_data(place / "built")),
        "--out",
        str(place / "out"),
        "--config",
        str(place / "tiny.toml"),
    ]
    assert main(["train", "diffusion", *words, "--device", "cpu"]) == 0
    return place / "out"


def test_a_trained_model_dances_the_same_from_the_same_seed(run, song, tmp_path, capsys):
    for place in ("a", "b"):
        choices = ["--count", "2", "--seed", "3", "--formats", "npz,html"]
        assert (
            main(
                [
                    "dance",
                    str(song),
                    "--model",
                    str(run / "model"),
                    "-o",
                    str(tmp_path / place),
                    *choices,
                ]
            )
            == 0
        )
    assert (tmp_path / "a" / "clicks-2.npz").read_bytes() == (
        tmp_path / "b" / "clicks-2.npz"
    ).read_bytes()
    motion = fl.read(tmp_path / "a" / "clicks-1.npz")
    assert len(motion) == 90 and motion.skeleton == fl.SMPL24 and motion.contacts is not None
    heard = json.loads((tmp_path / "a" / "dances.json").read_text())["songs"][0]
    assert heard["model"] == "tiny" and all(
        "value" in figure for figure in heard["dances"][0]["figures"].values()
    )


def test_its_card_tells_what_it_learnt_from(run, capsys):
    assert main(["models", str(run / "model"), "--json"]) == 0
    (card,) = json.loads(capsys.readouterr().out)["models"].values()
    assert card["licences"] == ["CC0"] and card["steps"] == 4


def test_a_finished_run_is_not_begun_again_without_asking(run, capsys):
    assert main(["train", "diffusion", "--data", str(run), "--out", str(run)]) == 2
    assert "holds a checkpoint already; give --resume" in capsys.readouterr().err
