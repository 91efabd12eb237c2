"""The doctor: every part that a command needs is looked at, and what is missing has a remedy."""

import json
import sys

from footlights.cli import COMMANDS, main
from footlights.pipeline.doctor import run_checks


def named(name: str):
    return next(result for result in run_checks() if result.name == name)


def test_every_part_is_looked_at_and_says_what_to_do(capsys):
    results = list(run_checks())
    names = {result.name for result in results}
    assert {"python", "numbers", "networks", "film", "page", "physics", "torch"} <= names
    assert all(result.works or result.do for result in results)

    code = main(["doctor", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert [check["name"] for check in document["checks"]] == [result.name for result in results]
    # Where the tests run, all that footlights needs is there.
    assert document["problems"] == [] and code == 0


def test_every_command_has_a_part_of_its_own_that_it_needs():
    commands = {command for result in run_checks() for command in result.commands}
    assert set(COMMANDS) - commands == {"doctor", "completion"}
    assert commands - set(COMMANDS) == {"every command"}


def test_without_torch_all_but_training_is_well(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    torch = named("torch")
    assert not torch.works and not torch.needed and torch.details == "torch is not installed"
    assert "footlights[train]" in torch.do


def test_a_needed_part_that_is_missing_is_a_problem(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert main(["doctor"]) == 1
    assert "NO  networks" in capsys.readouterr().out
    assert main(["doctor", "--json"]) == 1
    problem = json.loads(capsys.readouterr().out)["problems"][0]
    assert problem["item"] == "networks" and "install again" in problem["do"]


def test_no_place_to_keep_results_is_no_failure(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    kept = named("kept results")
    assert not kept.works and not kept.needed and "XDG_CACHE_HOME" in kept.do
