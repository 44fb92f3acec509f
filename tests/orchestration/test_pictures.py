"""Pictures of plain data: a map, lines, gaps; they open, hold what was given, and stay small."""

from __future__ import annotations

import base64
import io

from PIL import Image

from orchestration.cockpit import pictures

YEARS = range(2003, 2025)


def opened(markdown: str) -> Image.Image:
    title, _, data = markdown.removesuffix(")").partition("](data:image/png;base64,")
    assert title.startswith("![")
    assert len(markdown) < 80_000, "it is stored with every materialization"
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")


def colours(picture: Image.Image) -> set[tuple[int, ...]]:
    return {colour for _, colour in picture.getcolors(100_000) or []}  # type: ignore[misc]


def near(picture: Image.Image, colour: str) -> bool:
    wanted = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return any(all(abs(a - b) < 12 for a, b in zip(found, wanted, strict=True)) for found in colours(picture))


def test_nothing_is_drawn_of_nothing() -> None:
    assert pictures.grid({}, "t", "u") == pictures.lines({}, "t", "u") == pictures.gaps([], "t", "u") == ""
    assert pictures.lines({"one": []}, "t", "u") == ""


def test_a_map_grows_with_its_rows_and_columns_and_shades_by_size() -> None:
    one = opened(pictures.grid({("990000", "2022"): 3.0}, "t", "rows"))
    cells = {(f"{code}0000 霁州省", str(year)): float(year % code) for code in range(11, 41) for year in YEARS}
    many = opened(pictures.grid(cells, "t", "rows"))
    assert many.width > one.width and many.height > one.height
    missing = dict(cells)
    del missing["110000 霁州省", "2003"]
    assert opened(pictures.grid(missing, "t", "rows")).tobytes() != many.tobytes(), (
        "an empty cell looks like a full one"
    )
    assert len(colours(many)) > 20


def test_lines_show_the_first_series_in_colours_of_their_own() -> None:
    series = {f"市{n}": [(year, n + year % 3 + 0.5) for year in YEARS] for n in range(pictures.MOST_LINES + 3)}
    picture = opened(pictures.lines(series, "生产总值", "%"))
    assert all(near(picture, colour) for colour in pictures.LINE_COLOURS)
    first = dict(list(series.items())[: pictures.MOST_LINES])
    assert opened(pictures.lines(first, "生产总值", "%")).tobytes() == picture.tobytes()
    assert opened(pictures.lines({"one": [(2020, 5.0)]}, "t", "%")).width > 400


def test_gaps_show_target_and_outcome() -> None:
    picture = opened(pictures.gaps([("霁川市 2023", 6.5, 5.4), ("芷州市 2023", 5.4, 5.4)], "t", "%"))
    assert near(picture, pictures.ORANGE) and near(picture, pictures.BLUE)
    assert opened(pictures.gaps([("a", 0.0, 0.0)], "t", "%")).height < picture.height
