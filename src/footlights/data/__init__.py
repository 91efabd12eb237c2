"""From folders of recorded motion to training data: manifests, repair, the build and its index."""

from .build import Clip, build
from .sources import read_source

__all__ = ["Clip", "build", "read_source"]
