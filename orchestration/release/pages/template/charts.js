"use strict";
/* Charts as SVG: rows in, an element out. */
const INK = { target: "#c2410c", result: "#1d4ed8" };

function ticks(low, high, wanted) {
  const step = 10 ** Math.floor(Math.log10((high - low) / wanted || 1));
  const size = [1, 2, 2.5, 5, 10].map((one) => one * step).find((one) => (high - low) / one <= wanted) ?? 10 * step;
  const found = [];
  for (let at = Math.ceil(low / size) * size; at <= high + size / 1e6; at += size) found.push(Math.round(at / size) * size);
  return found;
}

/* Points by year of targets and results; a line joins years that follow each other, and no others. */
function seriesChart(points, scale, pick, width) {
  const height = 310, left = 62, right = 14, top = 24, bottom = 30;
  const years = points.map((one) => one.year), first = Math.min(...years), last = Math.max(...years);
  const values = points.flatMap((one) => [one.value, one.upper ?? one.value]).map((one) => one / scale.factor);
  let low = Math.min(...values), high = Math.max(...values);
  if (low === high) { low -= Math.abs(low) * 0.1 || 1; high += Math.abs(high) * 0.1 || 1; }
  // amounts from zero; rates where they lie, and then the chart says so
  const fromZero = !words.isRate(scale.unit) && low >= 0, room = (high - low) * 0.08;
  low = fromZero ? 0 : low - room;
  high += room;
  const x = (year) => left + (first === last ? 0.5 : (year - first + 0.25) / (last - first + 0.5)) * (width - left - right);
  const y = (value) => top + (1 - (value / scale.factor - low) / (high - low)) * (height - top - bottom);
  const parts = ticks(low, high, 5).map((one) => [
    svg("line", { class: "grid", x1: left, x2: width - right, y1: y(one * scale.factor), y2: y(one * scale.factor) }),
    svg("text", { class: "axis", x: left - 8, y: y(one * scale.factor) + 4, "text-anchor": "end" }, words.number(one)),
  ]);
  if (!fromZero && (low > 0 || high < 0)) parts.push(svg("text", { class: "axis", x: 2, y: 12 }, words.t("not_from_zero")));
  const every = Math.ceil((last - first + 1) / ((width - left - right) / 44));
  for (let year = first; year <= last; year += every) {
    parts.push(svg("text", { class: "axis", x: x(year), y: height - 8, "text-anchor": "middle" }, String(year)));
  }
  for (const side of ["result", "target"]) {
    const own = points.filter((one) => one.side === side).sort((a, b) => a.year - b.year);
    own.slice(1).forEach((one, number) => {
      const before = own[number];
      if (one.year - before.year === 1) {
        parts.push(svg("line", { class: `line ${side}`, x1: x(before.year), y1: y(before.value), x2: x(one.year), y2: y(one.value) }));
      }
    });
    for (const one of own) {
      const told = `${one.year} ${words.t(side)} ${words.told(one.value, one.upper, one.qualifier, scale.factor)} ${words.unit(scale.unit)}`;
      const at = { cx: x(one.year), cy: y(one.value) };
      const mark = [svg("circle", { class: "near", ...at, r: 14 })];
      if (one.upper !== null) mark.push(svg("line", { class: "range", x1: at.cx, x2: at.cx, y1: at.cy, y2: y(one.upper) }));
      mark.push(side === "result" ? svg("circle", { class: "dot", ...at, r: 5, fill: INK.result })
        : svg("path", { class: "dot", d: `M${at.cx} ${at.cy - 7}l7 7l-7 7l-7 -7z`, fill: INK.target }));
      parts.push(pressable(mark, told, () => pick(one)));
    }
  }
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "series", role: "group" }, parts);
}

/* Blue for as much as the value is among all; dark tiles get light letters. */
function shade(value, low, high) {
  const part = high === low ? 0.5 : (value - low) / (high - low);
  const mix = (from, to) => Math.round(from + (to - from) * part);
  return { fill: `rgb(${mix(222, 8)},${mix(235, 69)},${mix(247, 148)})`, dark: part > 0.5 };
}

/* Tiles where they lie on the map (`placed`), others row by row. `tiles`: region, value, text, label. */
function tileChart(tiles, placed, press) {
  const size = 66, rest = tiles.filter((one) => !placed[one.region.code]), onMap = rest.length < tiles.length;
  const values = tiles.map((one) => one.value).filter((one) => one !== null);
  const low = Math.min(...values), high = Math.max(...values);
  // on a phone the whole map is as wide as the screen, and its letters must be larger to be read
  const narrow = window.innerWidth < 640, latin = words.language !== "zh", letters = narrow ? 7 : 11;
  const font = (name) => (narrow ? (latin ? 15 : 19) : name.length > 8 ? 10 : 13);
  let across = 0, down = 0;
  const drawn = tiles.map((one) => {
    const number = rest.indexOf(one), wide = onMap ? 9 : narrow ? 6 : 14;
    const [column, line] = placed[one.region.code] ?? [number % wide, (onMap ? 8 : 0) + Math.floor(number / wide)];
    across = Math.max(across, column + 1); down = Math.max(down, line + 1);
    const { fill, dark } = one.value === null ? { fill: "#eef0f3", dark: false } : shade(one.value, low, high);
    const name = words.language === "zh" ? short(one.region.zh) : one.region.en.split(" ")[0];
    const at = { x: column * size + size / 2, "text-anchor": "middle", class: dark ? "light" : "ink" };
    return pressable([
      svg("rect", { x: column * size + 2, y: line * size + 2, width: size - 4, height: size - 4, rx: 5, fill }),
      svg("text", { ...at, y: line * size + 27, "font-size": font(name) }, name.length > letters ? `${name.slice(0, letters - 1)}…` : name),
      svg("text", { ...at, y: line * size + 49, "font-size": narrow ? (one.text.length > 5 ? 15 : 19) : 14, "font-weight": 600 }, one.text),
    ], one.label, () => press(one));
  });
  const width = across * size, height = down * size;
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "tiles", style: null, role: "group", width }, drawn);
}
const short = (name) => name.replace(/(壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|自治县|地区|省|市|县|区)$/, "").slice(0, 4) || name;
