"""What tools/check_golden.py compares of the field's feature sets of music."""

from pathlib import Path

import numpy as np
import soundfile

from footlights.music import Music
from footlights.music.published.features import SETS, estimate_start_tempo
from footlights.music.published.pulse import tempogram
from golden_ledger import Check, Golden, Ledger

_EXACT = ("beat", "onset_peak")  # groups that hold 0 and 1 only
_RATE = 22_050  # that a start tempo is estimated at


def check_song(g: Golden, ledger: Ledger, folder: Path) -> None:
    """Bailando's and FACT's sets of one song, which lies beside its file."""
    low_rate = Music(g["audio_3840"], 3840)
    _check_set("bailando438", low_rate.features("bailando438"), g["feat438_7p5fps"], ledger)
    if not (folder / "gen_audio.wav").exists():
        return

    samples, rate = soundfile.read(folder / "gen_audio.wav", dtype="int16")
    music = Music(samples.astype(np.float32) / 32768, rate)
    fact = music.features("fact35", float(g["fact_start_bpm"]))
    _check_set("fact35", fact, g["feat35_fact_60fps"], ledger)

    bailando = music.features("bailando55")
    golden = np.hstack([g["feat54_60fps"], g["feat55_60fps_col54"][:, None]])
    _check_set("bailando55", bailando, golden, ledger)
    every_eighth = tempogram(bailando[:, 52]).T[::8]
    ledger.add("music, tempogram", every_eighth, g["tempogram_60fps_every8"], 1e-3, 1e-3)


def check_edge_song(g: Golden, ledger: Ledger, _: Path) -> None:
    """EDGE's set of one song; what its name says of its tempo is believed."""
    samples, rate = g["wave_int16"].astype(np.float32) / 32768, int(g["sr"])
    music = Music(samples, rate)
    ledger.add(
        "music, start tempo", estimate_start_tempo(music.at_rate(_RATE)), g["start_bpm"], 1e-6
    )
    _check_set("edge35", music.features("edge35"), g["features"], ledger)
    named = Music(samples, rate, name="gBR_sBM_cAll_d04_mBR2_ch01")
    _check_set("edge35", named.features("edge35"), g["features_named_mBR2"], ledger)


def _check_set(name: str, ours: np.ndarray, golden: np.ndarray, ledger: Ledger) -> None:
    """Rows (F, D) of a feature set, group by group of its columns."""
    column = 0
    for group, width in SETS[name].groups:
        part, column = slice(column, column + width), column + width
        tolerance = {} if group in _EXACT else {"rtol": 1e-3, "atol": 1e-3}
        ledger.add(f"music, {group}", ours[:, part], golden[:, part], **tolerance)


CHECKS: dict[str, Check] = {"gen_music": check_song, "edge_baseline35": check_edge_song}
