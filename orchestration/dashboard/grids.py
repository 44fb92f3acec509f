"""Tiles, heat maps and lines over many regions or terms: frames in, Altair charts out.

What belongs here: charts with a cell per region, year or term. What does not: Streamlit, SQL; the look and the
selection that all charts share (``charts``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from orchestration.dashboard.charts import MANY_YEARS, PICK, Chart
from orchestration.dashboard.texts import Scale, Texts, load_texts, scale_for

if TYPE_CHECKING:
    from pandas import DataFrame

STATE_COLOURS = {
    "retrieved": "#15803d",
    "partial": "#84cc16",
    "excerpt_only": "#facc15",
    "refused": "#f97316",
    "not_retrieved": "#e5e7eb",
}
CELL_COLOURS = {"told": "#15803d", "conflicting": "#f97316", "no_target_set": "#60a5fa", "not_told": "#e5e7eb"}
NO_REPORT, NOT_TOLD = "#f3f4f6", "#d1d5db"
TILE = 92
COLUMNS = 8
FEW_CELLS = 500
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
                "tile": [_short(names.get(r, r)) for r in places["region_id"]],
                "year": places["year"].astype(str),
                "value": values / scale.factor,
                "label": [
                    scale.told(v, u, q if isinstance(q, str) else None)
                    for v, u, q in zip(values, upper, signs, strict=True)
                ],
                "why": [
                    "" if v == v else missing_words(code, row, texts)
                    for v, code, row in zip(values, whys, places.to_dict("records"), strict=True)
                ],
                "is_read": [code not in ("not_retrieved", "refused", "outside") for code in whys],
            }
        ),
        scale,
    )


def missing_code(row: dict[Any, Any], what: str) -> str:
    """Return why a cell is empty: a state of the report that would tell it, of the cell, or `beyond_headline`."""
    side = "target" if what == "target" else "result"
    report = row["report_state" if side == "target" else "next_report_state"]
    if what == "gap" and pd.isna(row["target"]):
        return missing_code(row, "target") if pd.isna(row["result"]) else "no_target"
    if not isinstance(report, str):
        return "outside"
    if report.startswith("refused"):
        return "refused"
    if report == "not_retrieved":
        return report
    cell = row[f"{side}_state"]
    return str(cell) if isinstance(cell, str) else "beyond_headline"


def missing_words(code: str, row: dict[Any, Any], texts: Texts) -> str:
    if code == "outside":
        return texts("not_in_range")
    if code in ("not_retrieved", "refused"):
        return texts.word("state", code)
    if code == "no_target":
        return texts("no_target_to_compare")
    if code == "beyond_headline":
        return texts("beyond_headline")
    relation = row.get("target_relation")
    if code == "told" and isinstance(relation, str):
        return texts.word("relation", relation)
    return texts.word("cell_state", "not_told" if code == "told" else code)


def _short(name: str) -> str:
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
    x = alt.X("column:O", axis=None, scale=alt.Scale(domain=list(range(n_columns)), padding=0.04))
    y = alt.Y("line:O", axis=None, scale=alt.Scale(domain=list(range(n_lines)), padding=0.04))
    base = alt.Chart(tiles).encode(x=x, y=y, tooltip=_tooltip(scale, texts))
    ink = alt.condition("datum.is_dark", alt.value("white"), alt.value("#1f2937"))
    names = base.mark_text(dy=-12, fontSize=13).encode(text="tile:N", color=ink)
    values = base.mark_text(dy=12, fontSize=15, fontWeight="bold").encode(text="shown:N", color=ink)
    # where cells tell their numbers a legend would say it twice
    filled = _filled(base, scale, diverging, texts, with_legend=False)
    return alt.layer(*filled, names, values).properties(
        width=n_columns * TILE, height=n_lines * 68, autosize=alt.AutoSizeParams(type="pad")
    )


def years_chart(points: DataFrame, scale: Scale, diverging: bool, texts: Texts) -> Chart:
    """Draw region × year of one indicator."""
    years = pd.to_numeric(points["year"])
    domain = [str(year) for year in range(int(years.min()), int(years.max()) + 1)]
    tiles = points.assign(is_dark=_dark(points["value"], diverging))
    base = alt.Chart(tiles).encode(
        x=alt.X("year:O", title=None, scale=alt.Scale(domain=domain), axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=220)),
        tooltip=_tooltip(scale, texts),
    )
    has_labels = len(tiles) <= FEW_CELLS and len(domain) <= MANY_YEARS
    layers = _filled(base, scale, diverging, texts, with_legend=not has_labels)
    if has_labels:
        ink = alt.condition("datum.is_dark", alt.value("white"), alt.value("#1f2937"))
        layers.append(base.mark_text(fontSize=12).encode(text="label:N", color=ink))
    return alt.layer(*layers).properties(height=alt.Step(26))


def _filled(base: alt.Chart, scale: Scale, diverging: bool, texts: Texts, *, with_legend: bool) -> list[alt.Chart]:
    """Return the rectangles: coloured by value, grey where a report tells nothing, faint where there is no report."""
    pick = alt.selection_point(name=PICK, fields=["cell"], on="click", empty=False)
    # as much colour for as far above as below
    furthest = float(base.data["value"].abs().max()) or 1.0
    edge = alt.condition(pick, alt.value("#111827"), alt.value("white"))
    colours = alt.Scale(scheme="redblue", domain=[-furthest, furthest]) if diverging else alt.Scale(scheme="blues")
    empty = (
        base.transform_filter("!isValid(datum.value)")
        .mark_rect(cornerRadius=4, strokeWidth=3)
        .encode(color=alt.condition("datum.is_read", alt.value(NOT_TOLD), alt.value(NO_REPORT)), stroke=edge)
    )
    filled = (
        base.transform_filter("isValid(datum.value)")
        .mark_rect(cornerRadius=4, strokeWidth=3)
        .encode(
            color=alt.Color(
                "value:Q",
                scale=colours,
                title=texts.word("unit", scale.unit),
                legend=alt.Legend(orient="right", gradientLength=120) if with_legend else None,
            ),
            stroke=edge,
        )
        .add_params(pick)
    )
    return [empty, filled]


def _tooltip(scale: Scale, texts: Texts) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title=texts("region")),
        alt.Tooltip("year:N", title=texts("year")),
        alt.Tooltip("label:N", title=texts.word("unit", scale.unit) or texts("value")),
        alt.Tooltip("why:N", title=texts("why_empty")),
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
    years = pd.to_numeric(points[x])
    domain = [str(year) for year in range(int(years.min()), int(years.max()) + 1)]
    drawn = points.assign(word=[words[code] for code in points["code"]])
    drawn[x] = points[x].astype(str)
    pick = alt.selection_point(name=PICK, fields=[field], on="click", empty=False)
    return (
        alt.Chart(drawn)
        .mark_rect(cornerRadius=3, strokeWidth=2)
        .encode(
            x=alt.X(
                f"{x}:O",
                title=None,
                scale=alt.Scale(domain=domain),
                axis=alt.Axis(orient="top", labelAngle=-60 if len(domain) > 16 else 0),
            ),
            y=alt.Y(f"{y}:N", title=None, sort=None, axis=alt.Axis(labelLimit=300)),
            color=alt.Color(
                "word:N",
                title=None,
                scale=alt.Scale(domain=[words[code] for code in seen], range=[colours[code] for code in seen]),
                legend=alt.Legend(orient="top", symbolType="square"),
            ),
            stroke=alt.condition(pick, alt.value("#111827"), alt.value("white")),
            tooltip=[
                alt.Tooltip(f"{y}:N", title=" "),
                alt.Tooltip(f"{x}:N", title=texts("year")),
                alt.Tooltip("word:N", title=texts("state")),
                alt.Tooltip("detail:N", title=texts("detail")),
            ],
        )
        .add_params(pick)
        .properties(height=alt.Step(24))
    )


def attention_chart(points: DataFrame, denominator: str, texts: Texts) -> Chart:
    """Draw the share of a dictionary's terms by report year, a line per region."""
    years = pd.to_numeric(points["report_year"])
    domain = [str(year) for year in range(int(years.min()), int(years.max()) + 1)]
    base = alt.Chart(points.assign(report_year=points["report_year"].astype(str))).encode(
        x=alt.X(
            "report_year:O", title=None, scale=alt.Scale(domain=domain), axis=alt.Axis(labelAngle=0, labelOverlap=True)
        ),
        y=alt.Y(f"{denominator}:Q", title=None),
        color=alt.Color("name:N", title=None, legend=alt.Legend(orient="top"), sort=None),
        tooltip=[
            alt.Tooltip("name:N", title=texts("region")),
            alt.Tooltip("report_year:N", title=texts("report_year")),
            alt.Tooltip(f"{denominator}:Q", title=texts(denominator), format=".2f"),
            alt.Tooltip("substring_count:Q", title=texts("times")),
        ],
    )
    return alt.layer(base.mark_line(strokeWidth=2), base.mark_circle(size=90)).properties(height=320)


def terms_chart(points: DataFrame, denominator: str, texts: Texts) -> Chart:
    """Draw term × report year of one region, the most frequent term first."""
    order = points.groupby("term")[denominator].sum().sort_values(ascending=False).index.tolist()
    peak = points[denominator].max()
    drawn = points.assign(
        report_year=points["report_year"].astype(str), is_dark=[bool(v > 0.55 * peak) for v in points[denominator]]
    )
    base = alt.Chart(drawn).encode(
        x=alt.X("report_year:O", title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("term:N", title=None, sort=order),
        tooltip=[
            alt.Tooltip("term:N", title=texts("term")),
            alt.Tooltip("report_year:N", title=texts("report_year")),
            alt.Tooltip(f"{denominator}:Q", title=texts(denominator), format=".2f"),
            alt.Tooltip("substring_count:Q", title=texts("times")),
        ],
    )
    count = "substring_count" if denominator == "per_10k_chars" else "token_count"
    heat = base.mark_rect(cornerRadius=3, stroke="white").encode(
        color=alt.Color(f"{denominator}:Q", title=texts(denominator), scale=alt.Scale(scheme="teals"))
    )
    numbers = base.mark_text(fontSize=12).encode(
        text=f"{count}:Q", color=alt.condition("datum.is_dark", alt.value("white"), alt.value("#1f2937"))
    )
    return alt.layer(heat, numbers).properties(height=alt.Step(24))
