"""How many say a phrase, drawn: by year, and as the points of tiles and of region by year.

What belongs here: frames of ``phrases.Said`` in, Vega-Lite out. What does not: Streamlit, SQL; tiles and heat maps
themselves (``grids``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts import Chart, all_years, amount, nominal, ordinal
from dashboard.grids import short_name
from dashboard.phrase_words import state_word
from dashboard.texts import Scale, Texts

if TYPE_CHECKING:
    from pandas import DataFrame


def saying_chart(counts: DataFrame, texts: Texts) -> Chart:
    """Draw, for each report year, the share of the regions searched that say a phrase; rows of ``phrases.Said``."""
    says = counts.assign(says=counts["documents_saying"] > 0)
    drawn = says.groupby("report_year").agg(
        regions_saying=("says", "sum"), regions_searched=("says", "size"), times=("times", "sum"),
        sentences_saying=("sentences_saying", "sum"),
    ).reset_index()  # fmt: skip
    drawn = drawn.assign(share=drawn["regions_saying"] / drawn["regions_searched"])
    domain = all_years(drawn["report_year"])
    x = ordinal("report_year", title=None, scale={"domain": domain}, axis={"labelAngle": 0, "labelOverlap": True})
    whole = {"domain": [0, 1]}
    return Chart(
        {
            "encoding": {
                "x": x,
                "y": amount("share", title=None, scale=whole, axis={"format": ".0%"}),
                "tooltip": [
                    nominal("report_year", title=texts("report_year")),
                    amount("share", title=texts("phrase_trend"), format=".1%"),
                    *(
                        amount(one, title=texts(one))
                        for one in ("regions_saying", "regions_searched", "sentences_saying", "times")
                    ),
                ],
            },
            # a bar for each year that was searched: one without a report is a gap, and no line runs across it
            "layer": [
                {"mark": {"type": "bar", "color": "#e5e7eb"}, "encoding": {"y": {"datum": 1}, "y2": {"datum": 0}}},
                {"mark": {"type": "bar", "color": "#1d4ed8"}},
                {
                    "mark": {"type": "text", "dy": -8, "fontSize": 12},
                    "encoding": {"text": nominal("regions_saying"), "color": {"value": "#1f2937"}},
                },
            ],
            "height": 280,
        },
        drawn.assign(report_year=drawn["report_year"].astype(str)),
    )


def saying_points(
    counts: DataFrame, missing: DataFrame, per: str, names: dict[str, str], texts: Texts
) -> tuple[DataFrame, Scale]:
    """Return a row per region and year, as ``cells`` does: how much of it says a phrase, or why nobody can tell."""
    says = counts["documents_saying"] > 0
    values = counts[per].where(says) * (100 if per == "document_share" else 1)
    scale = Scale(1.0, "%" if per == "document_share" else "")
    told = counts[["region_id", "region_code", "report_year"]].assign(value=values, is_read=True)
    left = missing[["region_id", "region_code", "report_year"]].assign(value=float("nan"), is_read=False)
    whys = [
        *("" if one else texts("not_said") for one in says),
        *(state_word(code, texts) for code in missing["state"]),
    ]
    points = pd.concat([told, left], ignore_index=True).assign(why=whys)
    labels = [names.get(region, region) for region in points["region_id"]]
    points = points.assign(
        cell=points["region_id"] + "|" + points["report_year"].astype(str),
        name=labels,
        tile=[short_name(name) for name in labels],
        year=points["report_year"].astype(str),
        label=[scale.told(value) for value in points["value"]],
    )
    return points.sort_values(["region_code", "year"]), scale
