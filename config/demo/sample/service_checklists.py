"""What the sample firm has to finish whenever one of its services ends."""

from __future__ import annotations

from typing import NamedTuple

from offboarding.models import ChecklistItem, Party, ServiceChecklist


class Item(NamedTuple):
    """One row of a checklist, in both languages; `after` is the position of what comes first."""

    party: str
    english: str
    german: str
    days: int
    needs_proof: bool = False
    is_internal: bool = False
    after: int = 0


_PAYROLL = (
    Item(Party.OURS, "Run the last payroll and send the payslips",
         "Die letzte Lohnabrechnung erstellen und die Abrechnungen senden", 8),
    Item(Party.OURS, "Tell the social insurance bodies who takes over",
         "Den Sozialversicherungsträgern mitteilen, wer übernimmt", 4, needs_proof=True, after=1),
    Item(Party.OURS, "Close the payroll account in our software",
         "Das Lohnkonto in unserer Software schließen", 0, is_internal=True, after=2),
    Item(Party.CLIENTS, "Send the changes in staff of the last month",
         "Die Personaländerungen des letzten Monats senden", 12),
)  # fmt: skip
_WEBSITE = (
    Item(Party.OURS, "Hand over the last backup of the website",
         "Die letzte Sicherung der Website übergeben", 5, needs_proof=True),
    Item(Party.OURS, "Switch off our maintenance account", "Unseren Wartungszugang abschalten", 0,
         is_internal=True, after=1),
    Item(Party.CLIENTS, "Name where the website moves to", "Mitteilen, wohin die Website zieht", 10),
)  # fmt: skip

ROWS = (
    ("Payroll", _PAYROLL),
    ("Lohnabrechnung", _PAYROLL),
    ("Website care", _WEBSITE),
    ("Website-Pflege", _WEBSITE),
)


def list_them() -> None:
    """Fill the checklists of services, as an admin would in Django admin."""
    for service, items in ROWS:
        checklist = ServiceChecklist.objects.create(service=service)
        made: list[ChecklistItem] = []
        for position, item in enumerate(items, start=1):
            made.append(
                ChecklistItem.objects.create(
                    service=checklist,
                    party=item.party,
                    title_en=item.english,
                    title_de=item.german,
                    days_before_effective_date=item.days,
                    needs_proof=item.needs_proof,
                    is_internal=item.is_internal,
                    waits_for=made[item.after - 1] if item.after else None,
                    position=position,
                )
            )
