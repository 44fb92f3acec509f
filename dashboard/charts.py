"""Charts of a region's series and of its ladder: frames in, Vega-Lite out.

What belongs here: marks, scales, colours, the look that all charts share. What does not: Streamlit, SQL; heat maps and
tiles (``grids``). Every chart has a selection named `PICK`, so that a click tells which record was meant. Written as
Vega-Lite's own dictionaries: a library that checks each part against a schema takes longer than all else on a page.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.texts import Scale, Texts, scale_for
from sources.magnitudes import UNSCALED

if TYPE_CHECKING:
    from pandas import DataFrame

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
PICK = "pick"
TITLE = "mark_title"
COLOURS = {
    "target": "#c2410c",
    "stretch": "#f59e0b",
    "span_target": "#a16207",
    "result": "#1d4ed8",
    "other_basis": "#0891b2",
    "span_result": "#64748b",
}
SHAPES = {
    "exact": "circle",
    "at_least": "triangle-up",
    "at_most": "triangle-down",
    "about": "diamond",
    "range": "square",
}
MANY_YEARS = 14
#: pixels between a chart and its legend, where the title of the upright axis stands
ABOVE_AXIS_TITLE = 30
LEVEL_COLOURS = {"national": "#b91c1c", "province": "#c2410c", "city": "#1d4ed8", "county": "#0f766e"}


LOOK: Spec = {
    "background": "white",
    "padding": 8,
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "gridColor": "#e5e7eb",
        "labelColor": "#1f2937",
    },
    "legend": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelLimit": 260,
        "symbolSize": 120,
        # on a phone one line has no room for more
        "columns": {"expr": "width < 480 ? 2 : 8"},
    },
    "title": {"fontSize": 16, "subtitleFontSize": 12, "subtitleColor": "#6b7280", "anchor": "start", "offset": 12},
    "view": {"stroke": None},
}


@dataclass(frozen=True)
class Chart:
    """What is drawn: a Vega-Lite specification without its data, and the frame with the columns that it names."""

    spec: Spec
    data: DataFrame

    def styled(self, font: str) -> Spec:
        """Return the specification in the look that all charts share."""
        return {"$schema": SCHEMA, "config": {"font": font, **LOOK}, **self.spec}

    def titles(self) -> list[str]:
        """Return a title for each row of the data: what hovering over its mark tells, a line of `name: value; …`."""
        names = [str(one["title"]).strip() for one in self._tooltip()]
        return [
            "; ".join(f"{name}: {told}" if name else told for name, told in zip(names, row, strict=True) if told)
            for row in zip(*(_printed(self.data[str(one["field"])], one) for one in self._tooltip()), strict=True)
        ]

    def titled(self) -> Chart:
        """Return the chart with TITLE in its data, as the label of each mark for who can't see or point at it.

        Words beside a mark and marks without a tooltip (lines, rules) repeat what others tell and get no label.
        """
        return Chart(_labelled(self.spec, False), self.data.assign(**{TITLE: self.titles()}))

    def _tooltip(self) -> list[Spec]:
        inner = (layer.get("encoding", {}) for layer in self.spec.get("layer", ()))
        told = next(one["tooltip"] for one in (self.spec.get("encoding", {}), *inner) if "tooltip" in one)
        return list(told)


def _printed(column: pd.Series, told: Spec) -> list[str]:
    """Return values as a tooltip prints them; nothing for those that are missing."""
    form = told.get("format") or ("g" if pd.api.types.is_float_dtype(column) else "")
    return ["" if pd.isna(value) else format(value, form) for value in column]


def _labelled(spec: Spec, inherited: bool) -> Spec:
    """Return the specification, or a layer of it, with TITLE as description of the marks that have a tooltip."""
    encoding = spec.get("encoding", {})
    own = "tooltip" in encoding
    labelled = {**spec, "encoding": {**encoding, "description": nominal(TITLE)}} if own else dict(spec)
    if "layer" in spec:
        labelled["layer"] = [_labelled(layer, own or inherited) for layer in spec["layer"]]
    elif spec["mark"]["type"] == "text" or not (own or inherited):
        labelled["mark"] = {**spec["mark"], "aria": False}
    return labelled


def picture(chart: Chart, title: str, subtitle: str, width: int | None = 900) -> bytes:
    """Return the chart as PNG with a title and the release as subtitle; the font is ours, not the machine's."""
    import vl_convert

    from orchestration.home.fonts import use_in_vega

    spec = chart.styled(use_in_vega()) | {
        "title": {"text": title, "subtitle": subtitle},
        "data": {"values": json.loads(chart.data.to_json(orient="records"))},
    }
    if width:
        spec["width"] = width
    png: bytes = vl_convert.vegalite_to_png(spec, vl_version=vl_convert.get_vegalite_versions()[-1], scale=2)
    return png


def nominal(field: str, **more: Any) -> Spec:
    return {"field": field, "type": "nominal", **more}


def ordinal(field: str, **more: Any) -> Spec:
    return {"field": field, "type": "ordinal", **more}


def amount(field: str, **more: Any) -> Spec:
    return {"field": field, "type": "quantitative", **more}


def either(test: str, yes: Any, no: Any) -> Spec:
    """Return a channel with one value where the test holds of a record, else another."""
    return {"condition": {"test": test, "value": yes}, "value": no}


def if_picked(yes: Any, no: Any) -> Spec:
    """Return a channel with one value for the record that was clicked, else another."""
    return {"condition": {"param": PICK, "empty": False, "value": yes}, "value": no}


def pick(field: str) -> list[Spec]:
    """Return the selection by which a click tells the field of its mark."""
    return [{"name": PICK, "select": {"type": "point", "fields": [field], "on": "click"}}]


def colours_by(names: list[str], colours: list[str]) -> Spec:
    return {"domain": names, "range": colours}


def all_years(years: pd.Series) -> list[str]:
    """Return every year from the first to the last, those without a record too."""
    numbers = pd.to_numeric(years)
    return [str(year) for year in range(int(numbers.min()), int(numbers.max()) + 1)]


def years_without_gap(points: DataFrame, by: str, year: str) -> list[str]:
    """Return, for each row, which run of years next to each other it is of: a line that joins only rows of one run
    never passes a year that nobody told of. `by` names the column that says which line a row is of.
    """
    runs = points[[by]].assign(year=pd.to_numeric(points[year]))
    # a year may have several rows: the run counts years, not rows
    ordered = runs.sort_values([by, "year"])
    begins = ordered.groupby(by)["year"].diff().fillna(0) > 1
    number = begins.groupby(ordered[by]).cumsum()
    return (ordered[by].astype(str) + " " + number.astype(str)).reindex(points.index).tolist()


def kind_of(row: pd.Series) -> str:
    """Return which series of the chart a fact belongs to: a key of COLOURS."""
    target = row["status_class"] == "target"
    if row["horizon"] == "span":
        return "span_target" if target else "span_result"
    if target:
        return "stretch" if row["tier"] == "stretch" else "target"
    return "result" if row["basis"] == "headline" else "other_basis"


def series_points(facts: DataFrame, texts: Texts) -> tuple[DataFrame, Scale]:
    """Return what the chart of a series draws, a row per fact, and the scale of its numbers."""
    unit = str(facts["unit"].mode().iloc[0])
    # a fact told in another unit of the same measure can't stand on the same axis; the table still shows it
    facts = facts[facts["unit"] == unit]
    scale = scale_for(unit, float(facts[["value", "value_upper"]].abs().max().max()))
    kinds = facts.apply(kind_of, axis=1)
    is_range = facts["value_upper"].notna()
    points = pd.DataFrame(
        {
            "fact_id": facts["fact_id"],
            "year": facts["year"].astype(str),
            "code": kinds,
            "kind": [texts(kind) for kind in kinds],
            "low": facts["value"] / scale.factor,
            "high": facts["value_upper"] / scale.factor,
            "middle": facts[["value", "value_upper"]].mean(axis=1) / scale.factor,
            "side": facts["status_class"],
            "sign": [
                texts.word("qualifier", "range" if r else q) for r, q in zip(is_range, facts["qualifier"], strict=True)
            ],
            "told_by": [texts.word("told_by", by) for by in facts["told_by"]],
            "label": [
                scale.told(v, u, q)
                for v, u, q in zip(facts["value"], facts["value_upper"], facts["qualifier"], strict=True)
            ],
            "commitment": facts["commitment"].fillna(""),
        }
    ).reset_index(drop=True)
    return points.assign(run=years_without_gap(points, "code", "year")), scale


def series_chart(points: DataFrame, scale: Scale, texts: Texts) -> Chart:
    """Draw targets (with ranges and qualifiers) and results, both at their year. `points` is of ``series_points``."""
    present = [code for code in COLOURS if code in set(points["code"])]
    years = all_years(points["year"])
    x = ordinal(
        "year", title=None, scale={"domain": years}, axis={"labelAngle": 0, "labelOverlap": True, "grid": False}
    )
    y = amount(
        "middle",
        axis={"tickCount": 6, "titleAngle": 0, "titleAlign": "left", "titleY": -12},
        **_from_zero(points, scale, texts),
    )
    colour = nominal(
        "kind",
        title=None,
        scale=colours_by([texts(code) for code in present], [COLOURS[code] for code in present]),
        legend={"orient": "top", "symbolType": "circle", "offset": ABOVE_AXIS_TITLE},
    )
    placed = {"x": x, "color": colour}
    lines = {
        "transform": [{"filter": {"field": "code", "oneOf": ["result", "target"]}}],
        "mark": {"type": "line", "strokeWidth": 2, "opacity": 0.45},
        "encoding": placed
        | {"y": y, "strokeDash": either("datum.code == 'target'", [4, 4], [1, 0]), "detail": nominal("run")},
    }
    whiskers = {
        "transform": [{"filter": "isValid(datum.high)"}],
        "mark": {"type": "bar", "width": 12, "opacity": 0.3, "cornerRadius": 4},
        "encoding": placed | {"y": amount("low"), "y2": {"field": "high"}},
    }
    layers = [lines, whiskers, _series_marks(points, placed | {"y": y}, scale, texts)]
    if len(years) <= MANY_YEARS:
        layers += [
            {
                "transform": [{"filter": f"datum.side == '{side}'"}],
                "mark": {"type": "text", "dy": dy, "fontSize": 12},
                "encoding": placed | {"y": y, "text": nominal("label"), "detail": nominal("fact_id")},
            }
            for side, dy in (("target", -15), ("result", 18))
        ]
    return Chart({"layer": layers, "height": 380}, points)


def _from_zero(points: DataFrame, scale: Scale, texts: Texts) -> Spec:
    """Return the scale of the upright axis: from zero for amounts; for rates where they lie, which its title tells."""
    ends = pd.concat([points["low"], points["high"], points["middle"]]).dropna()
    if scale.unit not in UNSCALED and ends.min() >= 0:
        return {"title": None, "scale": {"zero": True, "nice": True}}
    if ends.min() <= 0 <= ends.max():
        return {"title": None, "scale": {"zero": False, "padding": 24}}
    return {"title": texts("not_from_zero"), "scale": {"zero": False, "padding": 24}}


def _series_marks(points: DataFrame, placed: Spec, scale: Scale, texts: Texts) -> Spec:
    """Return the marks that are clicked: shaped by qualifier, hollow where a higher region's report tells them."""
    signs = {texts.word("qualifier", code): shape for code, shape in SHAPES.items()}
    seen = [sign for sign in signs if sign in set(points["sign"])]
    own = json.dumps(texts.word("told_by", "own"), ensure_ascii=False)
    return {
        "mark": {"type": "point", "size": 150, "strokeWidth": 2, "filled": True},
        "params": pick("fact_id"),
        "encoding": placed
        | {
            "shape": nominal(
                "sign",
                title=None,
                scale=colours_by(seen, [signs[sign] for sign in seen]),
                legend={"orient": "top", "offset": ABOVE_AXIS_TITLE},
            ),
            "fillOpacity": either(f"datum.told_by === {own}", 0.9, 0.1),
            "size": if_picked(380, 150),
            "tooltip": [
                nominal("year", title=texts("year")),
                nominal("kind", title=texts("kind")),
                nominal("label", title=f"{texts('value')} ({texts.word('unit', scale.unit)})"),
                nominal("sign", title=texts("qualifier")),
                nominal("commitment", title=texts("commitment")),
                nominal("told_by", title=texts("told_by")),
            ],
        },
    }


def ladder_points(goals: DataFrame, texts: Texts, names: dict[str, str]) -> tuple[DataFrame, Scale]:
    """Return what the ladder draws: a row per region, the higher level first, each below its parent."""
    scale = scale_for(str(goals["unit"].dropna().iloc[0]), float(goals["target_value"].abs().max()))
    codes = set(goals["region_code"])
    rows = {row["region_code"]: row for _, row in goals.iterrows()}

    def path(code: str) -> tuple[str, ...]:
        parent = rows[code]["parent_code"]
        return (*path(parent), code) if parent in codes and parent != code else (code,)

    ordered = sorted(goals["region_code"], key=lambda code: (rows[code]["level"] != "national", path(code)))
    points = goals.set_index("region_code", drop=False).loc[ordered]
    depth = [{"national": 0, "province": 0, "city": 1}.get(level, 2) for level in points["level"]]
    labels = ["– " * d + names.get(r, r) for d, r in zip(depth, points["region_id"], strict=True)]
    return (
        pd.DataFrame(
            {
                "fact_id": points["fact_id"],
                "place": labels,
                "level": [texts.word("level", level) for level in points["level"]],
                "low": points["target_value"] / scale.factor,
                "high": points["target_value_upper"] / scale.factor,
                "label": [
                    scale.told(v, u, q)
                    for v, u, q in zip(
                        points["target_value"], points["target_value_upper"], points["target_qualifier"], strict=True
                    )
                ],
                "parent": points["parent_value"] / scale.factor,
                "gap": [f"{gap:+.2f}" if pd.notna(gap) else "" for gap in points["gap_to_parent"]],
                "commitment": points["commitment"].fillna(""),
            }
        ).reset_index(drop=True),
        scale,
    )


def ladder_chart(points: DataFrame, scale: Scale, texts: Texts) -> Chart:
    """Draw each region's target with its range, and a line to where its parent's lies."""
    places = list(points["place"])
    y = nominal(
        "place",
        title=None,
        sort=places,
        scale={"domain": places},
        axis={"labelLimit": 240, "labelAlign": "left", "labelPadding": 180},
    )
    levels = {texts.word("level", level): colour for level, colour in LEVEL_COLOURS.items()}
    seen = [level for level in levels if level in set(points["level"])]
    colour = nominal(
        "level", title=None, scale=colours_by(seen, [levels[level] for level in seen]), legend={"orient": "top"}
    )
    x = amount(
        "low",
        title=texts.word("unit", scale.unit),
        scale={"zero": False, "padding": 30},
        axis={"orient": "top", "tickCount": 8},
    )
    has_parent = [{"filter": "isValid(datum.parent)"}]
    steps = {
        "transform": has_parent,
        "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.5},
        "encoding": {"y": y, "x": amount("parent"), "x2": {"field": "low"}, "color": colour},
    }
    parents = {
        "transform": has_parent,
        "mark": {"type": "tick", "thickness": 3, "size": 16, "opacity": 0.6, "color": "#6b7280"},
        "encoding": {"y": y, "x": amount("parent")},
    }
    ranges = {
        "transform": [{"filter": "isValid(datum.high)"}],
        "mark": {"type": "bar", "height": 10, "opacity": 0.35, "cornerRadius": 4},
        "encoding": {"y": y, "x": x, "x2": {"field": "high"}, "color": colour},
    }
    marks = {
        "mark": {"type": "circle", "opacity": 0.95},
        "params": pick("fact_id"),
        "encoding": {
            "y": y,
            "x": x,
            "color": colour,
            "size": if_picked(360, 170),
            "tooltip": [
                nominal("place", title=texts("region")),
                nominal("label", title=f"{texts('target')} ({texts.word('unit', scale.unit)})"),
                nominal("gap", title=texts("gap_to_parent")),
                nominal("commitment", title=texts("commitment")),
            ],
        },
    }
    words = {
        "transform": [{"calculate": "isValid(datum.high) ? datum.high : datum.low", "as": "end"}],
        "mark": {"type": "text", "align": "left", "dx": 12, "fontSize": 12},
        "encoding": {"y": y, "x": amount("end"), "text": nominal("label"), "color": colour},
    }
    return Chart({"layer": [steps, parents, ranges, marks, words], "height": {"step": 26}}, points)
