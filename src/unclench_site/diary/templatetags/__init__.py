"""Template tags of the diary."""
