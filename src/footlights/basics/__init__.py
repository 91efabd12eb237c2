"""What every room stands on: errors for people, whole files or none, progress, worker processes,
compiled loops.
"""
