"""The audit's page: cells that lead to their sentences, items judged one after the other, corrections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from dashboard_pages import DRAW, page, sampled
from dbt_harness import Warehouse
from published_world import FIRST, SECOND, publish_copy
from streamlit.testing.v1 import AppTest

from baogao.citing import FORMS
from dashboard.store import Store
from orchestration.release import sampling
from sources.extraction.review import add_decision, decision_of, load_reviews
from sources.home import ENV_HOME, Home
from sources.quality import audits


@pytest.fixture(scope="module")
def drawn(home: Home, store: Store) -> Iterator[audits.Draw]:
    """An audit of three cells and a place, as `baogao audit draw` leaves it."""
    found = sampled(home, 3, 1)
    place = replace(found.items[0], item_id="place", kind="place", stratum="place")
    found = replace(found, items=(*found.items, place), strata={**found.strata, "place": 30})
    audits.write_draw(home.reviews, found)
    yield found


def test_the_key_of_a_cell_leads_to_it_from_any_page_and_is_copied_with_its_citations(home: Home, store: Store) -> None:
    told = store.ask("from panel_cell_source where column_name = 'gdp_tgt_g_pct' order by region_id, year").iloc[0]
    key = f"{FIRST}/{told['region_id']}/{told['year']}/gdp_tgt_g_pct"
    app = page("coverage", cell=key)
    first, *forms = [code.value for code in app.code][: 1 + len(FORMS)]
    assert first == key
    assert all(key in form or key.replace("_", "\\_") in form for form in forms) and "[DS/OL]" in forms[-1]
    assert told["sentence_en"] in "\n".join(caption.value for caption in app.caption)
    assert app.query_params["cell"] == key
    app.button(key="close_cell").click().run()
    assert "cell" not in app.query_params and key not in [code.value for code in app.code]
    empty = page("series", cell=key.replace(str(told["year"]), "2030"))
    assert "no report was found that would tell it" in empty.info[0].value
    assert "is no key of a cell" in page("series", cell="霁川市").error[0].value


def judging(home: Home, **address: str) -> AppTest:
    app = AppTest.from_string(
        DRAW.format(page="audit", language="en").replace("app.PAGES", "app.WRITING"), default_timeout=60
    )
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def test_a_reader_judges_item_after_item_and_makes_a_review(home: Home, drawn: audits.Draw) -> None:
    app = judging(home, reader="wang", audit=drawn.audit_id)
    app.button(key="audit_right").click().run()
    app.button(key="audit_wrong_value").click().run()
    given = audits.answers_of(home.reviews, drawn.audit_id, "wang")
    assert [(a.answer, a.field) for a in given.values()] == [("right", ""), ("wrong", "value")]
    (right,) = [box for box in app.text_input if str(box.key).startswith("right_")]
    right.set_value("eight").run()
    button = str(right.key).replace("right_", "review_")
    app.button(key=button).click().run()
    assert "no value" in app.error[0].value
    app.text_input(key=right.key).set_value("9.5").run()
    app.button(key=button).click().run()
    (decision,) = load_reviews(home.reviews)
    assert (decision.set, decision.by) == ({"value": 9.5}, "wang") and decision.surface in decision.quote
    app.run()
    assert any("9.5" in told.value and "the next run publishes it" in told.value for told in app.info)
    app.button(key="audit_undo").click().run()
    app.button(key="audit_doubtful").click().run()
    last = list(given)[-1]
    assert audits.answers_of(home.reviews, drawn.audit_id, "wang")[last].answer == "doubtful"
    other = judging(home, reader="li", audit=drawn.audit_id)
    assert f"0 of {len(drawn.items)}" in str(other.get("progress")[0].proto.text), "answers of others are not seen"
    other.button(key="audit_right").click().run()
    assert not other.info, "nor what they corrected, before one has judged it"
    while any(str(button.key) == "audit_right" for button in other.button):
        other.button(key="audit_right").click().run()
    assert [told for told in other.info if "9.5 (wang: audit" in told.value], (
        "who has judged all sees what was corrected"
    )


def test_a_correction_says_whether_the_release_shown_has_it(
    built: Warehouse, drawn: audits.Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Home(tmp_path / "home")
    publish_copy(built.marts, made, FIRST)
    drawn = replace(drawn, items=drawn.items[:3])
    audits.write_draw(made.reviews, drawn)
    changed, removed, _ = drawn.items
    for item, field, value in ((changed, "value", "9.5"), (removed, "none", "")):
        told = decision_of(
            item.report_id, item.sentence, item.surface, item.reading, field, value, by="wang", reason="a table"
        )
        add_decision(made.reviews, "told", told)
    for item in drawn.items:
        audits.answer(made.reviews, drawn, "li", audits.Answer(item.item_id, "right"))
    monkeypatch.setenv(ENV_HOME, str(made.root))

    def said() -> list[str]:
        return [
            told.value.split("(wang: a table)")[1] for told in judging(made, reader="li", audit=drawn.audit_id).info
        ]

    later = [". Not in the release shown; the next run publishes it."]
    assert said() == later * 2
    publish_copy(built.marts, made, SECOND)
    with duckdb.connect(str(made.published_database)) as connection:
        connection.execute(
            "update fct_observation set reviewed = 'wang: a table' where observation_id = ?",
            [changed.reading["observation_id"]],
        )
        connection.execute("delete from fct_observation where observation_id = ?", [removed.reading["observation_id"]])
    assert said() == ["."] * 2


def test_a_reader_without_a_name_or_with_a_wrong_one_is_told(home: Home, drawn: audits.Draw) -> None:
    assert judging(home).info and not judging(home).button
    assert "can't name a reader" in judging(home, reader="../x").error[0].value


def test_the_same_seed_and_release_give_the_same_draw(home: Home) -> None:
    def draw(seed: int, where: str = "") -> audits.Draw:
        return sampled(home, 20, seed, where)

    assert draw(3) == draw(3) and draw(3).items != draw(4).items
    assert {item.reading["indicator"] for item in draw(3, "indicator = 'gdp'").items} == {"gdp"}
    with pytest.raises(sampling.SamplingError, match="nonsense"):
        draw(3, "nonsense = 1")
    with pytest.raises(sampling.SamplingError, match="no published value"):
        draw(3, "year = 1800")
