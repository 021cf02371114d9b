"""Every setting of the site, read from UNCLENCH_* variables with safe defaults.

UNCLENCH_URL      the address that people type; https switches on everything that needs it
UNCLENCH_HOSTS    further host names, separated by commas
UNCLENCH_DATA     the folder for the database, the secret key and caches (default: var)
UNCLENCH_SECRET_KEY  or UNCLENCH_SECRET_KEY_FILE; made at the first start if neither is set
UNCLENCH_DATABASE_URL  postgresql://person:password@host/name instead of the SQLite file
UNCLENCH_PROXY    yes when a proxy in front ends TLS and sets X-Forwarded-Proto itself
UNCLENCH_HSTS_SECONDS  how long browsers insist on https (default: a year)
UNCLENCH_LAB_ON    threads, processes (default) or dask://HOST:PORT: where the lab computes
UNCLENCH_LAB_WORKERS  how many threads or processes (default: all processors but one)
UNCLENCH_EMAIL_URL  smtp://person:password@host:587 or smtps://; else mail goes into DATA/mail
UNCLENCH_EMAIL_FROM  the address that mail comes from (default: unclench@ the site's host)
UNCLENCH_DEMONSTRATION  yes to offer a look around as a made-up member, on this machine only
UNCLENCH_DEBUG    yes on a developer's machine only
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from unclench_site.environment import (
    envbool,
    envdatabase,
    envint,
    envlist,
    envplace,
    envsecret,
    envurl,
)
from unclench_site.mail import envmail

# --- where -------------------------------------------------------------------------------------

SITE = Path(__file__).parent
DATA = Path(os.environ.get("UNCLENCH_DATA", "") or "var").absolute()
URL = envurl("UNCLENCH_URL", default="http://127.0.0.1:8000")
HTTPS = URL.scheme == "https"
DEBUG = envbool("UNCLENCH_DEBUG", default=False)
SECRET_KEY = envsecret("UNCLENCH_SECRET_KEY", path=DATA / "secret-key")

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = [str(URL.hostname), *envlist("UNCLENCH_HOSTS"), *([] if HTTPS else LOOPBACK)]
CSRF_TRUSTED_ORIGINS = [f"{URL.scheme}://{URL.netloc}"]
ROOT_URLCONF = "unclench_site.urls"
WSGI_APPLICATION = "unclench_site.wsgi.application"
APPEND_SLASH = True

# numba writes compiled code beside its source, which may be read-only: give it a place of its own.
os.environ.setdefault("NUMBA_CACHE_DIR", str(DATA / "numba"))

# --- what --------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "unclench_site",
    "unclench_site.accounts",  # before allauth, for its templates are ours
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "unclench_site.plans",
    "unclench_site.diary",
    "unclench_site.reminders",
    "unclench_site.clinic",
    "unclench_site.explore",
    "unclench_site.learn",
    "unclench_site.library",
    "unclench_site.lab",
    "unclench_site.experience",
]

MIDDLEWARE = [
    "unclench_site.logs.request_log",  # outermost: its time is the whole time
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A picture is 45 kB of text and 9 kB packed. The only secret in a page, the form's token, is
    # masked anew in each answer, so its packed length tells nothing.
    "django.middleware.gzip.GZipMiddleware",
    "unclench_site.headers.private_by_default",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "unclench_site.access.ClosedByDefault",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "unclench_site.display.display",
            ],
        },
    }
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False  # one language so far; nothing to look up for each request
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- database ----------------------------------------------------------------------------------

# Measured with 16 writers: without IMMEDIATE more than half of the read-then-write requests fail.
SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA / "unclench.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # secure_delete: what is deleted is overwritten, so that erasing erases.
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
        "PRAGMA secure_delete=ON;"
        "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=27103364;"
        "PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;",
    },
}
DATABASES = {"default": envdatabase("UNCLENCH_DATABASE_URL", otherwise=SQLITE)}

# Shared by all workers, so that a limit on guessing is one limit.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- static files ------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [SITE / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- people ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Person"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_begin"

# allauth: a pseudonym or an e-mail, then a password, a passkey or an e-mailed code.
ACCOUNT_ADAPTER = "unclench_site.accounts.adapter.PeopleAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1"]
ACCOUNT_SIGNUP_FORM_CLASS = "unclench_site.accounts.forms.AboutYou"
ACCOUNT_PREVENT_ENUMERATION = "strict"  # who has an account here is nobody's business
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # a tired hand needs time, and mail is slow
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {"grant": "30/h/user"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if envbool("UNCLENCH_PROXY", default=False) else 0

MFA_ADAPTER = "unclench_site.accounts.adapter.FactorsAdapter"
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # a passkey must not wait for mail
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers allow it on localhost alone
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off

# --- mail --------------------------------------------------------------------------------------

MAIL = envmail("UNCLENCH_EMAIL_URL")
EMAIL_BACKEND = MAIL.backend
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.starttls, MAIL.tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("UNCLENCH_EMAIL_FROM", "") or f"unclench@{URL.hostname}"
# An address can be proved only where mail arrives; the first look at a new site must not need it.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if MAIL.sends else "none"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = MAIL.sends

DEMONSTRATION = envbool("UNCLENCH_DEMONSTRATION", default=False)

# --- background work ---------------------------------------------------------------------------

# The queue is a table: what was promised is still there after a crash, and needs no second server.
# The lab has a queue of its own, so that a long run never stands before a reminder.
TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "lab"]},
}
LAB_ON = envplace("UNCLENCH_LAB_ON", default="processes")
LAB_WORKERS = envint(
    "UNCLENCH_LAB_WORKERS", default=max(1, (os.cpu_count() or 2) - 1), low=1, high=1024
)

# --- security ----------------------------------------------------------------------------------

# Nothing inline, nothing from elsewhere. A page that needs more is a page to change.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"  # an address can carry what a person typed
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = (
    envint("UNCLENCH_HSTS_SECONDS", default=31_536_000, low=0, high=63_072_000) if HTTPS else 0
)
if envbool("UNCLENCH_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # whether all sub-domains speak https is for their owner to promise
    "security.W021",  # the same for browsers' preload lists, which are hard to leave
]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "unclench_site.pages.form_expired"

# An address may be long (a regimen in words) but not endless, and a form has few fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# --- logs --------------------------------------------------------------------------------------

# JSON lines of events and ids; never amounts, names, symptoms or the query part of an address.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "unclench_site.logs.JsonLines"}},
    "handlers": {
        "lines": {"class": "logging.StreamHandler", "formatter": "json"},
        "nothing": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["lines"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["lines"], "level": "INFO", "propagate": False},
        # The development server writes whole addresses: our own request line replaces it.
        "django.server": {"handlers": ["nothing"], "propagate": False},
        # An answer of 4xx is on our request line already.
        "django.request": {"level": "ERROR"},
    },
}
