"""How names and phone numbers are folded, so that one person is found however he was typed (domain.md C, 全角/半角)."""

import re
import unicodedata

import phonenumbers

_CORPORATE_FORMS = (
    "株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|公益社団法人|公益財団法人|社団法人|財団法人"
    "|医療法人社団|医療法人|学校法人|社会福祉法人|特定非営利活動法人|独立行政法人"
    r"|[(](?:株|有|同|資|名|社|財|医|学|福)[)]"
)
_CORPORATE = re.compile(_CORPORATE_FORMS)
_NOISE = re.compile(r"[\s・･‐‑‒–—―−ー－_.,'’\"“”/&＆-]+")
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_LARGE_KANA = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")


def normalised_name(name: str) -> str:
    """The name that two spellings of one company or person share: NFKC, case folded, corporate form and spaces removed.

    A name that is nothing but a corporate form keeps it. An empty name stays empty.
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()
    return _CORPORATE.sub("", folded) or folded


def search_key(*parts: str) -> str:
    """One key for finding records by any of these texts, kana and width ignored; parts are kept apart by a space."""
    return " ".join(key for key in (_folded_for_search(part) for part in parts) if key)


def _folded_for_search(text: str) -> str:
    katakana = normalised_name(text).translate(_TO_KATAKANA).translate(_LARGE_KANA)
    return _NOISE.sub("", katakana)


def kana_key(kana: str) -> str:
    """The key that sorts readings in gojuon order on both databases: hiragana and half width become katakana (D22)."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", kana)).translate(_TO_KATAKANA)


def e164(phone: str) -> str:
    """The number as +81…; what cannot be a phone number is kept as it was typed, so that nothing is lost."""
    typed = unicodedata.normalize("NFKC", phone).strip()
    try:
        number = phonenumbers.parse(typed, "JP")
    except phonenumbers.NumberParseException:
        return typed
    if not phonenumbers.is_possible_number(number):
        return typed
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national_phone(phone: str) -> str:
    """The number as a Japanese reader writes it, 03-1234-5678; anything else unchanged."""
    try:
        number = phonenumbers.parse(phone, "JP")
    except phonenumbers.NumberParseException:
        return phone
    if number.country_code != 81:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
