"""What editors are told of the catalogue's files is what the models accept, and what is kept is what they give now."""

import copy
import datetime as dt

import jsonschema
import pytest
import yaml

from tools.schemas_json import FILES, FOLDER, schema, written


def kind_of(path):
    return "form" if path.parent.name == "forms" else path.stem


def content(path):
    """A file as an editor sees it: a date is a text there."""
    return _plain(yaml.safe_load(path.read_text(encoding="utf-8")))


def _plain(value):
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def catalogues(repo):
    folders = [repo / "schemas", *(repo / "tests" / "catalogues").glob("*/schemas")]
    return [path for folder in folders for pattern in ("*.yaml", "forms/*.yaml") for path in folder.glob(pattern)]


@pytest.mark.parametrize("name", FILES)
def test_what_is_kept_is_what_the_models_give(name):
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == written(name), "run: make schemas-json"


@pytest.mark.parametrize("name", FILES)
def test_every_key_is_explained(name):
    content = schema(name)
    entries = [content, *content.get("$defs", {}).values()]
    fields = {(e["title"], key): f for e in entries for key, f in e.get("properties", {}).items()}
    assert len(fields) > 3
    assert [place for place, field in fields.items() if not field.get("description")] == []


def test_every_catalogue_there_is_holds_to_them(repo):
    paths = catalogues(repo)
    assert len(paths) > 20
    for path in paths:
        jsonschema.validate(content(path), schema(kind_of(path)))


def test_each_shipped_file_names_its_schema_in_its_first_line(repo):
    for path in (path for pattern in ("*.yaml", "forms/*.yaml") for path in (repo / "schemas").glob(pattern)):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        key, _, way = first.partition("=")
        assert key == "# yaml-language-server: $schema"
        assert (path.parent / way).resolve() == FOLDER / f"{kind_of(path)}.json"


BROKEN = [
    ("indicators", "clearance_rate", {"kind": "percentage"}),
    ("indicators", "clearance_rate", {"nominator": "a.b"}),
    ("targets", 0, {"op": "=>"}),
    ("targets", 0, {"value": "many"}),
    ("provinces", 0, {"from": "yesterday"}),
    ("checks", 0, {"severity": "fatal"}),
    ("catalogue", None, {"compare_with": "both"}),
    ("catalogue", None, {"words": {"periods": ["Quarter"]}}),
    ("form", None, {"layout": "tables"}),
    ("form", None, {"title": True}),
]


@pytest.mark.parametrize(("name", "entry", "change"), BROKEN, ids=[f"{name} {change}" for name, _, change in BROKEN])
def test_an_editor_refuses_what_the_loader_refuses(repo, name, entry, change):
    path = repo / "schemas" / ("forms/traffic.yaml" if name == "form" else f"{name}.yaml")
    broken = copy.deepcopy(content(path))
    (broken if entry is None else broken[entry]).update(change)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema(name), format_checker=jsonschema.FormatChecker())
