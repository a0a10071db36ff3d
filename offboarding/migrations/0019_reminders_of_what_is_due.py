"""Reminders before and after due dates; what is open already is looked at from its day on."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def look_at_what_is_open(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    obligations = apps.get_model("offboarding", "Obligation").objects
    obligations.filter(state="open", due_on__isnull=False).update(next_reminder_on=F("due_on"))


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_office_paper"),
        ("offboarding", "0018_settlement_statements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="obligation",
            name="last_mail_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="obligation",
            name="mails_sent",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="obligation",
            name="next_reminder_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="obligation",
            name="reminder_step",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("next_reminder_on__isnull", False), ("state", "open")),
                fields=["next_reminder_on"],
                name="obligation_to_remind_of",
            ),
        ),
        migrations.RunPython(look_at_what_is_open, migrations.RunPython.noop),
    ]
