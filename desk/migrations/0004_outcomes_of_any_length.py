from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0003_who_is_here")]

    operations = [
        migrations.AlterField(
            model_name="submission",
            name="outcome_url",
            field=models.TextField(blank=True),
        ),
    ]
