"""The `unclench` command: what a person can ask at a prompt, a file for each group of commands.

A file here holds options and words only. What computes is imported inside the command that needs
it, so that `unclench --help` answers in a quarter of a second. A new group of commands is a module
with a `typer.Typer` of its own, added to `unclench.cli.program`.
"""

from __future__ import annotations

from unclench.cli.program import main as main
