"""Dances of real segments, without training."""
