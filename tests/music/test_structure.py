"""Phrases of sixteen counts, and which of them return, in songs whose form is known."""

import numpy as np
import pytest

from footlights.music import Music
from footlights.music.structure import COUNTS, Phrase
from songs import grid, kit, scattered

RATE, BPM = 22050, 120
CHORDS = {"A": (220, 277, 330), "B": (147, 185, 247), "C": (330, 415, 587)}


def song(form: str, seed: int = 0) -> Music:
    """Sixteen counts at 120 beats a minute for each letter: its chord moves on every fourth."""
    rng, length = np.random.default_rng(seed), round(COUNTS * 60 / BPM * RATE)
    drums = kit(grid(BPM, len(form) * 8, first=0.0), len(form) * 8).samples
    parts = []
    for letter in form:
        at = np.arange(length) / RATE
        bar = (at // 2).astype(int) % 4
        steps = np.array([1.0, 1.125, 0.89, 1.335])[bar * (1 if letter != "B" else 3) % 4]
        tones = sum(np.sin(2 * np.pi * hertz * np.cumsum(steps) / RATE) for hertz in CHORDS[letter])
        parts.append(0.1 * tones + 0.002 * rng.standard_normal(length))
    samples = np.concatenate(parts)
    samples[: len(drums)] += 0.3 * drums[: len(samples)]
    return Music(samples.astype(np.float32), RATE)


@pytest.mark.parametrize("form", ["AABA", "ABAB", "ABCA"])
def test_the_form_is_heard(form):
    phrases = song(form).phrases
    assert [phrase.label for phrase in phrases[:4]] == ["ABC".index(letter) for letter in form]
    assert np.allclose([phrase.start for phrase in phrases[:4]], [0, 8, 16, 24], atol=0.1)


def test_a_phrase_that_returns_is_numbered_and_named():
    phrases = song("AABA").phrases
    assert [phrase.returns for phrase in phrases[:4]] == [0, 1, 0, 2]
    assert [phrase.name for phrase in phrases[:4]] == ["A", "A'", "B", "A''"]
    assert Phrase(0, 1, 27, 0).name == "Z2"


def test_phrases_follow_one_another_without_a_gap():
    phrases = song("ABCA").phrases
    ends, starts = [p.end for p in phrases[:-1]], [p.start for p in phrases[1:]]
    assert len(ends) >= 3 and np.allclose(ends, starts)


def test_what_has_no_beat_or_is_short_has_no_phrases():
    assert scattered(0).phrases == ()
    assert kit(grid(120, 8), 8).phrases == ()


def test_phrases_stay_when_samples_go(tmp_path):
    import soundfile

    soundfile.write(tmp_path / "a.wav", song("AABA").samples, RATE)
    whole, light = Music.load(tmp_path / "a.wav"), Music.load(tmp_path / "a.wav")
    light.let_go_of_samples()
    assert light.phrases == whole.phrases and len(whole.phrases) >= 4
