"""How much room a text takes in a cell, and how much of it a cell can hold."""

_LONGEST = 32_767  # UTF-16 units in a cell; Excel refuses a file with more


def lines(text: str, width: float) -> int:
    """About how many lines a text takes in a column of that width, broken between words.

    >>> lines("Tỷ lệ khám phá", 8)
    2
    """
    count = 0
    for paragraph in text.split("\n"):
        room, count = width, count + 1
        for word in paragraph.split(" "):
            need = 0.88 * len(word)
            if need > room and room < width:
                room, count = width, count + 1
            while need > room and width > 1:  # a word longer than the column is broken
                need, room, count = need - room, width, count + 1
            room -= need + 0.5
    return count


def fitting(text: str, cut: str) -> str:
    """The text as a cell can hold it: cut visibly where it is too long, and without halves of characters."""
    text = text.encode("utf-8", "replace").decode()
    if len(text) * 2 > _LONGEST and len(text.encode("utf-16-le")) > 2 * _LONGEST:
        room = 2 * (_LONGEST - len(cut))
        text = text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + cut
    return text
