"""Another package's generator, reward and metric, installed as its users install it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import footlights as fl
from moving import swaying

PACKAGE = Path(__file__).parent / "stranger"


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> dict[str, str]:
    """The environment of a Python that has the package besides footlights."""
    place = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "stranger.py"):
        (source / name).write_bytes((PACKAGE / name).read_bytes())

    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    pip += ["--no-build-isolation", "--disable-pip-version-check", "--target", str(place)]
    subprocess.run([*pip, str(source)], check=True)
    path = os.pathsep.join(filter(None, [str(place), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path}


def footlights(environment: dict[str, str], *words: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "footlights", *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def python(environment: dict[str, str], code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("model", ["nodder", "stranger:Nodder"])
def test_its_generator_dances_by_name_and_by_module(installed, tmp_path, song, model):
    words = ("dance", song, "-o", tmp_path, "--model", model, "--count", "2", "--style", "Deep")
    run = footlights(installed, *words, "--formats", "npz")
    assert run.returncode == 0, run.stderr
    entry = json.loads((tmp_path / "dances.json").read_text())["songs"][0]
    assert (entry["model"], entry["style"], len(entry["dances"])) == ("nodder", "deep", 2)
    assert sorted(path.name for path in tmp_path.glob("*.npz")) == ["clicks-1.npz", "clicks-2.npz"]


def test_it_is_listed_among_the_models(installed):
    run = footlights(installed, "models")
    assert run.returncode == 0 and "nodder" in run.stdout


def test_what_it_cannot_do_is_refused_by_name(installed, tmp_path, song):
    run = footlights(installed, "dance", song, "-o", tmp_path, "--model", "nodder", "--energy", "1")
    assert run.returncode == 2 and "nodder cannot follow it" in run.stderr


def test_its_reward_is_mixed_with_ours(installed):
    code = (
        "import numpy as np, footlights as fl\n"
        "from footlights.rewards import combine\n"
        "root, rotations = np.tile([0, 0, .95], (30, 1)), np.tile([1., 0, 0, 0], (30, 24, 1))\n"
        "still = fl.Motion(root, rotations, 30)\n"
        "turns = still.rotations.copy(); turns[:, 0] = [.7071, .7071, 0, 0]\n"
        "lying = still.replace(rotations=turns)\n"
        "for spec in ('upright=.5, energy=.5', 'stranger:upright',"
        " 'stranger:leaning_less_than(metres=.1)=2'):\n"
        "    reward = combine(spec)([still, lying], [None, None])\n"
        "    print(reward.total.round(3).tolist(), sorted(reward.terms)[-1])\n"
    )
    assert python(installed, code).splitlines() == [
        "[0.5, 0.0] upright",
        "[1.0, 0.0] stranger:upright",
        "[2.0, 0.0] stranger:leaning_less_than",
    ]


def test_names_that_nobody_offers_are_refused_with_those_that_are(installed):
    code = (
        "from footlights.rewards import combine\n"
        "for spec in ('downright', 'stranger:downright', 'nowhere.at:all', 'stranger:NECK'):\n"
        "    try: combine(spec)\n"
        "    except Exception as error: print(error)\n"
    )
    unknown, missing, nowhere, number = python(installed, code).splitlines()
    assert unknown.startswith("reward: no reward is called 'downright'; did you mean upright? the")
    assert unknown.endswith("upright")
    assert missing.startswith("stranger:downright: cannot be loaded (module 'stranger' has no")
    assert nowhere.startswith("nowhere.at:all: cannot be loaded (No module named 'nowhere')")
    assert number == "stranger:NECK: is no reward; it must be callable: docs/extending.md"


def test_a_fault_of_its_own_code_is_told_as_its_own(installed, tmp_path, song):
    (tmp_path / "broken.py").write_text(
        "class Dancer:\n    def __init__(self): self.info = nobody\n"
    )
    path = os.pathsep.join([str(tmp_path), installed["PYTHONPATH"]])
    environment = {**installed, "PYTHONPATH": path}
    run = footlights(environment, "dance", song, "-o", tmp_path / "out", "--model", "broken:Dancer")
    assert run.returncode == 1 and not (tmp_path / "out").exists()
    assert run.stderr.strip() == (
        "footlights: broken:Dancer: ended in its own NameError: name 'nobody' is not defined; "
        "mend that package; --debug shows the line"
    )


def test_its_metric_is_a_column_of_the_table(installed, tmp_path):
    (tmp_path / "dances").mkdir()
    fl.write(swaying(3.0), tmp_path / "dances" / "a.npz")
    environment = {**installed, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    words = ("evaluate", "--generated", tmp_path / "dances", "--json", "--metrics")
    for name in ("head_travel", "stranger:head_travel"):
        run = footlights(environment, *words, name)
        assert run.returncode == 0, run.stderr
        row = json.loads(run.stdout)["rows"]["generated"]
        assert row[name]["value"] > 0.1 and row["speed"]["value"] > 0.1
    run = footlights(environment, *words, "head_trouble")
    assert run.returncode == 2 and "no metric called 'head_trouble'" in run.stderr
    assert "head_travel" in run.stderr and "skating" in run.stderr
