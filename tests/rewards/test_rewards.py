"""What rewards pay for: dancing, standing on the floor, the beat; and what the published ones pay
for besides.
"""

import math

import numpy as np
import pytest

from canaries import (
    double_speed,
    frozen,
    half_speed,
    hovering,
    shuffled_music,
    skating,
    slow_drift,
    stepping,
    sunk,
    vibrating,
)
from footlights.basics.errors import FootlightsError
from footlights.motion.motion import Motion
from footlights.motion.skeleton import Skeleton
from footlights.music import Music
from footlights.rewards import REWARDS, combine, shared
from probes import GOLDEN

DANCE = stepping(4.0)
STILL = frozen(DANCE)


def worth(name: str, *motions: Motion) -> list[float]:
    return REWARDS[name](motions, [None] * len(motions)).total.tolist()


class Song:
    """Beats and nothing else."""

    def __init__(self, beats: np.ndarray) -> None:
        self.beats = beats


def test_every_reward_has_the_house_signature():
    for name, reward in REWARDS.items():
        found = reward([DANCE, STILL], [Song(np.arange(8) / 2)] * 2)
        assert found.total.shape == (2,) and all(
            values.shape == (2,) for values in found.terms.values()
        ), name


def test_physics_pays_for_what_a_body_could_do():
    clean, hover, slide, shaken = worth(
        "physics", DANCE, hovering(DANCE), skating(DANCE), vibrating(DANCE, 0.003)
    )
    assert clean > 0.95 and max(hover, slide, shaken) < 0.9


def test_published_physics_pays_for_hovering_and_sinking():
    clean, hover, low = worth("phymotion", DANCE, hovering(DANCE), sunk(DANCE))
    assert hover == pytest.approx(clean, abs=1e-6) and low == pytest.approx(clean, abs=1e-6)


def test_foot_ground_wants_the_real_floor_and_published_does_not():
    clean, hover, low, slide = worth(
        "foot_ground", DANCE, hovering(DANCE), sunk(DANCE), skating(DANCE)
    )
    assert clean > 0.95 and hover < 0.01 and low < 0.05 and slide < clean - 0.1
    published = worth("foot_ground_s2s", DANCE, hovering(DANCE), sunk(DANCE), skating(DANCE))
    assert np.ptp(published) < 1e-4


def test_foot_ground_lets_a_jump_be_and_published_does_not():
    """A ballistic jump of 30 cm from the standing pose."""
    fly = 2 * math.sqrt(2 * 0.3 / 9.81)
    at = np.clip(np.arange(90) / 30 - 1.0, 0, fly)
    root = STILL.root[:90] + np.stack([0 * at, 0 * at, 0.5 * 9.81 * at * (fly - at)], axis=1)
    jump = STILL[:90].replace(root=root, contacts=None)
    assert worth("foot_ground", jump)[0] > 0.85
    assert worth("foot_ground_s2s", jump)[0] < 1.9


def test_energy_wants_dancing_and_pays_nothing_for_trembling():
    dance, still, slow, shaking = worth(
        "energy", DANCE, STILL, half_speed(DANCE), vibrating(STILL, 0.003)
    )
    assert dance > 0.95 and still < 1e-6 and still <= shaking < 0.2 and shaking < slow < dance
    published = worth("energy_s2s", DANCE, STILL, vibrating(STILL, 0.01))
    assert published[2] > 2 * published[0], "trembling is worth more than dancing"


def test_energy_is_not_had_by_sliding_or_trembling_however_much():
    """A statue that glides at 1 m/s or shakes by 10 mm earns nothing; published, both earn."""
    slide, shaking = slow_drift(DANCE, 1.0), vibrating(STILL, 0.01)
    assert max(worth("energy", slide, shaking)) < 0.2
    published = worth("energy_s2s", STILL, slide, shaking, DANCE)
    assert published[1] > published[0] + 0.4 and published[2] > published[3]


def test_energy_does_not_change_for_a_dance_that_trembles():
    clean, *shaken = (
        REWARDS["energy"]([clip], [None]).terms["speed"][0]
        for clip in (DANCE, vibrating(DANCE, 0.001), vibrating(DANCE, 0.003))
    )
    assert shaken == pytest.approx([clean] * 2, rel=0.05)


def test_dancing_earns_more_than_any_canary():
    """In the mixture of the docs; where the published rewards are mixed, hovering earns as much."""
    spoilt = [
        STILL,
        slow_drift(DANCE),
        hovering(DANCE),
        sunk(DANCE),
        skating(DANCE),
        vibrating(DANCE, 0.003),
    ]
    clips = [DANCE, *spoilt, double_speed(DANCE)]
    total = combine("physics=.5, foot_ground=.2, energy=.3")(clips, [None] * len(clips)).total
    assert total[0] > 0.95 and total[1:].max() < total[0] - 0.05
    published = combine("phymotion, foot_ground_s2s, energy_s2s")(
        [DANCE, hovering(DANCE)], [None] * 2
    ).total
    assert published[1] == pytest.approx(published[0], abs=1e-4)


def test_N6_published_rewards_give_the_published_numbers():
    with np.load(GOLDEN / "s2s_rewards.npz") as g:
        from footlights.metrics.foot_support import ground_reward_s2s
        from footlights.metrics.motion_magnitude import antifreezing_s2s

        for i, places in enumerate(g["joints"]):
            assert antifreezing_s2s(places) == pytest.approx(float(g["antifreezing"][i]), rel=1e-4)
            np.testing.assert_allclose(ground_reward_s2s(places), g["fgd_per_frame"][i], atol=1e-6)


def test_beats_pay_for_the_song_and_not_for_another():
    beats = np.arange(0.5, 8, 0.5)
    dance = stepping(8.0)
    other = shuffled_music(beats, 8.0)
    found = REWARDS["beats"]([dance, dance], [Song(beats), Song(other)])
    assert found.total[0] > 0.3 > found.total[1]


def test_combine_adds_weighted_totals_and_names_terms():
    found = combine("physics=.5, foot_ground=.2, energy")([DANCE, STILL], [None, None])
    parts = [np.array(worth(name, DANCE, STILL)) for name in ("physics", "foot_ground", "energy")]
    np.testing.assert_allclose(found.total, 0.5 * parts[0] + 0.2 * parts[1] + parts[2])
    assert {"physics", "physics.slip", "foot_ground.grip", "energy.speed"} <= set(found.terms)
    log = found.log()
    assert log["physics"]["mean"] == pytest.approx(parts[0].mean()) and log["total"]["missing"] == 0


def test_frames_say_when_a_motion_is_worth_less():
    """A dance that sinks for half a second loses its reward there, and only there."""
    root = DANCE.root.copy()
    root[60:75, 2] -= 0.2
    motions = [DANCE.replace(root=root), DANCE, DANCE[:2]]
    reward = combine("physics=.5, foot_ground=.2, energy=.3, phymotion")(motions, [None] * 3)
    assert {"physics", "physics.slip", "foot_ground", "foot_ground.proximity"} <= set(reward.frames)
    assert "phymotion" not in reward.frames and "energy" not in reward.frames
    for name in ("physics", "physics.penetration", "foot_ground", "energy.speed"):
        lengths = [len(frames) for frames in reward.frames[name]]
        assert lengths == [len(DANCE), len(DANCE), 2 if name.startswith("physics") else 0]
    for name in ("physics.penetration", "foot_ground.proximity", "foot_ground"):
        sunk_frames, clean = reward.frames[name][:2]
        assert sunk_frames[62:73].max() < 0.2 < 0.9 < np.median(sunk_frames), name
        np.testing.assert_allclose(sunk_frames[:50], clean[:50], atol=0.05)


def test_N5_a_missing_reward_is_nan_with_a_reason_and_spoils_nothing():
    alone = combine("physics=.5, energy=.5")([DANCE], [None])
    found = combine("physics=.5, energy=.5")([DANCE[:2], DANCE], [None, None])
    assert (
        math.isnan(found.total[0])
        and "physics: 2 frames" in found.reasons[0]
        and "energy" in found.reasons[0]
    )
    assert found.total[1] == alone.total[0] and list(found.reasons) == [0]
    assert found.log()["total"]["missing"] == 1 and math.isfinite(found.log()["total"]["mean"])
    songless = REWARDS["beats"]([DANCE], [None])
    assert math.isnan(songless.total[0]) and "no song" in songless.reasons[0]


def test_N5_a_motion_on_another_skeleton_is_missing_and_the_others_are_not():
    bare = Skeleton(DANCE.skeleton.names, DANCE.skeleton.parents, 1.2 * DANCE.skeleton.offsets)
    stranger = DANCE.replace(skeleton=bare)
    found = combine("physics, foot_ground")([stranger, DANCE], [None, None])
    assert (
        math.isnan(found.total[0])
        and "another skeleton" in found.reasons[0]
        and "retarget" in found.reasons[0]
    )
    assert found.total[1] == combine("physics, foot_ground")([DANCE], [None]).total[0]
    nobody = combine("physics")([stranger], [None])
    assert math.isnan(nobody.total[0]) and math.isnan(nobody.log()["total"]["mean"])


def test_N5_a_body_that_only_falls_has_no_floor_to_stand_on():
    at = np.arange(20)[:, None] / 30
    falling = STILL[:20].replace(
        root=STILL.root[:20] + (4 - 0.5 * 9.81 * at**2) * [0, 0, 1.0], contacts=None
    )
    found = REWARDS["foot_ground"]([falling, DANCE], [None, None])
    assert (
        math.isnan(found.total[0]) and "falls" in found.reasons[0] and math.isfinite(found.total[1])
    )


def test_two_processes_give_the_numbers_of_one_bit_for_bit():
    song = Song(np.arange(8) / 2)
    motions = [DANCE, STILL[:3], skating(DANCE), hovering(DANCE), vibrating(DANCE, 0.003)]
    spec = "physics=.5, energy=.3, beats=.1"
    alone = combine(spec)(motions, [song] * 5)
    with shared(spec, 2) as reward:
        for order in ([0, 1, 2, 3, 4], [4, 1, 3, 0, 2], [1]):
            found = reward([motions[k] for k in order], [song] * len(order))
            np.testing.assert_array_equal(found.total, alone.total[order])
            assert found.reasons == {order.index(1): alone.reasons[1]}
            for name, values in found.terms.items():
                np.testing.assert_array_equal(values, alone.terms[name][order])
            assert len(found.frames) > 10
            for name, arrays in found.frames.items():
                for k, frames in zip(order, arrays, strict=True):
                    np.testing.assert_array_equal(frames, alone.frames[name][k])


@pytest.mark.parametrize("name", ["physics", "foot_ground", "energy"])
def test_N2_the_frame_rate_and_where_it_is_danced_change_little(name):
    for fault in (lambda m: m, skating):
        at_thirty, *others = worth(
            name, *(fault(stepping(4.0, fps=fps)) for fps in (30.0, 15.0, 60.0))
        )
        assert others == pytest.approx([at_thirty] * 2, abs=0.05)
    assert worth(name, skating(DANCE).moved((5, -3, 0)))[0] == pytest.approx(
        worth(name, skating(DANCE))[0], abs=1e-3
    )


def test_order_and_company_change_nothing():
    motions = [DANCE, STILL, skating(DANCE), hovering(DANCE)]
    reward = combine("physics, foot_ground, energy")
    forwards = reward(motions, [None] * 4).total
    backwards = reward(motions[::-1], [None] * 4).total[::-1]
    np.testing.assert_array_equal(forwards, backwards)
    np.testing.assert_array_equal(
        forwards, [reward([motion], [None]).total[0] for motion in motions]
    )


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("grace=1", "'grace'"),
        ("physics=much", "'much'"),
        ("", "no reward"),
        ("energy, energy=2", "twice"),
        ("physics=nan", "'nan'"),
    ],
)
def test_a_wrong_spec_is_told_in_one_line(spec, says):
    with pytest.raises(FootlightsError, match=says):
        combine(spec)


def test_as_many_songs_as_motions():
    with pytest.raises(ValueError, match="2 motions and 1 songs"):
        REWARDS["physics"]([DANCE, STILL], [None])


def test_a_real_song_serves():
    music = Music(np.zeros(22050 * 4, np.float32), 22050)
    found = REWARDS["beats"]([DANCE], [music])
    assert math.isnan(found.total[0]) and found.reasons[0]
