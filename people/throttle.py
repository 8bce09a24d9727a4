"""A brake on guessing passwords: after five failures a quarter of an hour of waiting, per account and address."""

import hashlib

from django.core.cache import cache

MAX_FAILURES = 5
WAIT_S = 15 * 60


def is_braked(email: str, address: str) -> bool:
    """Whether this account has failed too often from this address. Other people behind one address are not held up."""
    return int(cache.get(_key(email, address), 0)) >= MAX_FAILURES


def note_failure(email: str, address: str) -> None:
    """Count one failure; the quarter of an hour starts anew with each."""
    key = _key(email, address)
    cache.set(key, int(cache.get(key, 0)) + 1, WAIT_S)


def forget_failures(email: str, address: str) -> None:
    """Somebody logged in: start again from none."""
    cache.delete(_key(email, address))


def _key(email: str, address: str) -> str:
    return "login-failures:" + hashlib.sha256(f"{email.strip().lower()}|{address}".encode()).hexdigest()
