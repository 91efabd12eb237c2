"""Does a dance repeat itself, and does it stay varied: pieces of two seconds, compared."""

import numpy as np

from ..motion.heading import heading_of, unturned
from ..motion.motion import Motion
from .metric_score import Score

PIECE = 2.0  # seconds of a piece of dance
HOP = 0.5  # seconds from each piece that is looked for to the next
# Metres a joint: nearer than this, two pieces are the same move; a dancer's own repeat is seldom
# so near.
ALIKE = 0.02
_RATE = 10.0  # poses a second that a piece is compared by
_MINUTE = 60.0  # seconds
# Squares of distances below this share of the squares they are made of are rounding alone.
_ROUNDING = 1e-13


def repetition_scores(motion: Motion) -> dict[str, Score]:
    """Scores "repetition" and "variety" of a whole dance.

    - "repetition": share of its pieces of two seconds that come again elsewhere, within 2 cm a
      joint; one value a piece. A pose held repeats itself.
    - "variety": cm, mean over the dance's minutes of the mean distance between two pieces that
      begin in that minute and do not overlap; one value a minute, a last one of half a minute or
      more included: a dance that dies away falls.
    """
    pieces, hop = pieces_of(motion), round(HOP * _RATE)
    distances = 100 * piece_distances(pieces[::hop], pieces)
    begin = np.arange(len(pieces))
    apart = np.abs(begin[::hop, None] - begin) >= PIECE * _RATE

    nearest = np.where(apart, distances, np.inf).min(axis=1, initial=np.inf)
    again = np.where(apart.any(axis=1), nearest < 100 * ALIKE, np.nan)
    by_minute = _mean_by_minute(distances[:, ::hop], apart[:, ::hop])

    too_short = "the dance is shorter than two pieces of two seconds"
    return {
        "repetition": Score.mean(again, "", too_short),
        "variety": Score.mean(by_minute, "cm", too_short),
    }


def pieces_of(motion: Motion) -> np.ndarray:
    """(N, 20, J, 3) float32 metres: poses of all pieces of two seconds, a tenth of a second apart.

    Positions are seen from the root in its heading.
    """
    motion = motion.resampled(_RATE)
    positions = motion.positions.astype(np.float64)
    poses = unturned(positions - positions[:, :1], heading_of(motion)).astype(np.float32)

    size = round(PIECE * _RATE)
    if len(poses) < size:
        return np.zeros((0, size, poses.shape[1], 3), np.float32)
    return np.lib.stride_tricks.sliding_window_view(poses, size, axis=0).transpose(0, 3, 1, 2)


def piece_distances(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(M, N) metres: root mean square distance of joints between any two pieces.

    Args:
        some, others: (M, P, J, 3), (N, P, J, 3).
    """
    a, b = (v.reshape(len(v), int(np.prod(v.shape[1:]))).astype(np.float64) for v in (some, others))
    sizes = np.einsum("nd,nd->n", a, a)[:, None] + np.einsum("nd,nd->n", b, b)
    squares = sizes - 2 * a @ b.T
    # What a product leaves of equal pieces hangs on how many threads summed it.
    squares[squares < _ROUNDING * sizes] = 0
    return np.sqrt(squares / max(1, a.shape[1] // 3))


def _mean_by_minute(distances: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """Mean distance of pieces that do not overlap, for each minute that holds two of them.

    A last minute counts that holds at least half of its pieces; so does an only one.
    """
    per_minute = round(_MINUTE / HOP)
    values = []
    for start in range(0, len(distances), per_minute):
        block = slice(start, start + per_minute)
        pairs = distances[block, block][apart[block, block]]
        if pairs.size and (not start or 2 * len(distances[block]) >= per_minute):
            values.append(pairs.mean())
    return np.array(values)
