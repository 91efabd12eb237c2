"""The page as a file: inert whatever names say, whole in itself, numbers those of the dances."""

import base64
import gzip
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import soundfile

from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import angle_between
from footlights.music import Music
from footlights.show import page as room
from footlights.show.page import Dance, page
from moving import TRIPOD, swaying
from stage import HOSTILE, beeps


class Elements(HTMLParser):
    """Every element's attributes and the text within it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict, list[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), []))

    def handle_endtag(self, tag):
        self.elements.append(("", {}, []))

    def handle_data(self, data):
        if self.elements:
            self.elements[-1][2].append(data)

    def all(self, tag: str) -> list[tuple[dict, str]]:
        """Attributes and text of every element with this tag."""
        return [(attrs, "".join(text)) for name, attrs, text in self.elements if name == tag]

    def script(self, name: str) -> str:
        """The text of the script element of this id."""
        return next(text for attrs, text in self.all("script") if attrs.get("id") == name)

    def blob(self, name: str) -> bytes:
        """The bytes that an element carries."""
        data = base64.b64decode(self.script(name))
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data

    @property
    def facts(self) -> dict:
        """What the viewer is told."""
        return json.loads(self.script("facts"))


def page_of(tmp_path, dances, **options) -> Elements:
    page(dances, tmp_path / "page.html", **options)
    return Elements((tmp_path / "page.html").read_text(encoding="utf-8"))


def test_S2_hostile_names_stay_text(tmp_path):
    motion = swaying(0.5).replace(meta={"style": HOSTILE, "seed": HOSTILE, "energy": 0.5})
    dance = Dance(HOSTILE, motion, {HOSTILE: HOSTILE}, figures={HOSTILE: HOSTILE})
    elements = page_of(tmp_path, [dance], music=beeps(1.0, HOSTILE), title=HOSTILE)
    assert len(elements.all("script")) == 5, "facts, body, track, song, viewer"
    assert not elements.all("img")
    assert elements.all("h1")[0][1].strip() == elements.all("title")[0][1] == HOSTILE
    assert not [
        name
        for _, attrs, _ in elements.elements
        for name in attrs
        if name.startswith("on") or name == "style"
    ]
    assert all(attrs["href"].startswith("./") for attrs, _ in elements.all("a"))


def test_S2_only_the_viewer_may_run_and_nothing_may_be_fetched(tmp_path):
    elements = page_of(tmp_path, [Dance("a", swaying(0.5))])
    policy = next(attrs["content"] for attrs, _ in elements.all("meta") if attrs.get("http-equiv"))
    script = next(text for attrs, text in elements.all("script") if not attrs)
    for kind, text in (("script", script), ("style", elements.all("style")[0][1])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    outside = [
        v
        for _, attrs, _ in elements.elements
        for k, v in attrs.items()
        if k in ("src", "href") and v != "data:,"
    ]
    assert not outside


def test_a_track_is_the_motion(tmp_path):
    motion = swaying(3.0)
    data = page_of(tmp_path, [Dance("a", motion)]).blob("track-0")
    root = np.frombuffer(data[: 12 * 90], np.float32).reshape(90, 3)
    turns = np.cumsum(
        np.frombuffer(data[12 * 90 :], np.int16).reshape(90, 24, 4), axis=0, dtype=np.int16
    ).astype(float)
    quats = (turns / np.linalg.norm(turns, axis=-1, keepdims=True))[..., [3, 0, 2, 1]] * [
        1,
        1,
        -1,
        1,
    ]
    np.testing.assert_array_equal(root[:, [0, 2, 1]] * [1, -1, 1], motion.root)
    assert np.degrees(angle_between(quats, motion.rotations.astype(float))).max() < 0.01


def test_the_song_is_whole_and_starts_at_its_first_sample(tmp_path):
    music = beeps(3.0)
    sound, rate = soundfile.read(
        io.BytesIO(page_of(tmp_path, [Dance("a", swaying(0.5))], music=music).blob("song"))
    )
    assert rate == music.rate and abs(len(sound) / rate - 3.0) < 0.06
    lags = range(-40, 41)
    middle = music.samples[20000:40000].astype(float)
    assert max(lags, key=lambda lag: sound[20000 + lag : 40000 + lag] @ middle) == 0


def test_the_song_is_in_stereo_at_its_own_rate_and_begins_where_it_did(tmp_path):
    noise = 0.2 * np.random.default_rng(0).standard_normal((3 * 44100, 2)).cumsum(axis=0) / 30
    noise = np.clip(noise - noise.mean(axis=0), -0.9, 0.9)
    soundfile.write(tmp_path / "a.wav", noise, 44100)
    music = Music.load(tmp_path / "a.wav")
    blob = page_of(tmp_path, [Dance("a", swaying(0.5))], music=music).blob("song")
    sound, rate = soundfile.read(io.BytesIO(blob))
    assert rate == 44100 and sound.shape[1] == 2
    for channel in (0, 1):
        lags = range(-60, 61)
        truth = noise[40000:80000, channel]
        found = max(lags, key=lambda lag: sound[40000 + lag : 80000 + lag, channel] @ truth)
        assert abs(found) <= 1
        assert np.corrcoef(sound[40000:80000, channel], truth)[0, 1] > 0.98


def test_figures_beats_and_files_are_told(tmp_path):
    music = beeps()
    motion = swaying(4.0).replace(
        meta={"energy": 0.5, "style": "salsa", "seed": 7, "model": "small"}
    )
    figures = {"skating (cm/s)": 1.2345, "float (cm)": float("nan"), "note": "calm"}
    meanings = {"note": 'how "calm" it is'}
    dance = Dance(
        "one", motion, {"glb": "my song-1.glb"}, np.array([0.51, 1.49]), figures, meanings
    )
    elements = page_of(tmp_path, [dance, Dance("two", swaying(2.0))], music=music)
    facts = elements.facts
    assert [text for _, text in elements.all("dd")] == ["1.23", "–", "calm"]
    assert [attrs for attrs, _ in elements.all("div") if "title" in attrs] == [
        {"title": meanings["note"]}
    ]
    assert elements.all("a") == [({"href": "./my%20song-1.glb", "download": None}, "glb")]
    assert "energy +0.5 · style salsa · seed 7 · model small" in [
        text for _, text in elements.all("p")
    ]
    assert facts["dances"][0]["hits"] == [0.51, 1.49] and facts["seconds"] == 4.0
    np.testing.assert_allclose(facts["beats"], music.beats, atol=1e-3)
    assert set(facts["downbeats"]) <= set(facts["beats"])
    assert max(facts["loudness"]) == 1.0


def test_the_body_is_there_once_and_foreign_skeletons_have_their_own(tmp_path):
    dances = [
        Dance("a", swaying(1.0)),
        Dance("b", swaying(1.0, seed=1)),
        Dance("c", swaying(1.0, skeleton=TRIPOD)),
    ]
    elements = page_of(tmp_path, dances)
    ids = [attrs.get("id") for attrs, _ in elements.all("script")]
    assert ids == ["facts", "body-0", "body-1", "track-0", "track-1", "track-2", None]
    assert elements.blob("body-0")[:4] == b"glTF"


def test_without_music_there_is_no_sound_button(tmp_path):
    button = next(
        attrs
        for attrs, _ in page_of(tmp_path, [Dance("a", swaying(0.5))]).all("button")
        if attrs["id"] == "mute"
    )
    assert "hidden" in button


def test_N1_same_dances_same_bytes(tmp_path):
    for name in ("one.html", "two.html"):
        page([Dance("a", swaying(0.5))], tmp_path / name, beeps(1.0))
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_no_dance_and_no_viewer_are_said(tmp_path, monkeypatch):
    with pytest.raises(FootlightsError, match="no dance"):
        page([], tmp_path / "page.html")
    monkeypatch.setattr(room, "_BUNDLE", tmp_path / "page.js")
    with pytest.raises(FootlightsError, match="viewer was not built"):
        page([Dance("a", swaying(0.5))], tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


def test_what_the_bundle_is_made_of_is_pinned_and_names_no_host():
    web = Path(__file__).parents[2] / "web"
    asked = json.loads((web / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((web / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in (asked["dependencies"] | asked["devDependencies"]).items():
        assert (
            re.fullmatch(r"[0-9.]+", version)
            and locked[f"node_modules/{name}"]["version"] == version
        )
        assert locked[f"node_modules/{name}"]["integrity"].startswith("sha512-")
    assert "://" not in (web / "package-lock.json").read_text(encoding="utf-8")


def test_the_bundle_carries_the_licence_of_three():
    bundle = room._BUNDLE.read_text(encoding="utf-8")
    assert re.match(
        r"/\* footlights page [0-9a-f]{64}\nthree.js 0\.187\.\d+\nThe MIT License", bundle
    )
    assert (room._BUNDLE.parent / "THREE-LICENSE").read_text().startswith("The MIT License")
