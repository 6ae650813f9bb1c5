"""The figures of one province and year: a function of the seed, consistent in itself and between years."""

from __future__ import annotations

import random
from collections.abc import Callable

from tools.samples.doubts import Kind, doubts_of
from tools.samples.provinces import DISTRICTS, PROFILES, YEARS, Profile
from tools.samples.spread import apportion, around, count, share

Row = dict[str, float]
"""Measure -> value; the same period of last year is `MEASURE.previous`."""
Form = dict[str, Row]
"""Row id -> row. List forms have the one row ""; district rows are named by their position."""

# Share of all social-order cases, share cleared, suspects for each case. Theft and fraud take what is left of
# the clearances, because they are what a low clearance rate is made of.
SOCIAL_ORDER: dict[str, tuple[float, float | None, float]] = {
    "murder": (0.022, 1.0, 1.3),
    "intentional_injury": (0.22, 0.96, 1.9),
    "robbery": (0.035, 0.91, 1.2),
    "theft": (0.325, None, 1.1),
    "fraud": (0.088, None, 0.9),
    "rape": (0.025, 0.98, 1.1),
    "gambling": (0.165, 1.0, 5.2),
    "public_disorder": (0.06, 0.95, 4.4),
    "other_social_order": (0.06, 0.9, 1.3),
}
# The three fields beside it: which headline, share cleared, suspects for each case.
OTHER_FIELDS = {"economic": (0.93, 1.4), "drugs": (0.995, 1.3), "environment": (0.96, 1.05)}
# Of-which rows: of which headline they are a share, share cleared, suspects for each case.
OF_WHICH = {
    "corruption": ("economic", 0.11, 0.9, 2.2),
    "high_tech": ("cases", 0.055, 0.55, 1.1),
    "very_serious": ("cases", 0.075, 0.98, 1.5),
    "especially_serious": ("cases", 0.03, 0.99, 1.6),
    "organised": ("cases", 0.018, 1.0, 5.5),
    "transnational": ("drugs", 0.02, 1.0, 2.0),
}
ADMINISTRATION = {  # cases for each thousand people, share filed online
    "residence": (88.0, 0.81),
    "identity": (112.0, 0.34),
    "vehicles": (41.0, 0.62),
    "fire_safety": (1.1, 0.71),
    "business_security": (0.9, 0.77),
    "immigration": (14.0, 0.9),
}


def figures(seed: int, province: str, year: int) -> dict[str, Form]:
    """All forms of a submission: this year's figures and, as `.previous`, last year's submission's."""
    this, base = _annual(seed, province, year), _annual(seed, province, year - 1)
    for form, rows in this.items():
        for row, values in rows.items():
            values.update({f"{name}.previous": value for name, value in base[form][row].items()})
    for doubt in doubts_of(year, province, Kind.RESTATED):
        this[doubt.form][doubt.row][doubt.measure] += doubt.off
    return this


def assigned(seed: int, province: str, year: int) -> Row:
    """What the cluster assigned to a province for the year: a row of the targets form."""
    done = _annual(seed, province, year)
    cards, e_id, models = PROFILES[province].achievement[year]
    issued = sum(row["id_cards_issued"] for row in done["identity"].values())
    activated = sum(row["e_id_activated"] for row in done["identity"].values())
    return {
        "id_cards_assigned": round(issued / cards, -2),
        "e_id_assigned": round(activated / e_id, -2),
        "models_assigned": round(done["movement"][""]["new_models"] / models),
    }


def _annual(seed: int, province: str, year: int) -> dict[str, Form]:
    profile, at = PROFILES[province], YEARS.index(year)
    makers: dict[str, Callable[[random.Random, Profile, int, int], Form]] = {
        "crime_by_type": _crime_by_type,
        "crime_by_district": _crime_by_district,
        "traffic": _traffic,
        "fire": _fire,
        "identity": _identity,
        "administration": _administration,
        "movement": _movement,
        "force": _force,
    }
    districts = len(DISTRICTS[province])
    forms = {
        form: make(random.Random(f"{seed}/{province}/{year}/{form}"), profile, at, districts)
        for form, make in makers.items()
    }
    for doubt in doubts_of(year, province, Kind.OVER_CLEARED):
        rows = forms[doubt.form]
        moved = rows[doubt.row]["cases"] + doubt.off - rows[doubt.row]["cleared"]
        rows[doubt.row]["cleared"] += moved
        rows["theft"]["cleared"] -= moved
    return forms


def _crime_by_type(rng: random.Random, profile: Profile, at: int, _districts: int) -> Form:
    weights = [around(rng, weight, 0.06) for weight, _, _ in SOCIAL_ORDER.values()]
    cases = dict(zip(SOCIAL_ORDER, apportion(profile.cases[at], weights), strict=True))
    cleared = {name: share(rng, cases[name], r, 0.02) for name, (_, r, _) in SOCIAL_ORDER.items() if r is not None}
    rest = ["theft", "fraud"]
    left = apportion(
        profile.cleared[at] - sum(cleared.values()),
        [cases[name] for name in rest],
        [cases[name] for name in rest],
    )
    cleared |= dict(zip(rest, left, strict=True))
    form = {name: _crime(rng, cases[name], cleared[name], SOCIAL_ORDER[name][2]) for name in SOCIAL_ORDER}
    for name, (rate, people) in OTHER_FIELDS.items():
        total = {"economic": profile.economic, "drugs": profile.drugs, "environment": profile.environment}[name][at]
        form[name] = _crime(rng, total, share(rng, total, rate, 0.01), people)
    for name, (of, weight, rate, people) in OF_WHICH.items():
        total = count(rng, (profile.drugs if of == "drugs" else getattr(profile, of))[at] * weight)
        form[name] = _crime(rng, total, share(rng, total, rate, 0.01), people)
    form["gang"] = _crime(rng, profile.gangs[at], profile.gangs[at], 9)
    return form


def _crime(rng: random.Random, cases: int, cleared: int, people: float) -> Row:
    # At least one suspect for each cleared case: one without would look like a slip of the pen.
    return {"cases": cases, "cleared": cleared, "suspects": max(cleared, count(rng, cleared * people))}


def _crime_by_district(rng: random.Random, profile: Profile, at: int, districts: int) -> Form:
    weights = [rng.uniform(0.55, 1.3) * (2.6 if i == 0 else 1.0) for i in range(districts)]
    cases = apportion(profile.cases[at], weights)
    cleared = apportion(profile.cleared[at], [around(rng, n, 0.11) for n in cases], cases)
    due = apportion(profile.reports_due[at], [around(rng, n, 0.15) for n in cases])
    resolved = apportion(round(sum(due) * profile.reports_rate[at]), [around(rng, n, 0.04) for n in due], due)
    columns = zip(cases, cleared, due, resolved, strict=True)
    names = ("cases", "cleared", "reports_due", "reports_resolved")
    return {str(i): dict(zip(names, values, strict=True)) for i, values in enumerate(columns)}


def _traffic(rng: random.Random, profile: Profile, at: int, _districts: int) -> Form:
    rail = {"accidents": rng.randint(3, 7), "deaths": rng.randint(2, 4), "injuries": rng.randint(0, 2)}
    water = {"accidents": rng.randint(0, 2), "deaths": 0, "injuries": 0}
    headline = {
        "accidents": profile.accidents[at],
        "deaths": profile.deaths[at],
        "injuries": profile.injuries[at],
    }
    road: Row = {name: headline[name] - rail[name] - water[name] for name in headline}
    return {"road": road, "rail": dict(rail), "waterway": dict(water)}


def _fire(rng: random.Random, profile: Profile, at: int, _districts: int) -> Form:
    fires, explosions = profile.fires[at], rng.randint(0, 2)
    row: Row = {
        "fires": fires,
        "serious_fires": profile.serious_fires[at],
        "explosions": explosions,
        "serious_explosions": 0,
        "deaths": rng.randint(0, 3),
        "injuries": rng.randint(1, 6),
        "damage": round(around(rng, fires * 145, 0.4), 1),
        "forest_area": round(rng.uniform(2, 38), 2),
    }
    return {"": row}


def _identity(rng: random.Random, profile: Profile, at: int, districts: int) -> Form:
    weights = [rng.uniform(0.5, 1.3) * (2.2 if i == 0 else 1.0) for i in range(districts)]
    people = apportion(round(profile.population * (1 + 0.006 * (at - 1))), weights)
    cards = apportion(profile.id_cards[at], [around(rng, n, 0.08) for n in people])
    e_id = apportion(profile.e_id[at], [around(rng, n, 0.1) for n in people])
    due = [count(rng, n * 0.062, 0.12) for n in people]
    late = apportion(profile.residence_late[at], due)
    form: Form = {}
    for i, records in enumerate(people):
        form[str(i)] = {
            "id_cards_issued": cards[i],
            "e_id_activated": e_id[i],
            "population_records": records,
            "population_records_clean": share(rng, records, 0.991, 0.006),
            "residence_due": due[i],
            "residence_on_time": due[i] - late[i],
        }
    return form


def _administration(rng: random.Random, profile: Profile, at: int, _districts: int) -> Form:
    form: Form = {}
    for field, (per_thousand, online) in ADMINISTRATION.items():
        received = count(rng, profile.population / 1000 * per_thousand)
        pending = share(rng, received, 0.007, 0.4)
        late = share(rng, received, profile.late_share, 0.5)
        form[field] = {
            "received": received,
            "resolved_on_time": received - pending - late,
            "resolved_late": late,
            "online": share(rng, received, min(0.97, online * (0.8 + 0.1 * at)), 0.05),
        }
    return form


def _movement(rng: random.Random, profile: Profile, at: int, _districts: int) -> Form:
    communes = profile.communes[at]
    models = 2 * profile.new_models[0] + sum(profile.new_models[: at + 1])
    row: Row = {
        "models": models,
        "new_models": profile.new_models[at],
        "exemplars": count(rng, models * 1.4),
        "communes": communes,
        "communes_secure": share(rng, communes, 0.93, 0.02),
        "tips": count(rng, profile.population / 520),
    }
    return {"": row}


def _force(rng: random.Random, profile: Profile, at: int, _districts: int) -> Form:
    personnel, disciplined = profile.personnel[at], profile.disciplined[at]
    members = share(rng, personnel, 0.83, 0.02)
    row: Row = {
        "personnel": personnel,
        "disciplined": disciplined,
        "party_members": members,
        "party_members_disciplined": share(rng, disciplined, 0.75, 0.15),
        "awards": count(rng, personnel * 0.62),
        "state_titles": rng.randint(2, 9),
    }
    return {"": row}
