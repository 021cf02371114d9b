"""The WSGI application, which compiles the model's kernels in the background when it starts."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unclench_site.settings")

application = get_wsgi_application()

import unclench_site.urls  # noqa: E402, F401  (every room, before two threads load them at once)
from unclench_site.warm import warm_in_background  # noqa: E402  (settings come first)

warm_in_background()
