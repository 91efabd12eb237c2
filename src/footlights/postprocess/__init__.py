"""What is mended in a finished dance."""
