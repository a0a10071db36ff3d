"""Dates and amounts as people write them in letters, found and read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from notices.language.phrases import MONTHS, WEEKDAYS


@dataclass(frozen=True)
class WrittenDate:
    """A date in a text.

    Attributes:
        start, end: where it stands.
        said: the words as they stand there, the weekday included.
        readings: the days it may mean; several for 3/4/2027, none for 31 February.
        weekday: 0 for Monday; None when no weekday is said.
        weekday_said: the weekday's word as it stands.
        day, month: for a date that is written without its year.
        has_year: whether the year is said.
    """

    start: int
    end: int
    said: str
    readings: tuple[date, ...]
    weekday: int | None
    weekday_said: str
    day: int
    month: int
    has_year: bool

    @property
    def is_possible(self) -> bool:
        """Some calendar has this day."""
        return bool(self.readings)

    def means(self, day: date) -> bool:
        """Tell whether it may mean this day."""
        if self.has_year:
            return day in self.readings
        return (day.month, day.day) == (self.month, self.day)


@dataclass(frozen=True)
class WrittenAmount:
    """A sum of money in a text; the currency is an ISO code."""

    start: int
    end: int
    said: str
    currency: str
    cents: int


def _names(words: str, *, least: int) -> dict[str, int]:
    """Return names and their short forms with their places, counted from one."""
    found = {}
    for place, name in enumerate(words.split(), start=1):
        for length in range(least, len(name) + 1):
            found[name[:length].lower()] = place
    return found


_MONTH_NUMBERS = {
    language: {
        name: place
        for name, place in _names(words, least=3).items()
        if len(name) in (3, 4) or name in words.lower().split()
    }
    for language, words in MONTHS.items()
}
_MONTH_NUMBERS["de"] |= {"mär": 3, "mrz": 3, "maerz": 3, "jänner": 1, "feber": 2}
_WEEKDAY_NUMBERS = {
    language: {name.lower(): place for place, name in enumerate(words.split())}
    for language, words in WEEKDAYS.items()
}
_WEEKDAY_NUMBERS["de"]["sonnabend"] = 5


def _any_of(names: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_GAP = r"[ \t\u00a0]*\n?[ \t\u00a0]*"
_SPACE = r"(?:[ \t\u00a0]+\n?[ \t\u00a0]*|\n[ \t\u00a0]*)"
_YEAR = r"(?P<year>(?:19|20)\d{2})"


def _worded(language: str) -> re.Pattern[str]:
    months, weekdays = _any_of(_MONTH_NUMBERS[language]), _any_of(_WEEKDAY_NUMBERS[language])
    if language == "de":
        before = rf"(?:(?P<weekday>{weekdays})(?:s)?,?{_SPACE}(?:(?:dem|den|der){_SPACE})?)?"
        day_first = rf"(?P<day>\d{{1,2}})\.{_GAP}(?P<month>{months})\b"
        day_first += rf"(?:\.?{_SPACE}{_YEAR}\b)?"
        return re.compile(rf"(?<!\w){before}{day_first}", re.IGNORECASE)
    before = rf"(?:(?P<weekday>{weekdays}),?{_SPACE}(?:the{_SPACE})?)?"
    day_first = (
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_SPACE}(?:of{_SPACE})?(?P<month>{months})\b"
        rf"(?:[.,]?{_SPACE}{_YEAR}\b)?"
    )
    return re.compile(rf"(?<!\w){before}{day_first}", re.IGNORECASE)


_MONTH_FIRST = re.compile(
    rf"(?<!\w)(?:(?P<weekday>{_any_of(_WEEKDAY_NUMBERS['en'])}),?{_SPACE})?"
    rf"(?P<month>{_any_of(_MONTH_NUMBERS['en'])})\b\.?{_SPACE}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"
    rf"(?![.:]\d)(?:,?{_SPACE}{_YEAR}\b)?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    r"(?<![\w.,/-])(?:(?P<iso>\d{4})-(?P<iso_month>\d{2})-(?P<iso_day>\d{2})"
    r"|(?P<one>\d{1,2})(?P<sign>[./])(?P<two>\d{1,2})(?P=sign)(?P<year>(?:19|20)?\d{2}))(?![\w/-])"
)


def dates_in(text: str, language: str) -> list[WrittenDate]:
    """Return the dates of a text in reading order."""
    found = [_worded_date(match, language) for match in _worded(language).finditer(text)]
    if language == "en":
        found += [_worded_date(match, "en") for match in _MONTH_FIRST.finditer(text)]
        # "10 may come" is no date.
        found = [one for one in found if one.has_year or " may" not in one.said]
    found += list(_numeric_dates(text, language))
    kept: list[WrittenDate] = []
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _worded_date(match: re.Match[str], language: str) -> WrittenDate:
    day, month = int(match["day"]), _MONTH_NUMBERS[language][match["month"].lower()]
    year = match["year"]
    said = match["weekday"] or ""
    # Without a year, a leap year tells whether the day can exist at all.
    reading = _day(int(year) if year else 2024, month, day)
    return WrittenDate(
        start=match.start(),
        end=match.end(),
        said=match[0],
        readings=(reading,) if reading else (),
        weekday=_WEEKDAY_NUMBERS[language][said.lower()] if said else None,
        weekday_said=said,
        day=day,
        month=month,
        has_year=bool(year),
    )


def _numeric_dates(text: str, language: str) -> Iterator[WrittenDate]:
    for match in _NUMERIC.finditer(text):
        if match["iso"]:
            year, month, day = (int(match[name]) for name in ("iso", "iso_month", "iso_day"))
            readings = [_day(year, month, day)]
        else:
            one, two, year = (int(match[name]) for name in ("one", "two", "year"))
            year += 2000 if year < 100 else 0
            readings = [_day(year, two, one)]
            if language == "en" and match["sign"] == "/" and one != two:
                readings.append(_day(year, one, two))
            day, month = one, two
        possible = tuple(reading for reading in readings if reading)
        yield WrittenDate(
            match.start(), match.end(), match[0], possible, None, "", day, month, True
        )


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# -- money -----------------------------------------------------------------------------------------

_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD",
    "dollar": "USD", "dollars": "USD", "us$": "USD", "£": "GBP", "gbp": "GBP", "pounds": "GBP",
    "pound": "GBP", "chf": "CHF", "franken": "CHF", "francs": "CHF",
}  # fmt: skip
_MARK = "|".join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True))
_FIGURE = r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?:[.,]\d{2})?(?!\d)|\d+(?:[.,]\d{2})?(?!\d)"
_AMOUNT = re.compile(
    rf"(?<!\w)(?:(?P<before>{_MARK})[ \u00a0]?(?P<one>{_FIGURE})"
    rf"|(?P<two>{_FIGURE})(?:,-|,–)?[ \u00a0]?(?P<after>{_MARK})(?!\w))",
    re.IGNORECASE,
)


def amounts_in(text: str) -> list[WrittenAmount]:
    """Return the sums of money in a text that name their currency, in reading order."""
    found = []
    for match in _AMOUNT.finditer(text):
        mark = match["before"] or match["after"]
        figure = match["one"] or match["two"]
        found.append(
            WrittenAmount(
                match.start(), match.end(), match[0], _CURRENCIES[mark.lower()], _cents(figure)
            )
        )
    return found


def _cents(figure: str) -> int:
    whole, rest = figure, ""
    if re.search(r"[.,]\d{2}$", figure):
        whole, rest = figure[:-3], figure[-2:]
    digits = "".join(sign for sign in whole if sign.isdigit())
    return int(digits) * 100 + int(rest or 0)
