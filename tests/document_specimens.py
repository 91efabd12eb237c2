"""One small healthy document of every kind that is read beside motions: lists, votes, configs."""

import json
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from safetensors.numpy import save

import sound_files
from canaries import stepping
from footlights.basics.errors import FootlightsError
from footlights.data.dance_folder import (
    DANCES_FILE,
    DANCES_FORMAT,
    DancedSong,
    Figure,
    ListedDance,
    read_dances,
)
from footlights.data.dataset import Dataset
from footlights.data.sources.manifest import list_clips as list_manifest
from footlights.evaluation.clip_listing import list_clips
from footlights.evaluation.clip_measurement import MeasurementRequest, measure_clip
from footlights.evaluation.measured_clip import MeasuredClip
from footlights.evaluation.measurement_cache import read_kept
from footlights.evaluation.saved_table import read_table
from footlights.evaluation.votes import ComparedPair, ComparisonKey, read_key, read_votes
from footlights.generators.diffusion.card import DiffusionCard
from footlights.generators.diffusion.config import Config
from footlights.learning.network import WEIGHTS, read_weights
from footlights.metrics.protocol import PROTOCOLS
from footlights.motion.skeleton import SMPL24
from footlights.music import Music
from footlights.retargeting.bone_map import read_bone_map
from footlights.show.page import Dance, page
from tiny import clip_row, write_index

_KEY = ComparisonKey("x", "A", "B", (ComparedPair("p", True), ComparedPair("q", False)))
_FIGURE = {"value": 1.0, "low": 0.5, "high": 2.0, "count": 3}
_MANIFEST = """\
id,archive,path_in_archive,source,genre,is_dance,fps_true,unit_m,up,skip_start_frames,subject,split,licence,commercial,notes
a,,a.bvh,s,pop,1,30,0.01,y,0,p,train,CC0,yes,
b,,in/b.bvh,s,,0,60,0.01,z,2,q,test,CC0,no,"T-pose hold, last 3 too"
"""
_STILL = stepping(0.1)
_BONES = "[joints]\n" + "".join(f'{name} = "{name}"\n' for name in SMPL24.names)


def data_json(folder: Path) -> Path:
    return write_index(folder, [clip_row("a"), clip_row("b", bpm=None, beats=[])]) / "data.json"


def dances_json(folder: Path) -> Path:
    figures = {"slip": Figure(1.2, "cm/s"), "float": Figure(None, "cm", "never stands")}
    dance = ListedDance("a-1", 0, "salsa", 3.0, 30.0, files={"npz": "a-1.npz"}, figures=figures)
    song = DancedSong("a", song="a.mp3", seconds=3.0, beats=(0.5, 1.0), dances=(dance,))
    return _json(folder / DANCES_FILE, {"format": DANCES_FORMAT, "songs": [song.as_json()]})


def key(folder: Path) -> Path:
    pairs = [{"name": pair.name, "a_left": pair.a_left} for pair in _KEY.pairs]
    document = {"format": "footlights-comparison-1", "id": "x", "a": "A", "b": "B", "pairs": pairs}
    return _json(folder / "key.json", document)


def votes(folder: Path) -> Path:
    document = {"format": "footlights-votes-1", "comparison": "x", "votes": ["left", None]}
    return _json(folder / "votes.json", document)


def table(folder: Path) -> Path:
    missing = {"value": None, "low": None, "high": None, "count": 0, "reason": "no beats"}
    row = {"slip": _FIGURE, "beat_f1": missing}
    document = {
        "format": "footlights-table-1",
        "protocol": {"words": "30 frames a second", "hash": "abc"},
        "real": {"name": "ours", "licence": "CC0"},
        "rows": {"generated": row, "real": row},
        "labels": {"slip": "sliding, cm/s", "beat_f1": "hits"},
        "clips": [{"name": "a", "slip": 1.0}],
        "notes": ["a note"],
        "problems": [],
    }
    return _json(folder / "table.json", document)


def kept_result(folder: Path) -> Path:
    return _json(folder / "kept.json", _measured().as_json())


def card(folder: Path) -> Path:
    out = folder / "card.json"
    DiffusionCard(
        family="diffusion", name="x", licences=("CC0",), steps=3, labels=("a",), styles=("a",),
        minutes={"a": 1.0},
    ).write(out)  # fmt: skip
    return out


def config(folder: Path) -> Path:
    return _text(folder / "config.toml", Config.named("small").to_toml())


def bone_map(folder: Path) -> Path:
    return _text(folder / "bones.toml", _BONES)


def manifest(folder: Path) -> Path:
    return _text(folder / "manifest.csv", _MANIFEST)


def weights(folder: Path) -> Path:
    """What a network of a model folder learnt."""
    arrays = {"inlet.weight": np.ones((64, 32), np.float16), "stats.mean": np.zeros(4, np.float32)}
    (folder / WEIGHTS).write_bytes(save(arrays))
    return folder / WEIGHTS


def title(folder: Path) -> Path:
    """What a song is called: the heading of a page, and names in it."""
    return _text(folder / "title.txt", 'Ein Lied & <b>andere</b> "Töne" {{facts}} </script>')


def m4a(folder: Path) -> Path:
    sound = 0.3 * np.random.default_rng(0).standard_normal((66150, 2))
    return sound_files.m4a(folder / "song.m4a", sound.astype(np.float32))


def wav(folder: Path) -> Path:
    return _sound(folder / "song.wav")


def ogg(folder: Path) -> Path:
    return _sound(folder / "song.ogg")


def flac(folder: Path) -> Path:
    return _sound(folder / "song.flac")


def mp3(folder: Path) -> Path:
    return _sound(folder / "song.mp3")


def _read_bones(path: Path) -> Any:
    return read_bone_map(SMPL24, path)


def _read_manifest(path: Path) -> Any:
    cache = path.parent / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    return list_manifest(path.parent, None, cache)


def _read_title(path: Path) -> Any:
    """The elements of a page are the same whatever a song is called."""
    name = path.read_bytes().decode("utf-8", "surrogateescape")
    plain, hostile = (_elements(text, path.with_suffix(".html")) for text in ("a song", name))
    assert plain == hostile
    return hostile


def _elements(name: str, path: Path) -> list[str]:
    page([Dance(name, _STILL, {name: name}, figures={name: name})], path, title=name)
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(f"{tag} {[k for k, _ in attrs]}")  # type: ignore[method-assign]
    parser.feed(path.read_text(encoding="utf-8"))
    return tags


def _read_kept(path: Path) -> Any:
    kept = read_kept(path, _request())
    if kept is None:
        raise FootlightsError("is measured again", path)
    return kept


# Name -> what makes a healthy one in a folder, and what reads it.
DOCUMENTS: dict[str, tuple[Callable[[Path], Path], Callable[[Path], Any]]] = {
    "data_json": (data_json, lambda path: Dataset.read(path.parent)),
    "dances_json": (dances_json, lambda path: read_dances(path.parent)),
    "key": (key, read_key),
    "votes": (votes, lambda path: read_votes(path, _KEY)),
    "table": (table, read_table),
    "kept_result": (kept_result, _read_kept),
    "card": (card, DiffusionCard.read),
    "config": (config, lambda path: Config.read(path, str(path))),
    "bone_map": (bone_map, _read_bones),
    "manifest": (manifest, _read_manifest),
    "weights": (weights, lambda path: read_weights(path.parent)),
    "title": (title, _read_title),
    "wav": (wav, lambda path: Music.load(path).samples),
    "ogg": (ogg, lambda path: Music.load(path).samples),
    "flac": (flac, lambda path: Music.load(path).samples),
    "mp3": (mp3, lambda path: Music.load(path).samples),
    "m4a": (m4a, lambda path: Music.load(path).samples),
}


def _request() -> MeasurementRequest:
    (clip,) = list_clips({"a": stepping(1.0)})
    return MeasurementRequest(clip, PROTOCOLS["footlights"], code="x")


def _measured() -> MeasuredClip:
    return measure_clip(_request())


def _json(path: Path, document: object) -> Path:
    return _text(path, json.dumps(document, indent=1))


def _text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _sound(path: Path) -> Path:
    noise = 0.3 * np.random.default_rng(0).standard_normal(22050 * 2)
    soundfile.write(path, noise.astype(np.float32), 22050)
    return path
