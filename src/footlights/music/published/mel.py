"""The published front end of dance models: spectrogram, mel bands, decibels, cepstrum, slope."""

from functools import cache

import numpy as np

N_FFT, HOP, MELS = 2048, 512, 128  # samples, samples, bands
_BLOCK = 1024  # frames transformed at once
_QUIETEST_DB = 80.0  # below the loudest, where levels are cut off


def stft(
    samples: np.ndarray, n_fft: int = N_FFT, hop: int = HOP, window: np.ndarray | None = None
) -> np.ndarray:
    """(n_fft / 2 + 1, F) complex64 spectrum of mono samples (N,).

    Frames are centred on every ``hop``-th sample, with zeros beyond the ends; ``window`` (n_fft,)
    is a periodic Hann window by default.
    """
    window = hann(n_fft) if window is None else window
    padded = np.pad(samples, n_fft // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop]

    spectrum = np.empty((n_fft // 2 + 1, len(frames)), np.complex64)
    for first in range(0, len(frames), _BLOCK):
        block = slice(first, first + _BLOCK)
        spectrum[:, block] = np.fft.rfft(frames[block] * window, axis=1).T
    return spectrum


def istft(spectrum: np.ndarray, length: int) -> np.ndarray:
    """(length,) float32 samples whose `stft` is nearest to a spectrum (1025, F).

    By windowed overlap-add.
    """
    window = hann(N_FFT)
    frames = np.fft.irfft(spectrum.T, N_FFT, axis=1).astype(np.float32) * window
    samples = np.zeros(N_FFT + HOP * (len(frames) - 1), np.float32)
    weight = np.zeros_like(samples)
    for i, frame in enumerate(frames):
        samples[i * HOP : i * HOP + N_FFT] += frame
        weight[i * HOP : i * HOP + N_FFT] += window**2

    samples = np.where(weight > 1e-10, samples / np.maximum(weight, 1e-10), samples)
    samples = samples[N_FFT // 2 :][:length]
    return np.pad(samples, (0, length - len(samples)))


def power(spectrum: np.ndarray) -> np.ndarray:
    """Squared magnitude, float32."""
    return np.square(spectrum.real) + np.square(spectrum.imag)


def mel_power(samples: np.ndarray, rate: int) -> np.ndarray:
    """(128, F) float32 power in mel bands from 0 Hz to half the rate."""
    return banded(mel_filters(rate), power(stft(samples)))


def banded(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(R, F) product of weights (R, N), each row zero outside a band, with values (N, F).

    Summed band by band: a matrix library would give other last bits with other thread counts.
    """
    product = np.empty((len(weights), values.shape[1]), np.result_type(weights, values))
    for row, weight in zip(product, weights, strict=True):
        nonzero = np.flatnonzero(weight)
        band = slice(nonzero[0], nonzero[-1] + 1) if len(nonzero) else slice(0)
        np.sum(weight[band, None] * values[band], axis=0, out=row)
    return product


def decibels(values: np.ndarray, reference: float = 1.0) -> np.ndarray:
    """10 log10 of power over ``reference``, not more than 80 dB below the loudest."""
    level = 10 * np.log10(np.maximum(values, 1e-10)) - 10 * np.log10(max(reference, 1e-10))
    return np.maximum(level, level.max() - _QUIETEST_DB)


def mfcc(level: np.ndarray, count: int = 20) -> np.ndarray:
    """(count, F) cepstrum of mel bands in dB (M, F) (Davis and Mermelstein, 1980).

    The orthonormal cosine transform of type 2.
    """
    bands = len(level)
    phase = np.pi * np.arange(count)[:, None] * (np.arange(bands) + 0.5) / bands
    waves = np.cos(phase) * np.sqrt(2 / bands)
    waves[0] /= np.sqrt(2)
    return banded(waves, level)


def slope(rows: np.ndarray) -> np.ndarray:
    """(D, F) central difference of rows (D, F); at the ends that of their neighbours."""
    difference = np.empty_like(rows)
    difference[:, 1:-1] = (rows[:, 2:] - rows[:, :-2]) / 2
    difference[:, 0], difference[:, -1] = difference[:, 1], difference[:, -2]
    return difference


@cache
def hann(length: int) -> np.ndarray:
    """(length,) float32 periodic Hann window."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)


@cache
def mel_filters(rate: int) -> np.ndarray:
    """(128, 1025) float32 triangles of equal area on Slaney's mel scale.

    That scale is linear below 1 kHz and logarithmic above.
    """
    edges = _hertz_of_mel(np.linspace(0, _mel_of_hertz(rate / 2), MELS + 2))
    bins = np.arange(N_FFT // 2 + 1) * rate / N_FFT
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    area = (2 / (edges[2:] - edges[:-2]))[:, None]
    return (np.maximum(np.minimum(rising, falling), 0) * area).astype(np.float32)


def _mel_of_hertz(hertz: float) -> float:
    return hertz * 3 / 200 if hertz < 1000 else 15 + 27 * np.log(hertz / 1000) / np.log(6.4)


def _hertz_of_mel(mel: np.ndarray) -> np.ndarray:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))
