"""Any sound file becomes samples; what is no sound, no file or no end becomes one clear line."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from footlights.basics.errors import FootlightsError
from footlights.music import Music
from footlights.music.decode import RATE, songs_below
from sound_files import late, m4a, melody, written

FORMATS = [  # name, rate, subtype, container
    ("song.wav", 44100, "PCM_16", None),
    ("song.wav", 96000, "PCM_24", None),
    ("song.wav", 11025, "PCM_U8", None),
    ("song.wav", 48000, "FLOAT", None),
    ("song.aiff", 44100, "PCM_16", None),
    ("song.flac", 48000, "PCM_24", None),
    ("song.ogg", 32000, "VORBIS", None),
    ("song.opus", 48000, "OPUS", "OGG"),
    ("song.mp3", 44100, None, None),
    ("a song with spaces.wav", 22050, "PCM_16", None),
    ("música 🎵💃.flac", 44100, "PCM_16", None),
]


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("name", "rate", "subtype", "container"), FORMATS)
def test_every_format_gives_the_same_song_at_22050_hertz(
    tmp_path, name, rate, subtype, container, channels
) -> None:
    sound = melody(3.0, rate, channels)
    music = Music.load(written(tmp_path / name, sound, rate, subtype, container))
    truth = melody(3.0, RATE, 1)[:, 0]
    assert music.samples.dtype == np.float32 and music.samples.ndim == 1 and music.rate == RATE
    assert abs(music.seconds - 3.0) < 0.001 and music.notes == () and music.name == Path(name).stem
    assert abs(late(truth, music.samples)) < 0.0005
    assert np.corrcoef(truth, music.samples[: len(truth)])[0, 1] > 0.99


def test_m4a_is_read_and_a_part_of_it_is_the_same_part(tmp_path) -> None:
    path = m4a(tmp_path / "song.m4a", melody(12.0))
    whole, part = Music.load(path), Music.load(path, start=7.0, seconds=2.5)
    assert (
        abs(whole.seconds - 12.0) < 0.05
        and abs(late(melody(12.0, RATE, 1)[:, 0], whole.samples)) < 0.001
    )
    assert len(part.samples) == round(2.5 * RATE)
    assert abs(late(whole.samples[7 * RATE : round(9.5 * RATE)], part.samples)) < 0.001


@pytest.mark.parametrize("name", ["song.wav", "song.flac", "song.ogg", "song.mp3"])
def test_start_and_seconds_choose_a_part_to_the_sample(tmp_path, name) -> None:
    path = written(tmp_path / name, melody(8.0))
    whole, part = Music.load(path), Music.load(path, start=3.0, seconds=2.0)
    assert len(part.samples) == 2 * RATE and part.notes == ()
    assert (
        np.abs(part.samples[500:-500] - whole.samples[3 * RATE + 500 : 5 * RATE - 500]).max() < 0.02
    )


def test_the_end_of_a_song_may_be_asked_for_beyond(tmp_path) -> None:
    path = written(tmp_path / "song.wav", melody(4.0))
    assert abs(Music.load(path, start=2.0, seconds=10).seconds - 2.0) < 0.001


@pytest.mark.parametrize("name", ["song.wav", "song.mp3", "song.ogg", "song.flac", "song.m4a"])
def test_a_file_cut_short_gives_what_is_there_and_says_so(tmp_path, name) -> None:
    path = tmp_path / name
    if name.endswith("m4a"):  # its index stands at the end, so that nothing is left to read
        path.write_bytes(m4a(path, melody(6.0)).read_bytes()[:30000])
        with pytest.raises(FootlightsError, match="not a sound file that can be read"):
            Music.load(path)
        return
    data = written(path, melody(6.0)).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    music = Music.load(path)
    assert 1.0 < music.seconds < 4.0  # Ogg loses a whole page
    assert len(music.notes) == 1 and "damaged or cut short" in music.notes[0]


def wav_header(size: int, rate: int = 44100, channels: int = 1) -> bytes:
    frame = 2 * channels
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * frame, frame, 16)
    return (
        b"RIFF" + struct.pack("<I", size + 36) + b"WAVE" + form + b"data" + struct.pack("<I", size)
    )


def test_S4_a_header_that_promises_three_hours_is_not_believed(tmp_path) -> None:
    path = tmp_path / "bomb.wav"
    sound = (melody(2.0, channels=1) * 20000).astype("<i2").tobytes()
    path.write_bytes(wav_header(3 * 3600 * 44100 * 2) + sound)
    music = Music.load(path)
    assert abs(music.seconds - 2.0) < 0.01 and "could be read" in music.notes[0]


def test_S4_ten_minutes_is_the_longest_song_and_a_part_of_a_longer_one_is_fine(tmp_path) -> None:
    path = tmp_path / "long.flac"
    quiet = np.tile(np.sin(np.arange(4000) * 0.3), 700)[:, None] * 0.1  # 700 s at 4 kHz
    written(path, quiet, 4000)
    with pytest.raises(
        FootlightsError, match="longer than 10 minutes; choose a part with --start and --seconds"
    ):
        Music.load(path)
    assert abs(Music.load(path, start=650, seconds=20).seconds - 20) < 0.01


BAD = {
    "nothing.mp3": (b"", "is empty"),
    "text.mp3": (b"This is not a song, it is a shopping list.\n" * 40, "not a sound file"),
    "playlist.m3u8": (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n",
        "not a sound file",
    ),
    "playlist.mp3": (b"#EXTM3U\nhttp://127.0.0.1:9/song.mp3\n", "not a sound file"),
    "list.ogg": (b"ffconcat version 1.0\nfile 'other.wav'\n", "not a sound file"),
    "picture.wav": (b"\x89PNG\r\n\x1a\n" + bytes(500), "not a sound file"),
    "head.wav": (wav_header(10_000), "not a sound file"),
    "blink.wav": (wav_header(4410) + bytes(range(210)) * 21, "0.05 s long; give at least 1 s"),
    "silent.wav": (wav_header(176_400) + bytes(176_400), "is silent"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_song_is_one_clear_line(tmp_path, name) -> None:
    content, words = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FootlightsError) as error:
        Music.load(path)
    assert (
        words in str(error.value) and str(path) in str(error.value) and error.value.exit_code == 2
    )


def test_S1_a_playlist_beside_its_song_is_not_followed(tmp_path) -> None:
    written(tmp_path / "other.wav", melody(2.0))
    for name, text in (
        ("a.ogg", "ffconcat version 1.0\nfile 'other.wav'\n"),
        ("b.m4a", "#EXTM3U\nother.wav\n"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(FootlightsError, match="not a sound file"):
            Music.load(tmp_path / name)


def test_missing_files_folders_and_odd_requests_are_told_apart(tmp_path) -> None:
    song = written(tmp_path / "song.wav", melody(2.0))
    for path, words in (
        (tmp_path / "none.wav", "no such file"),
        (tmp_path, "is a folder"),
        (Path("/dev/null"), "plain file"),
    ):
        with pytest.raises(FootlightsError, match=words):
            Music.load(path)
    for request, words in (
        ({"start": 5.0}, "nothing at 5 s"),
        ({"start": -1.0}, "cannot start"),
        ({"start": float("nan")}, "cannot start"),
        ({"seconds": 0.2}, "not a length"),
        ({"seconds": 7200.0}, "not a length"),
    ):
        with pytest.raises(FootlightsError, match=words):
            Music.load(song, **request)


def test_ears_that_cancel_each_other_are_heard(tmp_path) -> None:
    sound = melody(2.0)
    sound[:, 1] *= -1
    music = Music.load(written(tmp_path / "wide.wav", sound))
    assert np.abs(music.samples).max() > 0.3 and "left channel" in music.notes[0]


def test_float_files_of_any_level_become_finite_and_about_full_scale(tmp_path) -> None:
    sound = melody(2.0) * 30000
    sound[1000:1010] = np.nan
    sound[2000] = np.inf
    music = Music.load(written(tmp_path / "loud.wav", sound, subtype="FLOAT"))
    assert np.isfinite(music.samples).all() and abs(np.abs(music.samples).max() - 1) < 0.01
    assert len(music.notes) == 2


@pytest.mark.parametrize("name", ["song.wav", "song.flac", "song.ogg", "song.mp3", "song.m4a"])
def test_S3_damaged_bytes_end_in_a_song_or_one_line(tmp_path, name) -> None:
    path = tmp_path / name
    sound = melody(1.5)
    original = (m4a(path, sound) if name.endswith("m4a") else written(path, sound)).read_bytes()
    rng = np.random.default_rng(5)
    for _ in range(60):
        data = bytearray(original)
        reach = min(len(data), 300 if rng.random() < 0.5 else len(data))
        for _ in range(rng.integers(1, 12)):
            data[rng.integers(reach)] = rng.choice([0, 127, 255, rng.integers(256)])
        if rng.random() < 0.3:
            data = data[: rng.integers(1, len(data))]
        path.write_bytes(data)
        try:
            assert np.isfinite(Music.load(path).samples).all()
        except FootlightsError as error:
            assert len(str(error).splitlines()) == 1


def test_songs_below_a_folder_are_known_by_their_endings(tmp_path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("b.MP3", "a.wav", "in/c.opus", "notes.txt", "cover.png"):
        (tmp_path / name).touch()
    songs = [str(song.relative_to(tmp_path)) for song in songs_below(tmp_path)]
    assert songs == ["a.wav", "b.MP3", "in/c.opus"]


def test_N1_wav_and_flac_of_one_recording_have_one_digest(tmp_path):
    sound = np.random.default_rng(0).integers(-9000, 9000, 44100 * 2, np.int16)
    for name in ("a.wav", "b.flac"):
        soundfile.write(tmp_path / name, sound, 44100, subtype="PCM_16")
    wav, flac = (Music.load(tmp_path / name) for name in ("a.wav", "b.flac"))
    assert wav.digest == flac.digest != Music.load(tmp_path / "a.wav", 0.5).digest
    wav.let_go_of_samples()
    assert wav.digest == flac.digest
