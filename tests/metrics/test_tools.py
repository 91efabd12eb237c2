"""The scripts beside the metrics: the matrix in the docs is true, and a wrong number is found."""

import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import canary_matrix  # noqa: E402
import check_golden  # noqa: E402
from footlights.metrics.registry import METRICS  # noqa: E402


@pytest.fixture(scope="module")
def matrix() -> dict[str, dict[str, str]]:
    """Metric -> canary -> sign, made now."""
    values = canary_matrix.clip_values() | canary_matrix.set_values()
    signs = {
        name: canary_matrix.verdicts(METRICS[name].better, row) for name, row in values.items()
    }
    return {name: dict(zip(canary_matrix.SPOILT, row, strict=True)) for name, row in signs.items()}


def test_the_docs_print_the_matrix_of_today(matrix) -> None:
    docs = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    printed = docs[docs.index(canary_matrix.BEGIN) : docs.index(canary_matrix.END)]
    assert len(matrix) > 50
    for name, row in matrix.items():
        assert f"| `{name}` | " + " | ".join(row.values()) + " |" in printed, (
            f"{name}: run tools/canary_matrix.py"
        )


def test_every_canary_is_seen_by_a_metric_of_ours(matrix) -> None:
    for canary in canary_matrix.SPOILT:
        seen = [
            name
            for name, row in matrix.items()
            if "@" not in name and row[canary] == canary_matrix.SEEN
        ]
        assert seen, canary


WHO_SEES_WHAT = {
    "skating": "skating",
    "unsupported_force": "hovering",
    "foot_ground_deviation": "sunk",
    "penetration": "sunk",
    "float": "hovering",
    "beat_above_chance": "other music",
    "frozen": "frozen",
    "jerk": "vibrating 3 mm",
    "fid_k": "vibrating 10 mm",
    "fid_g": "swapped arms",
    "self_penetration_rate": "crossing limbs",
    "self_penetration_depth": "crossing limbs",
    "intersecting_pairs": "crossing limbs",
    "range_excess": "swapped arms",
    "kernel_k": "random codes",
    "angular_speed": "half speed",
    "speed": "double speed",
}


def test_who_sees_what(matrix) -> None:
    for metric, canary in WHO_SEES_WHAT.items():
        assert matrix[metric][canary] == canary_matrix.SEEN, (metric, canary)


def test_what_fools_the_published_ones(matrix) -> None:
    assert (
        matrix["bas@bailando"]["other music"]
        == matrix["bas@fact"]["vibrating 10 mm"]
        == canary_matrix.FOOLED
    )
    assert matrix["energy_reward@skeleton2stage"]["vibrating 3 mm"] == canary_matrix.FOOLED
    assert matrix["ground_reward@skeleton2stage"]["hovering"] == canary_matrix.BLIND
    assert matrix["pfc@edge"]["frozen"] == canary_matrix.NONE


def test_verdicts_by_hand() -> None:
    assert canary_matrix.verdicts("less", [1.0, 2, 0.5, 1.05, np.nan]) == ["x", "!", ".", "?"]
    assert canary_matrix.verdicts("more", [1.0, 2, 0.5]) == ["!", "x"] and canary_matrix.verdicts(
        "real", [1.0, 2, 0.5]
    ) == [
        "x",
        "x",
    ]


def test_golden_files_pass_and_one_wrong_digit_does_not(tmp_path, capsys) -> None:
    for name in ("edge_pfc", "gen_fid_div"):
        (tmp_path / f"{name}.npz").write_bytes(
            (ROOT / "tests" / "golden" / f"{name}.npz").read_bytes()
        )
    assert check_golden.main([str(tmp_path)]) == 0
    assert "gen_beats" in capsys.readouterr().out
    wrong = dict(np.load(tmp_path / "edge_pfc.npz"))
    np.savez(tmp_path / "edge_pfc.npz", **wrong | {"pfc_dance": wrong["pfc_dance"] * 1.0001})
    assert check_golden.main([str(tmp_path)]) == 1 and "TOO LARGE" in capsys.readouterr().out
    np.savez(tmp_path / "edge_pfc.npz", **wrong | {"pfc_dance": np.float64(np.nan)})
    assert check_golden.main([str(tmp_path)]) == 1


def test_broken_and_unknown_golden_files_are_named_and_the_others_compared(
    tmp_path, capsys
) -> None:
    (tmp_path / "gen_fid_div.npz").write_bytes(
        (ROOT / "tests" / "golden" / "gen_fid_div.npz").read_bytes()
    )
    (tmp_path / "edge_pfc.npz").write_bytes(b"PK nothing")
    np.savez(tmp_path / "gen_beats.npz", in_dance=np.zeros((9, 24, 3)))
    np.savez(tmp_path / "new_paper.npz", value=1.0)
    assert check_golden.main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert (
        "BROKEN edge_pfc.npz" in said
        and "BROKEN gen_beats.npz: KeyError: 'music_onehot_dance'" in said
    )
    assert (
        "nothing here compares: new_paper" in said
        and "fid, Bailando" in said
        and "TOO LARGE" not in said
    )


def test_nothing_to_compare_is_said(tmp_path) -> None:
    assert (
        check_golden.main([str(tmp_path)]) == 2
        and check_golden.main([str(tmp_path / "nowhere")]) == 2
    )
