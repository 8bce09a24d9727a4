"""How names and phone numbers are folded, so that one person is found however he was typed (domain.md C, 全角/半角)."""

import re
import unicodedata
from collections.abc import Iterator

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
_PHONE_LIKE = re.compile(r"(?=.*\d)[+]?[\d\s()/.‐‑‒–—―−ー-]+")
_JAPAN = "81"  # as in +81
_DIALLED_ABROAD = 11  # digits, from which a number that begins with 81 can only be an international one
_WORD_START = 2  # characters
_LOOK_AHEAD = 12  # characters that surely hold two that are no noise


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


def query_key(text: str) -> str:
    """The key of what somebody types to find a record: a phone number in any spelling as 0312345678, else as stored."""
    folded = unicodedata.normalize("NFKC", text.replace("\0", "")).strip()  # PostgreSQL takes no NUL
    return phone_key(folded) if _PHONE_LIKE.fullmatch(folded) else search_key(folded)


def phone_key(phone: str) -> str:
    """The digits as they are dialled in Japan: +81 3-1234-5678 and (03)1234-5678 are both 0312345678."""
    folded = unicodedata.normalize("NFKC", phone).strip()
    digits = "".join(character for character in folded if character.isdecimal())
    is_full = folded.startswith("+") or len(digits) >= _DIALLED_ABROAD
    if is_full and digits.startswith(_JAPAN):
        return "0" + digits.removeprefix(_JAPAN).lstrip("0")
    return digits


def word_starts(*parts: str) -> str:
    """The first one and two characters of every word of these texts, folded like `search_key`, each once.

    A word begins after a space or a sign, where the script changes, and at every kanji: 東雲印刷 is found by 東, 東雲,
    雲, 雲印, 印, 印刷 and 刷, あおぞら薬局 by ア, アオ, 薬, 薬局, 局.
    """
    starts: dict[str, None] = {}
    for part in parts:
        text = _CORPORATE.sub(" ", unicodedata.normalize("NFKC", part).casefold())
        for position in _word_positions(text):
            start = _folded_for_search(text[position : position + _LOOK_AHEAD])[:_WORD_START]
            starts |= dict.fromkeys((start[:1], start))
    starts.pop("", None)
    return " ".join(starts)


def _word_positions(text: str) -> Iterator[int]:
    before = ""
    for position, character in enumerate(text):
        script = before if character == "ー" else _script(character)
        if script and (script == "kanji" or script != before):
            yield position
        before = script


def _script(character: str) -> str:
    """What a character is written in; nothing for spaces and signs."""
    if "ぁ" <= character <= "ゖ":
        return "hiragana"
    if "ァ" <= character <= "ヺ":
        return "katakana"
    if character.isdecimal():
        return "digits"
    if "CJK" in unicodedata.name(character, "") or character == "々":
        return "kanji"
    return "letters" if character.isalpha() else ""


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
