"""Valid submissions of any number, drawn from a seed; `tools.synthesise` puts the parts together."""


class NotMadeError(Exception):
    """What was asked for cannot be made; the text says why, in English: only those who work on the program see it."""
