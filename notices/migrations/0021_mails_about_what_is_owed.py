"""The list of what is owed, and reminders of it, as mails."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0020_enclosures_of_a_campaign"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reminder", "Reminder"),
                    ("follow_up", "Follow-up"),
                    ("receipt_confirmed", "Receipt confirmed"),
                    ("answer", "Answer to a question"),
                    ("handover", "Files of the hand-over"),
                    ("handover_code", "One-time code for files"),
                    ("owed", "What is still to do"),
                    ("owed_reminder", "Reminder of what is due"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
