"""A generator, a reward and a metric of somebody else's, found by footlights once installed."""

import numpy as np

from footlights import SMPL24, Motion, Music
from footlights.generators import DanceRequest, Generator, GeneratorInfo
from footlights.rewards import Reward

NECK, HEAD = SMPL24.index("neck"), SMPL24.index("head")


class Nodder(Generator):
    """Stands and nods on every beat."""

    info = GeneratorInfo(
        "nodder", fps=30.0, styles=("slight", "deep"), supports=frozenset({"seconds", "style"})
    )

    def takes(self, request: DanceRequest, n: int, seed: int, progress):
        frames = round(request.length * self.info.fps)
        beats = request.music.beats if len(request.music.beats) > 1 else np.array([0.0, 1e9])
        phase = np.interp(np.arange(frames) / self.info.fps, beats, np.arange(len(beats)))

        for take in range(n):
            depth = np.random.default_rng([seed, take]).uniform(0.2, 0.4)
            depth *= 0.5 if request.style == "slight" else 1.0
            half = depth * (0.5 + 0.5 * np.cos(2 * np.pi * phase)) / 2

            rotations = np.tile(np.array([1.0, 0, 0, 0]), (frames, len(SMPL24), 1))
            rotations[:, NECK] = np.stack([np.cos(half), np.sin(half), 0 * half, 0 * half], axis=-1)
            yield Motion(np.tile([0.0, 0.0, 0.95], (frames, 1)), rotations, self.info.fps)
            progress((take + 1) / n, f"nodding, take {take + 1}")


def upright(motions: list[Motion], musics: list[Music | None]) -> Reward:
    """The share of frames with the head above the pelvis and less than 30 cm beside it."""
    shares = []
    for motion in motions:
        lean = motion.positions[:, HEAD] - motion.positions[:, 0]
        beside = np.linalg.norm(lean[:, :2], axis=1)
        shares.append(float(np.mean((lean[:, 2] > 0) & (beside < 0.3))))
    return Reward(np.array(shares))


def leaning_less_than(metres: float):
    """A reward with a parameter: `combine("stranger:leaning_less_than(metres=.1)")`."""

    def reward(motions: list[Motion], musics: list[Music | None]) -> np.ndarray:
        leans = [motion.positions[:, HEAD, :2] - motion.positions[:, 0, :2] for motion in motions]
        return np.array([np.mean(np.linalg.norm(lean, axis=1) < metres) for lean in leans])

    return reward


def head_travel(motion: Motion, beats: np.ndarray | None) -> float:
    """Metres a second that the head travels."""
    steps = np.diff(motion.positions[:, HEAD], axis=0)
    return float(np.linalg.norm(steps, axis=1).sum() / motion.seconds)
