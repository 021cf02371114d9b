"""Reminders: what is due, told once, in words that tell nobody else anything."""
