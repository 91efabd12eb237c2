"""``footlights models``: cards for people and for programs."""

import dataclasses
import json

from footlights.cli import main


def test_models_lists_cards_for_people_and_programs(monkeypatch, swayer, capsys):
    monkeypatch.setattr("footlights.generators.generator_names", lambda: ("small", "collage"))
    card = {
        "name": "small",
        "minutes": {"salsa": 13.5, "house": 20.0},
        "licences": ["CC BY 4.0"],
        "parameters": 2500000,
        "styles": [],
    }
    swayer.info = dataclasses.replace(swayer.info, card=card)
    assert main(["models"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()][:6] == [
        ["small"],
        ["minutes", "33.5", "in", "all"],
        ["20.0", "house"],
        ["13.5", "salsa"],
        ["licences", "CC", "BY", "4.0"],
        ["parameters", "2", "500", "000"],
    ]

    assert main(["models", "--json"]) == 0
    models = json.loads(capsys.readouterr().out)["models"]
    assert models["small"] == card and "--library" in models["collage"]["about"]


def test_an_unknown_model_names_the_known_ones(tmp_path, song, capsys):
    out = tmp_path / "out"
    assert main(["dance", str(song), "--model", "big", "-o", str(out)]) == 2
    assert "no model called 'big'; take one of" in capsys.readouterr().err and not out.exists()
