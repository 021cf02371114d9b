"""The library: every number and statement of the evidence base with its source; read-only."""
