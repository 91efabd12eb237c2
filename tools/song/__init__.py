"""The bundled song, "Opening Night", from numbers alone."""
