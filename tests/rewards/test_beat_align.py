"""A reward for hitting the song's beats more often than chance."""

import math

import numpy as np

from canaries import shuffled_music, stepping
from footlights.music import Music
from footlights.rewards.beat_align import beats
from paying import Song

BEATS = np.arange(0.5, 8, 0.5)


def test_beats_pay_for_the_song_and_not_for_another():
    songs = [Song(BEATS), Song(shuffled_music(BEATS, 8.0))]
    reward = beats([stepping(8.0)] * 2, songs)
    assert reward.total[0] > 0.3 > reward.total[1]


def test_N5_without_a_song_or_its_beats_there_is_none():
    silence = Music(np.zeros(22050 * 4, np.float32), 22050)
    reward = beats([stepping(4.0)] * 2, [None, silence])
    assert all(math.isnan(total) for total in reward.total)
    assert "no song" in reward.reasons[0] and reward.reasons[1]
