"""Regions in the order of a value, target and result at one line: frames in, Vega-Lite out.

What belongs here: the chart of a ranking. What does not: Streamlit, SQL; the look and the selection that all charts
share (``charts``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts import COLOURS, Chart, amount, colours_by, if_picked, nominal, pick
from dashboard.texts import Scale, Texts

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_LINES = 60


def ranking_chart(frame: DataFrame, names: list[str], scale: Scale, from_zero: bool, texts: Texts) -> Chart:
    """Draw target and result of a region a line, in the order of `frame` (``comparing.ranked``), the first lines only.

    `names` go with the rows. The data hold all rows, also those beyond MOST_LINES and those without a value.
    """
    sides = ("target", "result")
    wide = pd.DataFrame(
        {
            "cell": frame["region_id"] + "|" + frame["year"].astype(str),
            "name": names,
            "line": range(len(frame)),
            "high": frame["target_upper"] / scale.factor,
            **{f"{side}_at": frame[side] / scale.factor for side in sides},
        }
    )
    drawn = pd.concat(
        [
            wide.assign(
                side=texts(side),
                value=wide[f"{side}_at"],
                label=[
                    scale.told(v, u if side == "target" else None, q if isinstance(q, str) else None)
                    for v, u, q in zip(frame[side], frame["target_upper"], frame[f"{side}_qualifier"], strict=True)
                ],
            )
            for side in sides
        ]
    )
    lines = list(dict.fromkeys(wide["name"][:MOST_LINES]))
    y = nominal("name", title=None, sort=lines, scale={"domain": lines}, axis={"labelLimit": 220})
    x = amount(
        "value",
        title=texts.word("unit", scale.unit),
        scale={"zero": from_zero, "padding": 20},
        axis={"orient": "top", "tickCount": 6},
    )
    colours = colours_by([texts(side) for side in sides], [COLOURS[side] for side in sides])
    colour = nominal("side", title=None, scale=colours, legend={"orient": "top", "symbolType": "circle"})
    of_target = {"filter": {"field": "side", "equal": texts("target")}}
    between = {"x": amount("target_at"), "x2": {"field": "result_at"}, "y": y}
    marks = {
        "mark": {"type": "circle", "opacity": 0.9},
        "params": pick("cell"),
        "encoding": {
            "x": x,
            "y": y,
            "color": colour,
            "size": if_picked(360, 150),
            "tooltip": [
                nominal("name", title=texts("region")),
                nominal("side", title=texts("kind")),
                nominal("label", title=texts.word("unit", scale.unit) or texts("value")),
            ],
        },
    }
    return Chart(
        {
            "transform": [{"filter": f"datum.line < {MOST_LINES} && isValid(datum.value)"}],
            "layer": [
                {
                    "transform": [of_target, {"filter": "isValid(datum.result_at)"}],
                    "mark": {"type": "rule", "strokeWidth": 2, "color": "#9ca3af"},
                    "encoding": between,
                },
                {
                    "transform": [of_target, {"filter": "isValid(datum.high)"}],
                    "mark": {"type": "bar", "height": 10, "opacity": 0.35, "cornerRadius": 4},
                    "encoding": {"x": amount("target_at"), "x2": {"field": "high"}, "y": y, "color": colour},
                },
                marks,
            ],
            "height": {"step": 24},
        },
        drawn,
    )
