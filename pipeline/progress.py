"""How far a run is, for whoever wants to know."""


class Progress:
    """Is told of each stage of a run, and of the files in it; this one makes nothing of it."""

    def stage(self, key: str, total: int = 0, **params: object) -> None:
        """A stage begins, with so many files, and the one before is over; ``cli.stage.KEY`` is its name."""

    def begun(self, file: str) -> None:
        """A file of the stage is being worked on."""

    def done(self, file: str) -> None:
        """A file of the stage is done."""

    def waited(self) -> None:
        """Nothing happened for a moment."""


SILENT = Progress()
