"""Firms that the sample firm recommends."""

from __future__ import annotations

from offboarding.models import Provider

ROWS = (
    ("Meridian Advisory", "Bookkeeping, payroll, annual accounts", "GB"),
    ("Kontor Süd Steuerberatung", "Buchhaltung, Jahresabschluss", "DE"),
    ("Studio Blauwerk", "Markengestaltung, Website-Pflege", "DE"),
    ("Hudson Ledger Group", "Bookkeeping, tax returns", "US"),
)


def list_them() -> None:
    """Fill the directory of providers, as an admin would in Django admin."""
    for name, services, country in ROWS:
        Provider.objects.create(name=name, services=services, country=country)
