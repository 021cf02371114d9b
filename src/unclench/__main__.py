"""`python -m unclench` is the command `unclench`."""

from __future__ import annotations

from unclench.cli import main

if __name__ == "__main__":
    main()
