"""Several reports in one text or page: parted where another speaker greets his congress."""

from __future__ import annotations

import pytest

from sources.document.read import CleanDocument, read_document

from .pages import BODY, html

_MORE = "推动产业升级，改造农村公路12公里，新建高标准厂房3万平方米，引进项目7个，民生持续改善，各项事业取得新进步。"


def report(place: str, year: int, day: str = "1月12日") -> list[str]:
    return [
        "政府工作报告",
        f"——{year}年{day}在{place}第九届人民代表大会第六次会议上",
        f"{place}人民政府{place[-1]}长 何远山",
        "各位代表：",
        BODY[0].replace("代表县人民政府", f"代表{place}人民政府"),
        *BODY[1:-1],
        *[_MORE] * 4,
        BODY[-1],
    ]


def read(lines: list[str], form: str = "txt") -> list[CleanDocument]:
    if form == "txt":
        return read_document(["\n".join(lines).encode()], name="reports.txt")
    page = html("".join(f"<p>{line}</p>" for line in lines))
    return read_document([page.encode()], name="reports.html")


@pytest.mark.parametrize("form", ["txt", "html"])
@pytest.mark.parametrize(
    "second", [report("清坞县", 2031, "1月11日"), report("云溪县", 2032)], ids=["another place", "another year"]
)
def test_two_reports_are_two_documents(form: str, second: list[str]) -> None:
    first = report("云溪县", 2031)
    documents = read([*first, *second], form)
    assert [document.part for document in documents] == [1, 2]
    assert [document.text.split("\n")[1] for document in documents] == [first[1], second[1]]
    assert all(document.text.split("\n")[-1] == BODY[-1] for document in documents)
    assert all("split_from_file" in document.flags for document in documents)


def test_three_reports() -> None:
    places = ["云溪县", "清坞县", "松洄县"]
    documents = read([line for place in places for line in report(place, 2031)])
    assert [place in document.text for place, document in zip(places, documents, strict=True)] == [True] * 3


def test_the_same_report_twice_is_one() -> None:
    (document,) = read(report("云溪县", 2031) * 2)
    assert document.text.count(BODY[0].replace("代表县人民政府", "代表云溪县人民政府")) == 1


def test_a_report_whose_title_stands_twice_is_one() -> None:
    lines = report("云溪县", 2031)
    assert len(read([lines[0], lines[1], *lines])) == 1


def test_a_salutation_inside_a_report_parts_nothing() -> None:
    lines = report("云溪县", 2031)
    assert (
        len(read([*lines[:-1], "各位代表：", "我们代表全县人民政府系统的同志作出承诺，认真报告落实情况。", lines[-1]]))
        == 1
    )


def numbered(year: str, day: str) -> list[str]:
    """Return a report of 云溪县 that tells its year in Chinese figures and names no speaker."""
    return ["政府工作报告", f"——{year}年{day}在县人民代表大会上", "各位代表：", *report("云溪县", 2031)[4:]]


def test_reports_of_one_place_are_parted_by_years_in_chinese_figures() -> None:
    assert len(read([*numbered("二〇三一", "一月十二日"), *numbered("二〇三二", "一月十日")])) == 2
    assert len(read([*numbered("二〇三一", "一月十二日"), *numbered("二○三一", "一月十二日")])) == 1


def test_news_before_a_report_is_a_document_of_its_own() -> None:
    news = [
        "云溪县第九届人民代表大会第六次会议开幕",
        f"本报讯（记者 林知微）1月12日，大会隆重开幕，县长何远山代表县人民政府向大会作政府工作报告。{_MORE}",
        f"报告指出，全县生产总值增长5.8%，地方财政收入增长7.1%，粮食总产量达到31万吨。{_MORE}" * 3,
        f"出席会议的代表认真听取了报告，一致表示赞同，会议由主席团常务主席主持。{_MORE}" * 2,
    ]
    first, second = read([*news, *report("云溪县", 2031)])
    assert first.text.startswith(news[0])
    assert second.text.startswith("政府工作报告")
    assert "本报讯" not in second.text
