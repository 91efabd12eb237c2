"""Training windows drawn from built data: any start, mirrored half the time, tempo bent a little, small styles drawn more often."""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...errors import FootlightsError
from ...formats import read
from ...metrics.rhythm import rhythm_of
from .conditioning import flagged, hide
from .config import Config
from .representation import ROTATIONS, VELOCITY, WIDTH, YAW_RATE, encode

_FLOOR, _TILT_FLOOR = 0.05, 0.1  # least standard deviations: a channel that hardly moves is not blown up


@dataclass(frozen=True)
class Clip:
    """One clip and its mirror image: vectors (2, T, 152) and conditioning (2, T, C)."""

    id: str
    style: str
    source: str
    vectors: np.ndarray
    music: np.ndarray


def load_clips(folder: Path, config: Config, split: str, *, commercial_only: bool = True) -> list[Clip]:
    """The dance clips of a split that are at least one window long; FootlightsError when there are none."""
    index = read_index(folder)
    chosen = [c for c in index["clips"] if c["split"] == split and c["dance"] and (c["commercial"] or not commercial_only)]
    clips = [_load(folder, row, config) for row in chosen]
    clips = [c for c in clips if c.vectors.shape[1] >= config.model.window // 2]
    if not clips:
        raise FootlightsError(f"no dance clips of split {split!r}", folder, "build data that has some, or allow non-commercial clips")
    return clips


def read_index(folder: Path) -> dict:
    """The parsed ``data.json`` of a built folder."""
    path = Path(folder) / "data.json"
    try:
        index = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise FootlightsError("no built data here", path, "run: footlights data build --source DIR -o DIR") from error
    if index.get("format") != "footlights-data-1":
        raise FootlightsError(f"format is {index.get('format')!r}, not 'footlights-data-1'", path, "build the data again")
    return index


def style_of(row: dict, config: Config) -> str:
    """The style label of a clip: by the config's table of sources, else the clip's own."""
    for style, sources in config.styles.items():
        if row["source"] in sources:
            return style
    return "" if config.styles else row["style"]


def _load(folder: Path, row: dict, config: Config) -> Clip:
    motion = read(folder / row["file"])
    vectors = np.stack([encode(motion), encode(motion.mirrored())])
    if config.model.music == "rhythm":
        known = row["bpm"] is not None
        music = flagged(rhythm_of(motion, row["bpm"] if known else np.nan, np.asarray(row["beats"] if known else [])))
    elif row.get("song"):
        with np.load(folder / row["song"]) as features:
            music = features[config.model.music][: len(motion)]
    else:
        raise FootlightsError(f"clip {row['id']} has no song", folder, f"config music = {config.model.music!r} needs paired songs")
    return Clip(row["id"], style_of(row, config), row["source"], vectors, np.stack([music, music]).astype(np.float32))


def statistics(clips: list[Clip]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation (152,) over all frames of both mirror images; the deviation has a floor."""
    frames = np.concatenate([c.vectors.reshape(-1, WIDTH) for c in clips]).astype(np.float64)
    floor = np.full(WIDTH, _FLOOR)
    floor[ROTATIONS.start : ROTATIONS.start + 6] = _TILT_FLOOR
    return frames.mean(0).astype(np.float32), np.maximum(frames.std(0), floor).astype(np.float32)


class Windows:
    """Draws batches: the same generator state gives the same batch."""

    def __init__(self, clips: list[Clip], config: Config, styles: tuple[str, ...]) -> None:
        self.clips, self.config, self.styles = clips, config, styles
        frames: dict[str, int] = defaultdict(int)
        for clip in clips:
            frames[clip.style] += clip.vectors.shape[1]
        # A style is drawn with the square root of its length, a clip within its style with its length.
        weights = np.array([c.vectors.shape[1] / frames[c.style] ** 0.5 for c in clips])
        self.weights = weights / weights.sum()

    def draw(self, rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Vectors (count, T, 152), conditioning (count, T, C), style indices (count,); the last index means unknown."""
        train = self.config.train
        rows = [self._one(rng) for _ in range(count)]
        vectors, music = np.stack([r[0] for r in rows]), np.stack([r[1] for r in rows])
        if self.config.model.music == "rhythm":
            music = hide(music, rng, (train.drop_all, train.drop_beat, train.drop_energy, train.drop_onset))
        else:
            music[rng.random(count) < train.drop_all] = 0
        style = np.array([r[2] for r in rows])
        style[rng.random(count) < train.drop_style] = len(self.styles)
        return vectors, music, style

    def _one(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
        clip = self.clips[rng.choice(len(self.clips), p=self.weights)]
        window, warp = self.config.model.window, self.config.train.tempo_warp
        side = int(rng.integers(2))
        speed = 2.0 ** rng.uniform(-warp, warp) if warp else 1.0
        start = rng.uniform(0, max(0.0, clip.vectors.shape[1] - 1 - window * speed))
        at = np.minimum(start + np.arange(window) * speed, clip.vectors.shape[1] - 1.0)
        vectors, music = _between(clip.vectors[side], at), _between(clip.music[side], at)
        vectors[:, VELOCITY] *= speed
        vectors[:, YAW_RATE] *= speed
        if self.config.model.music == "rhythm":
            music[:, 3] += 2 * np.log2(speed) * music[:, 0]
        return vectors, music, self.styles.index(clip.style) if clip.style in self.styles else len(self.styles)


def _between(values: np.ndarray, at: np.ndarray) -> np.ndarray:
    low = np.minimum(at.astype(int), len(values) - 2)
    share = (at - low).astype(np.float32)[:, None]
    return values[low] * (1 - share) + values[low + 1] * share
