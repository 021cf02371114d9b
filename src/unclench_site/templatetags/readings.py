"""The rows of a chart's table: a thousand cells in each answer, too many for a template's loop."""

from __future__ import annotations

from html import escape

from django import template
from django.utils.safestring import SafeString

from unclench.figures import Table

register = template.Library()


@register.simple_tag
def reading_rows(table: Table) -> SafeString:
    """Draw each row with its place on the horizontal axis; the text of every cell is escaped."""
    rows = []
    for at, (first, *rest) in zip(table.at, table.rows, strict=True):
        cells = "".join(f'<td class="number">{escape(cell)}</td>' for cell in rest)
        rows.append(f'<tr data-at="{at:g}"><th scope="row">{escape(first)}</th>{cells}</tr>')
    return SafeString("".join(rows))
