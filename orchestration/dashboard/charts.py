"""Charts of a region's series and of its ladder: frames in, Altair charts out.

What belongs here: marks, scales, colours, the look that all charts share. What does not: Streamlit, SQL; heat maps and
tiles (``grids``). Every chart has a selection named `PICK`, so that a click tells which record was meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from orchestration.dashboard.texts import Scale, Texts, scale_for

if TYPE_CHECKING:
    from pandas import DataFrame

Chart = alt.Chart | alt.LayerChart | alt.FacetChart
PICK = "pick"
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
LEVEL_COLOURS = {"national": "#b91c1c", "province": "#c2410c", "city": "#1d4ed8", "county": "#0f766e"}


def styled(chart: Chart, font: str) -> Chart:
    """Give a chart the look that all share."""
    return (
        chart.configure(font=font, background="white", padding=8)
        .configure_axis(
            labelFontSize=13, titleFontSize=13, titleFontWeight="normal", gridColor="#e5e7eb", labelColor="#1f2937"
        )
        .configure_legend(labelFontSize=13, titleFontSize=13, titleFontWeight="normal", labelLimit=260, symbolSize=120)
        .configure_title(fontSize=16, subtitleFontSize=12, subtitleColor="#6b7280", anchor="start", offset=12)
        .configure_view(stroke=None)
    )


def picture(chart: Chart, title: str, subtitle: str, width: int | None = 900) -> bytes:
    """Return the chart as PNG with a title and the release as subtitle; the font is ours, not the machine's."""
    import vl_convert

    from orchestration.lib.fonts import use_in_vega

    sized = chart.properties(title=alt.TitleParams(title, subtitle=subtitle))
    sized = sized.properties(width=width) if width else sized
    spec = styled(sized, use_in_vega()).to_dict()
    png: bytes = vl_convert.vegalite_to_png(spec, vl_version=alt.SCHEMA_VERSION.removeprefix("v")[:3], scale=2)
    return png


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
    )
    return points, scale


def series_chart(points: DataFrame, scale: Scale, texts: Texts) -> Chart:
    """Draw targets (with ranges and qualifiers) beside results, by year. `points` is of ``series_points``."""
    present = [code for code in COLOURS if code in set(points["code"])]
    numbers = points["year"].astype(int)
    years = [str(year) for year in range(numbers.min(), numbers.max() + 1)]
    x = alt.X(
        "year:O", title=None, scale=alt.Scale(domain=years), axis=alt.Axis(labelAngle=0, labelOverlap=True, grid=False)
    )
    offset = alt.XOffset("side:N", scale=alt.Scale(domain=["target", "result"], paddingOuter=0.35))
    y = alt.Y("middle:Q", title=None, scale=alt.Scale(zero=False, padding=24), axis=alt.Axis(tickCount=6))
    colour = alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=[texts(code) for code in present], range=[COLOURS[code] for code in present]),
        legend=alt.Legend(orient="top", symbolType="circle"),
    )
    signs = {texts.word("qualifier", code): shape for code, shape in SHAPES.items()}
    seen = [sign for sign in signs if sign in set(points["sign"])]
    base = alt.Chart(points)
    lines = (
        base.transform_filter(alt.FieldOneOfPredicate(field="code", oneOf=["result", "target"]))
        .mark_line(strokeWidth=2, opacity=0.45)
        .encode(
            x=x,
            y=y,
            xOffset=offset,
            color=colour,
            strokeDash=alt.condition("datum.code == 'target'", alt.value([4, 4]), alt.value([1, 0])),
            detail="code:N",
        )
    )
    whiskers = (
        base.transform_filter("isValid(datum.high)")
        .mark_bar(width=12, opacity=0.3, cornerRadius=4)
        .encode(x=x, xOffset=offset, y=alt.Y("low:Q"), y2="high:Q", color=colour)
    )
    pick = alt.selection_point(name=PICK, fields=["fact_id"], on="click", empty=False)
    own = texts.word("told_by", "own")
    marks = (
        base.mark_point(size=150, strokeWidth=2, filled=True)
        .encode(
            x=x,
            y=y,
            xOffset=offset,
            color=colour,
            shape=alt.Shape(
                "sign:N",
                title=None,
                scale=alt.Scale(domain=seen, range=[signs[sign] for sign in seen]),
                legend=alt.Legend(orient="top"),
            ),
            fillOpacity=alt.condition(alt.datum.told_by == own, alt.value(0.9), alt.value(0.1)),
            size=alt.condition(pick, alt.value(380), alt.value(150)),
            tooltip=[
                alt.Tooltip("year:N", title=texts("year")),
                alt.Tooltip("kind:N", title=texts("kind")),
                alt.Tooltip("label:N", title=f"{texts('value')} ({texts.word('unit', scale.unit)})"),
                alt.Tooltip("sign:N", title=texts("qualifier")),
                alt.Tooltip("commitment:N", title=texts("commitment")),
                alt.Tooltip("told_by:N", title=texts("told_by")),
            ],
        )
        .add_params(pick)
    )
    layers = [lines, whiskers, marks]
    if len(years) <= MANY_YEARS:
        above = base.transform_filter("datum.side == 'target'").mark_text(dy=-15, fontSize=12)
        below = base.transform_filter("datum.side == 'result'").mark_text(dy=18, fontSize=12)
        layers += [
            text.encode(x=x, y=y, xOffset=offset, text="label:N", color=colour, detail="fact_id:N")
            for text in (above, below)
        ]
    return alt.layer(*layers).properties(height=380)


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
    y = alt.Y(
        "place:N",
        title=None,
        sort=places,
        scale=alt.Scale(domain=places),
        axis=alt.Axis(labelLimit=240, labelAlign="left", labelPadding=180),
    )
    levels = [texts.word("level", level) for level in LEVEL_COLOURS]
    seen = [level for level in levels if level in set(points["level"])]
    colour = alt.Color(
        "level:N",
        title=None,
        scale=alt.Scale(
            domain=seen, range=[c for level, c in zip(levels, LEVEL_COLOURS.values(), strict=True) if level in seen]
        ),
        legend=alt.Legend(orient="top"),
    )
    x = alt.X(
        "low:Q",
        title=texts.word("unit", scale.unit),
        scale=alt.Scale(zero=False, padding=30),
        axis=alt.Axis(orient="top", tickCount=8),
    )
    base = alt.Chart(points)
    steps = (
        base.transform_filter("isValid(datum.parent)")
        .mark_rule(strokeWidth=2, opacity=0.5)
        .encode(y=y, x=alt.X("parent:Q"), x2="low:Q", color=colour)
    )
    parents = (
        base.transform_filter("isValid(datum.parent)")
        .mark_tick(thickness=3, size=16, opacity=0.6, color="#6b7280")
        .encode(y=y, x="parent:Q")
    )
    ranges = (
        base.transform_filter("isValid(datum.high)")
        .mark_bar(height=10, opacity=0.35, cornerRadius=4)
        .encode(y=y, x=x, x2="high:Q", color=colour)
    )
    pick = alt.selection_point(name=PICK, fields=["fact_id"], on="click", empty=False)
    marks = (
        base.mark_circle(opacity=0.95)
        .encode(
            y=y,
            x=x,
            color=colour,
            size=alt.condition(pick, alt.value(360), alt.value(170)),
            tooltip=[
                alt.Tooltip("place:N", title=texts("region")),
                alt.Tooltip("label:N", title=f"{texts('target')} ({texts.word('unit', scale.unit)})"),
                alt.Tooltip("gap:N", title=texts("gap_to_parent")),
                alt.Tooltip("commitment:N", title=texts("commitment")),
            ],
        )
        .add_params(pick)
    )
    words = (
        base.transform_calculate(end="isValid(datum.high) ? datum.high : datum.low")
        .mark_text(align="left", dx=12, fontSize=12)
        .encode(y=y, x=alt.X("end:Q"), text="label:N", color=colour)
    )
    return alt.layer(steps, parents, ranges, marks, words).properties(height=alt.Step(26))
