"""Films play, show the floor standing still, and show whether feet touch it."""

import os
import subprocess
import sys

import av
import numpy as np
import pytest
import soundfile

from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import quat_about
from footlights.motion.body import Body
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton
from footlights.music import Music
from footlights.show.camera import LOOK_AT, Camera
from footlights.show.film import film, frame, strip
from footlights.show.png import write_png
from moving import swaying

SMALL = (320, 240)


def standing(lift=0.0, frames=2, fps=30.0):
    """The rest pose with its arms down, facing -y, its soles ``lift`` metres over the floor."""
    rotations = np.tile([1.0, 0, 0, 0], (frames, 24, 1))
    for side, down in (("left", 1.3), ("right", -1.3)):
        rotations[:, SMPL24.index(f"{side}_shoulder")] = quat_about("y", np.array([down]))
    return Motion(np.tile(SMPL24.rest[0] + [0, 0, lift], (frames, 1)), rotations, fps)


def tone(seconds):
    return Music((0.3 * np.sin(np.arange(round(seconds * 22050)) * 0.06)).astype(np.float32))


def played(path):
    """Pictures (T, H, W, 3), seconds of video, seconds of sound (0 without), of a film."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        sound = sum(s.duration * float(s.time_base) for s in container.streams.audio)
        assert video.codec_context.name == "h264"
        assert all(s.codec_context.name == "aac" for s in container.streams.audio)
        seconds = float(video.duration * video.time_base)
        pictures = np.stack([f.to_ndarray(format="rgb24") for f in container.decode(video)])
        return pictures, seconds, sound


def pixel_of(place, motion, size):
    """Column and row at which a place (3,) of the first frame's world is seen."""
    view = Camera(motion, size)[0]
    right, up, ahead = (
        float((np.array(place) - view.eye) @ axis) for axis in (view.right, view.up, view.ahead)
    )
    scale = size[1] / 2 / view.zoom
    column = size[0] / 2 + right / ahead * scale - 0.5
    row = size[1] / 2 - up / ahead * scale - 0.5
    return round(column), round(row)


def brightness(motion, place, size=(640, 480)):
    column, row = pixel_of(place, motion, size)
    return frame(motion, 0, size)[row - 1 : row + 2, column - 1 : column + 2].mean()


def test_a_film_plays_back_with_its_frames_its_size_and_its_song(tmp_path):
    motion = swaying(1.5)
    film(motion, tmp_path / "a.mp4", tone(4.0), SMALL)
    pictures, seconds, sound = played(tmp_path / "a.mp4")
    assert pictures.shape == (45, 240, 320, 3)
    assert seconds == pytest.approx(1.5, abs=1e-3)
    assert sound == pytest.approx(1.5, abs=0.1)
    assert os.listdir(tmp_path) == ["a.mp4"]


def test_a_film_has_the_stereo_of_the_song_at_its_rate(tmp_path):
    at = np.arange(3 * 48000) / 48000
    tones = np.stack([0.4 * np.sin(2 * np.pi * hertz * at) for hertz in (330, 700)], axis=1)
    soundfile.write(tmp_path / "a.flac", tones, 48000, subtype="PCM_16")
    film(swaying(1.5), tmp_path / "a.mp4", Music.load(tmp_path / "a.flac", 0.5), SMALL)
    with av.open(str(tmp_path / "a.mp4")) as container:
        track = container.streams.audio[0]
        assert (track.rate, track.channels) == (48000, 2)
        sound = np.concatenate([f.to_ndarray() for f in container.decode(track)], axis=1)
    assert abs(sound.shape[1] / 48000 - 1.5) < 0.05
    for channel, hertz in ((0, 330), (1, 700)):
        heard = np.abs(np.fft.rfft(sound[channel, 8000:56000]))
        assert abs(np.argmax(heard) - hertz) <= 1


def test_a_film_shows_what_its_stills_show(tmp_path):
    motion = swaying(0.5)
    film(motion, tmp_path / "a.mp4", None, SMALL)
    pictures, _, sound = played(tmp_path / "a.mp4")
    assert sound == 0
    for index in (0, 7, 14):
        assert abs(pictures[index].astype(float) - frame(motion, index, SMALL)).mean() < 3


def test_a_song_shorter_than_the_dance_leaves_the_film_as_long_as_the_dance(tmp_path):
    film(swaying(1.0), tmp_path / "a.mp4", tone(0.5), SMALL)
    pictures, seconds, sound = played(tmp_path / "a.mp4")
    assert len(pictures) == 30
    assert seconds == pytest.approx(1.0, abs=1e-3)
    assert sound < 0.7


def test_high_definition_films_are_made_too(tmp_path):
    film(swaying(0.1), tmp_path / "a.mp4", None, (1280, 720))
    assert played(tmp_path / "a.mp4")[0].shape == (3, 720, 1280, 3)


def test_fast_motion_is_thinned_to_a_rate_that_players_know(tmp_path):
    film(standing(frames=24, fps=120.0), tmp_path / "a.mp4", None, SMALL)
    pictures, seconds, _ = played(tmp_path / "a.mp4")
    assert len(pictures) == 12
    assert seconds == pytest.approx(0.2, abs=1e-3)


def test_N1_the_same_film_twice_is_the_same_file(tmp_path):
    for name in ("a.mp4", "b.mp4"):
        film(swaying(0.5), tmp_path / name, tone(1.0), SMALL)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_progress_begins_ends_and_never_goes_back(tmp_path):
    shares = []
    film(swaying(1.0), tmp_path / "a.mp4", None, (64, 48), lambda done, text: shares.append(done))
    assert shares == sorted(shares)
    assert shares[0] < 0.1
    assert shares[-1] == 1


def test_a_standing_body_has_a_visibly_darker_shadow_than_a_hovering_one():
    beside = [0.09, -0.235, 0]
    bare, close, high = (brightness(standing(lift), beside) for lift in (5.0, 0.0, 0.2))
    assert close < high - 15
    assert high <= bare + 2


def test_the_shadow_gets_lighter_with_every_step_up():
    beside = [0.06, -0.225, 0]
    levels = [brightness(standing(lift), beside) for lift in (0.0, 0.02, 0.05, 0.1, 0.3)]
    assert levels == sorted(levels)


def test_feet_below_the_floor_are_hidden_by_it():
    def shoe(lift):
        picture = frame(standing(lift), 0, (640, 480)).astype(int)
        return ((picture[..., 0] > 130) & (picture[..., 0] > 2.2 * picture[..., 2])).sum()

    whole, sunk = shoe(0.0), shoe(-0.05)
    assert whole > 300
    assert sunk < 0.6 * whole
    assert shoe(-0.2) == 0


def test_the_grid_stands_still_in_the_world_and_repeats_every_metre():
    here = frame(standing(), 0, SMALL).astype(int)
    whole = frame(standing().moved((1, -2, 0)), 0, SMALL)
    part = frame(standing().moved((0.3, 0, 0)), 0, SMALL)
    assert abs(here - whole).max() <= 2
    assert (abs(here - part).max(-1) > 20).sum() > 500


def test_metre_lines_are_darker_than_half_metre_lines_and_both_than_the_floor():
    motion = standing()
    metre, half, floor = (brightness(motion, [x, -0.45, 0], (1280, 720)) for x in (0.0, 0.5, 0.25))
    assert metre < half - 10
    assert half < floor - 10


def test_the_camera_follows_slowly_and_keeps_the_dancer_in_the_picture():
    times = np.arange(300) / 30
    root = SMPL24.rest[0] + np.stack([0.3 * np.sin(2 * np.pi * times), 0.8 * times, 0 * times], -1)
    motion = Motion(root, np.tile([1.0, 0, 0, 0], (300, 24, 1)), 30)
    camera = Camera(motion, SMALL)
    eyes = np.array([camera[i].eye for i in range(300)])
    assert np.abs(np.diff(eyes[60:-60, 0])).max() < 0.005
    assert np.ptp(eyes[:, 1]) > 6
    for index in range(0, 300, 30):
        view = camera[index]
        vertices = Body.load().skin(motion[index : index + 1])[0] - view.eye
        right, up, ahead = (vertices @ axis for axis in (view.right, view.up, view.ahead))
        assert (abs(right / ahead) < view.zoom * 4 / 3).all()
        assert (abs(up / ahead) < view.zoom).all()


def test_the_camera_stands_before_the_dancer_whichever_way_the_dance_begins():
    for yaw in (0.0, 1.0, -2.5):
        motion = standing().moved((0, 0, 0), yaw)
        view = Camera(motion, SMALL)[0]
        face = np.array([np.sin(yaw), -np.cos(yaw), 0])
        assert (view.eye - [0, 0, LOOK_AT])[:2] @ face[:2] > 3.5


def test_a_strip_shows_the_first_and_the_last_moment():
    motion = swaying(1.0)
    picture = strip(motion, 3, (60, 80))
    assert picture.shape == (80, 180, 3)
    assert (picture[:, :60] != picture[:, 120:]).any()
    one, two = strip(standing(), 1, (60, 80)), strip(standing(), 2, (60, 80))
    np.testing.assert_array_equal(one, two[:, :60])


def test_a_picture_comes_back_from_its_png_bit_by_bit(tmp_path):
    picture = frame(standing(), 0, (64, 48))
    write_png(picture, tmp_path / "a.png")
    with av.open(str(tmp_path / "a.png")) as container:
        decoded = next(container.decode(video=0)).to_ndarray(format="rgb24")
    np.testing.assert_array_equal(decoded, picture)
    with pytest.raises(FootlightsError, match="picture"):
        write_png(picture.astype(float), tmp_path / "b.png")


def test_a_missing_folder_an_odd_size_and_a_strange_skeleton_are_refused(tmp_path):
    with pytest.raises(FootlightsError, match="choose another folder"):
        film(standing(), tmp_path / "nowhere" / "a.mp4")
    for size in ((321, 240), (8, 240), (320, 9000)):
        with pytest.raises(FootlightsError, match="size"):
            film(standing(), tmp_path / "a.mp4", size=size)
    odd = standing().replace(skeleton=Skeleton(SMPL24.names, SMPL24.parents, SMPL24.offsets * 1.2))
    with pytest.raises(FootlightsError, match="retarget"):
        film(odd, tmp_path / "a.mp4", size=SMALL)
    with pytest.raises(FootlightsError, match="no frame 2"):
        frame(standing(), 2)
    with pytest.raises(FootlightsError, match="strip"):
        strip(standing(), 0)
    assert not os.listdir(tmp_path)


def test_pictures_can_be_drawn_where_compiled_code_cannot_be_kept():
    code = "import footlights.show.raster as r; print(type(r._draw_mesh._cache).__name__)"
    nowhere = os.environ | {"NUMBA_CACHE_LOCATOR_CLASSES": "IPythonCacheLocator"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=nowhere, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "NullCache"
