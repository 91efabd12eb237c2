"""Compare our published variants with every value in a folder of golden files.

usage: python tools/check_golden.py DIR

Prints the worst error per quantity, also as a share of what is allowed, and exits with 1 when one
is above it, or 2 when there is nothing to compare. Files: gen_dance_features, gen_fid_div,
gen_beats, gen_music with gen_audio.wav, edge_pfc, edge_rotations_fk, edge_dataset,
edge_diffusion_tables, edge_baseline35, s2s_metrics, s2s_rewards, and phymotion_probes,
phymotion_invdyn, phymotion_smpl_to_qpos, phymotion_v1 with phymotion_humanoid.json. Missing files,
and .npz files that no function here speaks of, are named; a file that does not read or lacks a
quantity is named, fails, and the others go on.
"""

import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from footlights.basics.errors import FootlightsError
from footlights.formats.aist import motion_from_dict
from footlights.formats.smpl import to_smpl
from footlights.generators.diffusion.noise_schedule import signal_and_noise
from footlights.geometry.rotations import (
    matrix_from_6d,
    matrix_from_quat,
    quat_from_rotvec,
    rows_from_matrix,
    slerp,
    transpose,
)
from footlights.metrics.beat_alignment_published import (
    bas_bailando,
    bas_fact,
    dance_beats_bailando,
    dance_beats_fact,
)
from footlights.metrics.distribution import diversity, frechet
from footlights.metrics.distribution_published import diversity_published, frechet_published
from footlights.metrics.foot_support_published import ground_reward_s2s, ground_s2s, pfc_edge
from footlights.metrics.geometric_features import OLD_TEMPLATE, geometric_features_bailando
from footlights.metrics.kinetic_features import kinetic_features_bailando
from footlights.metrics.motion_magnitude import antifreezing_s2s, freezing_s2s, magnitude_s2s
from footlights.motion.skeleton import Skeleton, forward_kinematics
from footlights.music import Music
from footlights.music.published.features import SETS, estimate_start_tempo
from footlights.music.published.pulse import tempogram
from golden_phymotion import CHECKS as PHYMOTION

Golden = dict[str, np.ndarray]


@dataclass
class Worst:
    """Of one quantity: values seen, the worst error, and the worst share of the allowed error."""

    values: int = 0
    error: float = 0.0
    share: float = 0.0


@dataclass
class Ledger:
    """Errors by quantity; 0 is allowed where neither tolerance is given."""

    rows: dict[str, Worst] = field(default_factory=lambda: defaultdict(Worst))

    def add(
        self, quantity: str, found: Any, expected: Any, rtol: float = 0.0, atol: float = 0.0
    ) -> None:
        found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
        row = self.rows[quantity]
        row.values += expected.size
        if found.shape != expected.shape or not np.array_equal(np.isnan(found), np.isnan(expected)):
            row.error = row.share = float("inf")
            return
        known = np.isfinite(expected)
        error = np.abs(found[known] - expected[known])
        allowed = atol + rtol * np.abs(expected[known])
        share = np.divide(error, allowed, out=np.where(error > 0, np.inf, 0.0), where=allowed > 0)
        row.error, row.share = (
            max(row.error, error.max(initial=0.0)),
            max(row.share, share.max(initial=0.0)),
        )


def dance_features(g: Golden, ledger: Ledger, _: Path) -> None:
    for name in _names(g, "in_"):
        place = g[f"in_{name}"]
        ledger.add("kinetic", kinetic_features_bailando(place), g[f"kinetic_{name}"], 1e-5, 1e-6)
        ledger.add(
            "geometric", geometric_features_bailando(place), g[f"geometric_{name}"], atol=1e-6
        )
        old = geometric_features_bailando(place, OLD_TEMPLATE)
        ledger.add("geometric, old template", old, g[f"geometric_oldnames_{name}"], atol=1e-6)


def fid_div(g: Golden, ledger: Ledger, _: Path) -> None:
    for tag in (key.removesuffix("_fid_bailando") for key in g if key.endswith("_fid_bailando")):
        real, made = g[f"{tag}_gt"], g[f"{tag}_pred"]
        ledger.add("fid, Bailando", frechet_published(real, made), g[f"{tag}_fid_bailando"], 1e-5)
        ledger.add("fid, FACT", frechet_published(real, made), g[f"{tag}_fid_mint"], 1e-5)
        ledger.add("fid, raw", frechet(real, made), g[f"{tag}_fid_raw"], 1e-5)
        ledger.add("diversity", diversity_published(real, made), g[f"{tag}_div_pred"], 1e-5)
        ledger.add("diversity", diversity_published(real, real), g[f"{tag}_div_gt"], 1e-5)
        ledger.add("diversity, raw", diversity(made), g[f"{tag}_div_pred_raw"], 1e-5)


def beats(g: Golden, ledger: Ledger, _: Path) -> None:
    for name in _names(g, "in_"):
        place, music = g[f"in_{name}"], np.flatnonzero(g[f"music_onehot_{name}"])
        ledger.add(
            "dance beats, Bailando", dance_beats_bailando(place), g[f"bailando_motion_beats_{name}"]
        )
        ledger.add("dance beats, FACT", dance_beats_fact(place), g[f"fact_motion_beats_{name}"])
        ledger.add(
            "beat alignment, Bailando",
            bas_bailando(place, music),
            g[f"bailando_bas_{name}"],
            atol=1e-6,
        )
        ledger.add("beat alignment, FACT", bas_fact(place, music), g[f"fact_bas_{name}"], atol=1e-6)


def edge_pfc(g: Golden, ledger: Ledger, _: Path) -> None:
    for name in _names(g, "joints_"):
        ledger.add("foot contact, EDGE", pfc_edge(g[f"joints_{name}"]), g[f"pfc_{name}"], 1e-5)


def stage_metrics(g: Golden, ledger: Ledger, _: Path) -> None:
    sums = np.zeros(2)
    for i, place in enumerate(g["joints"]):
        ground, *off = ground_s2s(place)
        sums += off
        ledger.add("ground height", ground, g["ground_height"][i], atol=1e-5)
        ledger.add("below ground", off[0], g["penetration_sum_m"][i], atol=1e-5)
        ledger.add("above ground", off[1], g["floating_sum_m"][i], atol=1e-5)
        sixes = rows_from_matrix(
            matrix_from_quat(quat_from_rotvec(g["axis_angle"][i].astype(np.float64)))
        )
        ledger.add("motion magnitude", magnitude_s2s(sixes), g["motion_magnitude_30"][i], atol=1e-5)
        ledger.add(
            "freezing rate", freezing_s2s(g["root"][i], sixes), g["freezing_rate"][i], atol=1e-5
        )
        doubled = np.repeat(place, 2, axis=0)
        ledger.add(
            "dance beats, Skeleton2Stage", dance_beats_bailando(doubled), g[f"motion_beats_{i}"]
        )
        ledger.add(
            "beat alignment, Skeleton2Stage",
            bas_bailando(doubled, g["music_beats_60fps"]),
            g["beat_align"][i],
            atol=1e-5,
        )
    frames = g["joints"].shape[0] * g["joints"].shape[1]
    for total, kind in zip(sums, ("penetration", "floating"), strict=True):
        ledger.add(
            "ground, mm a frame", 1000 * total / frames, g[f"per_frame_{kind}_mm"], 1e-6, 1e-5
        )
        ledger.add(
            "ground, as in the table",
            1000 * total / 24_000,
            g[f"table_{kind}_mm_hardcoded24000"],
            1e-6,
            1e-5,
        )


def stage_rewards(g: Golden, ledger: Ledger, _: Path) -> None:
    for i, place in enumerate(g["joints"]):
        ledger.add("energy reward", antifreezing_s2s(place), g["antifreezing"][i], 1e-4, 1e-9)
        ledger.add("ground reward", ground_reward_s2s(place), g["fgd_per_frame"][i], atol=1e-6)
        ledger.add("foot contact reward", np.exp(-0.1 * pfc_edge(place)), g["pfc_reward"][i], 1e-4)


def rotations(g: Golden, ledger: Ledger, _: Path) -> None:
    local = matrix_from_quat(quat_from_rotvec(g["axis_angle"].astype(np.float64)))
    ledger.add("6-D rotations", rows_from_matrix(local), g["rot6d"], atol=2e-6)
    # Published six numbers are the first two rows, ours the first two columns.
    ledger.add(
        "6-D back",
        transpose(matrix_from_6d(g["rot6d"].astype(np.float64))),
        g["rot6d_back_matrix"],
        atol=2e-6,
    )
    ledger.add(
        "6-D of any numbers",
        transpose(matrix_from_6d(g["raw6d"].astype(np.float64))),
        g["raw6d_matrix"],
        atol=2e-6,
    )
    parents = tuple(int(p) for p in g["smpl_parents"])
    skeleton = Skeleton(tuple(g["smpl_joint_names"].tolist()), parents, g["smpl_offsets"])
    for root, turned, places in zip(g["root"], local, g["positions"], strict=True):
        ledger.add(
            "forward kinematics",
            forward_kinematics(skeleton, root.astype(np.float64), turned)[0],
            places,
            atol=2e-6,
        )
    found = slerp(
        g["slerp_a"].astype(np.float64),
        g["slerp_b"].astype(np.float64),
        g["slerp_w"].astype(np.float64),
    )
    expected = g["slerp_out"] / np.linalg.norm(g["slerp_out"], axis=-1, keepdims=True)
    signs = np.sign(np.sum(found * expected, axis=-1, keepdims=True))
    ledger.add("slerp", found * signs, expected, atol=2e-6)


def dataset(g: Golden, ledger: Ledger, _: Path) -> None:
    """Turning z up; roots from the first frame on, because ours stands where the pelvis of SMPL
    does.
    """
    for turns, root, vector in zip(g["yup_axis_angle"], g["yup_root"], g["vector151"], strict=True):
        held = {
            "smpl_poses": turns,
            "smpl_trans": root,
            "smpl_scaling": np.array([1.0], np.float32),
        }
        motion = motion_from_dict(held, "edge_dataset", fps=30.0, up="y")
        path = motion.root.astype(np.float64) - motion.root[0]
        ledger.add("z up, path of the root", path, vector[:, 4:7] - vector[:1, 4:7], atol=4e-6)
        rows = rows_from_matrix(
            matrix_from_quat(quat_from_rotvec(to_smpl(motion).astype(np.float64)))
        )
        ledger.add("z up, 6-D rotations", rows.reshape(len(motion), -1), vector[:, 7:], atol=2e-6)


def schedule(g: Golden, ledger: Ledger, _: Path) -> None:
    """Ours is continuous; the published table is cumulative and clipped at its very end, which is
    left out.
    """
    count = len(g["alphas_cumprod"])
    signal, noise = signal_and_noise(np.arange(1, count + 1) / count, np)
    kept = slice(0, count - 1)
    ledger.add("cosine schedule", signal[kept] ** 2, g["alphas_cumprod"][kept], 1e-5, 1e-9)
    ledger.add("amplitude of signal", signal[kept], g["sqrt_alphas_cumprod"][kept], 1e-5)
    ledger.add(
        "amplitude of noise", noise[kept], g["sqrt_one_minus_alphas_cumprod"][kept], 1e-5, 5e-6
    )


def song(g: Golden, ledger: Ledger, folder: Path) -> None:
    _music_rows(
        ledger,
        "bailando438",
        Music(g["audio_3840"], 3840).features("bailando438"),
        g["feat438_7p5fps"],
    )
    if not (folder / "gen_audio.wav").exists():
        return
    samples, rate = soundfile.read(folder / "gen_audio.wav", dtype="int16")
    music = Music(samples.astype(np.float32) / 32768, rate)
    _music_rows(
        ledger,
        "fact35",
        music.features("fact35", float(g["fact_start_bpm"])),
        g["feat35_fact_60fps"],
    )
    rows = music.features("bailando55")
    _music_rows(
        ledger, "bailando55", rows, np.hstack([g["feat54_60fps"], g["feat55_60fps_col54"][:, None]])
    )
    ledger.add(
        "music, tempogram", tempogram(rows[:, 52]).T[::8], g["tempogram_60fps_every8"], 1e-3, 1e-3
    )


def edge_song(g: Golden, ledger: Ledger, _: Path) -> None:
    samples, rate = g["wave_int16"].astype(np.float32) / 32768, int(g["sr"])
    start_tempo = estimate_start_tempo(Music(samples, rate).at_rate(22_050))
    ledger.add("music, start tempo", start_tempo, g["start_bpm"], 1e-6)
    _music_rows(ledger, "edge35", Music(samples, rate).features("edge35"), g["features"])
    named = Music(samples, rate, name="gBR_sBM_cAll_d04_mBR2_ch01")
    _music_rows(ledger, "edge35", named.features("edge35"), g["features_named_mBR2"])


CHECKS: dict[str, Callable[[Golden, Ledger, Path], None]] = {
    "gen_dance_features": dance_features,
    "gen_fid_div": fid_div,
    "gen_beats": beats,
    "gen_music": song,
    "edge_pfc": edge_pfc,
    "edge_rotations_fk": rotations,
    "edge_dataset": dataset,
    "edge_diffusion_tables": schedule,
    "edge_baseline35": edge_song,
    "s2s_metrics": stage_metrics,
    "s2s_rewards": stage_rewards,
    **PHYMOTION,
}


def check(folder: Path) -> tuple[Ledger, list[str]]:
    """Errors of all files in ``folder``, and a line for each that does not read; what it gave
    before that is kept.
    """
    ledger, broken = Ledger(), []
    for name, compared in CHECKS.items():
        path = folder / f"{name}.npz"
        if not path.exists():
            continue
        try:
            with np.load(path, allow_pickle=False) as arrays:
                compared(dict(arrays), ledger, folder)
        except (
            KeyError,
            IndexError,
            ValueError,
            TypeError,
            OSError,
            zipfile.BadZipFile,
            FootlightsError,
        ) as error:
            broken.append(f"{path.name}: {type(error).__name__}: {error}")
    return ledger, broken


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    ledger, broken = check(folder)
    print(f"{'quantity':34} {'values':>8} {'worst error':>12} {'of allowed':>11}")
    for quantity, row in ledger.rows.items():
        print(
            f"{quantity:34} {row.values:8d} {row.error:12.2e} {row.share:11.4f}"
            f"{'' if row.share <= 1 else '  TOO LARGE'}"
        )
    there = {path.stem for path in folder.glob("*.npz")}
    for title, names in (
        ("not there", set(CHECKS) - there),
        ("nothing here compares", there - set(CHECKS)),
    ):
        if names:
            print(f"{title}: {', '.join(sorted(names))}")
    for line in broken:
        print(f"BROKEN {line}")
    if not ledger.rows and not broken:
        return 2
    return int(bool(broken) or any(not row.share <= 1 for row in ledger.rows.values()))


def _names(g: Golden, prefix: str) -> Iterator[str]:
    return (key.removeprefix(prefix) for key in g if key.startswith(prefix))


def _music_rows(ledger: Ledger, name: str, found: np.ndarray, expected: np.ndarray) -> None:
    column = 0
    for group, width in SETS[name].groups:
        part, column = slice(column, column + width), column + width
        exact = group in ("beat", "onset_peak")
        tolerance = {} if exact else {"rtol": 1e-3, "atol": 1e-3}
        ledger.add(f"music, {group}", found[:, part], expected[:, part], **tolerance)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
