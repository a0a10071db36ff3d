"""Whether a warning says, in plain words, that our work may end."""

from __future__ import annotations

import re

_WORK = {
    "en": r"\b(?:agreement|contract|work|working|services?|engagement|mandate|relationship"
    r"|co-?operation|collaboration|partnership|appointment|retainer|acting|client)\b",
    "de": r"(?:zusammenarbeit|arbeit\b|arbeiten\b|leistung|vertr[aä]g|vereinbarung|mandat|auftrag"
    r"|beziehung|verhältnis|betreuung|tätigkeit|beratung)",
}
_OTHER_ENDS = {
    "en": (
        # A point in time, and no end of our work.
        r"\b(?:at|by|until|till|before|after|towards?|from|in) the (?:very )?end\b(?: of\b)?",
        r"\bend of (?:the |this |that |each |every |next |your )?(?:\w+ )?(?:day|week|month|quarter"
        r"|year|period|january|february|march|april|may|june|july|august|september|october"
        r"|november|december|\d)",
        r"\b(?:month|year|week|day|quarter)[- ]end\b|\bto (?:this|that) end\b",
        r"\bstop (?:by|in)\b",
        # What is denied.
        r"\b(?:nothing|none)(?: (?:of|in|about|our|the|this|that|work|agreement|contract|services?"
        r"|will|would|shall|may|can))* (?:ends?|stops?|ceases?|terminates?)\b",
        r"\b(?:end|terminate|stop)s? nothing\b",
        r"\b(?:not|never)(?: (?:want|wish|like|intend|plan|mean|going|yet))?(?: to)?"
        r" (?:end|terminate|stop|cease)\b",
        r"\b(?:not|never|nobody)\b[^.!?,;]{0,20}\bterminat\w*",
    ),
    "de": (
        r"\b(?:am|bis|zum|gegen|vor|nach|ab|seit)(?: zum| dem)? ende\b",
        r"\bende (?:des|dieses|der|dieser|nächster|nächsten)? ?(?:monat|jahr|quartal|woche|tag"
        r"|frist|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|\d)",
        r"\b(?:nichts?|nie|niemals|keine\w?)(?: zu)? (?:\w*kündig\w*|beend\w*|ende\w*)",
        r"\b(?:endet|enden|beende\w*|(?:ge)?kündig\w*)"
        r"(?: (?!(?:wenn|falls|sofern|weil|und|oder|dass)\b)\w+){0,4}? (?:nichts?|nie|niemals)\b"
        r"(?! (?:nur|mehr)\b|[^.!?,;]{0,200}(?:ausschliess|auszuschliess|ausgeschlossen))",
        # Announcing is another word with the same stem, whole or in two.
        r"\b\w*an(?:ge|zu)?kündig\w*",
        r"\bkündig\w*[^.!?,;]{0,200} an(?=[.!?,;]|$)",
        r"\bbitte beenden sie\b",
    ),
}
_ENDING = {
    "en": (
        r"(?<!\byou )\b(?:may|might|could|can|will|would|shall|must|to)\b"
        r"(?:(?!\b(?:not|never)\b)[^.!?]){0,200}?"
        r"\b(?:end(?:ed|ing)?|stop(?:ped|ping)?|ceas(?:e|ed|ing)|discontinu\w*|cancel\w*|resign"
        r"|withdraw\w*|be over|to a close)\b",
        r"\b(?:rule|ruled) out\b[^.!?]{0,200}\bend(?:ing)?\b",
        rf"{_WORK['en']}[^.!?,;]{{0,40}}\b(?:ends|stops|ceases|is over)\b",
        r"\bwe (?:then )?(?:end|stop|cease)\b",
        r"\b(?:we|our \w+)\b[^.!?,;]{0,20}\b(?:not|cannot|no longer|unable to)\b[^.!?,;]{0,30}"
        r"\b(?:continue|go on|carry on|work for|act for)\b",
    ),
    "de": (
        r"\bbeend|\b(?:ende|endet|enden)\b|\baufhör|\baufzuhören|\bhör\w*\b[^.!?]{0,200}\bauf\b",
        r"\beinstell|\beinzustellen|\bstell\w*\b[^.!?]{0,200}\bein\b|\bauflös|\baufzulösen|\baufgelöst",
        r"\bniederleg|\bniederzulegen|\bleg(?:en|e)\b[^.!?]{0,200}\bnieder\b",
        r"\b(?:nicht|keine\w?)\b[^.!?,;]{0,200}"
        r"(?:fortsetz|fortzusetzen|fortführ|fortzuführen|weiterführ|weiterzuführen"
        r"|\bweiter\b[^.!?,;]{0,200}\barbeiten|weiterarbeiten)",
    ),
}
"""These say it in one sentence with a word for our work; those below say it alone."""

_ALONE = {
    "en": (
        r"\bterminat\w*",
        r"\bgive (?:you )?notice\b(?! of (?!terminat)| that)",
        r"\bpart (?:ways|company)\b",
    ),
    "de": (r"kündig", r"\buns\b[^.!?,;]{0,200}\bvon ihnen\b[^.!?,;]{0,200}\btrennen\b"),
}

_SENTENCES = re.compile(r"(?<=[^\W\d][.!?])\s+")


def is_said(words: str, language: str) -> bool:
    """Tell whether a text says that our work for the client may end.

    A month that ends does not say it, nor does “nothing ends by this letter”.

    Args:
        words: of one part of the letter.
        language: code of the letter's.
    """
    text = " ".join(words.casefold().split())
    for other in _OTHER_ENDS[language]:
        text = re.sub(other, " · ", text)
    return any(
        any(re.search(alone, sentence) for alone in _ALONE[language])
        or (
            re.search(_WORK[language], sentence) is not None
            and any(re.search(ending, sentence) for ending in _ENDING[language])
        )
        for sentence in _SENTENCES.split(text)
    )
