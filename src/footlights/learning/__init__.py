"""How every family learns: one loop, checkpoints, curves, cards, and the networks that come out."""
