"""How much one file may take before it is refused."""

from dataclasses import dataclass

from pipeline.model import FILE_MB, Options

MB = 2**20


@dataclass(frozen=True)
class Limits:
    """What one file may take: time and memory of its reading, and sizes that no office program exceeds.

    The largest genuine workbook of 4,345 has 1,033 entries, 57 MiB unpacked and a part of ratio 121.
    """

    seconds: float = 60.0
    memory_mb: int = 2048
    file_mb: int = FILE_MB
    entries: int = 5_000
    part_mb: int = 512
    total_mb: int = 1_024
    ratio: int = 200
    ratio_from_mb: int = 10
    cells: int = 20_000_000

    @classmethod
    def of(cls, options: Options) -> "Limits":
        """The limits of a run."""
        return cls(seconds=options.file_seconds, memory_mb=options.memory_mb)
