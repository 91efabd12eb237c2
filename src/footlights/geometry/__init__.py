"""Maths of space and time that knows no bodies: rotations, two-bone inverse kinematics, capsules,
signals.
"""
