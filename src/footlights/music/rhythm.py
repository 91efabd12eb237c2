"""What a generator is told of a song, frame by frame: beat phase, energy, onsets, tempo."""

from typing import TYPE_CHECKING

import numpy as np

from ..geometry.signals import gaussian_smoothed, smoothstep

if TYPE_CHECKING:
    from .music import Music

CHANNELS = ("beat_known", "beat_sin", "beat_cos", "energy", "onset", "tempo")

SLOWEST, FASTEST = 76.0, 152.0  # beats a minute between which a dancer counts
MIN_BEAT_TRUST = 0.3  # below it, a song's beats are not taken for its beats
_REFERENCE_BPM = 110.0  # the tempo whose channel is zero

# A song's level is what a bar of it has; what stands out of that for a moment is an accent.
_LEVEL_SECONDS, _ACCENT_SECONDS = 2.0, 0.35
_ORDINARY_DB, _SPREAD_DB = -15.0, 18.0  # dB of full scale at energy 0, and dB of one energy
_ACCENT, _MOST_ACCENT_DB = 1.0, 4.0  # how much more an accent counts than the level, and its most
_STILL = -2.5  # the energy of silence
_SILENT_DB, _AUDIBLE_DB = -60.0, -45.0  # dB of full scale between which silence begins

# Music starts sharper than limbs stop: at this width both curves have about the same memory from
# frame to frame.
_ONSET_SECONDS = 0.05
_LOCAL_SECONDS = 1.0  # around a moment, over which its mean and spread are taken
_ONSET_SPREAD, _ONSET_LIMIT = 0.6, 4.0
# A passage with less than this share of the song's spread is quiet, and is not blown up.
_QUIETEST = 0.25


def rhythm(music: "Music", fps: float = 30.0, frames: int | None = None) -> np.ndarray:
    """(T, 6) float32 conditioning of a song at ``fps``; frame k is at k / fps seconds.

    Channels: beat known 0/1; sine and cosine of the beat's phase (phase 0 on the beat; zero where
    unknown); energy, see `energy_of`; onset (less its local mean, spread 0.6, at most 4);
    2 log2(tempo / 110), zero where unknown. Beats are counted as by `dancer_beats`.

    Args:
        music: the song.
        fps: frames a second.
        frames: how many, from the song's start; None: the whole song.
    """
    count = max(1, int(music.seconds * fps)) if frames is None else frames
    out = np.zeros((count, len(CHANNELS)), np.float32)
    times = np.arange(count) / fps

    tempo, beats = dancer_beats(music)
    if len(beats):
        out[:, :3], out[:, 5] = beat_channels(beats, times), tempo_channel(tempo)

    energy = energy_of(music.loudness, music.onset_rate)
    out[:, 3] = sample_curve(energy, music.onset_rate, times)

    onset = gaussian_smoothed(music.onset, _ONSET_SECONDS * music.onset_rate)
    out[:, 4] = sample_curve(normalise_locally(onset, music.onset_rate), music.onset_rate, times)
    return out


def dancer_beats(music: "Music") -> tuple[float, np.ndarray]:
    """A song's tempo and beats (B,) in seconds as a dancer counts them, 76 to 152 a minute.

    Faster songs are counted on every second beat, slower ones on half beats; in threes as
    `fold_tempo` says. nan and no beats where they cannot be trusted.
    """
    if not beat_known(music):
        return float("nan"), np.empty(0)
    return fold_tempo(music.tempo, music.beats, music.downbeats, music.beat_division)


def beat_known(music: "Music") -> bool:
    """Whether a song's beats can be trusted; else a dancer is told of loudness and onsets only."""
    return music.beat_trust >= MIN_BEAT_TRUST and len(music.beats) > 1


def fold_tempo(
    tempo: float,
    beats: np.ndarray,
    downbeats: np.ndarray | None = None,
    division: int = 2,
) -> tuple[float, np.ndarray]:
    """Tempo and beats (B,) between 76 and 152 a minute: every second beat, or half beats added.

    What goes in threes has no halves: it is counted a beat, a third or three beats at a time,
    whichever is nearest to that range. A waltz of 180 is counted on every beat, whether it was
    heard as that or as bars, 60 a minute; one of 200 by its bars.

    Args:
        tempo: beats a minute.
        beats: (B,) seconds.
        downbeats: (D,) seconds, or None; the beats kept of a fast song hold most of them, and where
            they are three beats apart it goes in threes.
        division: parts of each beat, 2 or 3.
    """
    opening = np.empty(0) if downbeats is None or len(beats) < 2 else downbeats
    if tempo > FASTEST and _beats_in_bar(beats, opening) == 3:
        return _every(3, tempo, beats, opening) if _too_fast(tempo) else (tempo, beats)
    if tempo < SLOWEST and division == 3:
        return (tempo, beats) if _too_fast(3 * tempo) else _divided(3, tempo, beats)

    while tempo > FASTEST and len(beats) > 2:
        tempo, beats = _every(2, tempo, beats, opening)
    while tempo < SLOWEST and len(beats) > 1:
        tempo, beats = _divided(2, tempo, beats)
    return tempo, beats


def _too_fast(tempo: float) -> bool:
    """Whether a third of the tempo is nearer to the dancer's range than the tempo itself."""
    return tempo / FASTEST > SLOWEST / (tempo / 3)


def _beats_in_bar(beats: np.ndarray, downbeats: np.ndarray) -> int:
    """Beats from one downbeat to the next, mostly; 0 where that is not known."""
    if len(downbeats) < 2:
        return 0
    return round(float(np.median(np.diff(_nearest(beats, downbeats)))))


def _every(
    step: int, tempo: float, beats: np.ndarray, downbeats: np.ndarray
) -> tuple[float, np.ndarray]:
    """Tempo and every ``step``-th of the beats, those that hold most downbeats."""
    first = 0
    if len(downbeats):
        first = int(np.argmax(np.bincount(_nearest(beats, downbeats) % step, minlength=step)))
    return tempo / step, beats[first::step]


def _divided(parts: int, tempo: float, beats: np.ndarray) -> tuple[float, np.ndarray]:
    """Tempo and beats with the moments between that divide each in ``parts``."""
    place = np.arange((len(beats) - 1) * parts + 1) / parts
    return tempo * parts, np.interp(place, np.arange(len(beats)), beats)


def _nearest(beats: np.ndarray, times: np.ndarray) -> np.ndarray:
    """(D,) which of the beats (B,) is nearest to each time."""
    nearest: np.ndarray = np.argmin(np.abs(beats[:, None] - times), axis=0)
    return nearest


def beat_channels(beats: np.ndarray, times: np.ndarray) -> np.ndarray:
    """(T, 3): 1, sine and cosine of the phase of beats (B >= 2,) at times (T,), all in seconds."""
    angle = 2 * np.pi * beat_count(beats, times)
    return np.stack([np.ones_like(times), np.sin(angle), np.cos(angle)], axis=1)


def beat_count(beats: np.ndarray, times: np.ndarray) -> np.ndarray:
    """(T,) how many beats (B >= 2,) have passed at times (T,), whole on each beat.

    Beyond the first and last beat it runs on at the pace of the eight beats next to them.
    """
    count = np.interp(times, beats, np.arange(len(beats)))
    reach = min(8, len(beats) - 1)
    first_period = (beats[reach] - beats[0]) / reach
    last_period = (beats[-1] - beats[-1 - reach]) / reach

    count = np.where(times < beats[0], (times - beats[0]) / first_period, count)
    return np.where(times > beats[-1], len(beats) - 1 + (times - beats[-1]) / last_period, count)


def tempo_channel(bpm: float) -> float:
    """Tempo in beats a minute as the channel that holds it: octaves from 110, doubled."""
    return 2 * float(np.log2(bpm / _REFERENCE_BPM))


def energy_of(loudness: np.ndarray, rate: float) -> np.ndarray:
    """(F,) energy of a song's loudness (F,) in dB of full scale, ``rate`` values a second.

    0 is -15 dB over a bar or so, and 18 dB are 1; what stands out of the bar for a moment, by 4 dB
    at most, counts twice. It is measured against full scale, not against the song:
    a quiet song is calm and even, and only silence stills.
    """
    power = 10 ** (np.maximum(loudness, _SILENT_DB) / 10)
    level, now = (
        10 * np.log10(gaussian_smoothed(power, seconds * rate))
        for seconds in (_LEVEL_SECONDS, _ACCENT_SECONDS)
    )
    accent = np.clip(now - level, -_MOST_ACCENT_DB, _MOST_ACCENT_DB)

    energy = (level + (1 + _ACCENT) * accent - _ORDINARY_DB) / _SPREAD_DB
    audible = smoothstep(now, _SILENT_DB, _AUDIBLE_DB)
    stilled: np.ndarray = audible * energy + (1 - audible) * _STILL
    return stilled


def normalise_locally(curve: np.ndarray, rate: float) -> np.ndarray:
    """A curve (F,) less its mean of the second around, scaled to a spread of 0.6 there, at most 4.

    Scaled by the spread, not the rms: what always sounds, or always moves, then takes nothing from
    what starts.
    """
    width = _LOCAL_SECONDS * rate
    mean, mean_square = gaussian_smoothed(curve, width), gaussian_smoothed(np.square(curve), width)
    spread = np.sqrt(np.maximum(mean_square - mean**2, 0))
    least = _QUIETEST * np.std(curve) + 1e-9
    return np.minimum((curve - mean) * (_ONSET_SPREAD / np.maximum(spread, least)), _ONSET_LIMIT)


def sample_curve(curve: np.ndarray, rate: float, times: np.ndarray) -> np.ndarray:
    """A curve (F,) of ``rate`` values a second at times (T,) in seconds, linear in between."""
    return np.interp(times * rate, np.arange(len(curve)), curve)
