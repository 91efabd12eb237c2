"""Motion diffusion after EDGE: heading-canonical motion, rhythm from the song, whole songs by
stitched windows.
"""
