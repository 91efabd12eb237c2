"""What training minimises: the vector itself, and the joints, their velocities and the planted
soles it stands for.

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
    """Four terms of predicted against true vectors; call it with standardised vectors (B, T, 152)."""

    def __init__(self, mean: Tensor, std: Tensor, fps: float, weights: LossConfig) -> None:
        self.mean, self.std, self.fps, self.weights = mean, std, fps, weights
        body = Body.load()
        self.sole_joints = list(body.sole_joints)
        self.sole_points = torch.tensor(
            body.sole_points.mean(axis=1), dtype=torch.float32, device=mean.device
        )

    def __call__(self, predicted: Tensor, target: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The weighted sum and each unweighted term."""
        terms = self.terms(predicted, target)
        return sum(getattr(self.weights, name) * value for name, value in terms.items()), terms

    def terms(self, predicted: Tensor, target: Tensor) -> dict[str, Tensor]:
        """Mean squared errors: vector (standardised), position (m2), velocity and slip ((m/s)2)."""
        mine, wanted = self._unscaled(predicted), self._unscaled(target)
        points, true_points = self.points(mine), self.points(wanted).detach()
        motion, true_motion = (
            self.velocities(points, mine),
            self.velocities(true_points, wanted).detach(),
        )
        soles = motion[..., len(SMPL24) :, :]
        planted = torch.minimum(wanted[:, 1:, CONTACTS], wanted[:, :-1, CONTACTS]).clamp(0, 1)
        return {
            "vector": ((predicted - target) ** 2).mean(),
            "position": ((points - true_points) ** 2).sum(-1).mean(),
            "velocity": ((motion - true_motion) ** 2).sum(-1).mean(),
            "slip": ((soles**2).sum(-1) * planted).sum() / planted.sum().clamp(min=1.0),
        }

    def points(self, vectors: Tensor) -> Tensor:
        """Joints and the four sole centres (B, T, 28, 3) in the heading frame, over the point of
        the floor below the pelvis.
        """
        height = vectors[..., HEIGHT]
        root = torch.cat([torch.zeros_like(height), torch.zeros_like(height), height], dim=-1)
        places, turns = forward_kinematics(SMPL24, root, local_rotations(vectors))
        soles = (
            places[..., self.sole_joints, :]
            + (turns[..., self.sole_joints, :, :] @ self.sole_points[..., None])[..., 0]
        )
        return torch.cat([places, soles], dim=-2)

    def velocities(self, points: Tensor, vectors: Tensor) -> Tensor:
        """World velocities (B, T - 1, 28, 3) in m/s, seen from the heading frame of the earlier
        frame.
        """
        yaw = vectors[:, :-1, YAW_RATE] / self.fps
        later = points[:, 1:]
        planar = (
            rotate_planar(later[..., :2], yaw) + (vectors[:, :-1, VELOCITY] / self.fps)[:, :, None]
        )
        return (torch.cat([planar, later[..., 2:]], dim=-1) - points[:, :-1]) * self.fps

    def _unscaled(self, vectors: Tensor) -> Tensor:
        return vectors.float() * self.std + self.mean
