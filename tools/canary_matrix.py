"""Write into docs/metrics.md which spoilt dances each metric sees, and which fool it.

usage: python tools/canary_matrix.py [docs/metrics.md]

A dancer known by construction is spoilt in one way at a time (`tests/canaries.py`). Clip metrics
look at one dancer of eight seconds and its beats; set metrics compare sixteen dancers, each spoilt,
with twenty-four others. A change counts from a tenth of the clean value, and from a thousandth of
the unit.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import canaries  # noqa: E402
from footlights.basics.whole_files import writing  # noqa: E402
from footlights.metrics.measure import compare, measure  # noqa: E402
from footlights.metrics.novelty import TrainingSeconds  # noqa: E402
from footlights.metrics.registry import FEATURES, METRICS  # noqa: E402
from footlights.motion.motion import Motion  # noqa: E402

SPOILT: dict[str, Callable[[Motion], Motion]] = {
    "frozen": canaries.frozen,
    "slow drift": canaries.slow_drift,
    "vibrating 1 mm": lambda m: canaries.vibrating(m, 0.001),
    "vibrating 3 mm": lambda m: canaries.vibrating(m, 0.003),
    "vibrating 10 mm": lambda m: canaries.vibrating(m, 0.01),
    "hovering": canaries.hovering,
    "sunk": canaries.sunk,
    "skating": canaries.skating,
    "teleporting": canaries.teleporting,
    "swapped arms": canaries.swapped_arms,
    "crossing limbs": canaries.crossing_limbs,
    "spinning": canaries.spinning_root,
    "random codes": canaries.random_codes,
    "other music": lambda m: m,
    "reversed": canaries.time_reversed,
    "half speed": canaries.half_speed,
    "double speed": canaries.double_speed,
}
SEEN, FOOLED, BLIND, NONE = "x", "!", ".", "?"
BEGIN, END = "<!-- canaries -->\n", "<!-- /canaries -->"


def clip_values() -> dict[str, list[float]]:
    """Values of every clip metric, the clean dancer first, then each spoilt one."""
    # It tells of a join in its middle, as a collage does, which only teleporting makes visible.
    clean = canaries.stepping(8.0).replace(meta={"pieces": [{"at": 0.0}, {"at": 4.0}]})
    beats = np.arange(0.0, 8.0, 0.5)
    train = TrainingSeconds.of([canaries.stepping(8.0, bpm=100.0, stride=0.2)])
    rows = [measure(clean, beats, train=train)]
    for name, spoil in SPOILT.items():
        played = canaries.shuffled_music(beats, 8.0) if name == "other music" else beats
        rows.append(measure(spoil(clean), played, train=train))
    return {name: [row[name].value for row in rows] for name in rows[0]}


def set_values() -> dict[str, list[float]]:
    """Values of every set metric, clean dancers first, then each spoilt set.

    All against the same real dancers.
    """
    rng = np.random.default_rng(0)
    dancers = [
        canaries.stepping(3.0, bpm=rng.uniform(80, 150), stride=rng.uniform(0.1, 0.35))
        for _ in range(40)
    ]
    real, generated = _features(dancers[:24]), dancers[24:]
    sets = [generated, *([spoil(motion) for motion in generated] for spoil in SPOILT.values())]
    rows = [compare(real, _features(motions)) for motions in sets]
    return {name: [row[name] for row in rows] for name in rows[0]}


def _features(motions: list[Motion]) -> dict[str, np.ndarray]:
    return {name: np.array([make(motion) for motion in motions]) for name, make in FEATURES.items()}


def verdicts(better: str, values: list[float]) -> list[str]:
    """One sign for each spoilt value against the clean one, which comes first."""
    clean, spoilt = values[0], np.array(values[1:])
    least = max(0.1 * abs(clean), 1e-3)
    worse = {"less": spoilt - clean, "more": clean - spoilt, "real": np.abs(spoilt - clean)}[better]
    return [
        NONE if not np.isfinite(w) else SEEN if w > least else FOOLED if w < -least else BLIND
        for w in worse
    ]


def matrix() -> str:
    """The table in Markdown."""
    values = clip_values() | set_values()
    columns = [f"{number} {name}" for number, name in enumerate(SPOILT, start=1)]
    lines = [
        f"`{SEEN}` sees it, `{FOOLED}` is fooled (better than clean), `{BLIND}` is blind to it, "
        f"`{NONE}` gives no value.",
        "", "Columns: " + ", ".join(columns) + ".", "",
        "| metric | " + " | ".join(str(n) for n in range(1, len(SPOILT) + 1)) + " |",
        "|---" * (len(SPOILT) + 1) + "|",
    ]  # fmt: skip
    for name, metric in METRICS.items():
        if name in values:
            lines.append(
                f"| `{name}` | " + " | ".join(verdicts(metric.better, values[name])) + " |"
            )
    return "\n".join(lines) + "\n"


def main(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    with writing(path) as temporary:
        temporary.write_text(text[:start] + matrix() + text[end:], encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "metrics.md")
