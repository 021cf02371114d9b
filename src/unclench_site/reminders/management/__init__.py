"""What a machine runs for this room."""
