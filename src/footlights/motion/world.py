"""The world in which every motion stands: z up, the floor at z = 0, metres, seconds, kilograms."""

GRAVITY = 9.81  # m/s2, towards the floor
