"""Which texts have come by, in little memory: a file may hold a million ids."""

from array import array

BINS = 1 << 16


class SeenTexts:
    """64 bits of each text: a million of them take 20 MB, and a false alarm has a chance of one in ten million."""

    def __init__(self) -> None:
        self._bins: dict[int, array[int]] = {}

    def add(self, text: str) -> bool:
        """Remember the text; False where it has come by before."""
        mark = hash(text)
        held = self._bins.get(mark % BINS)
        if held is None:
            self._bins[mark % BINS] = array("q", (mark,))
            return True
        if mark in held:
            return False
        held.append(mark)
        return True
