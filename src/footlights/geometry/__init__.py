"""Maths of space and time that knows no bodies: rotations, limbs of two bones, curves."""
