"""Reads a catalogue folder into models; everything wrong in it is one `CatalogueError` naming file and key."""

import hashlib
import re
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pipeline.catalogue.catalogue import Catalogue
from pipeline.catalogue.faults import fault
from pipeline.catalogue.forms import Form
from pipeline.catalogue.models import Check, Indicator, Province, Settings, Target, Words
from pipeline.catalogue.scoring import Scoring
from pipeline.catalogue.scoring_form import form_of_points, with_criteria
from pipeline.catalogue.validate import validate
from pipeline.catalogue.yaml_text import line_of, parse
from pipeline.errors import CatalogueError
from pipeline.nearest import nearest

Model = TypeVar("Model", bound=BaseModel)
_SHIPPED = "schemas"
_FORMS = "forms"
_NAMES = ("catalogue", "provinces", "indicators", "targets", "checks", "scoring")
_FORM_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ID = re.compile(r"[^\s/\\]+")


def load_catalogue(folder: Path) -> Catalogue:
    """Read and check ``catalogue.yaml``, ``provinces.yaml``, ``forms/`` and all optional files.

    Raises `CatalogueError`, which names the file, the line, the key and what was expected.
    """
    folder = _existing(folder)
    try:
        return _loaded(folder)
    except CatalogueError as error:
        raise error.at(line_of(folder / error.file, error.way)) from None


def _loaded(folder: Path) -> Catalogue:
    _refuse_misnamed(folder)
    texts = {path.relative_to(folder).as_posix(): path for path in sorted(_files(folder))}
    raw = {name: parse(name, path) for name, path in texts.items()}
    settings = _model(Settings, "catalogue.yaml", _required(raw, "catalogue.yaml", folder))
    forms = {_form_id(name): _model(Form, name, content) for name, content in raw.items() if name.startswith("forms/")}
    for form in settings.forms:
        if form not in forms:
            raise CatalogueError("catalogue.yaml", "forms", "no_form_file", meant_among=forms, name=form)
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
        raise CatalogueError(folder, "", "no_folder_but_file")
    shipped = resources.files("pipeline") / _SHIPPED
    if folder == Path(_SHIPPED) and shipped.is_dir():
        return Path(str(shipped))
    raise CatalogueError(folder, "", "no_folder")


def _files(folder: Path) -> list[Path]:
    named = [folder / f"{n}.yaml" for n in _NAMES]
    forms = [path for path in (folder / "forms").glob("*.yaml") if not path.name.startswith(".")]
    return [path for path in (*named, *forms) if path.is_file()]


def _refuse_misnamed(folder: Path) -> None:
    """Refuse what was to be a file of the catalogue and would not be read: another ending, a misspelt name."""
    for path in sorted(p for p in (*folder.glob("*.y*ml"), *folder.glob("*/*.y*ml")) if not p.name.startswith(".")):
        own = path.relative_to(folder)
        if path.suffix == ".yaml" and own.as_posix() in {*(f"{name}.yaml" for name in _NAMES), f"forms/{path.name}"}:
            continue
        first, *rest = own.with_suffix(".yaml").parts
        among = [_FORMS] if rest else [f"{name}.yaml" for name in _NAMES]
        if meant := first if first in among else nearest(first, among):
            raise CatalogueError(own.as_posix(), "", "misnamed", name="/".join([meant, *rest]))


def _hash(texts: dict[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in texts.items():
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _form_id(name: str) -> str:
    """A form's id is its file's name; expressions, sheets and columns use it."""
    found = Path(name).stem
    if not _FORM_ID.fullmatch(found):
        raise CatalogueError(name, "", "form_id", name=found)
    return found


def _required(raw: dict[str, Any], name: str, folder: Path) -> Any:
    if name not in raw:
        raise CatalogueError(folder / name, "", "missing_file")
    if raw[name] is None:
        raise CatalogueError(name, "", "empty_file")
    return raw[name]


def _model(model: type[Model], name: str, content: Any, entry: str = "") -> Model:
    """One entry of a file; ``entry`` says which."""
    if not isinstance(content, dict):
        raise CatalogueError(name, entry, "keys_and_values", name="" if content is None else str(content))
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise fault(error, name, entry) from None


def _list(model: type[Model], name: str, content: Any) -> tuple[Model, ...]:
    if content is None:
        return ()
    if not isinstance(content, list):
        raise CatalogueError(name, "", "list_of_entries")
    return tuple(_item(model, name, i, item) for i, item in enumerate(content))


def _item(model: type[Model], name: str, index: int, item: Any) -> Model:
    """One entry of a list; its names may be another entry's too, its place in the list is not."""
    entry = _entry(index, item)
    try:
        return _model(model, name, item, entry)
    except CatalogueError as error:
        error.way = f"{index}{error.place.removeprefix(entry)}"
        raise


def _entry(index: int, item: Any) -> str:
    """What a list's entry is called: its id, or its place."""
    named = (item.get("id") or item.get("indicator")) if isinstance(item, dict) else None
    return str(named or index)


def _mapping(model: type[Model], name: str, content: Any) -> dict[str, Model]:
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise CatalogueError(name, "", "entries_by_id")
    for key in content:
        if not _ID.fullmatch(str(key)):
            raise CatalogueError(name, repr(key), "id", name=str(key))
    return {str(key): _model(model, name, item, str(key)) for key, item in content.items()}


def _unique(name: str, provinces: tuple[Province, ...]) -> dict[str, Province]:
    found: dict[str, Province] = {}
    for index, province in enumerate(provinces):
        if province.id in found:
            raise CatalogueError(name, province.id, "id_twice", way=str(index), name=province.id)
        found[province.id] = province
    return found


def _words(settings: Settings) -> Words:
    """The default words, those of the catalogue in their place."""
    text = (resources.files("pipeline") / "words.yaml").read_text("utf-8")
    default: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)  # our own file
    marks = ("total_labels", "nil_marks", "missing_marks", "not_applicable_marks")
    own = {name: getattr(settings, name) for name in marks if getattr(settings, name) is not None}
    return _model(Words, "catalogue.yaml", default | dict(settings.words) | own)
