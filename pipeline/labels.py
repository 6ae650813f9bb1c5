"""Labels in several languages, and header patterns: the two shapes of text that catalogue files hold."""

from typing import Annotated, Any

from pydantic import BeforeValidator, RootModel, model_validator

# The order in which another language stands in for one that a label lacks.
_FALLBACK = ("vi", "en")
ANY = "*"

Path = tuple[str, ...]


class Label(RootModel[dict[str, str]]):
    """A text in one or more languages; a bare text serves all."""

    model_config = {"frozen": True}

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return {ANY: str(value)}
        if not isinstance(value, dict) or not value:
            raise ValueError("label")
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """A bare text, or one for each language."""
        return {"anyOf": [{"type": ["string", "number"]}, {**handler(core), "minProperties": 1}]}

    def text(self, lang: str) -> str:
        """The label in a language, or in the nearest one it has."""
        for key in (lang, ANY, *_FALLBACK):
            if key in self.root:
                return self.root[key]
        return next(iter(self.root.values()))

    @property
    def all(self) -> tuple[str, ...]:
        """Every language's text."""
        return tuple(self.root.values())


def _as_path(value: Any) -> Any:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return (str(value),)
    if isinstance(value, list) and value and all(isinstance(v, str | int | float) for v in value):
        return tuple(str(v) for v in value)
    raise ValueError("header")


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


# How each may be written, which an editor is told (`tools.schemas_json`).
_Word = str | int | float
_Words = _Word | list[_Word]
HeaderPath = Annotated[Path, BeforeValidator(_as_path, json_schema_input_type=_Words)]
# One pattern may stand alone, without a list around it.
HeaderPaths = Annotated[tuple[HeaderPath, ...], BeforeValidator(_as_list, json_schema_input_type=_Word | list[_Words])]
Text = Annotated[
    str,
    BeforeValidator(
        lambda v: str(v) if isinstance(v, int | float) and not isinstance(v, bool) else v, json_schema_input_type=_Word
    ),
]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_list, json_schema_input_type=_Words)]


class Header(RootModel[dict[str, HeaderPath]]):
    """A column's header by language: a text, or a path through a header of several rows."""

    model_config = {"frozen": True}

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return value if isinstance(value, dict) and value else {ANY: value}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        """A text or a path, or one for each language."""
        path = {"type": ["string", "number", "array"], "items": {"type": ["string", "number"]}}
        return {"anyOf": [path, {**handler(core), "minProperties": 1}]}

    @property
    def label(self) -> Label:
        """The header as one text for each language; a path is joined with a colon."""
        return Label({lang: ": ".join(path) for lang, path in self.root.items()})

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every language's pattern."""
        return tuple(self.root.values())
