"""What is measured of a dance that was made, and the few figures of it that a page shows."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..data.dance_folder import Figure

if TYPE_CHECKING:
    from ..motion.motion import Motion
    from ..music import Music

# Names that people use of metrics; docs/figures.md says more.
_SIZES = {"feet slide, cm/s": "slip", "under the floor, cm": "penetration", "speed, m/s": "speed"}
_SHARES = {"standing still": "frozen"}
_BEAT_SHARES = {"hits on beats": "beat_precision"}


def figures(motion: "Motion", music: "Music") -> dict[str, Figure]:
    """What can be measured of one dance, by name.

    Without a clear beat, nothing is said of beats.
    """
    from ..metrics.beat_alignment import on_beat
    from ..metrics.foot_contact import foot_contact_scores
    from ..metrics.motion_statistics import movement_scores
    from ..music.rhythm import beat_known

    beats = music.beats if beat_known(music) else music.beats[:0]
    on_beats = {f"beat_{name}": score for name, score in on_beat(motion, beats).items()}
    scores = foot_contact_scores(motion) | movement_scores(motion) | on_beats
    return {
        name: Figure(round(score.value, 4), score.unit)
        if math.isfinite(score.value)
        else Figure(None, score.unit, score.reason)
        for name, score in scores.items()
    }


def page_meanings() -> dict[str, str]:
    """What each figure on a page says and what recorded dance measures, by the names people use."""
    from ..evaluation.reference import load_reference
    from ..metrics.protocol import Protocol

    real = load_reference(Protocol())
    labels = _SIZES | _SHARES | _BEAT_SHARES
    return {label: real.explained(metric) for label, metric in labels.items()}


def page_figures(measured: Mapping[str, Figure], has_beats: bool) -> dict[str, float | str]:
    """The few figures that fit on a page, by the names people use.

    Args:
        measured: by the names of `figures`.
        has_beats: whether the song has beats that can be hit.
    """
    values = {
        name: math.nan if figure.value is None else figure.value
        for name, figure in measured.items()
    }
    shown: dict[str, float | str] = {
        label: round(values[name], 2) for label, name in _SIZES.items()
    }
    for label, name in (_SHARES | (_BEAT_SHARES if has_beats else {})).items():
        share = values[name]
        shown[label] = f"{share:.0%}" if math.isfinite(share) else math.nan
    return shown
