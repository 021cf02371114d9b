"""The calibration: what was observed, what the model says of it, and the numbers that fit best."""
