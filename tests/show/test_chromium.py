"""Page and GLB in a real browser: nothing is asked for or fails, bodies stand as in our maths."""

import base64
import time

import numpy as np
import pytest

from chromium import Chromium, needs_chromium
from footlights.formats import glb
from footlights.motion.body import Body
from footlights.motion.motion import Motion
from footlights.show.page import Dance, page
from gltf_rigs import to_house
from moving import TRIPOD, swaying
from stage import HOSTILE, beeps

pytestmark = needs_chromium

# A dance's joints and some vertices in the GLB after three.js loaded it and its mixer went to given
# times.
_LOADED = """(async () => {
  const { GLTFLoader, AnimationMixer } = footlights.three;
  const bytes = Uint8Array.from(atob("%s"), (letter) => letter.charCodeAt(0));
  const { scene, animations } = await new GLTFLoader().parseAsync(bytes.buffer, "");
  const mixer = new AnimationMixer(scene);
  mixer.clipAction(animations[0]).play();
  let mesh;
  scene.traverse((part) => { if (part.isSkinnedMesh) mesh = part; });
  return %s.map((time) => {
    mixer.setTime(time);
    scene.updateMatrixWorld(true);
    const point = mesh.position.clone();
    return {
      joints: mesh.skeleton.bones.map((bone) => bone.getWorldPosition(point).toArray()),
      skin: %s.map((vertex) => mesh.localToWorld(mesh.getVertexPosition(vertex, point)).toArray()),
    };
  });
})()"""
_DRAWN = (
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
)
_CONTRASTS = """[...document.querySelectorAll(".stage")].map((stage) => {
  const { data } = stage.getContext("2d").getImageData(0, 0, stage.width, stage.height);
  let low = 255, high = 0;
  for (let i = 0; i < data.length; i += 4) {
    low = Math.min(low, data[i]);
    high = Math.max(high, data[i]);
  }
  return high - low;
})"""


@pytest.fixture(scope="module")
def browser():
    with Chromium() as chromium:
        yield chromium


@pytest.fixture
def dances() -> list[Dance]:
    motions = [swaying(3.0), swaying(2.0, fps=60.0, seed=1), swaying(3.0, seed=2, skeleton=TRIPOD)]
    return [
        Dance(HOSTILE, motion, {HOSTILE: HOSTILE}, [0.5, 1.0], {HOSTILE: HOSTILE})
        for motion in motions
    ]


def shown(browser: Chromium, dances: list[Dance], path, music=None, title: str = "") -> None:
    page(dances, path, music, title)
    for seen in (browser.requests, browser.errors, browser.dialogs):
        seen.clear()
    browser.open(path)
    browser.evaluate("footlights.ready.then((clock) => { window.clock = clock; })")


def quiet(browser: Chromium) -> bool:
    """Nothing was asked of the network and nobody complained."""
    requests = [url for url in browser.requests[1:] if not url.startswith(("blob:", "data:"))]
    # A software renderer has a word to say on its own speed.
    errors = [error for error in browser.errors if "GL Driver Message" not in error]
    assert (requests, errors, browser.dialogs) == ([], [], [])
    return True


def expected(motion: Motion, seconds: float) -> np.ndarray:
    return motion.positions[round(seconds * motion.fps)]


def furthest(page_positions: list[list[float]], positions: np.ndarray) -> float:
    """The largest distance, metres, of points as the page has them (y up) from ours."""
    return float(np.linalg.norm(to_house(np.array(page_positions)) - positions, axis=1).max())


def test_S2_a_hostile_song_makes_no_request_no_error_and_no_dialog(browser, dances, tmp_path):
    shown(browser, dances, tmp_path / "page.html", beeps(3.0, HOSTILE), HOSTILE)
    browser.evaluate(_DRAWN)
    assert browser.evaluate("document.querySelector('h1').textContent.trim()") == HOSTILE
    assert browser.evaluate("document.querySelectorAll('img, iframe, object').length") == 0
    assert quiet(browser)


def test_N4_joints_on_the_page_are_those_of_forward_kinematics(browser, dances, tmp_path):
    shown(browser, dances, tmp_path / "page.html")
    for seconds in (0.0, 0.5, 1.3, 1.9):
        browser.evaluate(f"footlights.seek({seconds})")
        for index, dance in enumerate(dances):
            joints = browser.evaluate(f"footlights.joints({index})")
            assert furthest(joints, expected(dance.motion, seconds)) < 1e-3
    assert quiet(browser)


def test_N4_glb_joints_and_skin_after_loading_in_three(browser, tmp_path):
    motion, times = swaying(3.0), [0.0, 0.7, 1.5, 2.9]
    vertices = list(range(0, len(Body.load().vertices), 97))
    shown(browser, [Dance("a", motion)], tmp_path / "page.html")
    data = base64.b64encode(glb.encode(motion, "sway")).decode()
    poses = browser.evaluate(_LOADED % (data, times, vertices))
    for seconds, pose in zip(times, poses, strict=True):
        assert furthest(pose["joints"], expected(motion, seconds)) < 1e-3
        skin = Body.load().skin(motion.cut(seconds, seconds + 0.05))[0][vertices]
        assert furthest(pose["skin"], skin) < 1e-3
    assert quiet(browser)


def test_space_plays_the_dances_with_the_song_and_stops_at_the_end(browser, tmp_path):
    shown(browser, [Dance("a", swaying(2.0))], tmp_path / "page.html", beeps(2.0))
    browser.evaluate("footlights.seek(0.8); clock.setSpeed(2)")
    browser.press(" ", "Space", " ")
    shown_times, drifts = [], []
    while browser.evaluate("clock.playing"):
        time_shown, drift = browser.evaluate("[clock.time, clock.time - clock.song.currentTime]")
        shown_times.append(time_shown)
        drifts.append(abs(drift))
        time.sleep(0.05)
    assert browser.evaluate("[clock.time, clock.song.paused]") == [2.0, True]
    # A busy machine shows few frames, so only the order of times and a generous distance from the
    # song are facts.
    assert shown_times == sorted(shown_times)
    assert not drifts or min(drifts) < 0.5
    assert quiet(browser)


def test_keys_scrub_and_the_slider_tells_the_time(browser, tmp_path):
    shown(browser, [Dance("a", swaying(3.0))], tmp_path / "page.html")
    times = {"ArrowRight": 1.0, ".": 1 + 1 / 30, "End": 3.0, "ArrowLeft": 2.0, "Home": 0.0}
    for key, seconds in times.items():
        browser.press(key)
        assert abs(browser.evaluate("clock.time") - seconds) < 1e-6

    browser.press("End")
    browser.evaluate(_DRAWN)
    slider = "document.getElementById('timeline')"
    assert browser.evaluate(f"{slider}.getAttribute('aria-valuetext')") == "0:03.0 of 0:03.0"


@pytest.mark.parametrize("width", [380, 1280])
def test_every_dance_is_drawn_and_nothing_overflows(browser, dances, tmp_path, width):
    browser.resize(width, 2400)
    shown(browser, dances, tmp_path / "page.html", beeps(3.0))
    browser.evaluate("footlights.seek(1)")
    browser.evaluate(_DRAWN)
    assert min(browser.evaluate(_CONTRASTS)) > 60
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    assert quiet(browser)
