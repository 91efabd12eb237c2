"""A robot's csv on somebody else's MuJoCo model of the Unitree G1: where its links are."""

from pathlib import Path

import numpy as np

DEEP = -0.01  # m: links deeper in each other than this intersect


def link_positions(file: Path, model_file: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Positions (T, 3) of each link by name, and (T,) whether any two intersect.

    Args:
        file: csv of root position, root quaternion x y z w, and the joints' angles.
        model_file: MuJoCo's XML.
    """
    import mujoco

    model = mujoco.MjModel.from_xml_path(model_file)
    state, positions, intersecting = mujoco.MjData(model), [], []
    for row in np.loadtxt(file, delimiter=",", ndmin=2):
        state.qpos[:] = np.r_[row[:3], row[[6, 3, 4, 5]], row[7:]]  # MuJoCo wants w first
        mujoco.mj_fwdPosition(model, state)
        positions.append(state.xpos.copy())
        intersecting.append(any(contact.dist < DEEP for contact in state.contact))

    by_link = {model.body(i).name: np.array(positions)[:, i] for i in range(model.nbody)}
    return by_link, np.array(intersecting)
