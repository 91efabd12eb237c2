"""The published harmony features: harmonic and percussive parts, constant-Q spectrum, chroma."""

from functools import cache

import numpy as np

from .mel import HOP, N_FFT, banded, istft, stft

BINS_PER_OCTAVE, CHROMA = 36, 12
_C1 = 440.0 * 2 ** ((24 - 69) / 12)  # Hz: MIDI note 24, where A4 is 69
_KERNEL = 31  # frames and bins of the median filters
_TINY = np.finfo(np.float32).tiny

# Chroma energy statistics: shares above each of these count a quarter more.
_CENS_STEPS = (0.4, 0.2, 0.1, 0.05)
_CENS_FRAMES = 41  # of the Hann window that smooths them

# The tuning is looked for in peaks of this range that are a tenth of their frame's loudest.
_TUNING_LOWEST_HZ, _TUNING_HIGHEST_HZ, _TUNING_SHARE = 150, 4000, 0.1
_A0 = 27.5  # Hz
_FAINT = 0.01  # share of a kernel's spectrum that is left out


def separate_harmonic_percussive(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two (N,) float32 signals of mono samples (N,): what lasts and what strikes.

    Median filters along time and along frequency, squared masks (Fitzgerald, "Harmonic/percussive
    separation using median filtering", 2010).
    """
    from scipy.ndimage import median_filter

    spectrum = stft(samples)
    magnitude = np.abs(spectrum)
    harmonic = median_filter(magnitude, size=(1, _KERNEL), mode="reflect")
    percussive = median_filter(magnitude, size=(_KERNEL, 1), mode="reflect")

    # Relative to the larger of the two, whose square may be too small for single precision.
    largest = np.maximum(np.maximum(harmonic, percussive), _TINY)
    harmonic, percussive = (harmonic / largest) ** 2, (percussive / largest) ** 2
    silent = harmonic + percussive < 1e-20
    mask = np.where(silent, 0.5, harmonic / np.where(silent, 1, harmonic + percussive))
    return istft(spectrum * mask, len(samples)), istft(spectrum * (1 - mask), len(samples))


def chroma_cqt(samples: np.ndarray, rate: int, octaves: int = 7) -> np.ndarray:
    """(12, F) float32 strength of each pitch class from C on, the strongest of a frame being 1."""
    chroma = _fold_octaves(constant_q(samples, rate, octaves))
    largest = chroma.max(axis=0)
    return chroma / np.where(largest > _TINY, largest, 1)


def chroma_cens(samples: np.ndarray, rate: int, octaves: int = 7) -> np.ndarray:
    """(12, F) chroma energy normalised statistics (Müller and Ewert, "Chroma toolbox", 2011).

    Shares of pitch classes, quantised in four steps, smoothed over 41 frames, at unit length.
    """
    chroma = _fold_octaves(constant_q(samples, rate, octaves))
    total = np.abs(chroma).sum(axis=0)
    share = chroma / np.where(total > _TINY, total, 1)
    quantised = np.sum([0.25 * (share > step) for step in _CENS_STEPS], axis=0)

    # A Hann window with its two zeros.
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_CENS_FRAMES + 2) / (_CENS_FRAMES + 1))
    window /= window.sum()
    middle = len(window) // 2
    smooth = np.stack([np.convolve(row, window)[middle : middle + len(row)] for row in quantised])
    length = np.sqrt((smooth**2).sum(axis=0))
    return smooth / np.where(length > _TINY, length, 1)


def constant_q(samples: np.ndarray, rate: int, octaves: int) -> np.ndarray:
    """(36 * octaves, F) float32 magnitude of the constant-Q transform, at the song's own tuning.

    Rows from C1 up. Computed octave by octave from the top, the signal halved in rate between them
    (Schörkhuber and Klapuri, 2010).
    """
    import soxr

    lowest = _C1 * 2 ** (tuning(samples, rate) / BINS_PER_OCTAVE)
    signal, hop, signal_rate = samples.astype(np.float32), HOP, float(rate)
    rows: list[np.ndarray] = []
    for octave in range(octaves - 1, -1, -1):
        kernels = _kernels(lowest * 2**octave, signal_rate)
        # A window of ones: the kernels bring their own.
        spectrum = stft(signal, 2 * (kernels.shape[1] - 1), hop, np.ones(1, np.float32))
        gain = np.float32(np.sqrt(rate / signal_rate))
        rows.insert(0, np.abs(banded(kernels, spectrum)) * gain)

        if hop % 2 == 0:
            hop, signal_rate = hop // 2, signal_rate / 2
            length = -(-len(signal) // 2)
            halved = soxr.resample(signal, 2, 1, quality="HQ")[:length]
            signal = np.pad(halved, (0, length - len(halved))) * np.float32(np.sqrt(2))

    frames = min(row.shape[1] for row in rows)
    pitches = lowest * 2 ** (np.arange(BINS_PER_OCTAVE * octaves) / BINS_PER_OCTAVE)
    lengths = _cycles() * rate / pitches
    magnitude = np.concatenate([row[:, :frames] for row in rows])
    return magnitude / np.sqrt(lengths, dtype=np.float32)[:, None]


def tuning(samples: np.ndarray, rate: int) -> float:
    """How far the song's pitches lie from the bins of a third of a semitone.

    In such bins, from -0.5 to 0.5: the most usual offset of the louder half of all peaks.
    """
    pitch, strength = _spectral_peaks(samples, rate)
    if not len(pitch):
        return 0.0
    loud = pitch[strength >= np.median(strength)]
    offset = np.mod(BINS_PER_OCTAVE * np.log2(loud / _A0), 1.0)
    offset = np.where(offset >= 0.5, offset - 1, offset)
    counts, edges = np.histogram(offset, np.linspace(-0.5, 0.5, 101))
    return float(edges[np.argmax(counts)])


def _spectral_peaks(samples: np.ndarray, rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Pitches (P,), Hz, and strengths (P,) of all frames' peaks, by parabolas through them."""
    magnitude = np.abs(stft(samples, N_FFT, N_FFT // 4))
    above, at, below = magnitude[2:], magnitude[1:-1], magnitude[:-2]
    curvature, slope = above + below - 2 * at, (above - below) / 2
    # A parabola whose top would lie more than a bin away is none.
    flat = np.abs(slope) >= np.abs(curvature)
    shift = np.where(flat, 0, -slope / np.where(curvature == 0, 1, curvature))

    bins = np.arange(1, N_FFT // 2)[:, None]
    hertz = bins * rate / N_FFT
    loud = np.where(magnitude > _TUNING_SHARE * magnitude.max(axis=0), magnitude, 0)
    highest = (loud[1:-1] > loud[:-2]) & (loud[1:-1] >= loud[2:])
    peak = highest & (hertz >= _TUNING_LOWEST_HZ) & (hertz < _TUNING_HIGHEST_HZ)

    pitch = ((bins + shift) * rate / N_FFT)[peak]
    strength = (at + 0.5 * slope * shift)[peak]
    return pitch[pitch > 0], strength[pitch > 0]


def _cycles() -> float:
    """Cycles of a pitch that a kernel holds, so that neighbouring bins just meet."""
    two_bins = 2 ** (2 / BINS_PER_OCTAVE)
    return (two_bins + 1) / (two_bins - 1)


def _kernels(lowest: float, rate: float) -> np.ndarray:
    """(36, n / 2 + 1) complex64 spectra of the windowed pitches of the octave from ``lowest`` Hz.

    The faintest hundredth of each is zero, so that few products are left to sum.
    """
    pitches = lowest * 2 ** (np.arange(BINS_PER_OCTAVE) / BINS_PER_OCTAVE)
    lengths = _cycles() * rate / pitches
    size = 1 << int(np.ceil(np.log2(lengths.max())))

    kernels = np.zeros((BINS_PER_OCTAVE, size // 2 + 1), np.complex64)
    for i, (pitch, length) in enumerate(zip(pitches, lengths, strict=True)):
        time = np.arange(-length // 2, length // 2)
        window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(len(time)) / len(time))
        wave = np.exp(2j * np.pi * pitch / rate * time) * window

        before = (size - len(time)) // 2
        wave = np.pad(wave / np.abs(wave).sum(), (before, size - len(time) - before))
        spectrum = np.fft.fft(wave * length / size)[: size // 2 + 1]
        kernels[i] = spectrum * _is_not_faint(np.abs(spectrum))
    return kernels


def _is_not_faint(sizes: np.ndarray) -> np.ndarray:
    """Which values hold all but the faintest hundredth of their sum."""
    order = np.sort(sizes)
    faint = np.searchsorted(np.cumsum(order / sizes.sum()), _FAINT)
    return sizes >= order[faint]


def _fold_octaves(spectrum: np.ndarray) -> np.ndarray:
    """(12, F) sums over the octaves of a constant-Q spectrum (36 * octaves, F)."""
    return banded(_pitch_classes(len(spectrum) // BINS_PER_OCTAVE), spectrum)


@cache
def _pitch_classes(octaves: int) -> np.ndarray:
    """(12, 36 * octaves) ones where a bin, three to a semitone, belongs to a pitch class."""
    # Rolled by one: the middle one of three bins lies on the semitone.
    octave = np.roll(np.repeat(np.eye(CHROMA), 3, axis=1), -1, axis=1)
    return np.tile(octave, octaves).astype(np.float32)
