"""Katakana in Latin letters, for the mail addresses of made-up people."""

_SYLLABLES = """
アa イi ウu エe オo カka キki クku ケke コko サsa シshi スsu セse ソso タta チchi ツtsu テte トto
ナna ニni ヌnu ネne ノno ハha ヒhi フfu ヘhe ホho マma ミmi ムmu メme モmo ヤya ユyu ヨyo ラra リri
ルru レre ロro ワwa ヲo ンn ガga ギgi グgu ゲge ゴgo ザza ジji ズzu ゼze ゾzo ダda ヂji ヅzu デde
ドdo バba ビbi ブbu ベbe ボbo パpa ピpi プpu ペpe ポpo ヴvu ャya ュyu ョyo ァa ィi ゥu ェe ォo
"""
_LETTERS = {entry[0]: entry[1:] for entry in _SYLLABLES.split()}
_SMALL_Y = "ャュョ"


def romaji(kana: str) -> str:
    """Hepburn without marks for long vowels: キリタニ → kiritani, リョウ → ryo; other signs are left out."""
    text = ""
    is_doubled = False
    for sign in kana:
        letters = _LETTERS.get(sign, "")
        if sign in _SMALL_Y and text.endswith("i"):
            text = text[:-1]
            letters = letters[1:] if text.endswith(("sh", "ch", "j")) else letters
        elif is_doubled and letters:
            letters = letters[0] + letters
        is_doubled = sign == "ッ"
        text += letters
    return text.replace("ou", "o").replace("uu", "u")
