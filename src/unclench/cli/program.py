"""The root of the command and the groups below it."""

from __future__ import annotations

from typing import Annotated

import typer

from unclench.cli.cohort import cohort
from unclench.cli.evidence import app as evidence_app
from unclench.cli.fit import fit
from unclench.cli.persistence import persistence
from unclench.cli.plans import screen, taper, titrate
from unclench.cli.pump import app as pump_app
from unclench.cli.refusal import Refusing, Sections
from unclench.cli.simulate import simulate
from unclench.cli.therapy import advice, missed, review, split, switch
from unclench.cli.trial import trial
from unclench.cli.validate import validate

HELP = """Explore what baclofen does in the body: one dimmer, turned by tablets or by a pump.

Unclench is for understanding and for preparing a talk with your clinician. It gives no advice on a
dose. Never change or stop baclofen on your own.
"""

app = typer.Typer(
    cls=Refusing,
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command(cls=Sections)(simulate)
app.command(cls=Sections)(cohort)
app.command(cls=Sections)(validate)
app.command(cls=Sections)(fit)
app.command(cls=Sections)(trial)
app.command(cls=Sections)(persistence)
for command in (review, titrate, taper, screen, missed, split, switch, advice):
    app.command(cls=Sections)(command)
app.add_typer(pump_app, name="pump")
app.add_typer(evidence_app, name="evidence")


def version_text() -> str:
    """The version as one line; says so where the package runs without being installed."""
    from unclench.cli.about import version

    return f"unclench {version()}"


def show_version(wanted: bool) -> None:
    """Print the version and end, where it was asked for."""
    if wanted:
        typer.echo(version_text())
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


@app.command("version")
def version_command() -> None:
    """Show the version, and which evidence it rests on."""
    from unclench.evidence import load_evidence

    typer.echo(version_text())
    typer.echo(f"evidence {load_evidence().hash}")


def main() -> None:
    """Run the command; the exit code is 0, or 2 for something to mend, or 1 for our own fault."""
    app(prog_name="unclench")
