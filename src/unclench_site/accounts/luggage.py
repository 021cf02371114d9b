"""Take everything along, bring it to an empty account, or have it erased."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any, Final

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from unclench.errors import InputError
from unclench_site.accounts.access import me, note
from unclench_site.accounts.erasing import erase
from unclench_site.accounts.forms import EraseForm, ImportForm
from unclench_site.accounts.models import Action
from unclench_site.accounts.portable import PARTS, Rows, export_all, load_all, read_export

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A table program would run a cell that begins with one of these."""
UNREADABLE: Final = (
    ArithmeticError,
    DatabaseError,
    LookupError,
    TypeError,
    ValueError,
    ValidationError,
)
"""What a room's `load` raises at a row that no export wrote."""


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Everything that is kept of a person, to read."""
    whole = export_all(me(request), at=timezone.now())
    tables = [
        {
            "title": part.title,
            "head": head_of(rows),
            "rows": [list(cells(rows, row)) for row in rows],
        }
        for part in PARTS.values()
        if (rows := whole["parts"][part.name])
    ]
    return render(request, "accounts/everything.html", {"tables": tables})


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """The same as a file: JSON, which can be brought to another account, or tables in a zip."""
    person, at = me(request), timezone.now()
    whole = export_all(person, at=at)
    kind = request.POST.get("kind", "")
    if kind == "json":
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        response = HttpResponse(text, content_type="application/json")
    elif kind == "csv":
        response = HttpResponse(zipped(whole["parts"]), content_type="application/zip")
    else:
        raise Http404
    name = "account.json" if kind == "json" else "account.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    note(person, by=person, action=Action.EXPORT, what="everything", at=at)
    return response


def head_of(rows: Rows) -> list[str]:
    """Every column of some rows, in the order in which they appear."""
    return list(dict.fromkeys(key for row in rows for key in row))


def cells(rows: Rows, row: dict[str, Any]) -> list[str]:
    """One row as text, in the order of the columns."""
    found = (row.get(key) for key in head_of(rows))
    return ["" if value is None else plain(value) for value in found]


def plain(value: object) -> str:
    """A value as text; what is neither text nor number as JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def zipped(parts: dict[str, Rows]) -> bytes:
    """Each part as a table of comma-separated values, in one zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in parts.items():
            archive.writestr(f"{name}.csv", table(rows))
    return packed.getvalue()


def table(rows: Rows) -> str:
    """Rows as comma-separated values; text that looks like a formula gets an apostrophe."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(head_of(rows))
    for row in rows:
        writer.writerow(
            f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells(rows, row)
        )
    return written.getvalue()


def bring(request: HttpRequest) -> HttpResponse:
    """Bring an export into this account, which has to be empty."""
    person = me(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            load_all(person, read_export(form.cleaned_data["file"].read()))
        except InputError as fault:
            form.add_error("file", str(fault))
        except (
            ArithmeticError,
            DatabaseError,
            LookupError,
            TypeError,
            ValueError,
            ValidationError,
        ):
            form.add_error("file", "A row of this file cannot be read. Nothing was brought in.")
        else:
            messages.success(request, "Everything in the file is here now.")
            return redirect("account")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/bring.html", {"form": form}, status=status)


@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]  # allauth
def erase_page(request: HttpRequest) -> HttpResponse:
    """Erase everything, after the person has typed their name."""
    person = me(request)
    form = EraseForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        erase(person)
        logout(request)  # afterwards: whoever could not be erased is still signed in
        return redirect("account_erased")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/erase.html", {"form": form, "person": person}, status=status)


@login_not_required
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """What is shown to somebody who is nobody here any more."""
    return render(request, "accounts/erased.html")
