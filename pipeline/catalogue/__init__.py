"""The catalogue: what the data mean, read from YAML files."""

from pipeline.catalogue.catalogue import Catalogue
from pipeline.catalogue.load import load_catalogue

__all__ = ["Catalogue", "load_catalogue"]
