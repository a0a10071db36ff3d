"""Forty clients in six countries, with agreements, contacts and invoices."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import NamedTuple

from accounts.actor import Actor
from audit import clock
from clients import services
from clients.models import Client
from config.demo.sample.firm import Crew, SampleFirm


class Row(NamedTuple):
    """One client as the firm's books have it."""

    reference: str
    crew: str
    office: str
    language: str
    legal_name: str
    contact: str
    street: str
    postal_code: str
    city: str
    region: str
    country: str
    phone: str
    service: str
    notice: str
    invoices: tuple[tuple[int, int], ...] = ()


_BOOKS = "Monthly bookkeeping\nPayroll\nVAT returns"
_YEAR = "Annual accounts\nTax return"
_BRAND = "Brand design\nStyle guide"
_WEB = "Website care\nHosting\nMonthly updates"
_BUCH = "Laufende Buchhaltung\nLohnabrechnung\nUmsatzsteuer"
_JAHR = "Jahresabschluss\nSteuererklärung"
_MARKE = "Markengestaltung\nGestaltungsrichtlinien"
_SEITE = "Pflege der Website\nHosting\nMonatliche Änderungen"

SERVICES = {
    "books": ("Bookkeeping", _BOOKS),
    "year": ("Annual accounts", _YEAR),
    "brand": ("Brand design", _BRAND),
    "web": ("Website care", _WEB),
    "buch": ("Buchhaltung", _BUCH),
    "jahr": ("Jahresabschluss", _JAHR),
    "marke": ("Markengestaltung", _MARKE),
    "seite": ("Website-Pflege", _SEITE),
}

NOTICE = {
    "30d": {"notice_period_count": 30, "notice_period_unit": "days"},
    "14d": {"notice_period_count": 14, "notice_period_unit": "days"},
    "20bd": {
        "notice_period_count": 20,
        "notice_period_unit": "days",
        "notice_period_in_business_days": True,
    },
    "1me": {
        "notice_period_count": 1,
        "notice_period_unit": "months",
        "notice_to_end_of_month": True,
    },
    "3me": {
        "notice_period_count": 3,
        "notice_period_unit": "months",
        "notice_to_end_of_month": True,
        "notice_method": "registered_mail",
    },
    "4w": {"notice_period_count": 4, "notice_period_unit": "weeks", "notice_method": "email"},
}

R = Row
ROWS = (
    R("A-1001", "accounting", "GB", "en", "Adams Print Ltd", "Jane Adams", "12 Quay Street", "M3 3JE", "Manchester", "", "GB", "+441615550101", "books", "30d"),
    R("A-1002", "accounting", "GB", "en", "Bramley Foods Ltd", "Owen Bramley", "4 Orchard Way", "LS1 4AP", "Leeds", "", "GB", "+441135550102", "books", "1me", ((84_000, 95), (84_000, 64), (84_000, 33))),
    R("A-1003", "accounting", "GB", "en", "Cole & Daughters Ltd", "Ruth Cole", "77 Fleet Lane", "BS1 6QA", "Bristol", "", "GB", "+442079460003", "year", "30d"),
    R("A-1004", "accounting", "GB", "en", "Dunmore Boats Ltd", "Fergus Dunmore", "1 Slipway", "EH6 6JJ", "Edinburgh", "", "GB", "+441315550104", "books", "4w"),
    R("A-1005", "accounting", "GB", "en", "Eastgate Dental LLP", "Priya Shah", "30 Eastgate", "CH1 1LE", "Chester", "", "GB", "+441245550105", "books", "30d", ((45_000, 20),)),
    R("A-1006", "accounting", "GB", "en", "Fairfield Nurseries Ltd", "Tom Fairfield", "Fairfield Farm\nMill Lane", "NR2 1AW", "Norwich", "", "GB", "+441603550106", "year", "14d"),
    R("A-1007", "accounting", "DE", "de", "Albrecht Möbelbau GmbH", "Katrin Albrecht", "Tischlerweg 8", "33098", "Paderborn", "", "DE", "+495251555107", "buch", "3me"),
    R("A-1008", "accounting", "DE", "de", "Bäckerei Sommer e. K.", "Uwe Sommer", "Marktplatz 3", "99084", "Erfurt", "", "DE", "+493615551080", "buch", "1me", ((39_500, 120), (39_500, 90), (39_500, 60), (39_500, 31))),
    R("A-1009", "accounting", "DE", "de", "Cramer Logistik GmbH & Co. KG", "Dr. Silke Cramer", "Hafenstraße 201", "28217", "Bremen", "", "DE", "+494215551090", "jahr", "3me"),
    R("A-1010", "accounting", "DE", "de", "Dorn Architekten PartGmbB", "Felix Dorn", "Schlossallee 17", "01067", "Dresden", "", "DE", "+493515551100", "buch", "1me"),
    R("A-1011", "accounting", "DE", "de", "Eberle Weinbau GbR", "Anna Eberle", "Rebenhang 2", "79098", "Freiburg im Breisgau", "", "DE", "+497615551110", "jahr", "30d", ((112_000, 41),)),
    R("A-1012", "accounting", "DE", "de", "Fink Medizintechnik GmbH", "Jürgen Fink", "Industriestraße 55", "89077", "Ulm", "", "DE", "+497315551120", "buch", "3me"),
    R("A-1013", "accounting", "US", "en", "Garrison Hardware Inc.", "Luke Garrison", "1450 Main Street", "12401", "Kingston", "NY", "US", "+18455550113", "books", "30d"),
    R("A-1014", "accounting", "US", "en", "Hollis Dairy Cooperative", "Martha Hollis", "88 Creamery Road", "05301", "Brattleboro", "VT", "US", "+18025550114", "year", "20bd", ((230_000, 70),)),
    R("A-1015", "accounting", "US", "en", "Ironside Gym LLC", "Dana Price", "610 Third Avenue", "11215", "Brooklyn", "NY", "US", "+17185550115", "books", "30d", ((61_500, 88), (61_500, 57))),
    R("A-1016", "accounting", "US", "en", "Juniper Street Books LLC", "Ben Alvarez", "27 Juniper Street", "19107", "Philadelphia", "PA", "US", "+12155550116", "books", "14d"),
    R("A-1017", "accounting", "DE", "en", "Kowalski Meble sp. z o.o.", "Małgorzata Kowalska", "ul. Długa 46", "31-147", "Kraków", "", "PL", "+48125550117", "books", "1me"),
    R("A-1018", "accounting", "DE", "en", "Łódź Ceramika S.A.", "Paweł Wiśniewski", "ul. Piotrkowska 101", "90-425", "Łódź", "", "PL", "+48425550118", "year", "30d", ((98_000, 52),)),
    R("A-1019", "accounting", "DE", "de", "Leitner Seilbahnen GmbH", "Maria Leitner", "Talstation 1", "6020", "Innsbruck", "", "AT", "+43512555119", "buch", "3me"),
    R("A-1020", "accounting", "DE", "en", "Papadopoulos Shipping AE", "Nikos Papadopoulos", "Akti Miaouli 85", "18538", "Piraeus", "", "GR", "+302105550120", "year", "30d"),
    R("D-2001", "design", "GB", "en", "Marlow Hotels Ltd", "Grace Marlow", "2 River Walk", "SL7 1NX", "Marlow", "", "GB", "+441628550201", "web", "30d"),
    R("D-2002", "design", "GB", "en", "Northwind Cycles Ltd", "Idris Evans", "18 Spoke Yard", "CF10 1EP", "Cardiff", "", "GB", "+442920550202", "brand", "14d", ((150_000, 49),)),
    R("D-2003", "design", "GB", "en", "Oakley Schools Trust", "Helen Oakley", "Oakley House", "OX1 2JD", "Oxford", "", "GB", "+441865550203", "web", "1me"),
    R("D-2004", "design", "GB", "en", "Pemberton Estates LLP", "Charles Pemberton", "60 Crown Street", "IP1 3LG", "Ipswich", "", "GB", "+441473550204", "brand", "30d"),
    R("D-2005", "design", "GB", "en", "Quince Theatre Company", "Ayo Bello", "The Old Mill", "G1 5QT", "Glasgow", "", "GB", "+441415550205", "web", "4w"),
    R("D-2006", "design", "GB", "en", "Redwood Care Homes Ltd", "Simon Hart", "5 Elm Close", "PL4 8AA", "Plymouth", "", "GB", "+441752550206", "web", "30d"),
    R("D-2007", "design", "DE", "de", "Gärtnerei Grünwald GmbH", "Petra Grünwald", "Am Gewächshaus 4", "82031", "Grünwald", "", "DE", "+498955552070", "seite", "1me"),
    R("D-2008", "design", "DE", "de", "Hansa Kaffee AG", "Lars Petersen", "Speicherstadt 9", "20457", "Hamburg", "", "DE", "+494055552080", "marke", "3me", ((480_000, 38),)),
    R("D-2009", "design", "DE", "de", "Ingenieurbüro Jahn", "Sabine Jahn", "Turmstraße 33", "10551", "Berlin", "", "DE", "+493055552090", "seite", "30d"),
    R("D-2010", "design", "DE", "de", "Kunsthalle Rhein gGmbH", "Moritz Engel", "Rheinufer 70", "50678", "Köln", "", "DE", "+492215552100", "marke", "1me"),
    R("D-2011", "design", "DE", "de", "Lausitzer Energie eG", "Heike Noack", "Straße der Jugend 12", "03046", "Cottbus", "", "DE", "+493555552110", "seite", "3me"),
    R("D-2012", "design", "US", "en", "Meridian Pharmacies Inc.", "Carla Ruiz", "900 Meridian Avenue", "33139", "Miami Beach", "FL", "US", "+13055550212", "web", "30d"),
    R("D-2013", "design", "US", "en", "Nolan Roofing LLC", "Pat Nolan", "14 Ridge Road", "06510", "New Haven", "CT", "US", "+12035550213", "brand", "14d", ((75_000, 61),)),
    R("D-2014", "design", "US", "en", "Osprey Charter Schools", "Angela Moss", "300 Academy Drive", "27601", "Raleigh", "NC", "US", "+19195550214", "web", "30d"),
    R("D-2015", "design", "US", "en", "Pinecrest Lodge LLC", "Rob Tanner", "1 Lake Road", "12946", "Lake Placid", "NY", "US", "+15185550215", "brand", "20bd"),
    R("D-2016", "design", "DE", "de", "Rosenthaler Uhren GmbH", "Clemens Rosenthaler", "Graben 21", "1010", "Wien", "", "AT", "+4315550216", "marke", "1me"),
    R("D-2017", "design", "DE", "de", "Steirische Apfelsäfte KG", "Veronika Gruber", "Obstweg 6", "8010", "Graz", "", "AT", "+43316550217", "seite", "30d"),
    R("D-2018", "design", "DE", "en", "Thalassa Hotels AE", "Eleni Georgiou", "Leoforos Nikis 12", "54624", "Thessaloniki", "", "GR", "+302310550218", "web", "30d", ((265_000, 47),)),
    R("D-2019", "design", "DE", "en", "Wrocław Games sp. z o.o.", "Zofia Nowak", "ul. Świdnicka 8", "50-067", "Wrocław", "", "PL", "+48715550219", "brand", "14d"),
    R("D-2020", "design", "DE", "en", "Żubr Outdoor S.A.", "Jan Lewandowski", "ul. Lipowa 15", "15-427", "Białystok", "", "PL", "+48855550220", "web", "1me"),
)  # fmt: skip


def take_on(firm: SampleFirm) -> dict[str, Client]:
    """Take on every client with their agreement, contact and open invoices."""
    return {row.reference: _one(firm, row) for row in ROWS}


def _one(firm: SampleFirm, row: Row) -> Client:
    crew: Crew = getattr(firm, row.crew)
    by = Actor.person(crew.manager)
    client = services.create_client(
        by=by,
        team=crew.team,
        office=firm.offices[row.office],
        owner=crew.manager,
        reference=row.reference,
        legal_name=row.legal_name,
        language=row.language,
        street=row.street,
        postal_code=row.postal_code,
        city=row.city,
        region=row.region,
        country=row.country,
    )
    name = row.contact.lower().replace("dr. ", "").replace("ł", "l")
    mailbox = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    services.add_contact(
        client,
        by=by,
        receives_notices=True,
        name=row.contact,
        email=f"{mailbox.replace(' ', '.')}.{row.reference.lower()}@example.org",
        phone=row.phone,
    )
    title, lines = SERVICES[row.service]
    today = clock.today("UTC")
    services.add_engagement(
        client,
        by=by,
        title=f"{title} {2019 + int(row.reference[-2:]) % 6}",
        services=lines,
        service_line=title,
        started_on=today.replace(year=2019 + int(row.reference[-2:]) % 6, day=1),
        yearly_value_cents=600_000 + 120_000 * (int(row.reference[-2:]) % 9),
        **NOTICE[row.notice],
    )
    for number, (amount_cents, days_ago) in enumerate(row.invoices, start=1):
        services.record_invoice(
            client,
            by=by,
            number=f"{row.reference}-{number:02d}",
            issued_on=today - timedelta(days=days_ago + 14),
            due_on=today - timedelta(days=days_ago),
            amount_cents=amount_cents,
        )
    return client
