"""Who stopped or resumed contacting a person, when and why."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0005_search_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(
                    choices=[("stopped", "Not to be contacted"), ("resumed", "May be contacted again")],
                    max_length=8, verbose_name="kind",
                )),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("happened_on", models.DateField(verbose_name="on")),
                ("created_at", models.DateTimeField(
                    default=django.utils.timezone.now, editable=False, verbose_name="written at"
                )),
                ("by", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to=settings.AUTH_USER_MODEL, verbose_name="by",
                )),
                ("contact", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="consent_events",
                    to="leads.contact", verbose_name="contact",
                )),
            ],
            options={
                "verbose_name": "contact permission",
                "verbose_name_plural": "contact permissions",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("kind__in", ["stopped", "resumed"])), name="leads_consent_kind_is_known"
                    ),
                    models.CheckConstraint(condition=Q(("reason", ""), _negated=True), name="leads_consent_says_why"),
                ],
            },
        ),
    ]
