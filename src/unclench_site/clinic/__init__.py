"""The page for the clinic: what a short visit needs to see, made by the person who lives it."""
