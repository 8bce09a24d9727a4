"""The product's settings in a fixed environment: neither a developer's `.env` nor his shell changes a test."""

import os

os.environ |= {
    # For the processes that a test starts: each gets its own database by DATABASE_URL.
    "DJANGO_SETTINGS_MODULE": "salesfollow.settings",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or "sqlite://:memory:",
    "REDIS_URL": "",
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "DEBUG": "true",
    "DEMO": "false",
    "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
    "CSRF_TRUSTED_ORIGINS": "",
    "BEHIND_HTTPS": "false",
    "EMAIL_URL": "memorymail://",
    "MAIL_FROM": "SalesFollow <salesfollow@example.jp>",
    "SITE_URL": "https://sales.example.jp",
    "CHAT_WEBHOOK_URL": "",
    "LOG_LEVEL": "WARNING",
    # Playwright's synchronous API keeps an event loop in the thread in which the tests use the ORM.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}

from salesfollow.settings import *  # noqa: F403

LABELS_KEPT_SECONDS = 3600
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not os.environ.get("TEST_DATABASE_URL"):
    MIDDLEWARE = ["tests.one_at_a_time.Middleware", *MIDDLEWARE]  # noqa: F405
elif "postgresql" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # A busy machine lets a test wait for its connection, and no test waits for the disk.
    DATABASES["default"]["OPTIONS"] |= {"connect_timeout": 60, "options": "-c jit=off -c synchronous_commit=off"}  # noqa: F405
