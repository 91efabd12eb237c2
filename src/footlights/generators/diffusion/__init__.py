"""Motion diffusion after EDGE: from the rhythm of a song to a dance as long as the song."""
