"""The room to read: articles in plain words, each claim with its source beside it."""
