"""A dance over minutes: does it repeat itself, stay varied, join smoothly, use both sides, stay in
its place.
"""

import numpy as np

from ..motion.heading import heading_of, unturned
from ..motion.motion import Motion
from .metric_score import Score
from .motion_statistics import derivative

PIECE, HOP = (
    2.0,
    0.5,
)  # seconds of a piece of dance, and from each piece that is looked for to the next
# metres a joint: nearer than this, two pieces are the same move; a dancer's own repeat is seldom so
# near
ALIKE = 0.02
_RATE = 10.0  # poses a second that a piece is compared by
_AROUND = 0.1  # seconds each way in which a join shows
_MINUTE = 60.0
_STILL = 0.001  # m/s: limbs slower than this rest
_SMOOTH = 0.5  # m/s3 of a body at rest: what rounding makes of it stays below
_LIMBS = ("hip", "knee", "ankle", "foot", "shoulder", "elbow", "wrist", "hand")


def pieces_of(motion: Motion) -> np.ndarray:
    """(N, 20, J, 3) float32 metres: poses of all pieces of two seconds, a tenth apart, from the
    root in its heading.
    """
    motion = motion.resampled(_RATE)
    places = motion.positions.astype(np.float64)
    poses = unturned(places - places[:, :1], heading_of(motion)).astype(np.float32)
    size = round(PIECE * _RATE)
    if len(poses) < size:
        return np.zeros((0, size, poses.shape[1], 3), np.float32)
    return np.lib.stride_tricks.sliding_window_view(poses, size, axis=0).transpose(0, 3, 1, 2)


def gaps_of(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(M, N) metres: root mean square distance of joints between pieces (M, P, J, 3) and (N, P, J,
    3).
    """
    a, b = (v.reshape(len(v), int(np.prod(v.shape[1:]))).astype(np.float64) for v in (some, others))
    squares = np.einsum("nd,nd->n", a, a)[:, None] + np.einsum("nd,nd->n", b, b) - 2 * a @ b.T
    return np.sqrt(np.maximum(squares, 0) / max(1, a.shape[1] // 3))


def phrases(motion: Motion) -> dict[str, Score]:
    """Scores of a whole dance, each with its values.

    - "repetition": share of its pieces of two seconds that come again elsewhere, within 2 cm a
    joint; one value a piece. A held
      pose repeats itself.
    - "variety": cm, mean over the dance's minutes of the mean distance between two pieces that
    begin in that minute and do not
      overlap; one value a minute, a last one of half a minute or more included: a dance that dies
      away falls.
    - "laterality": how much faster the limbs of one side move than those of the other, over their
    sum, in [0, 1]; values per
      frame are signed, left positive. Meant for a dance as a whole: a piece may well be one-sided.
    - "drift": m a minute at which the dancer leaves in a straight line, by least squares; values
    are metres from the start. It
      says little of clips of a few seconds.
    """
    pieces, hop = pieces_of(motion), round(HOP * _RATE)
    gaps = 100 * gaps_of(pieces[::hop], pieces)
    begin = np.arange(len(pieces))
    apart = np.abs(begin[::hop, None] - begin) >= PIECE * _RATE
    short = "the dance is shorter than two pieces of two seconds"
    nearest = np.where(apart, gaps, np.inf).min(axis=1, initial=np.inf)
    again = np.where(apart.any(axis=1), nearest < 100 * ALIKE, np.nan)
    return {
        "repetition": Score.mean(again, "", short),
        "variety": Score.mean(_by_minute(gaps[:, ::hop], apart[:, ::hop]), "cm", short),
        "laterality": laterality(motion),
        "drift": drift(motion),
    }


def laterality(motion: Motion) -> Score:
    """Left limbs' speed less right limbs', over their sum: the size of it for the clip, and signed
    values per frame.

    Speeds are of joints whose names begin with "left_" and "right_", seen from the root, which
    carries both.
    """
    names = motion.skeleton.names
    seen = motion.positions - motion.positions[:, :1]
    left, right = (
        derivative(
            seen[
                :, [names.index(f"{side}_{limb}") for limb in _LIMBS if f"{side}_{limb}" in names]
            ],
            motion.fps,
            1,
        )
        for side in ("left", "right")
    )
    if not (left.size and right.size) or left.mean() + right.mean() < _STILL:
        return Score.none("", "no limb moves" if len(motion) > 1 else "the clip has one frame")
    total = np.maximum(left.mean(axis=1) + right.mean(axis=1), 1e-9)
    whole = float(abs(left.mean() - right.mean()) / (left.mean() + right.mean()))
    return Score(
        whole, "", "", ((left.mean(axis=1) - right.mean(axis=1)) / total).astype(np.float32)
    )


def drift(motion: Motion) -> Score:
    """Size of the mean velocity, m a minute, by a straight line through the root's places on the
    floor.
    """
    place = motion.root[:, :2].astype(np.float64)
    away = np.linalg.norm(place - place[0], axis=-1)
    if len(motion) < 2:
        return Score.none("m/min", "the clip has one frame")
    seconds = np.arange(len(motion)) / motion.fps
    slope = np.polyfit(seconds, place, 1)[0]
    return Score(float(np.linalg.norm(slope)) * _MINUTE, "m/min", "", away.astype(np.float32))


def join_jerk(motion: Motion, joins: np.ndarray) -> Score:
    """How hard a dance jerks where parts of it were joined, over what is usual in it: 1 is a join
    that cannot be found.

    The highest mean jerk of the joints within a tenth of a second of each join, divided by the
    median of such heights over the dance away from joins; the mean over joins, and one value a
    join, NaN for those outside the clip.

    Args:
        joins: (N,) seconds from the start of the clip.
    """
    jerk = derivative(motion.positions, motion.fps, 3).mean(axis=-1)
    joins, at = (
        np.asarray(joins, np.float64),
        (np.arange(len(jerk)) + (len(motion) - len(jerk)) / 2) / motion.fps,
    )
    # A third derivative reads half a tenth of a second to either side of its moment.
    near = np.abs(at[None] - joins[:, None]) <= _AROUND + 1e-9
    away = ~(np.abs(at[None] - joins[:, None]) <= 3 * _AROUND).any(axis=0)
    starts = np.arange(0, at[-1] if len(at) else 0, 2 * _AROUND)
    usual = [
        jerk[part].max()
        for s in starts
        if (part := away & (at >= s) & (at < s + 2 * _AROUND)).any()
    ]
    if not len(joins) or not usual or np.median(usual) < _SMOOTH:
        return Score.none(
            "", "no joins were given" if not len(joins) else "nothing moves away from the joins"
        )
    heights = np.array([jerk[row].max() if row.any() else np.nan for row in near])
    return Score.mean(heights / np.median(usual), "", "no join lies within the clip")


def _by_minute(gaps: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """Mean distance of pieces that do not overlap, for each minute that holds two of them and at
    least half of its pieces.
    """
    per = round(_MINUTE / HOP)
    values = []
    for start in range(0, len(gaps), per):
        block = slice(start, start + per)
        pairs = gaps[block, block][apart[block, block]]
        if pairs.size and (not start or 2 * len(gaps[block]) >= per):
            values.append(pairs.mean())
    return np.array(values)
