"""Firms that the sample firm recommends."""

from __future__ import annotations

from offboarding.models import Fit, Provider, ServiceFit

ROWS = (
    (
        "Meridian Advisory",
        "GB",
        {"Bookkeeping": Fit.STRONG, "Payroll": Fit.GOOD, "Annual accounts": Fit.GOOD},
    ),
    ("Kontor Süd Steuerberatung", "DE", {"Buchhaltung": Fit.STRONG, "Jahresabschluss": Fit.GOOD}),
    ("Studio Blauwerk", "DE", {"Markengestaltung": Fit.STRONG, "Website-Pflege": Fit.PARTLY}),
    ("Hudson Ledger Group", "US", {"Bookkeeping": Fit.GOOD, "Tax returns": Fit.STRONG}),
)


def list_them() -> None:
    """Fill the directory of providers, as an admin would in Django admin."""
    for name, country, fits in ROWS:
        provider = Provider.objects.create(name=name, country=country)
        ServiceFit.objects.bulk_create(
            ServiceFit(provider=provider, service=service, fit=fit) for service, fit in fits.items()
        )
