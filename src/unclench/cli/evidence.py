"""`unclench evidence`: look up a number, and where it comes from."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, final

import typer

from unclench.cli.reading import choice, one_of
from unclench.cli.refusal import REFUSED, Sections

app = typer.Typer(
    help="Look up the numbers that everything rests on, and where each comes from.",
    no_args_is_help=True,
)


@final
class BasisName(StrEnum):
    """How a number came to us."""

    SEEN = "seen"
    SECONDARY = "secondary"
    COMPUTED = "computed"
    ASSUMED = "assumed"
    UNVERIFIED = "unverified"


@app.command("list", cls=Sections)
def list_entries(
    topic: Annotated[
        str | None,
        typer.Option(
            metavar="WORD", help="Only keys that begin so, or one file: oral, csf, effect."
        ),
    ] = None,
    basis: Annotated[
        BasisName | None,
        typer.Option(
            parser=choice("--basis", BasisName),
            metavar="BASIS",
            help=f"Only numbers of this basis: {one_of(BasisName)}.",
        ),
    ] = None,
) -> None:
    """List numbers: key, value, unit, how it came to us, source."""
    from unclench.cli.library import show_list

    show_list(topic=topic, basis=None if basis is None else basis.value)


@app.command("show", cls=Sections)
def show_entry(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key of a number or a statement.")],
) -> None:
    """Show one number or statement whole."""
    from unclench.cli.library import show_entry

    show_entry(key)


@app.command("check", cls=Sections)
def check(
    release: Annotated[
        bool, typer.Option("--release", help="Refuse unverified entries too, as a release must.")
    ] = False,
) -> None:
    """Check that every number has what it needs; the exit code is 2 if one has not."""
    from unclench.cli.library import faults

    found = faults(release=release)
    for fault in found:
        typer.echo(fault, err=True)
    if found:
        raise typer.Exit(REFUSED)
    typer.echo("The evidence is whole.")
