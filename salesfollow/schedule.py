"""When it runs: the whole timetable of the product, in Asia/Tokyo."""

from celery.schedules import crontab

BEAT_SCHEDULE = {
    # One run makes up for any that were missed (D12).
    "sweep": {"task": "followups.tasks.sweep", "schedule": crontab(hour=6, minute=0)},
}
