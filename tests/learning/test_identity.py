"""The identity of a run: equal for equal runs, and words for what differs."""

from dataclasses import replace

import numpy as np

from footlights.learning.identity import Identity, array_digest

RUN = Identity("line", "slope = 2\n", "d" * 64, "s" * 64, ("CC0",))


def test_it_survives_json_and_differs_from_nothing():
    assert Identity.of_plain(RUN.plain()) == RUN
    assert RUN.differences(RUN) == []


def test_a_config_with_a_line_more_is_told_apart():
    longer = replace(RUN, config=RUN.config + "bias = 1\n")
    assert longer.differences(RUN) == ["another config (nothing, now bias = 1)"]
    assert RUN.differences(longer) == ["another config (bias = 1, now nothing)"]


def test_a_digest_of_arrays_sees_values_types_shapes_and_order():
    a, b = np.arange(6.0), np.ones(2)
    digests = {
        array_digest(a, b),
        array_digest(b, a),
        array_digest(a.reshape(2, 3), b),
        array_digest(a.astype(np.float32), b),
        array_digest(np.nextafter(a, 9), b),
    }
    assert len(digests) == 5
    assert array_digest(a[::-1], b) == array_digest(a[::-1].copy(), b)
