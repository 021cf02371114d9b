"""The room to explore: put in a plan, see what a model of a person like you does with it."""
