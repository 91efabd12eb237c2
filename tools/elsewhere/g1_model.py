"""Joint angles of the G1 on somebody else's MuJoCo model of it: where its links are, and whether
they are in each other.
"""

from pathlib import Path

import numpy as np

_DEEP = -0.01  # metres


def posed(file: Path, model_file: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Places (T, 3) of each link by name, and (T,) whether any two are deeper than a centimetre in
    each other, of a csv.
    """
    import mujoco

    model = mujoco.MjModel.from_xml_path(model_file)
    state, places, deep = mujoco.MjData(model), [], []
    for row in np.loadtxt(file, delimiter=",", ndmin=2):
        state.qpos[:] = np.r_[row[:3], row[[6, 3, 4, 5]], row[7:]]
        mujoco.mj_fwdPosition(model, state)
        places.append(state.xpos.copy())
        deep.append(any(contact.dist < _DEEP for contact in state.contact))
    return {model.body(i).name: np.array(places)[:, i] for i in range(model.nbody)}, np.array(deep)
