"""Secrets typed into a note: found by their shape, so that none is kept in a file that many read.

A note stays for years, is mailed, printed and searched. A password in it is a password lost. What
is looked for has a shape of its own: keys of known services, private keys, card numbers that add
up, addresses with a password inside, and a word such as “password” followed by a value. Talking
about passwords is no secret and passes.
"""

from __future__ import annotations

import re
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from offboarding.errors import InvalidInput


class Secret(StrEnum):
    """What kind of secret a text holds."""

    PASSWORD = "password"
    KEY = "key"
    TOKEN = "token"
    CARD = "card"


WHY: dict[Secret, str | Promise] = {
    Secret.PASSWORD: _(
        "This looks like a password. Notes are read by many and kept for years: leave it out, hand "
        "it over in person or through a password safe, and note here only who has it."
    ),
    Secret.KEY: _(
        "This looks like a private key. Leave it out, pass it on through a password safe, and note "
        "here only its name or fingerprint."
    ),
    Secret.TOKEN: _(
        "This looks like an access token. Whoever reads it could sign in with it: leave it out, "
        "let the successor make their own, and have this one revoked."
    ),
    Secret.CARD: _(
        "This looks like the number of a payment card. Keep only its last four digits here; the "
        "number itself stays with whoever issued the card."
    ),
}
"""Why each is refused, and what to do instead."""

_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY|PuTTY-User-Key-File|AGE-SECRET-KEY-1"
)

_TOKENS = re.compile(
    r"""(?<![A-Za-z0-9_])(?:
        (?:AKIA|ASIA)[A-Z0-9]{16}
      | gh[pousr]_[A-Za-z0-9]{30,} | github_pat_[A-Za-z0-9_]{30,} | glpat-[\w-]{18,}
      | xox[abeprs]-[A-Za-z0-9-]{10,}
      | (?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,} | sk-[A-Za-z0-9_-]{32,}
      | AIza[\w-]{35} | ya29\.[\w-]{20,}
      | SG\.[\w-]{16,}\.[\w-]{16,}
      | eyJ[\w-]{8,1000}\.eyJ[\w-]{8,}\.[\w-]{8,}
    )""",
    re.VERBOSE,
)
"""Tokens that say by their beginning whose they are."""

_IN_AN_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,80}:[^\s/@]{3,200}@", re.I)
"""An address with a name and a password inside."""

_NAMED = re.compile(
    r"""(?<!\w)
    (?P<word> pass[ -]?(?:word|phrase|code)s? | pass | pwd? | passwd | passwort\w* | kennwort\w*
      | kennw\.? | mot[ ]de[ ]passe | contraseña | zugangscode | recovery[ ]code
      | (?:wlan|wi-?fi)[ -]?(?:key|code|schlüssel)
      | geheimnis | secret(?:[ _-]?key)? | client[ _-]?secret
      | (?:\w+_)?secret(?:_\w+)?_key | \w+_(?:password|passwd|pwd|secret|token)
      | api[ _-]?(?:key|token|secret|schlüssel) | access[ _-]?(?:key|token) | auth[ _-]?token
      | bearer | private[ _-]?key | pins? | puk | cvv2? | cvc2?
    )
    (?P<of> (?:\s+(?:for|of|to|für|von|zum|zur|the|our|den|die|das|dem|der|is|ist|lautet)
      (?:\s+\w+)?){0,2} )
    \s*(?P<sign> [:=]+ | \b(?:is|ist|lautet)\b:? | \s[-–]\s )\s*
    (?P<value> ["'“„‘`]?[^\s"'”“’`]{3,200} )""",
    re.IGNORECASE | re.VERBOSE,
)

_BARE = re.compile(
    r"""(?<![\w-])
    (?: (?:pass[ ]?word|pass|pwd?|passwort|kennwort)
        \s+ (?=\S*[A-Za-zÄÖÜäöüß]) (?=\S*\d) [^\s,;:()"“”„]{6,60}
      | (?:\w+-)?pin \s+ \d{4,8}
    ) [.,;!)]* (?= \s* (?: $ | [\n,;)] ) )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Letters and digits mixed after such a word and a space, where nothing more is said."""

_PAIR = re.compile(
    r"""(?<!\w) (?:zugangsdaten|credentials|log-?in|user(?:name)?|benutzer(?:name)?|konto|account)
    (?:\s?/\s?\w+)? \s*[:=]\s* [^\s/|]{1,80} \s?[/|]\s? (?P<value>[^\s/|]{6,100})""",
    re.IGNORECASE | re.VERBOSE,
)
"""A name and a password, with a stroke between them."""

_PERHAPS_A_CARD = re.compile(r"(?<![\w.,+/-])\d(?:[ -]?\d){12,18}(?![\w/-])")
_CARD_BEGINNINGS = re.compile(
    r"4|5[1-5]|2(?:2[2-9]|[3-6]\d|7[01])|3[47]|3(?:0[0-5]|[68])|6(?:011|5|4[4-9])|35(?:2[89]|[3-8])"
)
_CARD_LENGTHS = {"3": (14, 15, 16), "4": (13, 16, 19)}

_NUMBERS_ONLY = {"pin", "pins", "puk", "cvv", "cvv2", "cvc", "cvc2"}

_SAYS_NOTHING_LISTED = """
    a above again all also an and as at be being below by changed deleted disabled encrypted
    enclosed expired follow follows for forgotten from given gone handed held in it kept known
    later locked lost missing n/a needed never new no none not on only open our out passed
    pending personal protected removed required reset returned revoked rotated safe sealed
    secure see send sent set still stored separately strong that the them their there they
    this to unknown unchanged under via weak who will with within working written wrong yes
    yet abgelaufen alle alt am an auch auf aus beim bei bekannt deaktiviert den der die das
    ein erhalten fehlt folgt geändert gelöscht gesperrt gesondert getrennt hat hinterlegt im
    in ist kein keines liegt mit nach neu nicht noch nur offen per sicher siehe sind steht und
    unbekannt unter vergessen vom von war weg werden wird wurde zu zum zur zurückgegeben
    zurückgesetzt übergeben
"""
_SAYS_NOTHING = frozenset(_SAYS_NOTHING_LISTED.split())
"""What follows “password is …” in a sentence that tells no password."""


def find(text: str) -> Secret | None:
    """Return what kind of secret a text seems to hold; None for almost every text."""
    if not text or len(text) < 6:
        return None
    if _PRIVATE_KEY.search(text):
        return Secret.KEY
    if _TOKENS.search(text):
        return Secret.TOKEN
    if _IN_AN_ADDRESS.search(text):
        return Secret.PASSWORD
    for match in _NAMED.finditer(text):
        if _is_a_value(match):
            return _kind_of(match["word"])
    if _BARE.search(text) or any(_is_mixed(one["value"]) for one in _PAIR.finditer(text)):
        return Secret.PASSWORD
    if any(_is_a_card(found.group()) for found in _PERHAPS_A_CARD.finditer(text)):
        return Secret.CARD
    return None


def refuse_secrets(**texts: str) -> None:
    """Keep secrets out of what is about to be recorded.

    Args:
        texts: what a person typed, by the name of its field.

    Raises:
        InvalidInput: one of them holds a secret; the sentence says why, and what to do instead.
    """
    for field, text in texts.items():
        found = find(text)
        if found is not None:
            raise InvalidInput(field, str(WHY[found]))


def _kind_of(word: str) -> Secret:
    word = word.casefold()
    if word.startswith(("cvv", "cvc")):
        return Secret.CARD
    if "private" in word:
        return Secret.KEY
    is_token = word.startswith(("api", "access", "auth", "bearer", "client", "secret"))
    is_token = is_token or word.endswith(("_key", "_secret", "_token"))
    return Secret.TOKEN if is_token else Secret.PASSWORD


def _is_a_value(match: re.Match[str]) -> bool:
    """Tell a value from a word of the sentence that goes on."""
    word, sign = match["word"].casefold(), match["sign"].strip()
    quoted = match["value"][0] in "\"'“„‘`"
    value = match["value"].strip("\"'“”„‘’`.,;()[]")
    if len(value) < 3 or not any(sign.isalnum() for sign in value):
        return False
    if word == "pass" and sign[0] not in ":=":
        return False  # “we let it pass – 3 May”
    if word in _NUMBERS_ONLY:
        return value.isdecimal() and len(value) <= 8
    if value.casefold() in _SAYS_NOTHING or set(value) <= set("*•…xX.-_"):
        return False
    is_a_plain_word = value.isalpha() and (value.islower() or value.istitle())
    if quoted:
        return True
    if sign.startswith((":", "=")):
        # “Passwords: Miller has them” goes on with words; “password: tiger” ends.
        goes_on = re.match(r"\s+\w+", match.string[match.end() :])
        return not (is_a_plain_word and goes_on)
    return not is_a_plain_word and not re.fullmatch(r"[A-Za-zÄÖÜäöüß]+(?:-\w+)*", value)


def _is_mixed(value: str) -> bool:
    """Tell whether letters stand beside digits, as in a password and in few names."""
    value = value.rstrip(".,;!)")
    return any(map(str.isalpha, value)) and any(map(str.isdecimal, value))


def _is_a_card(digits: str) -> bool:
    number = re.sub(r"\D", "", digits)
    if not _CARD_BEGINNINGS.match(number):
        return False
    if len(number) not in _CARD_LENGTHS.get(number[0], (16,)):
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
