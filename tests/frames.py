"""Small catalogues and frames of cells, drawn inside a test."""

import math

import openpyxl
import pandas as pd

from pipeline.catalogue.catalogue import Catalogue
from pipeline.catalogue.forms import Form
from pipeline.catalogue.load import _words
from pipeline.catalogue.models import Check, Indicator, Province, Settings, Target
from pipeline.catalogue.scoring import Scoring
from pipeline.catalogue.scoring_form import form_of_points, with_criteria
from pipeline.catalogue.validate import validate
from pipeline.columns import CELLS
from pipeline.indicators import compute, own_figures
from pipeline.periods import Period

STATES = {"missing", "blank", "rejected", "not_applicable", "nil"}
MEMBERS = ("north", "south", "east", "west", "centre")

COUNT = {"kind": "count", "previous": {"also": ["before"]}}
CRIME = {
    "title": "Crime",
    "rows": [
        {
            "key": "type",
            "members": [
                {"id": "theft", "code": "01", "group": "order"},
                {"id": "fraud", "code": "02", "group": "order"},
                {"id": "drugs", "code": "03"},
                {"id": "gang", "part_of": "total"},
            ],
        }
    ],
    "groups": {"order": {}},
    "columns": {"cases": COUNT, "cleared": COUNT},
}
DISTRICTS = {
    "title": "Districts",
    "rows": [{"key": "district", "members": "open"}],
    "columns": {"due": {"kind": "count"}, "resolved": {"kind": "count"}},
}
LIST = {"title": "List", "layout": "list", "columns": {"fires": {}, "damage": {"kind": "amount"}, "posts": {}}}
FORMS = {"crime": CRIME, "districts": DISTRICTS, "list": LIST}

RATE = {"kind": "percent", "numerator": "crime.cleared", "denominator": "crime.cases", "rows": ["order"]}


def catalogue(
    indicators, targets=(), *, forms=None, members=MEMBERS, populations=None, others=(), scoring=(), **settings
):
    """A catalogue of made-up provinces; everything but the indicators has a default.

    ``others`` are further provinces as `provinces.yaml` would have them, in place of members of the same id.
    """
    people = populations or {}
    settings |= {"name": "Test", "clusters": [{"id": "c", "provinces": list(members)}], "forms": []}
    settings = Settings.model_validate(settings)
    entries = {p: {"id": p, "population": people.get(p, [])} for p in (*members, "outside")}
    entries |= {entry["id"]: entry for entry in others}
    provinces = [Province.model_validate(entry) for entry in entries.values()]
    tables = tuple(Scoring.model_validate(table) for table in scoring)
    forms = {name: Form.model_validate(form) for name, form in (forms or FORMS).items()}
    if points := form_of_points(forms):
        forms[points] = with_criteria(points, forms[points], tables)
    made = Catalogue(
        settings=settings,
        words=_words(settings),
        provinces={p.id: p for p in provinces},
        forms=forms,
        indicators={name: Indicator.model_validate(entry) for name, entry in indicators.items()},
        targets=tuple(Target.model_validate(entry) for entry in targets),
        checks=(Check.model_validate({"id": "unused", "check": "1 == 1"}),)[:0],
        hash="",
        scoring=tables,
        points_form=points,
    )
    validate(made)
    return made


def row(province, name="", form="crime", *, about="2024", reported_in="2024", part_of="", **measures):
    """The cells of one sheet row: a measure is a number, or a state such as "missing"; NAME__before is last year's."""
    cells = []
    for column, found in measures.items():
        measure, _, before = column.partition("__")
        state = found if found in STATES else "number"
        value = 0.0 if found == "nil" else math.nan if found in STATES else float(found)
        period = f"{int(about[:4]) - 1}{about[4:]}" if before else about
        cells.append(
            dict.fromkeys(CELLS, "")
            | {"period": period, "reported_in": reported_in, "province": province, "form": form, "row": name}
            | {"label": name, "measure": measure, "value": value, "state": state, "role": "member"}
            | {"sheet": "S", "cell": f"{column}-{name}", "part_of": part_of, "previous": bool(before)}
            | {"file": f"{province}.xlsx", "line": 0, "decimals": 0, "factor": 1.0}
        )
    return cells


def cells(*rows):
    """A frame with the columns of `pipeline.columns.CELLS`."""
    found = pd.DataFrame([cell for one in rows for cell in one], columns=list(CELLS))
    texts = [name for name in CELLS if name not in {"value", "line", "decimals", "previous", "factor"}]
    return found.astype(dict.fromkeys(texts, "str") | {"value": float, "line": int, "decimals": int, "previous": bool})


def crime(province, cases, cleared, **more):
    """The listed crime types of a province, all numbers in `theft`, the others zero."""
    return [
        *row(province, "theft", cases=cases, cleared=cleared, **more),
        *row(province, "fraud", cases=0, cleared=0, **more),
        *row(province, "drugs", cases=0, cleared=0, **more),
    ]


class Computed:
    """Indicators by name and province (empty: the cluster)."""

    def __init__(self, frame):
        self.frame = frame.set_index(["indicator", "province"])

    def __call__(self, province="", indicator="rate"):
        return self.frame.loc[(indicator, province)]

    def column(self, name, indicator="rate"):
        """Province -> one column of the frame, the cluster aside."""
        found = self.frame.loc[indicator][name].drop("")
        return found.to_dict()


def computed(made, now, base=None, period="2024", lang="en"):
    """What the indicators of a catalogue are over some cells; ``base`` are those reported a year before."""
    base = cells() if base is None else base
    return computed_of(made, now, base, None, Period.parse(period), lang)


def computed_of(made, now, base, preceding, period, lang="en"):
    """The same; ``preceding`` are the cells of the period just before."""
    return Computed(compute(own_figures(now, base, preceding, made, period), made, period, lang))


# A whole small world on disk: two provinces, one form, one indicator; consolidated in a second.

SMALL_FORM = """
title: {vi: Biểu một, en: Form one}
rows: [{key: district, header: Đơn vị, members: open}]
columns:
  cases: {header: Xảy ra}
  cleared: {header: Khám phá}
"""
SMALL = {
    "catalogue.yaml": """
name: {vi: Cụm nhỏ, en: Small cluster}
clusters: [{id: c, name: Cụm nhỏ, provinces: [bac, nam]}]
forms: [one]
""",
    "provinces.yaml": "[{id: bac, name: Bắc}, {id: nam, name: Nam}]\n",
    "indicators.yaml": "rate: {kind: percent, numerator: one.cleared, denominator: one.cases, proportion: true}\n",
    "targets.yaml": '[{indicator: rate, value: 0.8, op: ">="}]\n',
    "forms/one.yaml": SMALL_FORM,
}


def write_small(folder, **changed):
    """Write the small world's ``schemas/`` and its inputs of 2023 and 2024; returns the places as keyword arguments.

    ``changed`` replaces files of the catalogue: ``catalogue="..."``.
    """
    for name, text in SMALL.items():
        path = folder / "schemas" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(path.stem, text), encoding="utf-8")
    for year in ("2023", "2024"):
        for province in ("Bắc", "Nam"):
            write_submission(folder / "inputs" / year / f"{province} {year}.xlsx", province)
    return {"inputs": folder / "inputs", "outputs": folder / "outputs", "schemas": folder / "schemas"}


def write_submission(path, province, rows=(("Một", 10, 8), ("Hai", 30, 30))):
    """One province's workbook of the small world."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Biểu một"
    sheet.append([f"Đơn vị báo cáo: {province}"])
    sheet.append([f"Năm {path.parent.name}"])
    sheet.append(["Đơn vị", "Xảy ra", "Khám phá"])
    for one in rows:
        sheet.append(one)
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)
