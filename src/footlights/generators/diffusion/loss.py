"""What training minimises: the vectors, and the joints, velocities and planted soles they mean.

All kinematics are taken of un-normalised vectors in the heading frame, so that travel and turns
count once, as velocities.
"""

import torch
from torch import Tensor

from ...motion.body import Body
from ...motion.skeleton import SMPL24, forward_kinematics
from ..representation import CONTACTS, HEIGHT, VELOCITY, YAW_RATE, local_rotations, rotate_planar
from .config import LossConfig


class Loss:
    """Four terms of predicted against true vectors.

    Args:
        mean: (152,) that vectors are standardised with, on the device where the loss is taken.
        std: (152,) likewise.
        fps: frames a second.
        weights: of the four terms.
    """

    def __init__(self, mean: Tensor, std: Tensor, fps: float, weights: LossConfig) -> None:
        self.mean, self.std, self.fps, self.weights = mean, std, fps, weights
        body = Body.load()
        self.sole_joints = list(body.sole_joints)
        # (4, 3) the middle of each sole, in the frame of its joint.
        centres = body.sole_points.mean(axis=1)
        self.sole_points = torch.tensor(centres, dtype=torch.float32, device=mean.device)

    def __call__(self, predicted: Tensor, target: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The weighted sum and each unweighted term for standardised vectors (B, T, 152)."""
        terms = self.terms(predicted, target)
        return sum(getattr(self.weights, name) * value for name, value in terms.items()), terms

    def terms(self, predicted: Tensor, target: Tensor) -> dict[str, Tensor]:
        """Mean squared errors: vector (standardised), position (m2), velocity and slip ((m/s)2)."""
        vectors, true_vectors = self._unscaled(predicted), self._unscaled(target)
        points, true_points = self.points(vectors), self.points(true_vectors).detach()
        velocities = self.velocities(points, vectors)
        true_velocities = self.velocities(true_points, true_vectors).detach()

        soles = velocities[..., len(SMPL24) :, :]
        contacts = true_vectors[..., CONTACTS]
        # A sole is planted between two frames when it is in both.
        planted = torch.minimum(contacts[:, 1:], contacts[:, :-1]).clamp(0, 1)
        return {
            "vector": ((predicted - target) ** 2).mean(),
            "position": ((points - true_points) ** 2).sum(-1).mean(),
            "velocity": ((velocities - true_velocities) ** 2).sum(-1).mean(),
            "slip": ((soles**2).sum(-1) * planted).sum() / planted.sum().clamp(min=1.0),
        }

    def points(self, vectors: Tensor) -> Tensor:
        """Joints and the four sole centres (B, T, 28, 3) in metres, in the heading frame.

        Its origin is the point of the floor below the pelvis.
        """
        height = vectors[..., HEIGHT]
        root = torch.cat([torch.zeros_like(height), torch.zeros_like(height), height], dim=-1)
        positions, rotations = forward_kinematics(SMPL24, root, local_rotations(vectors))

        ankles = positions[..., self.sole_joints, :]
        ankle_rotations = rotations[..., self.sole_joints, :, :]
        soles = ankles + (ankle_rotations @ self.sole_points[..., None])[..., 0]
        return torch.cat([positions, soles], dim=-2)

    def velocities(self, points: Tensor, vectors: Tensor) -> Tensor:
        """World velocities (B, T - 1, 28, 3) in m/s, in the heading frame of the earlier frame."""
        yaw = vectors[:, :-1, YAW_RATE] / self.fps
        travel = (vectors[:, :-1, VELOCITY] / self.fps)[:, :, None]
        later = points[:, 1:]
        planar = rotate_planar(later[..., :2], yaw) + travel
        return (torch.cat([planar, later[..., 2:]], dim=-1) - points[:, :-1]) * self.fps

    def _unscaled(self, vectors: Tensor) -> Tensor:
        return vectors.float() * self.std + self.mean
