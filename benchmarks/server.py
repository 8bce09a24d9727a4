"""The product as its web server serves it, on the clock of the benchmarks, with empty pages beside its own."""

import os
from unittest.mock import patch

from django.core.wsgi import get_wsgi_application

from benchmarks.data import NOW

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")
patch("django.utils.timezone.now", lambda: NOW).start()

application = get_wsgi_application()

from django.conf import settings  # noqa: E402

settings.ROOT_URLCONF = "benchmarks.urls"
