"""From folders of recorded motion to training data, and the only readers of what was built."""
