"""When it runs: the whole timetable of the product, in Asia/Tokyo."""

from celery.schedules import crontab

BEAT_SCHEDULE = {
    "uploads": {"task": "intake.tasks.clear_uploads", "schedule": crontab(hour=3, minute=20)},
    # One run makes up for any that were missed (D12).
    "sweep": {"task": "followups.tasks.sweep", "schedule": crontab(hour=6, minute=0)},
    # Every day: days off are the calendar's business, not the timetable's (D35).
    "digests": {"task": "followups.tasks.write_digests", "schedule": crontab(hour=8, minute=0)},
    "leaks": {"task": "followups.tasks.write_leaks", "schedule": crontab(hour=9, minute=0)},
    # Not caught up on: a worker that comes back finds one ring of the bell, not one for each minute.
    "outbox": {"task": "followups.tasks.deliver_notices", "schedule": crontab(), "options": {"expires": 60}},
    # Days that wait are read from their rows, so a missed minute shows no other number.
    "rollups": {"task": "followups.tasks.refresh_rollups", "schedule": crontab(), "options": {"expires": 60}},
    # What has changed is counted by the pages themselves until then.
    "answers": {"task": "dashboards.tasks.keep_answers", "schedule": crontab(), "options": {"expires": 60}},
    "watch": {"task": "followups.tasks.watch_rules", "schedule": crontab(minute=5)},
    # What people have asked for on the import page, and imports that were broken off.
    "imports": {"task": "intake.tasks.bring_in", "schedule": 3.0, "options": {"expires": 3}},
    # What an admin has asked for on the page of the rules.
    "runs": {"task": "followups.tasks.run_asked", "schedule": 3.0, "options": {"expires": 3}},
    # What the day's numbers were, for the trends; a missed night stays missing.
    "snapshot": {"task": "dashboards.tasks.take_snapshot", "schedule": crontab(hour=23, minute=55)},
}
