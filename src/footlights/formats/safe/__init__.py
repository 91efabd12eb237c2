"""Strangers' files in bounded memory and time, without running anything in them."""
