"""Commands of the whole site, for whoever runs it."""
