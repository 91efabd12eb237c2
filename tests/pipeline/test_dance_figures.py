"""The figures on a page: each says the metric's own sentence and what real dance measures."""

from footlights.evaluation.reference import load_reference
from footlights.metrics.meanings import MEANINGS
from footlights.metrics.protocol import Protocol
from footlights.pipeline.dance_figures import page_meanings


def test_each_figure_is_explained_with_the_number_of_the_shipped_reference():
    real = load_reference(Protocol())
    told = page_meanings()
    assert list(told) == [
        "feet slide, cm/s",
        "under the floor, cm",
        "speed, m/s",
        "standing still",
        "hits on beats",
    ]
    assert (
        told["speed, m/s"]
        == f"Mean speed of the joints. Recorded dance: {real.typical('speed'):.2g} m/s"
    )
    assert all("Recorded dance: " in sentence for sentence in told.values())
    assert told["feet slide, cm/s"].startswith(MEANINGS["slip"].sentence)
