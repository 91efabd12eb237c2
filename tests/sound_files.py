"""Sound files of known content: a tone that is like itself at no other time, written anew."""

from pathlib import Path

import numpy as np
import soundfile

from footlights.music.decode import RATE


def melody(seconds: float, rate: int = 44100, channels: int = 2) -> np.ndarray:
    """(N, channels) a bouncing tone that is like itself at no other time."""
    time = np.arange(round(seconds * rate)) / rate
    tone = np.sin(2 * np.pi * np.cumsum(300 + 200 * np.sin(1.7 * time) + 40 * time) / rate)
    return np.repeat((0.5 * tone * np.exp(-((time * 3) % 1)))[:, None], channels, axis=1)


def written(
    path: Path,
    sound: np.ndarray,
    rate: int = 44100,
    subtype: str | None = None,
    container: str | None = None,
) -> Path:
    with soundfile.SoundFile(path, "w", rate, sound.shape[1], subtype, format=container) as file:
        for first in range(0, len(sound), rate):
            file.write(sound[first : first + rate])
    return path


def m4a(path: Path, sound: np.ndarray, rate: int = 44100) -> Path:
    import av

    with av.open(str(path), "w", format="mp4") as file:
        track = file.add_stream("aac", rate=rate, layout="stereo")
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound.T, np.float32), format="fltp", layout="stereo"
        )
        frame.sample_rate, frame.pts = rate, 0
        for piece in av.AudioResampler("fltp", "stereo", rate, frame_size=1024).resample(frame):
            file.mux(track.encode(piece))
        file.mux(track.encode(None))
    return path


def late(one: np.ndarray, other: np.ndarray) -> float:
    """Seconds by which ``other`` lags behind ``one``."""
    size = 2 * max(len(one), len(other))
    likeness = np.fft.irfft(np.fft.rfft(other, size) * np.conj(np.fft.rfft(one, size)), size)
    lag = int(np.argmax(likeness))
    return (lag - size if lag > size / 2 else lag) / RATE
