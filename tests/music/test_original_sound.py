"""Pages and films play the song as its owner hears it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from footlights.music import Music
from footlights.music.original_sound import in_pieces_of, original_sound


def stereo(path: Path, rate: int = 44100, seconds: float = 3.0, channels: int = 2) -> np.ndarray:
    """A file with another tone in each channel; returns (N, channels)."""
    at = np.arange(round(seconds * rate)) / rate
    tones = [0.4 * np.sin(2 * np.pi * 220 * (k + 1) * at) for k in range(channels)]
    soundfile.write(path, np.stack(tones, axis=1), rate, subtype="PCM_16")
    return np.stack(tones, axis=1)


def heard(music: Music, seconds: float | None = None) -> tuple[int, np.ndarray]:
    with original_sound(music, seconds) as sound:
        return sound.rate, np.concatenate(list(sound.blocks))


@pytest.mark.parametrize("rate", [22050, 44100, 48000])
def test_rate_and_channels_are_those_of_the_file(tmp_path, rate):
    truth = stereo(tmp_path / "a.wav", rate)
    found, samples = heard(Music.load(tmp_path / "a.wav"))
    assert found == rate and samples.shape == truth.shape
    assert np.abs(samples - truth).max() < 1e-4


def test_a_part_begins_and_ends_where_it_was_asked_for(tmp_path):
    truth = stereo(tmp_path / "a.flac")
    music = Music.load(tmp_path / "a.flac", start=0.5, seconds=1.5)
    _, samples = heard(music)
    assert np.abs(samples - truth[22050 : 22050 + 66150]).max() < 1e-4
    assert len(heard(music, 1.0)[1]) == 44100


def test_a_rate_that_mp3_does_not_have_is_brought_to_48000(tmp_path):
    stereo(tmp_path / "a.wav", 96000)
    rate, samples = heard(Music.load(tmp_path / "a.wav"))
    at = np.arange(len(samples)) / 48000
    assert rate == 48000 and abs(len(samples) / 48000 - 3.0) < 0.001
    middle = slice(1000, -1000)
    assert np.abs(samples[:, 1] - 0.4 * np.sin(2 * np.pi * 440 * at))[middle].max() < 0.01


def test_more_channels_are_mixed_and_a_song_in_memory_is_mono(tmp_path):
    truth = stereo(tmp_path / "a.wav", channels=6)
    _, samples = heard(Music.load(tmp_path / "a.wav"))
    assert samples.shape[1] == 1 and np.abs(samples[:, 0] - truth.mean(axis=1)).max() < 1e-3
    made = Music(truth[:, 0].astype(np.float32), 44100)
    assert np.allclose(heard(made)[1][:, 0], truth[:, 0], atol=1e-6)


def test_pieces_are_whole_and_nothing_is_lost():
    blocks = [np.arange(n * 2.0).reshape(n, 2) for n in (3, 1000, 5, 2041)]
    pieces = list(in_pieces_of(iter(blocks), 1024))
    assert [len(piece) for piece in pieces] == [1024, 1024, 1001]
    assert np.array_equal(np.concatenate(pieces), np.concatenate(blocks))
    assert list(in_pieces_of(iter(()), 1024)) == []
