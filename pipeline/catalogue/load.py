"""Reads a catalogue folder into models; everything wrong in it is one `CatalogueError` naming file and key."""

import hashlib
import re
from collections.abc import Hashable
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pipeline.catalogue.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.catalogue.models import Check, Indicator, Province, Settings, Target, Words
from pipeline.catalogue.scoring import Scoring
from pipeline.catalogue.scoring_form import form_of_points, with_criteria
from pipeline.catalogue.validate import validate
from pipeline.errors import CatalogueError

Model = TypeVar("Model", bound=BaseModel)
_SHIPPED = "schemas"
_NAMES = ("catalogue", "provinces", "indicators", "targets", "checks", "scoring")
_FORM_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ID = re.compile(r"[^\s/\\]+")


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's scalars: ``01`` and ``no`` are texts, ``true`` and ``false`` alone are booleans; no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse a key that stands twice: the second would silently win."""
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


_RESOLVED_ANEW = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:int"}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _RESOLVED_ANEW]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))


def load_catalogue(folder: Path) -> Catalogue:
    """Read and check ``catalogue.yaml``, ``provinces.yaml``, ``forms/`` and all optional files.

    Raises `CatalogueError`, which names the file, the key and what was expected.
    """
    folder = _existing(folder)
    texts = {path.relative_to(folder).as_posix(): path for path in sorted(_files(folder))}
    raw = {name: _parse(name, path) for name, path in texts.items()}
    settings = _model(Settings, "catalogue.yaml", _required(raw, "catalogue.yaml", folder))
    forms = {_form_id(name): _model(Form, name, content) for name, content in raw.items() if name.startswith("forms/")}
    for form in settings.forms:
        if form not in forms:
            raise CatalogueError("catalogue.yaml", "forms", f"there is no file forms/{form}.yaml")
    scoring = _list(Scoring, "scoring.yaml", raw.get("scoring.yaml"))
    if points := form_of_points(forms):
        forms[points] = with_criteria(points, forms[points], scoring)
    catalogue = Catalogue(
        settings=settings,
        words=_words(settings),
        provinces=_unique(
            "provinces.yaml", _list(Province, "provinces.yaml", _required(raw, "provinces.yaml", folder))
        ),
        forms={name: forms[name] for name in (*settings.forms, *sorted(set(forms) - set(settings.forms)))},
        indicators=_mapping(Indicator, "indicators.yaml", raw.get("indicators.yaml")),
        targets=_list(Target, "targets.yaml", raw.get("targets.yaml")),
        checks=_list(Check, "checks.yaml", raw.get("checks.yaml")),
        hash=_hash(texts),
        scoring=scoring,
        points_form=points,
    )
    validate(catalogue)
    return catalogue


def _existing(folder: Path) -> Path:
    """The folder, or the catalogue that is shipped inside the package when the default folder is not there."""
    if folder.is_dir():
        return folder
    if folder.exists():
        raise CatalogueError(folder, "", "is a file; expected a folder with catalogue.yaml")
    shipped = resources.files("pipeline") / _SHIPPED
    if folder == Path(_SHIPPED) and shipped.is_dir():
        return Path(str(shipped))
    raise CatalogueError(folder, "", "there is no such folder; expected one with catalogue.yaml")


def _files(folder: Path) -> list[Path]:
    named = [folder / f"{n}.yaml" for n in _NAMES]
    forms = [path for path in (folder / "forms").glob("*.yaml") if not path.name.startswith(".")]
    return [path for path in (*named, *forms) if path.is_file()]


def _hash(texts: dict[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in texts.items():
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _parse(name: str, path: Path) -> Any:
    try:
        return yaml.load(path.read_bytes().decode("utf-8"), Loader=_Loader)  # noqa: S506  a safe loader, refined above
    except yaml.YAMLError as error:
        raise CatalogueError(name, "", " ".join(str(error).split())) from None
    except UnicodeDecodeError as error:
        raise CatalogueError(name, "", f"is not UTF-8 text (byte {error.start})") from None
    except (RecursionError, ValueError) as error:
        raise CatalogueError(name, "", f"cannot be read: {error}") from None
    except OSError as error:
        raise CatalogueError(name, "", f"cannot be opened: {error.strerror}") from None


def _form_id(name: str) -> str:
    """A form's id is its file's name; expressions, sheets and columns use it."""
    found = Path(name).stem
    if not _FORM_ID.fullmatch(found):
        reason = f"a form's file name is its id: letters without marks, digits and _ only, no digit first: {found!r}"
        raise CatalogueError(name, "", reason)
    return found


def _required(raw: dict[str, Any], name: str, folder: Path) -> Any:
    if name not in raw:
        raise CatalogueError(folder / name, "", "the file is missing; a catalogue must have it")
    if raw[name] is None:
        raise CatalogueError(name, "", "the file is empty; expected a catalogue's entries")
    return raw[name]


def _model(model: type[Model], name: str, content: Any, entry: str = "") -> Model:
    """One entry of a file; ``entry`` says which."""
    if not isinstance(content, dict):
        found = "nothing" if content is None else f"{content!r:.80}"
        raise CatalogueError(name, entry, f"expected keys and values, found {found}")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        # Of the ways in which a value may be written, the one that was followed furthest is the one that was meant.
        first = max(error.errors(include_url=False), key=lambda e: len(e["loc"]))
        parts = [str(part) for part in first["loc"] if "[" not in str(part)]
        key = ".".join([*([entry] if entry else []), *parts])
        found = first["input"]
        shown = f" (found {found!r:.80})" if not isinstance(found, dict | BaseModel) else ""
        raise CatalogueError(name, key, f"{first['msg'].removeprefix('Value error, ')}{shown}") from None


def _list(model: type[Model], name: str, content: Any) -> tuple[Model, ...]:
    if content is None:
        return ()
    if not isinstance(content, list):
        raise CatalogueError(name, "", f"expected a list, found {type(content).__name__}")
    return tuple(_model(model, name, item, _entry(i, item)) for i, item in enumerate(content))


def _entry(index: int, item: Any) -> str:
    """What a list's entry is called: its id, or its place."""
    named = (item.get("id") or item.get("indicator")) if isinstance(item, dict) else None
    return str(named or index)


def _mapping(model: type[Model], name: str, content: Any) -> dict[str, Model]:
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise CatalogueError(name, "", f"expected ID: {{...}} entries, found {type(content).__name__}")
    for key in content:
        if not _ID.fullmatch(str(key)):
            raise CatalogueError(name, repr(key), "an id is not empty and has no spaces or slashes")
    return {str(key): _model(model, name, item, str(key)) for key, item in content.items()}


def _unique(name: str, provinces: tuple[Province, ...]) -> dict[str, Province]:
    found: dict[str, Province] = {}
    for province in provinces:
        if province.id in found:
            raise CatalogueError(name, province.id, "the id stands twice; an id is never reused")
        found[province.id] = province
    return found


def _words(settings: Settings) -> Words:
    """The default words, those of the catalogue in their place."""
    text = (resources.files("pipeline") / "words.yaml").read_text("utf-8")
    default: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)  # our own file
    marks = ("total_labels", "nil_marks", "missing_marks", "not_applicable_marks")
    own = {name: getattr(settings, name) for name in marks if getattr(settings, name) is not None}
    return _model(Words, "catalogue.yaml", default | dict(settings.words) | own)
