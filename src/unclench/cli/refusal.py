"""How the command says no: one message, what was expected, exit code 2, never a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from unclench.cli.reading import one_of
from unclench.errors import InputError

REFUSED: Final = 2
PIPE_CLOSED: Final = 141
USAGE: Final[type[Exception]] = typer.BadParameter.__bases__[0]
"""The root of what typer refuses; typer gives a name in public only to this one of its children."""


class Sections(TyperCommand):
    """A command whose help lists its options under plain headings, without boxes."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write each group of options under its heading, in the order of the function."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                heading = getattr(param, "rich_help_panel", None) or "Other"
                sections.setdefault(heading, []).append(record)
        for heading, records in sections.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class Refusing(TyperGroup):
    """The whole command: turns every refusal into one message and exit code 2."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **settings: Any) -> Any:
        """Run, and end the process with 0, with 2 for something to mend, or with a traceback."""
        settings["standalone_mode"] = False
        code: Any = 0
        try:
            code = super().main(args, *more, **settings)
            sys.stdout.flush()
        except InputError as error:
            refuse(str(error))
        except USAGE as error:
            refuse(str(as_input_error(error)))
        except typer.Abort:
            sys.exit(130)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(PIPE_CLOSED)
        sys.exit(code if isinstance(code, int) else 0)


def refuse(message: str) -> None:
    """Say why not, and end with exit code 2."""
    typer.echo(message, err=True)
    sys.exit(REFUSED)


def as_input_error(error: Any) -> InputError:
    """What typer refuses (a command, an option, a missing value), in our words."""
    path = error.ctx.command_path if error.ctx else "unclench"
    param = getattr(error, "param", None)
    near = getattr(error, "possibilities", None)
    option = getattr(error, "option_name", None)
    if param is not None:
        expected = f"a value for {param.metavar or param.opts[0]}"
    elif option and not near:
        expected = f"a value for {option}" if "requires" in error.message else "an option in full"
    elif near:
        expected = one_of(near)
    else:
        expected = "a command and options that the help lists"
    return InputError(
        " ".join(error.format_message().split()), expected=expected, hint=f"{path} --help"
    )
