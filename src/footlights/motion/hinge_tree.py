"""Links that turn by hinges, as robots have: from their angles to rotations and back."""

from dataclasses import dataclass

import numpy as np

from ..geometry.rotations import quat_conj, quat_from_rotvec, quat_mul
from .skeleton import Skeleton

_ONLY_ITS_OWN = 0.999  # length of a quaternion's part about the hinge: 5 degrees beside it at most


@dataclass(frozen=True, eq=False)
class HingeTree:
    """A tree of J links, H of which turn against their parent by a hinge.

    Attributes:
        skeleton: J links; the offset of each is in its parent's frame, metres.
        rest_rotations: (J, 4) of each link against its parent while its hinge is at 0.
        axes: (J, 3) unit axis of the hinge in the link's frame; zero for links without one.
        limits: (H, 2) least and largest angle in radians of the links that have a hinge, in order.
    """

    skeleton: Skeleton
    rest_rotations: np.ndarray
    axes: np.ndarray
    limits: np.ndarray

    @property
    def hinged_links(self) -> np.ndarray:
        """(H,) indices of the links that have a hinge."""
        return np.flatnonzero(self.axes.any(-1))

    def rotations(self, root_rotations: np.ndarray, angles: np.ndarray) -> np.ndarray:
        """Local quaternions (T, J, 4) of root quaternions (T, 4) and angles (T, H) in radians."""
        of_all_links = np.zeros((len(angles), len(self.axes)))
        of_all_links[:, self.hinged_links] = angles

        rotations: np.ndarray = quat_mul(
            self.rest_rotations, quat_from_rotvec(of_all_links[..., None] * self.axes)
        )
        rotations[:, 0] = root_rotations
        return rotations

    def angles(self, rotations: np.ndarray) -> np.ndarray:
        """Angles (T, H) in radians, within half a turn, of local quaternions (T, J, 4)."""
        cosines, sines = self._about_axes(rotations)
        angles: np.ndarray = (2 * np.arctan2(sines, cosines) + np.pi) % (2 * np.pi) - np.pi
        return angles

    def turns_by_hinges(self, rotations: np.ndarray) -> bool:
        """Whether links with hinges turn about them, and about no other axis."""
        return bool((np.hypot(*self._about_axes(rotations)) > _ONLY_ITS_OWN).all())

    def _about_axes(self, rotations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(T, H) cosines and sines of half the angles about the hinges."""
        links = self.hinged_links
        hinge_rotations = quat_mul(
            quat_conj(self.rest_rotations[links]), rotations[:, links].astype(np.float64)
        )
        return hinge_rotations[..., 0], (hinge_rotations[..., 1:] * self.axes[links]).sum(-1)
