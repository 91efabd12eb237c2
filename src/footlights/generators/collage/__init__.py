"""Dances of real pieces, without training."""
