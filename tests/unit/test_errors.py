"""An error says what was wrong, what was expected and what to try."""

from __future__ import annotations

import pickle

import pytest

from unclench.errors import InputError, UnclenchError


def test_a_message_has_its_three_parts_as_sentences():
    error = InputError("The dose has no unit", expected="a unit", hint="write 10 mg")

    assert str(error) == "The dose has no unit. Expected: a unit. Try: write 10 mg."


def test_a_message_without_a_hint_tries_nothing():
    error = InputError("The dose has no unit.", expected="a unit")

    assert str(error) == "The dose has no unit. Expected: a unit."
    assert error.hint == ""


def test_a_question_keeps_its_mark():
    error = InputError("Unknown.", expected="mg", hint="did you mean 'mg'?")

    assert str(error).endswith("Try: did you mean 'mg'?")


def test_an_input_error_is_an_error_of_unclench():
    with pytest.raises(UnclenchError) as caught:
        raise InputError("No.", expected="yes")

    assert caught.value.args == ("No.",)


def test_an_error_comes_back_whole_from_another_process():
    error = InputError("The dose has no unit.", expected="a unit", hint="write 10 mg")

    copy = pickle.loads(pickle.dumps(error))

    assert (copy.what, copy.expected, copy.hint) == (error.what, error.expected, error.hint)
    assert str(copy) == str(error)
