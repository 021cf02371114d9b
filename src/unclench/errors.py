"""What unclench raises when it cannot go on.

A clinical concern is never an error: it is a `Finding`. An error means that a request could not be
understood, so nothing was computed.
"""

from __future__ import annotations

from typing import final


class UnclenchError(Exception):
    """The root of every error that unclench raises on purpose."""


@final
class InputError(UnclenchError):
    """Something the reader gave and can mend; shown without a traceback.

    Args:
        what: What was wrong, as a short sentence.
        expected: What would have been right.
        hint: What to try, if there is something sensible to try.

    Example:
        >>> from unclench import InputError
        >>> print(InputError("The dose '10' has no unit.", expected="a unit", hint="write 10 mg"))
        The dose '10' has no unit. Expected: a unit. Try: write 10 mg.
    """

    def __init__(self, what: str, *, expected: str, hint: str = "") -> None:
        """Keep the three parts apart, so that a page or an API can lay them out."""
        self.what = what
        self.expected = expected
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        """Give the whole message on one line."""
        parts = [_sentence(self.what), f"Expected: {_sentence(self.expected)}"]
        if self.hint:
            parts.append(f"Try: {_sentence(self.hint)}")
        return " ".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error travel between processes, whole."""
        return _rebuild, (self.what, self.expected, self.hint)


def _rebuild(what: str, expected: str, hint: str) -> InputError:
    return InputError(what, expected=expected, hint=hint)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
