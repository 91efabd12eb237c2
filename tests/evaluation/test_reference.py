"""Real dance as numbers: the shipped one, its words, and strangers' files."""

import re
from pathlib import Path

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.evaluation.former_names import RENAMED
from footlights.evaluation.protocol_metrics import metrics_of
from footlights.evaluation.reference import SHIPPED, Reference, load_reference, save
from footlights.metrics.meanings import MEANINGS
from footlights.metrics.protocol import PROTOCOLS
from footlights.metrics.registry import METRICS

OURS = PROTOCOLS["footlights"]
FIGURES = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")


def test_the_shipped_reference_knows_every_protocol_and_its_card():
    card = SHIPPED.with_suffix(".md").read_text()
    for protocol in PROTOCOLS.values():
        reference = load_reference(protocol)
        assert f"| {protocol.name} | {len(reference.features)} | {reference.digest} |" in card
        known = set(reference.values) <= set(metrics_of(protocol))
        assert known, "bake it again: tools/bake_reference.py"
    assert reference.card["licence"] in card and len(reference.card["clips"]) == 15


def test_a_metric_is_explained_with_what_real_dance_measures():
    real = load_reference(OURS)
    number = f"{real.typical('speed'):.2g}"
    assert real.explained("speed") == f"Mean speed of the joints. Recorded dance: {number} m/s"
    assert "Recorded dance: at most 44 %" in real.explained("beat_precision")
    assert "Recorded dance" not in real.explained("novelty")


def test_the_docs_print_what_real_dance_measures():
    real = load_reference(OURS)
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]*) \|$", FIGURES, flags=re.MULTILINE)
    numbers = {name: number for name, number in rows if name in MEANINGS}
    assert len(numbers) == 16
    for name, number in numbers.items():
        assert number == MEANINGS[name].number(real.typical(name), METRICS[name].unit), name


def small(names: list[str]) -> Reference:
    values = {name: np.arange(3, dtype=np.float32) + k for k, name in enumerate(names)}
    clips = np.repeat(np.arange(3), 2).astype(np.int32)
    features = np.arange(6 * 104, dtype=np.float32).reshape(6, 104)
    return Reference("few", features, clips, values, {names[0]: 2.5}, {"name": "few"})


def test_a_reference_with_former_names_is_read_and_compares_with_new_tables(tmp_path):
    former, new = small(list(RENAMED)), small(list(RENAMED.values()))
    save({"footlights": former}, tmp_path / "old.npz", {"name": "few"})
    read = load_reference(OURS, tmp_path / "old.npz")
    assert set(read.values) == set(RENAMED.values())
    assert read.digest == new.digest == former.digest
    assert read.limits == new.limits == {"unsupported_force": 2.5}


def test_N1_the_same_numbers_give_the_same_bytes(tmp_path):
    one = small(["speed", "jerk"])
    for name in ("a", "b"):
        save({"footlights": one}, tmp_path / f"{name}.npz", {"name": "few"})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_S1_a_strangers_reference_is_data_or_an_error(tmp_path):
    path = tmp_path / "reference.npz"
    whole = SHIPPED.read_bytes()
    for data in (b"", b"PK\x03\x04", whole[: len(whole) // 2]):
        path.write_bytes(data)
        with pytest.raises(FootlightsError):
            load_reference(OURS, path)
    np.savez(path, format=np.array([{"a": 1}], dtype=object))
    with pytest.raises(FootlightsError):
        load_reference(OURS, path)
