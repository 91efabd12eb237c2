"""The published harmony features: what sounds against what strikes, constant-Q spectrum, chroma,
and chroma statistics.
"""

from functools import cache

import numpy as np

from .mel import HOP, N_FFT, banded, istft, stft

BINS_PER_OCTAVE, CHROMA = 36, 12
_C1 = 440.0 * 2 ** ((24 - 69) / 12)
_KERNEL = 31
_TINY = np.finfo(np.float32).tiny


def separate_harmonic_percussive(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two (N,) float32 signals: what lasts and what strikes.

    Median filters along time and along frequency, squared masks (Fitzgerald, "Harmonic/percussive
    separation using median filtering", 2010).
    """
    from scipy.ndimage import median_filter

    spectrum = stft(samples)
    size = np.abs(spectrum)
    lasting = median_filter(size, size=(1, _KERNEL), mode="reflect")
    striking = median_filter(size, size=(_KERNEL, 1), mode="reflect")
    most = np.maximum(np.maximum(lasting, striking), _TINY)
    one, other = (lasting / most) ** 2, (striking / most) ** 2
    silent = one + other < 1e-20
    share = np.where(silent, 0.5, one / np.where(silent, 1, one + other))
    return istft(spectrum * share, len(samples)), istft(spectrum * (1 - share), len(samples))


def chroma_cqt(samples: np.ndarray, rate: int, octaves: int = 7) -> np.ndarray:
    """(12, F) float32 strength of each pitch class from C on, the strongest of a frame being 1."""
    chroma = _folded(constant_q(samples, rate, octaves))
    most = chroma.max(axis=0)
    return chroma / np.where(most > _TINY, most, 1)


def chroma_cens(samples: np.ndarray, rate: int, octaves: int = 7) -> np.ndarray:
    """(12, F) chroma energy statistics: shares, quantised in four steps, smoothed over 41 frames,
    at unit length.

    After Müller and Ewert, "Chroma toolbox" (2011).
    """
    chroma = _folded(constant_q(samples, rate, octaves))
    total = np.abs(chroma).sum(axis=0)
    share = chroma / np.where(total > _TINY, total, 1)
    steps = np.sum([0.25 * (share > step) for step in (0.4, 0.2, 0.1, 0.05)], axis=0)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(43) / 42)
    window /= window.sum()
    smooth = np.stack([np.convolve(row, window)[21 : 21 + len(row)] for row in steps])
    length = np.sqrt((smooth**2).sum(axis=0))
    return smooth / np.where(length > _TINY, length, 1)


def constant_q(samples: np.ndarray, rate: int, octaves: int) -> np.ndarray:
    """(36 * octaves, F) float32 magnitude of the constant-Q transform from C1 up, at the song's own
    tuning.

    Octave by octave from the top, the signal halved in rate between them (Schörkhuber and Klapuri,
    2010).
    """
    import soxr

    lowest = _C1 * 2 ** (tuning(samples, rate) / BINS_PER_OCTAVE)
    signal, hop, now = samples.astype(np.float32), HOP, float(rate)
    rows: list[np.ndarray] = []
    for octave in range(octaves - 1, -1, -1):
        kernels = _kernels(lowest * 2**octave, now)
        spectrum = stft(signal, 2 * (kernels.shape[1] - 1), hop, np.ones(1, np.float32))
        rows.insert(0, np.abs(banded(kernels, spectrum)) * np.float32(np.sqrt(rate / now)))
        if hop % 2 == 0:
            hop, now = hop // 2, now / 2
            halved = soxr.resample(signal, 2, 1, quality="HQ")[: -(-len(signal) // 2)]
            signal = np.pad(halved, (0, -(-len(signal) // 2) - len(halved))) * np.float32(
                np.sqrt(2)
            )
    frames = min(row.shape[1] for row in rows)
    pitches = lowest * 2 ** (np.arange(BINS_PER_OCTAVE * octaves) / BINS_PER_OCTAVE)
    lengths = _quality() * rate / pitches
    return (
        np.concatenate([row[:, :frames] for row in rows])
        / np.sqrt(lengths, dtype=np.float32)[:, None]
    )


def tuning(samples: np.ndarray, rate: int) -> float:
    """How far the song's pitches lie from the keys of a third of a semitone, in such keys, from
    -0.5 to 0.5.
    """
    size = np.abs(stft(samples, N_FFT, N_FFT // 4))
    above, at, below = size[2:], size[1:-1], size[:-2]
    bend, lean = above + below - 2 * at, (above - below) / 2
    shift = np.where(np.abs(lean) >= np.abs(bend), 0, -lean / np.where(bend == 0, 1, bend))
    hertz = np.arange(1, N_FFT // 2)[:, None] * rate / N_FFT
    loud = np.where(size > 0.1 * size.max(axis=0), size, 0)
    peak = (loud[1:-1] > loud[:-2]) & (loud[1:-1] >= loud[2:]) & (hertz >= 150) & (hertz < 4000)
    pitch = ((np.arange(1, N_FFT // 2)[:, None] + shift) * rate / N_FFT)[peak]
    strength = (at + 0.5 * lean * shift)[peak]
    pitch, strength = pitch[pitch > 0], strength[pitch > 0]
    if not len(pitch):
        return 0.0
    off = np.mod(BINS_PER_OCTAVE * np.log2(pitch[strength >= np.median(strength)] / 27.5), 1.0)
    counts, edges = np.histogram(np.where(off >= 0.5, off - 1, off), np.linspace(-0.5, 0.5, 101))
    return float(edges[np.argmax(counts)])


def _quality() -> float:
    """Cycles of a pitch that a kernel holds."""
    wide = 2 ** (2 / BINS_PER_OCTAVE)
    return (wide + 1) / (wide - 1)


def _kernels(lowest: float, rate: float) -> np.ndarray:
    """(36, n / 2 + 1) complex64 spectra of the windowed pitches of the octave from ``lowest`` Hz;
    the faintest 1 % is zero.
    """
    pitches = lowest * 2 ** (np.arange(BINS_PER_OCTAVE) / BINS_PER_OCTAVE)
    lengths = _quality() * rate / pitches
    size = 1 << int(np.ceil(np.log2(lengths.max())))
    out = np.zeros((BINS_PER_OCTAVE, size // 2 + 1), np.complex64)
    for i, (pitch, length) in enumerate(zip(pitches, lengths, strict=True)):
        time = np.arange(-length // 2, length // 2)
        wave = np.exp(2j * np.pi * pitch / rate * time) * (
            0.5 - 0.5 * np.cos(2 * np.pi * np.arange(len(time)) / len(time))
        )
        wave = np.pad(
            wave / np.abs(wave).sum(),
            ((size - len(time)) // 2, size - len(time) - (size - len(time)) // 2),
        )
        spectrum = np.fft.fft(wave * length / size)[: size // 2 + 1]
        out[i] = spectrum * _kept(np.abs(spectrum))
    return out


def _kept(sizes: np.ndarray) -> np.ndarray:
    """Which values hold all but the faintest hundredth of the sum."""
    order = np.sort(sizes)
    faint = np.searchsorted(np.cumsum(order / sizes.sum()), 0.01)
    return sizes >= order[faint]


@cache
def _fold(octaves: int) -> np.ndarray:
    """(12, 36 * octaves) which keys, three to a semitone and centred on it, make each pitch class."""
    one = np.roll(np.repeat(np.eye(CHROMA), 3, axis=1), -1, axis=1)
    return np.tile(one, octaves).astype(np.float32)


def _folded(spectrum: np.ndarray) -> np.ndarray:
    return banded(_fold(len(spectrum) // BINS_PER_OCTAVE), spectrum)
