"""One indicator of any regions, beside each other: which regions are meant, values with verdicts, why there is none.

What belongs here: what `baogao compare`, `baogao panel` and the pages of many places have in common. What does not:
SQL (``queries``), charts (``grids``), Streamlit, arguments of a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from baogao.questions import NotOneError as NotOneError
from dashboard import queries
from dashboard.store import Store
from dashboard.texts import Texts, load_texts, scale_for
from sources.latin import readings_of, without_kind
from sources.magnitudes import UNSCALED

if TYPE_CHECKING:
    from pandas import DataFrame

Row = dict[Any, Any]

NO_REPORT_STATES = ("refused", "not_retrieved", "not_in_catalogue")
#: what may be empty, each with a column `<name>_reason`
SIDES = ("target", "result", "gap")
COLUMNS = (
    "region_id", "region_code", "region_name", "level", "parent_name", "year", "indicator", "measure", "unit",
    "target", "target_upper", "target_qualifier", "target_commitment", "result", "result_qualifier", "gap", "verdict",
    "target_reason", "result_reason", "gap_reason", "reason", "target_fact_id", "result_fact_id",
)  # fmt: skip
NATION = ("全国", "中国", "nation")
SHOWN = 12
#: by which rows may be chosen; that nothing is told of a target's outcome is a reason, not a verdict
VERDICTS = ("met", "missed", "within_rounding", "within_about", "pending")


def find_region(known: Sequence[Row], typed: str, level: str | None = None) -> Row:
    """Return the region of `known` (rows of ``queries.regions``) that a code, a name or its pinyin means.

    A name may lack its kind (深圳) and may follow its parent's (深圳市福田区). Raises NotOneError for a name that
    several bear at `level` or none does.
    """
    typed = typed.strip()
    rows = [row for row in known if level is None or row["level"] == level]
    for fits in (_by_code, _by_name, _by_parent_and_name, _by_short_name, _by_letters):
        named = [row for row in rows if fits(row, typed)]
        if len(named) == 1:
            return named[0]
        if named:
            raise NotOneError(
                "{typed}: {n_named} regions are called so; give the code of one: {named}",
                typed=typed,
                n_named=len(named),
                named=_listed(named),
            )
    if near := _near(rows, typed):
        raise NotOneError("{typed}: no region of this release is called so; near it: {near}", typed=typed, near=near)
    raise NotOneError("{typed}: no region of this release is called so", typed=typed)


def _by_code(row: Row, typed: str) -> bool:
    return typed in (row["region_code"], row["region_id"])


def _by_name(row: Row, typed: str) -> bool:
    return typed == row["region_name"] or (row["level"] == "national" and typed.lower() in NATION)


def _by_parent_and_name(row: Row, typed: str) -> bool:
    above, name = row["parent_name"], str(row["region_name"])
    if not isinstance(above, str) or not typed.startswith(without_kind(above)):
        return False
    return any(typed == a + n for a in (above, without_kind(above)) for n in (name, without_kind(name)))


def _by_short_name(row: Row, typed: str) -> bool:
    return typed == without_kind(str(row["region_name"]))


def _by_letters(row: Row, typed: str) -> bool:
    return typed.isascii() and typed.lower().replace(" ", "") in _letters(row)


def _letters(row: Row) -> set[str]:
    english = load_texts()["places"].get(row["region_code"]) or ""
    return {english.lower().replace(" ", ""), *readings_of(str(row["region_name"]))} - {""}


def _near(rows: Sequence[Row], typed: str) -> str:
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        for name in _letters(row) if typed.isascii() else (str(row["region_name"]),):
            by_name.setdefault(name, []).append(row)
    close = [name for name in by_name if typed.lower() in name] or get_close_matches(typed.lower(), by_name, n=3)
    near = [row for name in close for row in by_name[name]]
    return _listed(near) if near else ""


def _listed(rows: Sequence[Row]) -> str:
    told = [
        f"{row['region_code']} {row['region_name']}"
        + (f" ({row['parent_name']})" if isinstance(row["parent_name"], str) else "")
        for row in rows[:SHOWN]
    ]
    return ", ".join(told) + (f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else "")


def regions_among(known: Iterable[Row], level: str | None, below: str | None) -> list[Row]:
    """Return the regions of `level`, of all or in the region of the code `below`; without a level its children."""
    return [
        row
        for row in known
        if (level is None or row["level"] == level)
        and (
            below is None
            or row["parent_code"] == below
            or (level is not None and row["province_code"] == below and row["region_code"] != below)
        )
    ]


def find_indicator(store: Store, typed: str) -> str:
    """Return the indicator that is called `typed`; raises NotOneError for a name that several bear or none does."""
    called = queries.indicators_called(store, typed)
    exact = list(called.loc[called["distance"] < queries.ONLY_NEAR, "indicator"])
    if len(exact) == 1:
        return str(exact[0])
    names = queries.indicators(store).set_index("indicator")["name_zh"]
    near = exact or list(called["indicator"])
    told = ", ".join(f"{code} {names[code]}" for code in near[:SHOWN])
    if exact:
        raise NotOneError(
            "{typed}: {n_exact} indicators are called so; give the code of one: {told}",
            typed=typed,
            n_exact=len(exact),
            told=told,
        )
    if told:
        raise NotOneError("{typed}: no indicator is called so; near it: {told}", typed=typed, told=told)
    raise NotOneError("{typed}: no indicator is called so", typed=typed)


def find_measure(store: Store, indicator: str, typed: str | None) -> str:
    """Return the measure `typed` of an indicator, else growth, else the one told most often.

    Raises NotOneError for one in which the indicator is never told.
    """
    known = [str(measure) for measure in queries.measures(store, indicator)["measure"]]
    if typed is None:
        return "growth" if "growth" in known or not known else known[0]
    if typed not in known:
        raise NotOneError(
            "{typed}: {indicator} is not told in this measure; it is in: {known}",
            typed=typed,
            indicator=indicator,
            known=", ".join(known) or "none",
        )
    return typed


def compared(store: Store, indicator: str, measure: str, region_ids: list[str], texts: Texts) -> DataFrame:
    """Return ``queries.places`` with a reason for each empty cell; COLUMNS are those for people and files.

    `target_reason`, `result_reason` and `gap_reason` are codes, empty (None) where there is a value; `reason` tells
    them in words. Rows are in the order of codes and years.
    """
    return with_reasons(queries.places(store, indicator, measure, region_ids), indicator, measure, texts)


def with_reasons(places: DataFrame, indicator: str, measure: str, texts: Texts) -> DataFrame:
    """Return ``compared`` of rows of ``queries.places``: who wants one year cuts the rest off before."""
    rows = places.to_dict("records")
    reasons = {side: [reason_of(row, side) for row in rows] for side in SIDES}
    words = [_in_words({side: reasons[side][at] for side in SIDES}, row, texts) for at, row in enumerate(rows)]
    told: dict[str, Any] = {f"{side}_reason": codes for side, codes in reasons.items()}
    return places.assign(indicator=indicator, measure=measure, **told, reason=words)


def reason_of(row: Row, side: str) -> str | None:
    """Return why a row of ``queries.places`` has no value on that side; None where it has one."""
    return None if _is_there(row[side]) else missing_code(row, side)


def missing_code(row: Row, what: str) -> str:
    """Return why a cell is empty: a state of the report that would tell it, or of the cell, or of what came of it."""
    side = "target" if what == "target" else "result"
    report = row["report_state" if side == "target" else "next_report_state"]
    if what == "gap":
        if not _is_there(row["target"]):
            return "no_target" if _is_there(row["result"]) else missing_code(row, "target")
        if isinstance(row["not_told_reason"], str) and _is_there(row["result"]):
            return str(row["not_told_reason"])
    if side == "result" and row["verdict"] == "pending":
        return "pending"
    if not isinstance(report, str):
        return "outside"
    if report.startswith("refused"):
        return "refused"
    if report in NO_REPORT_STATES:
        return report
    cell = row[f"{side}_state"]
    # a number of this measure was set aside, whatever else is told; or all that was read is withheld
    if row.get(f"{side}_withheld") or (report == "withheld" and not isinstance(cell, str)):
        return "withheld"
    if not isinstance(cell, str):
        return "beyond_headline"
    # these speak of the indicator in any measure; the value of a conflict, and a doubtful one, is shown here
    if cell in _TOLD:
        relation = row["target_relation"]
        return relation if side == "target" and isinstance(relation, str) else "told_otherwise"
    return cell


#: states of a cell that has a value
_TOLD = ("told", "conflicting", "too_doubtful")
#: where the words of a reason stand in texts.yaml: sections, then labels
_SECTIONS = ("cell_state", "state", "relation", "not_told_reason")
_LABELS = {
    "outside": "not_in_range",
    "no_target": "no_target_to_compare",
    "beyond_headline": "beyond_headline",
    "told_otherwise": "told_otherwise",
}


def reason_codes() -> list[str]:
    """Return every code that a reason may have."""
    codes = [code for section in _SECTIONS for code in load_texts()[section]]
    return [code for code in dict.fromkeys((*_LABELS, "pending", *codes)) if code not in (*_TOLD, "retrieved")]


def missing_words(code: str, texts: Texts) -> str:
    """Return a code of ``missing_code`` in words."""
    if code in _LABELS:
        return texts(_LABELS[code])
    section = "verdict" if code == "pending" else next((s for s in _SECTIONS if code in load_texts()[s]), "state")
    return texts.word(section, code)


def _in_words(reasons: dict[str, str | None], row: Row, texts: Texts) -> str:
    told = {side: missing_words(code, texts) for side, code in reasons.items() if code}
    # where a side is empty the gap is, and for no other reason
    if "target" in told or "result" in told:
        told.pop("gap", None)
    detail = row["report_detail"]
    if reasons["target"] in (*NO_REPORT_STATES, "withheld") and isinstance(detail, str):
        told["target"] += f" ({detail})"
    colon, stop = ("：", "；") if texts.language == "zh" else (": ", "; ")
    return stop.join(f"{texts(side)}{colon}{words}" for side, words in told.items())


def _is_there(value: Any) -> bool:
    return value is not None and value == value


def having(frame: DataFrame, states: Sequence[str]) -> DataFrame:
    """Return the rows of ``compared`` that have one of the `states` for a reason or a verdict; all without states."""
    if not states:
        return frame
    reasons = frame[[f"{side}_reason" for side in SIDES]].isin(list(states)).any(axis=1)
    return frame[reasons | frame["verdict"].isin([state for state in states if state in VERDICTS])]


def ranked(frame: DataFrame, by: str) -> DataFrame:
    """Return rows of ``compared`` with the largest `by` first and a `rank` (ties share one), rows without it last."""
    ranks = frame[by].rank(method="min", ascending=False).astype("Int64")
    return frame.assign(rank=ranks).sort_values(["rank", "region_code", "year"], na_position="last")


def fullest_year(frame: DataFrame, side: str) -> int | None:
    """Return the year in which most regions have that side, the latest of several; None where no year has it."""
    years = frame.loc[frame[side].notna(), "year"].mode()
    return None if years.empty else int(years.iloc[-1])


def with_sentences(store: Store, frame: DataFrame) -> DataFrame:
    """Return rows of ``compared`` with the sentence that tells a value or sets none, and the number's words in it.

    The columns are `target_sentence`, `result_sentence`, `target_surface`, `result_surface`.
    """
    sides = ("target", "result")
    ids = {one for side in sides for one in frame[f"{side}_observation_id"] if isinstance(one, str)}
    told = queries.sentences(store, sorted(ids)).set_index("observation_id")
    columns = {
        f"{side}_{what}": frame[f"{side}_observation_id"].map(told[what])
        for what in ("sentence", "surface")
        for side in sides
    }
    return frame.assign(**columns)


def printed_values(row: Row, texts: Texts) -> dict[str, str]:
    """Return target, result and gap of a row as a person reads them, with their unit: ≥7%, 2.7万亿元 as 27,000亿元."""
    unit = row["unit"] if isinstance(row["unit"], str) else ""
    numbers = [abs(row[side]) for side in ("target", "result") if _is_there(row[side])]
    scale = scale_for(unit, max(numbers, default=0.0))
    # two percentages differ by points
    of_gap = "个百分点" if unit == "%" else scale.unit
    told = {
        "target": scale.told(row["target"], row["target_upper"], row["target_qualifier"]),
        "result": scale.told(row["result"], None, row["result_qualifier"]),
        "gap": scale.told(row["gap"]),
    }
    ends = {side: texts.word("unit", of_gap if side == "gap" else scale.unit) for side in told}
    return {
        side: value + (ends[side] if ends[side] in UNSCALED else f" {ends[side]}") if value else ""
        for side, value in told.items()
    }
