"""Commands of the experience room."""
