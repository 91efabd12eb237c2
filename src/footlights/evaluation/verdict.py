"""Whether a table can be believed: which metrics catch its controls, and which they fool."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..metrics.registry import METRICS
from .resampled_distances import GENERATED, REAL
from .table_figures import Figure, Row

_NAMED = 6  # metrics a line


@dataclass(frozen=True)
class Verdict:
    """What a table makes of one control, which is bad on purpose.

    Attributes:
        control: its row.
        measured: metrics that have a number of it which is not that of the dances.
        caught: those to which it is worse than real dance, beyond real dance's interval.
        fooled: those to which it is better than real dance and the dances, beyond that interval.
    """

    control: str
    measured: tuple[str, ...]
    caught: tuple[str, ...]
    fooled: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """JSON-ready."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}


def verdicts_of(rows: Mapping[str, Row]) -> list[Verdict]:
    """A verdict for each control of a table's rows, in order."""
    real, dances = rows[REAL], rows[GENERATED]
    verdicts = []
    for control, row in rows.items():
        if control in (REAL, GENERATED):
            continue
        measured = [n for n in row if n in real and _is_own(row[n], dances[n]) and _known(real[n])]
        caught = [n for n in measured if _is_worse(n, row[n].value, real[n])]
        fooled = [n for n in measured if _is_best(n, row[n].value, real[n], dances[n].value)]
        verdicts.append(Verdict(control, tuple(measured), tuple(caught), tuple(fooled)))
    return verdicts


def line_of(verdict: Mapping[str, Any]) -> str:
    """A verdict's document in one line."""
    measured, caught, fooled = (verdict[name] for name in ("measured", "caught", "fooled"))
    line = f"control {verdict['control']}: caught by {len(caught)} of {len(measured)} metrics"
    if fooled:
        more = f" and {len(fooled) - _NAMED} more" if len(fooled) > _NAMED else ""
        line += f"; looks better than real dance to {', '.join(fooled[:_NAMED])}{more}"
    return line


def _is_own(figure: Figure, of_dances: Figure) -> bool:
    """Another song changes no number of the body alone."""
    return figure.value == figure.value and figure.value != of_dances.value


def _known(figure: Figure) -> bool:
    return figure.value == figure.value


def _better(name: str) -> str:
    """Which way a metric is better; of somebody else's only the distance from real dance counts."""
    return METRICS[name].better if name in METRICS else "real"


def _bounds(real: Figure) -> tuple[float, float]:
    """The interval of real dance; its value where there is none."""
    low, high = (bound if bound == bound else real.value for bound in (real.low, real.high))
    return low, high


def _is_worse(name: str, value: float, real: Figure) -> bool:
    (low, high), better = _bounds(real), _better(name)
    return (value > high and better != "more") or (value < low and better != "less")


def _is_best(name: str, value: float, real: Figure, of_dances: float) -> bool:
    (low, high), better = _bounds(real), _better(name)
    if better == "less":
        return value < low and not value > of_dances
    return better == "more" and value > high and not value < of_dances
