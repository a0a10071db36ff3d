from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0003_digests"),
        ("offboarding", "0007_receipts_of_warnings"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="cure_ends_on",
            field=models.DateField(null=True, verbose_name="to be put right by"),
        ),
    ]
