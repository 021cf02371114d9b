"""Each module is a command: `manage.py NAME`."""
