"""What flows through the house: skeletons, motions on them, the body around them and the floor
below.
"""
