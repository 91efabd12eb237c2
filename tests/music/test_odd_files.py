"""Files as recorders, streamers and stations leave them: whole, from the right place, silently."""

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from footlights.music import Music
from footlights.music.decode import RATE
from sound_files import late, m4a, melody, written


@pytest.mark.parametrize(
    ("ending", "rate", "subtype"), [("ogg", 44100, "VORBIS"), ("opus", 48000, "OPUS")]
)
def test_ogg_streams_one_behind_the_other_are_one_song(tmp_path, ending, rate, subtype) -> None:
    parts = [
        written(tmp_path / f"{k}.{ending}", melody(3.0 + k, rate), rate, subtype, "OGG")
        for k in range(2)
    ]
    path = tmp_path / f"chained.{ending}"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    music = Music.load(path)
    assert abs(music.seconds - 7.0) < 0.05 and not music.notes and not music.damaged
    assert abs(late(melody(4.0, RATE, 1)[:, 0], music.samples[3 * RATE :])) < 0.05
    assert abs(Music.load(path, start=5.0).seconds - 2.0) < 0.05


def test_a_flac_of_unknown_length_is_read_to_its_end(tmp_path) -> None:
    path = written(tmp_path / "streamed.flac", melody(3.1))
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0  # 36 bits: how many samples there are
    data[22:26] = bytes(4)
    path.write_bytes(data)
    music = Music.load(path)
    assert abs(music.seconds - 3.1) < 0.01 and not music.notes


def test_a_length_that_is_guessed_from_the_bit_rate_is_no_promise(tmp_path) -> None:
    # A quiet beginning is coded in few bits, so that the guess is far too long.
    sound = melody(6.0) * np.where(np.arange(6 * 44100) < 44100, 0.9, 0.0)[:, None]
    path = tmp_path / "song.mp3"
    with soundfile.SoundFile(path, "w", 44100, 2, bitrate_mode="VARIABLE") as file:
        file.write(sound)
    data = path.read_bytes()
    assert b"Xing" in data[:256]
    path.write_bytes(data[data.index(data[:2], 4) :])
    music = Music.load(path)
    assert abs(music.seconds - 6.0) < 0.1 and not music.damaged and not music.notes


@pytest.mark.parametrize("name", ["song.ogg", "song.m4a"])
def test_what_a_codec_leaves_of_ears_that_cancel_is_not_the_song(tmp_path, name) -> None:
    sound = melody(4.0)
    sound[:, 1] *= -1
    path = tmp_path / name
    music = Music.load(m4a(path, sound) if name.endswith("m4a") else written(path, sound))
    level = np.sqrt(np.mean(music.samples**2)) / np.sqrt(np.mean(sound[:, 0] ** 2))
    assert 0.9 < level < 1.1 and "left channel" in music.notes[0]


@pytest.mark.parametrize("correlation", [1.0, 0.0, -0.4])
def test_wide_stereo_is_still_mixed(tmp_path, correlation) -> None:
    left, other = np.random.default_rng(4).normal(0, 0.1, (2, 44100))
    right = correlation * left + np.sqrt(1 - correlation**2) * other
    path = written(tmp_path / "wide.wav", np.stack([left, right], axis=1), subtype="FLOAT")
    assert not Music.load(path).notes


def test_start_counts_from_where_the_sound_of_a_film_begins(tmp_path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w", format="mp4") as file:
        track = file.add_stream("aac", rate=44100, layout="stereo")
        sound = np.ascontiguousarray(melody(8.0).T, np.float32)
        for at in range(0, sound.shape[1] - 1024, 1024):
            piece = np.ascontiguousarray(sound[:, at : at + 1024])
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = 44100, at + 44100 * 3 // 4
            file.mux(track.encode(frame))
        file.mux(track.encode(None))
    whole, part = Music.load(path), Music.load(path, start=5.0)
    assert abs(whole.seconds - 5.0 - part.seconds) < 0.005
    assert abs(late(whole.samples[5 * RATE :], part.samples)) < 0.002


def test_the_default_track_is_heard(tmp_path) -> None:
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w", format="matroska") as file:
        tracks = [file.add_stream("pcm_s16le", rate=22050, layout="mono") for _ in range(2)]
        tracks[0].disposition, tracks[1].disposition = 0, 1
        for track, level in zip(tracks, (0.0, 20000.0), strict=True):
            sound = (melody(2.0, RATE, 1).T * level).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(sound, format="s16", layout="mono")
            frame.sample_rate, frame.pts = 22050, 0
            file.mux(track.encode(frame))
            file.mux(track.encode(None))
    assert np.abs(Music.load(path).samples).max() > 0.2


def test_a_dictaphone_is_heard_from_any_second(tmp_path) -> None:
    path = written(tmp_path / "gsm.wav", melody(4.0, 8000, 1), 8000, "GSM610")
    assert abs(Music.load(path).seconds - 4.0) < 0.05
    assert abs(Music.load(path, start=1.5).seconds - 2.5) < 0.05


def test_zeros_before_an_mp3_are_passed_over(tmp_path) -> None:
    path = written(tmp_path / "song.mp3", melody(3.0))
    path.write_bytes(bytes(5000) + path.read_bytes())
    music = Music.load(path)
    assert abs(music.seconds - 3.0) < 0.1 and not music.notes


def test_one_sample_far_above_all_others_does_not_make_the_song_silent(tmp_path) -> None:
    sound = melody(2.0)
    sound[30000] = 1e4
    music = Music.load(written(tmp_path / "spike.wav", sound, subtype="FLOAT"))
    assert 0.3 < np.abs(music.samples).max() < 1.0 and "taken as silence" in music.notes[0]


def test_nothing_but_footlights_talks_to_the_terminal(tmp_path: Path) -> None:
    path = written(tmp_path / "song.mp3", melody(6.0))
    data = path.read_bytes()
    path.write_bytes(data[:9000] + b"garbage " * 300 + data[9000:-5000])
    code = f"from footlights.music import Music; Music.load({str(path)!r}, start=1.0)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0 and result.stdout == result.stderr == ""
