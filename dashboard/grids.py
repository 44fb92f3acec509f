"""Tiles, heat maps and lines over many regions or terms: frames in, Vega-Lite out.

What belongs here: charts with a cell per region, year or term. What does not: Streamlit, SQL; the look and the
selection that all charts share (``charts``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts import (
    MANY_YEARS,
    Chart,
    Spec,
    all_years,
    amount,
    colours_by,
    either,
    if_picked,
    nominal,
    ordinal,
    pick,
    years_without_gap,
)
from dashboard.comparing import NO_REPORT_STATES, missing_code, missing_words
from dashboard.texts import Scale, Texts, load_texts, scale_for

if TYPE_CHECKING:
    from pandas import DataFrame

STATE_COLOURS = {
    "retrieved": "#15803d",
    "partial": "#84cc16",
    "excerpt_only": "#facc15",
    "refused": "#f97316",
    "withheld": "#db2777",
    "not_retrieved": "#9ca3af",
    "not_in_catalogue": "#eef0f3",
}
CELL_COLOURS = {
    "told": "#15803d",
    "conflicting": "#f97316",
    "too_doubtful": "#a855f7",
    "no_target_set": "#60a5fa",
    "withheld": "#db2777",
    "not_told": "#e5e7eb",
}
NO_REPORT, NOT_TOLD = "#f3f4f6", "#d1d5db"
TILE = 92
COLUMNS = 8
FEW_CELLS = 500
INK = either("datum.is_dark", "white", "#1f2937")
ENDINGS = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "自治州", "地区", "省", "市")


def cells(places: DataFrame, what: str, texts: Texts, names: dict[str, str]) -> tuple[DataFrame, Scale]:
    """Return a row per region and year with what is drawn: `value`, its `label`, and `why` where there is none.

    `what` is target, result or gap; `cell` is the key that a click tells.
    """
    units = places["unit"].dropna()
    unit = str(units.mode().iloc[0]) if len(units) else ""
    same = places["unit"].isna() | (places["unit"] == unit)
    values = places[what].where(same)
    # two percentages differ by points
    shown = "个百分点" if what == "gap" and unit == "%" else unit
    scale = scale_for(shown, float(values.abs().max()) if values.notna().any() else 0.0)
    upper = places["target_upper"].where(same) if what == "target" else pd.Series(float("nan"), places.index)
    signs = places[f"{what}_qualifier"] if what != "gap" else pd.Series("", places.index)
    whys = [missing_code(row, what) for row in places.to_dict("records")]
    return (
        pd.DataFrame(
            {
                "cell": places["region_id"] + "|" + places["year"].astype(str),
                "region_id": places["region_id"],
                "region_code": places["region_code"],
                "name": [names.get(r, r) for r in places["region_id"]],
                "tile": [short_name(names.get(r, r)) for r in places["region_id"]],
                "year": places["year"].astype(str),
                "value": values / scale.factor,
                "label": [
                    scale.told(v, u, q if isinstance(q, str) else None)
                    for v, u, q in zip(values, upper, signs, strict=True)
                ],
                "why": ["" if v == v else missing_words(code, texts) for v, code in zip(values, whys, strict=True)],
                "is_read": [code not in (*NO_REPORT_STATES, "withheld", "outside", "pending") for code in whys],
            }
        ),
        scale,
    )


def short_name(name: str) -> str:
    """Return a name that fits a tile."""
    words = name.split(" ")
    chinese = words[-1]
    short = next(
        (chinese.removesuffix(e) for e in ENDINGS if chinese.endswith(e) and len(chinese) > len(e) + 1), chinese
    )
    return short if len(words) == 1 else " ".join(words[:-1])


def tile_chart(points: DataFrame, scale: Scale, diverging: bool, texts: Texts) -> Chart:
    """Draw a tile per region of one year: provinces where they lie on the map, others row by row."""
    placed: dict[str, list[int]] = load_texts()["tiles"]
    rest = [code for code in points["region_code"] if code not in placed]
    on_map = len(rest) < len(points)
    first_row = 8 if on_map else 0
    spots = {code: placed[code] for code in points["region_code"] if code in placed}
    spots |= {code: [i % COLUMNS, first_row + i // COLUMNS] for i, code in enumerate(rest)}
    tiles = points.assign(
        column=[spots[code][0] for code in points["region_code"]],
        line=[spots[code][1] for code in points["region_code"]],
        is_dark=_dark(points["value"], diverging),
        shown=points["label"].where(points["value"].notna(), "—"),
    )
    n_columns, n_lines = int(tiles["column"].max()) + 1, int(tiles["line"].max()) + 1
    letters = [
        {"mark": {"type": "text", "dy": -12, "fontSize": 13}, "encoding": {"text": nominal("tile"), "color": INK}},
        {
            "mark": {"type": "text", "dy": 12, "fontSize": 15, "fontWeight": "bold"},
            "encoding": {"text": nominal("shown"), "color": INK},
        },
    ]
    return Chart(
        {
            "encoding": {
                "x": ordinal("column", axis=None, scale={"domain": list(range(n_columns)), "padding": 0.04}),
                "y": ordinal("line", axis=None, scale={"domain": list(range(n_lines)), "padding": 0.04}),
                "tooltip": _tooltip(scale, texts),
            },
            # where cells tell their numbers a legend would say it twice
            "layer": [*_filled(tiles, scale, diverging, texts, with_legend=False), *letters],
            "width": n_columns * TILE,
            "height": n_lines * 68,
            "autosize": {"type": "pad"},
        },
        tiles,
    )


def years_chart(points: DataFrame, scale: Scale, diverging: bool, texts: Texts) -> Chart:
    """Draw region × year of one indicator."""
    domain = all_years(points["year"])
    tiles = points.assign(is_dark=_dark(points["value"], diverging))
    has_labels = len(tiles) <= FEW_CELLS and len(domain) <= MANY_YEARS
    layers = _filled(tiles, scale, diverging, texts, with_legend=not has_labels)
    if has_labels:
        layers.append({"mark": {"type": "text", "fontSize": 12}, "encoding": {"text": nominal("label"), "color": INK}})
    return Chart(
        {
            "encoding": {
                "x": ordinal("year", title=None, scale={"domain": domain}, axis={"orient": "top", "labelAngle": 0}),
                "y": nominal("name", title=None, sort=None, axis={"labelLimit": 220}),
                "tooltip": _tooltip(scale, texts),
            },
            "layer": layers,
            "height": {"step": 26},
        },
        tiles,
    )


def _filled(tiles: DataFrame, scale: Scale, diverging: bool, texts: Texts, *, with_legend: bool) -> list[Spec]:
    """Return the rectangles: coloured by value, grey where a report tells nothing, faint where there is no report."""
    # as much colour for as far above as below
    furthest = float(tiles["value"].abs().max()) or 1.0
    edge = if_picked("#111827", "white")
    mark = {"type": "rect", "cornerRadius": 4, "strokeWidth": 3}
    empty = {
        "transform": [{"filter": "!isValid(datum.value)"}],
        "mark": mark,
        "encoding": {"color": either("datum.is_read", NOT_TOLD, NO_REPORT), "stroke": edge},
    }
    colour = amount(
        "value",
        scale={"scheme": "redblue", "domain": [-furthest, furthest]} if diverging else {"scheme": "blues"},
        title=texts.word("unit", scale.unit),
        legend={"orient": "right", "gradientLength": 120} if with_legend else None,
    )
    filled = {
        "transform": [{"filter": "isValid(datum.value)"}],
        "mark": mark,
        "encoding": {"color": colour, "stroke": edge},
    }
    filled["params"] = pick("cell")
    return [empty, filled]


def _tooltip(scale: Scale, texts: Texts) -> list[Spec]:
    return [
        nominal("name", title=texts("region")),
        nominal("year", title=texts("year")),
        nominal("label", title=texts.word("unit", scale.unit) or texts("value")),
        nominal("why", title=texts("why_empty")),
    ]


def _dark(values: pd.Series, diverging: bool) -> list[bool]:
    """Return for each value whether its colour needs white letters."""
    known = values.dropna()
    if known.empty:
        return [False] * len(values)
    if diverging:
        return [bool(abs(v) > 0.6 * known.abs().max()) for v in values]
    low, high = known.min(), known.max()
    return [bool(v > low + 0.55 * (high - low)) if high > low else False for v in values]


def state_chart(
    points: DataFrame, colours: dict[str, str], words: dict[str, str], field: str, texts: Texts, x: str, y: str
) -> Chart:
    """Draw a heat map of codes: columns `x` (years), rows `y`, colour by `code`; `field` is what a click tells."""
    seen = [code for code in colours if code in set(points["code"])]
    domain = all_years(points[x])
    drawn = points[[field, x, y, "detail"]].assign(word=[words[code] for code in points["code"]])
    drawn[x] = drawn[x].astype(str)
    turned = -60 if len(domain) > 16 else 0
    return Chart(
        {
            "mark": {"type": "rect", "cornerRadius": 3, "strokeWidth": 2},
            "params": pick(field),
            "encoding": {
                "x": ordinal(x, title=None, scale={"domain": domain}, axis={"orient": "top", "labelAngle": turned}),
                "y": nominal(y, title=None, sort=None, axis={"labelLimit": 300}),
                "color": nominal(
                    "word",
                    title=None,
                    scale=colours_by([words[code] for code in seen], [colours[code] for code in seen]),
                    legend={"orient": "top", "symbolType": "square"},
                ),
                "stroke": if_picked("#111827", "white"),
                "tooltip": [
                    nominal(y, title=" "),
                    nominal(x, title=texts("year")),
                    nominal("word", title=texts("state")),
                    nominal("detail", title=texts("detail")),
                ],
            },
            "height": {"step": 24},
        },
        drawn,
    )


def attention_chart(points: DataFrame, denominator: str, texts: Texts) -> Chart:
    """Draw the share of a dictionary's terms by report year, a line per region."""
    domain = all_years(points["report_year"])
    drawn = points[["name", "report_year", denominator, "substring_count"]].reset_index(drop=True)
    drawn = drawn.assign(run=years_without_gap(drawn, "name", "report_year"))
    return Chart(
        {
            "encoding": {
                "x": ordinal(
                    "report_year",
                    title=None,
                    scale={"domain": domain},
                    axis={"labelAngle": 0, "labelOverlap": True},
                ),
                "y": amount(denominator, title=None),
                "color": nominal("name", title=None, legend={"orient": "top"}, sort=None),
                "tooltip": [nominal("name", title=texts("region")), *_counts(denominator, texts)],
            },
            "layer": [
                {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"detail": nominal("run")}},
                {"mark": {"type": "circle", "size": 90}},
            ],
            "height": 320,
        },
        drawn.assign(report_year=drawn["report_year"].astype(str)),
    )


def terms_chart(points: DataFrame, denominator: str, texts: Texts) -> Chart:
    """Draw term × report year of one region, the most frequent term first."""
    order = points.groupby("term")[denominator].sum().sort_values(ascending=False).index.tolist()
    peak = points[denominator].max()
    drawn = points[["term", "report_year", denominator, "substring_count", "token_count"]].assign(
        report_year=points["report_year"].astype(str), is_dark=points[denominator] > 0.55 * peak
    )
    return Chart(
        {
            "encoding": {
                "x": ordinal("report_year", title=None, axis={"orient": "top", "labelAngle": 0}),
                "y": nominal("term", title=None, sort=order),
                "tooltip": [nominal("term", title=texts("term")), *_counts(denominator, texts)],
            },
            "layer": [
                {
                    "mark": {"type": "rect", "cornerRadius": 3, "stroke": "white"},
                    "encoding": {"color": amount(denominator, title=texts(denominator), scale={"scheme": "teals"})},
                },
                {
                    "mark": {"type": "text", "fontSize": 12},
                    "encoding": {"text": amount(denominator, format=".1f"), "color": INK},
                },
            ],
            "height": {"step": 24},
        },
        drawn,
    )


def _counts(denominator: str, texts: Texts) -> list[Spec]:
    return [
        nominal("report_year", title=texts("report_year")),
        amount(denominator, title=texts(denominator), format=".2f"),
        amount("substring_count", title=texts("times")),
    ]


def interval_chart(points: DataFrame, texts: Texts) -> Chart:
    """Draw shares with their intervals, a line each: `name`, `estimate`, `lower`, `upper`, `n`, and `pooled` (words for
    the wider group that the share is of, or nothing)."""
    drawn = points[["name", "estimate", "lower", "upper", "n", "n_right", "n_own", "pooled"]]
    low = max(0.0, float(drawn["lower"].min()) - 0.02)
    x = {"scale": {"domain": [low, 1.0]}, "axis": {"format": ".0%"}, "title": None}
    counts = [amount(name, title=texts(name)) for name in ("n_right", "n", "n_own")]
    shares = [amount(name, title=texts(name), format=".1%") for name in ("estimate", "lower", "upper")]
    rule = {"x": amount("lower", **x), "x2": {"field": "upper"}}
    return Chart(
        {
            "encoding": {
                "y": nominal("name", title=None, sort=None, axis={"labelLimit": 320}),
                "tooltip": [nominal("name", title=" "), *shares, *counts, nominal("pooled", title=texts("pooled"))],
                "color": either("datum.pooled != ''", "#9ca3af", "#1d4ed8"),
            },
            "layer": [
                {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": rule},
                {"mark": {"type": "circle", "size": 90, "opacity": 1}, "encoding": {"x": amount("estimate", **x)}},
            ],
            "height": {"step": 24},
        },
        drawn,
    )
