"""The commands behind `make`: set up, serve, test. Standard library only, for it runs first."""
