"""Currencies of ISO 4217 that money can be owed in."""

from __future__ import annotations

from decimal import Decimal

# Funds, precious metals and test codes are left out: nobody writes an invoice in them.
_ISO_4217 = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
    KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR
    MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
    SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CODES = frozenset(_ISO_4217.split())

_WITHOUT_MINOR_UNIT = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    }
)
_WITH_THREE_DIGITS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def minor_unit_digits(code: str) -> int:
    """Say how many digits stand after the point, so that `_cents` amounts can be written out.

    An amount in `_cents` counts the currency's smallest unit: cents of a euro, but whole yen.
    """
    if code in _WITHOUT_MINOR_UNIT:
        return 0
    return 3 if code in _WITH_THREE_DIGITS else 2


def smallest_units(amount: Decimal, code: str) -> int | None:
    """Count an amount in the currency's smallest unit; None when it is written finer than that.

    How it is written counts: 1.000 euros may be one or a thousand, so it is neither.
    """
    exponent = amount.as_tuple().exponent
    digits = minor_unit_digits(code)
    if not isinstance(exponent, int) or -exponent > digits:
        return None
    return int(amount.scaleb(digits))
