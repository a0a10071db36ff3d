"""The peers' own small tables."""

from django.apps import AppConfig


class PeersConfig(AppConfig):
    """An app without migrations: its tables are laid with the rest and thrown away."""

    name = "bench.peers"
    label = "bench_peers"
    default_auto_field = "django.db.models.BigAutoField"
