"""Music as published dance models hear it."""
