"""Statistics as pure functions of numbers: intervals, limits, ranks, effects; without provinces and cells."""
