"""How fast the pipeline is against two yardsticks: the tutorial script and the least that the work takes."""
