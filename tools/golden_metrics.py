"""What tools/check_golden.py compares of Bailando, FACT, EDGE and Skeleton2Stage: their metrics."""

from pathlib import Path

import numpy as np

from footlights.geometry.rotations import matrix_from_quat, quat_from_rotvec, rows_from_matrix
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
from golden_ledger import Check, Golden, Ledger, names_after

_TABLE_FRAMES = 24_000  # by which the published table divides, however many frames there are


def check_dance_features(g: Golden, ledger: Ledger, _: Path) -> None:
    """Kinetic features, and geometric ones with the body of today and of the first release."""
    for name in names_after(g, "in_"):
        positions = g[f"in_{name}"]
        kinetic, geometric = g[f"kinetic_{name}"], g[f"geometric_{name}"]
        ledger.add("kinetic", kinetic_features_bailando(positions), kinetic, 1e-5, 1e-6)
        ledger.add("geometric", geometric_features_bailando(positions), geometric, atol=1e-6)

        old = geometric_features_bailando(positions, OLD_TEMPLATE)
        ledger.add("geometric, old template", old, g[f"geometric_oldnames_{name}"], atol=1e-6)


def check_fid_and_diversity(g: Golden, ledger: Ledger, _: Path) -> None:
    """FID of both codes and diversity, in their units and as they are."""
    ending = "_fid_bailando"
    for tag in (key.removesuffix(ending) for key in g if key.endswith(ending)):
        real, made = g[f"{tag}_gt"], g[f"{tag}_pred"]
        ledger.add("fid, Bailando", frechet_published(real, made), g[f"{tag}_fid_bailando"], 1e-5)
        ledger.add("fid, FACT", frechet_published(real, made), g[f"{tag}_fid_mint"], 1e-5)
        ledger.add("fid, raw", frechet(real, made), g[f"{tag}_fid_raw"], 1e-5)
        ledger.add("diversity", diversity_published(real, made), g[f"{tag}_div_pred"], 1e-5)
        ledger.add("diversity", diversity_published(real, real), g[f"{tag}_div_gt"], 1e-5)
        ledger.add("diversity, raw", diversity(made), g[f"{tag}_div_pred_raw"], 1e-5)


def check_beats(g: Golden, ledger: Ledger, _: Path) -> None:
    """Dance beats and beat alignment of both codes."""
    for name in names_after(g, "in_"):
        positions, music = g[f"in_{name}"], np.flatnonzero(g[f"music_onehot_{name}"])
        bailando, fact = dance_beats_bailando(positions), dance_beats_fact(positions)
        ledger.add("dance beats, Bailando", bailando, g[f"bailando_motion_beats_{name}"])
        ledger.add("dance beats, FACT", fact, g[f"fact_motion_beats_{name}"])

        scores = {
            "Bailando": (bas_bailando(positions, music), g[f"bailando_bas_{name}"]),
            "FACT": (bas_fact(positions, music), g[f"fact_bas_{name}"]),
        }
        for code, (ours, golden) in scores.items():
            ledger.add(f"beat alignment, {code}", ours, golden, atol=1e-6)


def check_foot_contact(g: Golden, ledger: Ledger, _: Path) -> None:
    """EDGE's physical foot contact score."""
    for name in names_after(g, "joints_"):
        ledger.add("foot contact, EDGE", pfc_edge(g[f"joints_{name}"]), g[f"pfc_{name}"], 1e-5)


def check_stage_metrics(g: Golden, ledger: Ledger, _: Path) -> None:
    """Skeleton2Stage's ground, magnitudes and beats of each clip, and its table's sums."""
    sums = np.zeros(2)
    for i, positions in enumerate(g["joints"]):
        ground, below, above = ground_s2s(positions)
        sums += below, above
        ledger.add("ground height", ground, g["ground_height"][i], atol=1e-5)
        ledger.add("below ground", below, g["penetration_sum_m"][i], atol=1e-5)
        ledger.add("above ground", above, g["floating_sum_m"][i], atol=1e-5)
        _check_magnitudes(g, i, ledger)
        _check_stage_beats(g, i, ledger)

    frames = g["joints"].shape[0] * g["joints"].shape[1]
    for total, kind in zip(sums, ("penetration", "floating"), strict=True):
        per_frame, table = g[f"per_frame_{kind}_mm"], g[f"table_{kind}_mm_hardcoded24000"]
        ledger.add("ground, mm a frame", 1000 * total / frames, per_frame, 1e-6, 1e-5)
        ledger.add("ground, as in the table", 1000 * total / _TABLE_FRAMES, table, 1e-6, 1e-5)


def _check_magnitudes(g: Golden, i: int, ledger: Ledger) -> None:
    turns = quat_from_rotvec(g["axis_angle"][i].astype(np.float64))
    rotations_6d = rows_from_matrix(matrix_from_quat(turns))
    magnitude, freezing = g["motion_magnitude_30"][i], g["freezing_rate"][i]
    ledger.add("motion magnitude", magnitude_s2s(rotations_6d), magnitude, atol=1e-5)
    ledger.add("freezing rate", freezing_s2s(g["root"][i], rotations_6d), freezing, atol=1e-5)


def _check_stage_beats(g: Golden, i: int, ledger: Ledger) -> None:
    # It writes every frame twice for a score that takes 60 a second.
    doubled = np.repeat(g["joints"][i], 2, axis=0)
    beats = dance_beats_bailando(doubled)
    score = bas_bailando(doubled, g["music_beats_60fps"])
    ledger.add("dance beats, Skeleton2Stage", beats, g[f"motion_beats_{i}"])
    ledger.add("beat alignment, Skeleton2Stage", score, g["beat_align"][i], atol=1e-5)


def check_stage_rewards(g: Golden, ledger: Ledger, _: Path) -> None:
    """Skeleton2Stage's rewards."""
    for i, positions in enumerate(g["joints"]):
        ledger.add("energy reward", antifreezing_s2s(positions), g["antifreezing"][i], 1e-4, 1e-9)
        ledger.add("ground reward", ground_reward_s2s(positions), g["fgd_per_frame"][i], atol=1e-6)
        reward = np.exp(-0.1 * pfc_edge(positions))
        ledger.add("foot contact reward", reward, g["pfc_reward"][i], 1e-4)


CHECKS: dict[str, Check] = {
    "gen_dance_features": check_dance_features,
    "gen_fid_div": check_fid_and_diversity,
    "gen_beats": check_beats,
    "edge_pfc": check_foot_contact,
    "s2s_metrics": check_stage_metrics,
    "s2s_rewards": check_stage_rewards,
}
