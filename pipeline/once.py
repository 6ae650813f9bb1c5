"""Columns of texts as objects, each text once: very many cells hold few texts, and one object each takes 60 bytes."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd


def once(texts: "pd.Series[str]") -> "npt.NDArray[np.object_]":
    """A column's texts; those that are the same are one object, null is None."""
    codes, levels = texts.factorize()
    return np.asarray(np.array([*levels, None], dtype=object)[codes], dtype=object)  # null's code is -1
