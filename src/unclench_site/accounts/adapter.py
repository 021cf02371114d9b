"""Our choices where allauth asks for them: words, names, subjects, and sealed secrets."""

from __future__ import annotations

import base64
from typing import Any, ClassVar, Final, final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from unclench_site.accounts.models import Person, valid_name

RESERVED: Final = "demonstration"
WRONG_CODE: Final = "That code is not the one. Expected: the newest code, as it is written."


@final
class PeopleAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts: our words, and a pseudonym in place of a user name."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed.",
        "duplicate_email": "That is your e-mail already.",
        "same_as_current": "That is your e-mail already.",
        "email_taken": "This e-mail cannot be used. Try: another one.",
        "email_password_mismatch": (
            "The e-mail and the password do not go together. Try: look at both again."
        ),
        "username_password_mismatch": (
            "The name and the password do not go together. Try: look at both again."
        ),
        "enter_current_password": "That is not your password now.",
        "incorrect_code": WRONG_CODE,
        "incorrect_password": "That is not your password.",
        "invalid_or_expired_key": "This link is too old. Try: ask for a new one.",
        "invalid_password_reset": "This link is too old. Try: ask for a new one.",
        "too_many_login_attempts": "That was tried too often. Try: again in five minutes.",
        "rate_limited": "That was tried too often. Try: again in a few minutes.",
        "username_taken": "Somebody here has this name already. Try: another one.",
        "username_blacklisted": "This name is kept for the site itself. Try: another one.",
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Take a pseudonym as typed, without blanks around it, if nobody has it."""
        name = " ".join(username.split())
        valid_name(name)
        if name.lower().startswith(RESERVED):
            raise self.validation_error("username_blacklisted")
        if not shallow and Person.objects.filter(name__iexact=name).exists():
            raise self.validation_error("username_taken")
        return name

    def clean_password(self, password: str, user: Person | None = None) -> str:
        """Refuse a short or common password, in our words."""
        try:
            taken: str = super().clean_password(password, user)
        except ValidationError as fault:
            raise ValidationError(
                "This password is too easy to guess. Expected: 12 characters or more, such as "
                "four words that do not belong together."
            ) from fault
        return taken

    def format_email_subject(self, subject: str) -> str:
        """Leave the subject as it is: it names neither the site nor what it is about."""
        return subject

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that asks; all that come without one, as over a local socket, are one."""
        return get_client_ip(request) or "::"

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """To the first room; first to a passkey for whoever chose no password."""
        if isinstance(request.user, Person) and not request.user.has_usable_password():
            return reverse("mfa_add_webauthn")
        return str(super().get_signup_redirect_url(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account."""
        return reverse("account")


def seal() -> Fernet:
    """The box for secrets of a second factor, locked with a key derived from the site's own."""
    derived = HKDF(SHA256(), 32, salt=None, info=b"unclench second factor").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))


@final
class FactorsAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Second factors: secrets are sealed in the database, and apps show the pseudonym."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return seal().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """What an authenticator app shows: nothing of what this site is about."""
        return "Unclench"

    def get_totp_label(self, user: Person) -> str:
        """The pseudonym, never the e-mail."""
        return user.name

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        """What a device keeps with a passkey: the pseudonym, and a handle to find the person."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.name, "display_name": user.name}
