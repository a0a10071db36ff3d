from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("offboarding", "0006_tasks_in_batches"),
    ]

    operations = [
        migrations.AddField(
            model_name="proofofreceipt",
            name="is_of_warning",
            field=models.BooleanField(default=False, verbose_name="of a cure warning"),
        ),
        migrations.AddField(
            model_name="remedy",
            name="asked_until_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="remedy",
            name="deemed_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="remedy",
            name="is_undelivered",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="remedy",
            name="notice_number",
            field=models.PositiveSmallIntegerField(
                editable=False, null=True, verbose_name="notice number"
            ),
        ),
    ]
