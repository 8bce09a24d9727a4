"""Proof that somebody has looked at the trial of exactly this rule today: a signature that the trial hands out."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.signing import Signer

from people.models import User

_SIGNER = Signer(salt="followups.rules.trial")


def mark_of_trial(code: str, version: int, content: Mapping[str, Any], *, by: User, as_of: date) -> str:
    """What the page of a trial carries. content: every setting that was tried, as JSON keeps it."""
    said = json.dumps([code, version, dict(content), by.pk, as_of.isoformat()], sort_keys=True, ensure_ascii=False)
    return _SIGNER.signature(hashlib.sha256(said.encode()).hexdigest())


def has_seen(mark: str, code: str, version: int, content: Mapping[str, Any], *, by: User, as_of: date) -> bool:
    """Whether the mark is that of a trial of this content, against this version, by this person, on this day."""
    return hmac.compare_digest(mark.encode(), mark_of_trial(code, version, content, by=by, as_of=as_of).encode())
