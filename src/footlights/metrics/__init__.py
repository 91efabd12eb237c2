"""Measuring motion: pure functions, arrays or motions in, numbers out."""
