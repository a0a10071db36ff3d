"""The client says that something is done, and why it is not yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("offboarding", "0016_kept_counts"),
    ]

    operations = [
        migrations.AddField(
            model_name="obligation",
            name="client_note",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="obligation",
            name="client_says_done_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="obligation",
            name="tick_answer",
            field=models.TextField(blank=True, max_length=1000),
        ),
    ]
