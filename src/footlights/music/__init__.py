"""Music: a song as a dancer needs it."""

from .music import Music, bundled_song

__all__ = ["Music", "bundled_song"]
