#!/usr/bin/env python3
"""Sets up, serves and tests Unclench: `python3 bootstrap.py help`. `make` calls this file.

This file alone keeps to the syntax of Python 3.6, so that an old Python meets a sentence and not a
syntax error. The work is done in launcher/, with nothing but the standard library.
"""

import os
import shutil
import sys

SUITABLE = ("python3.11", "python3.12", "python3.13", "python3.14")


def require_python():
    """Goes over to a newer Python when this one is too old; stops when there is none."""
    if sys.version_info >= (3, 11):
        return
    for name in SUITABLE:
        if shutil.which(name):
            os.execvp(name, [name] + sys.argv)
    sys.exit(
        "Unclench needs Python 3.11 or newer, and this is Python %d.%d. "
        "Install a newer one, then name it: make serve PYTHON=python3.11" % sys.version_info[:2]
    )


if __name__ == "__main__":
    require_python()

    from launcher.commands import main

    sys.exit(main(sys.argv[1:]))
