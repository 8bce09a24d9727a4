"""History of deals and leads that an undone import had brought in may be deleted; all other stays append-only."""

import django.db.models.deletion
from django.db import migrations, models

from deals.append_only import admit_purges, create_triggers, drop_triggers


def guard_as_before(schema_editor):
    drop_triggers(schema_editor)
    create_triggers(schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ("deals", "0009_counts_read_indexes"),
        ('leads', '0007_lead_events_hold_the_reasons'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoryPurge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(choices=[('deal', 'Deal'), ('lead', 'Lead')], max_length=4, verbose_name='kind')),
                ('record_id', models.BigIntegerField(verbose_name='record')),
                ('never', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='deals.historypurge', verbose_name='never')),
            ],
            options={
                'verbose_name': 'history being purged',
                'verbose_name_plural': 'histories being purged',
                'constraints': [models.UniqueConstraint(fields=('owner', 'record_id'), name='deals_a_history_is_purged_once'), models.CheckConstraint(condition=models.Q(('owner__in', ['deal', 'lead'])), name='deals_purge_owner_is_known')],
            },
        ),
        migrations.RunPython(
            lambda apps, schema_editor: admit_purges(schema_editor),
            lambda apps, schema_editor: guard_as_before(schema_editor),
        ),
    ]
