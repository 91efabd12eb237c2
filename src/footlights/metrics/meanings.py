"""What each metric of a single clip says, in a sentence for people; docs/metrics.md says more."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """A sentence without its full stop, and whether the number is read as a share in percent."""

    sentence: str
    percent: bool = False

    def number(self, value: float, unit: str) -> str:
        """A value of the metric as people read it: "16 cm/s", "5 %"."""
        shown, unit = (100 * value, "%") if self.percent else (value, unit)
        # Two digits: clips of real dance differ by more.
        return f"{float(f'{shown:.2g}'):g} {unit}".rstrip()


MEANINGS: dict[str, Meaning] = {
    # feet and floor
    "skating": Meaning(
        "How fast the lowest point of the soles slides wherever it is near the floor"
    ),
    "slip": Meaning("How fast feet slide that stand; real feet roll and turn, and none is locked"),
    "penetration": Meaning("How deep the lowest point of the soles is in the floor, on average"),
    "float": Meaning("How high the lowest point of the soles is above the floor; jumps count"),
    "unsupported_force": Meaning("Force that the motion needs and no standing sole can give"),
    "foot_ground_deviation": Meaning("How far the soles are from the floor, flights left out"),
    "pfc@edge": Meaning("EDGE's foot contact score: slides of both feet, by pelvis acceleration"),
    "penetration@skeleton2stage": Meaning("How far the lowest joint sinks below its own mean"),
    "float@skeleton2stage": Meaning("How far the lowest joint rises above its own mean"),
    "ground_reward@skeleton2stage": Meaning("Reward of a lowest joint that keeps its own height"),
    # the body
    "range_excess": Meaning("How far the worst joint bends beyond what supple dancers reach"),
    "range_violation_rate": Meaning("Share of frames with a joint bent as none can", percent=True),
    "self_penetration_rate": Meaning(
        "Share of frames in which a limb passes through the body", percent=True
    ),
    "self_penetration_depth": Meaning("How deep parts of the body are in each other, on average"),
    "intersecting_pairs": Meaning("Triangles of the skin that cross and do not at rest"),
    "intersecting_pairs@skeleton2stage": Meaning("Triangles of the skin that cross"),
    # movement
    "jitter": Meaning("How much the body trembles from frame to frame"),
    "speed": Meaning("Mean speed of the joints"),
    "acceleration": Meaning("How suddenly joints change their speed"),
    "jerk": Meaning("How suddenly joints change their acceleration"),
    "frozen": Meaning("Share of half seconds in which hardly anything moves", percent=True),
    "travel": Meaning("How fast the body goes over the floor"),
    "angular_speed": Meaning("How fast joints turn"),
    "laterality": Meaning("How much faster one side's limbs move than the other's"),
    "drift": Meaning("How fast the dancer leaves in a straight line"),
    "repetition": Meaning("Share of two-second pieces that come again elsewhere", percent=True),
    "variety": Meaning("How unlike two pieces of the same minute are"),
    "join_jerk": Meaning("Jerk where pieces were joined over what is usual: 1 cannot be found"),
    "novelty": Meaning("How far each second is from the nearest one that the model learnt from"),
    "magnitude@skeleton2stage": Meaning("Skeleton2Stage's motion magnitude"),
    "freezing@skeleton2stage": Meaning("Skeleton2Stage's freezing rate: less is more frozen"),
    "energy_reward@skeleton2stage": Meaning("Skeleton2Stage's energy reward"),
    # music
    "beat_precision": Meaning("Share of arrivals of limbs within 0.07 s of a beat", percent=True),
    "beat_recall": Meaning("Share of beats with an arrival of a limb", percent=True),
    "beat_f1": Meaning("Arrivals on beats and beats with arrivals in one"),
    "beat_above_chance": Meaning("The same less what arrivals at other times would score"),
    "beat_z": Meaning("The same in standard deviations of chance"),
    "beat_lag": Meaning("How late limbs arrive after the beats, by the middle one"),
    "beat_concentration": Meaning("Whether limbs arrive at one place of the beat (1) or any (0)"),
    "bas@bailando": Meaning("Bailando's beat alignment: music beats near minima of speed"),
    "bas@fact": Meaning("FACT's beat alignment: minima of speed near music beats"),
}
