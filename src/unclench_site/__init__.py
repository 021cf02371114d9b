"""The self-hosted site that people use; the science is in `unclench`."""
