"""The web application for granian (`granian --interface wsgi salesfollow.wsgi:application`)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesfollow.settings")

application = get_wsgi_application()
