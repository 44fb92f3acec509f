"use strict";
/* One indicator of one region through the years, and the story of the cell that was chosen. */
const MEASURES = ["growth", "level", "change", "share", "avg_growth", "pp_change", "multiple"];

function cellsOf(data, columns) {
  return columns.flatMap((column) => (data.cells[column.name] ?? []).map((cell) => {
    const [year, value, upper, qualifier, status, doubt, sentence, report, begins, length, english] = cell;
    return { column, side: column.side, year, value, upper, qualifier, status, doubt, begins, length, english,
      sentence: data.sentences[sentence], report: reportOf(data.reports[report]) };
  }));
}
const reportOf = ([id, title, address, sha256]) => ({ id, title, address, sha256 });

function whyEmpty(data, column, year) {
  const at = data.years.indexOf(year), number = words.site().columns.indexOf(column);
  const found = Object.entries(data.why).find(([, numbers]) => numbers.includes(number));
  const letter = at >= 0 && found ? found[0][at] : ".";
  return letter === "." ? null : words.site().reasons[letter][words.language];
}

async function showSeries(main, [regionId, indicatorCode, measure, cellYear, cellColumn]) {
  const site = words.site(), region = words.region(regionId);
  main.append(regionSearch(region, (one) => go("series", one.id, indicatorCode, measure)));
  if (!region) return void main.append(intro(site));
  const data = region.cells ? await baogao.need(`region/${region.id}`) : null;
  main.append(el("h1", {}, words.name(region), " ", el("small", {}, words.place(region))));
  if (region.names.length) main.append(el("p", { class: "quiet" }, `${words.t("former_names")}: ${region.names.join(" · ")}`));
  if (!data) return void main.append(el("p", {}, words.t("nothing_at_all", { region: words.name(region) })), coverageLine(region));
  const here = site.columns.filter((column) => data.cells[column.name]);
  const known = site.indicators.filter((one) => here.some((column) => column.indicator === one.code));
  const indicator = known.find((one) => one.code === indicatorCode) ?? known.find((one) => one.code === "gdp") ?? known[0];
  const measures = MEASURES.filter((one) => here.some((column) => column.indicator === indicator.code && column.measure === one));
  const chosen = measures.includes(measure) ? measure : measures[0];
  const columns = here.filter((column) => column.indicator === indicator.code && column.measure === chosen);
  main.append(el("div", { class: "choices" },
    select(words.t("indicator"), known.map((one) => ({ value: one.code, text: words.name(one), group: words.word("category", one.category) })),
      indicator.code, (code) => go("series", region.id, code, chosen)),
    select(words.t("measure"), measures.map((one) => ({ value: one, text: words.word("measure", one) })), chosen,
      (one) => go("series", region.id, indicator.code, one)),
    el("div", { class: "field" }, el("span", {}, words.t("all_of_region")), csvButton(region.id, () => regionRows(region, data)))));
  const points = cellsOf(data, columns), unit = columns[0].unit;
  const scale = words.scale(unit, Math.max(...points.map((one) => Math.abs(one.value))));
  const pick = (one) => go("series", region.id, indicator.code, chosen, String(one.year), one.column.name);
  main.append(el("h2", {}, `${words.name(indicator)} · ${words.word("measure", chosen)} (${words.unit(scale.unit)})`),
    seriesChart(points, scale, pick, Math.min(main.clientWidth, 1000)), legend());
  const cell = points.find((one) => String(one.year) === cellYear && one.column.name === cellColumn);
  if (cell) main.append(story(region, cell, scale));
  else main.append(el("p", { class: "quiet" }, words.t("press_a_value")));
  main.append(seriesTable(data, region, indicator, chosen, points, scale, pick), coverageLine(region));
}

const legend = () => el("p", { class: "legend" }, el("span", { class: "target" }, `◆ ${words.t("target")}`), el("span", { class: "result" }, `● ${words.t("result")}`));

function intro(site) {
  const most = site.regions.filter((one) => one.cells).sort((a, b) => b.cells - a.cells).slice(0, 12);
  return el("div", {}, el("h1", {}, words.t("site_title")), el("p", {}, words.t("site_intro")),
    el("p", { class: "chips" }, most.map((one) => el("a", { href: link("series", one.id) }, words.name(one)))));
}

function seriesTable(data, region, indicator, measure, points, scale, pick) {
  const sides = ["target", "result"];
  const columns = Object.fromEntries(sides.map((side) => [side, words.site().columns.find(
    (one) => one.indicator === indicator.code && one.measure === measure && one.side === side)]));
  const years = [...new Set([...data.years, ...points.map((one) => one.year)])].sort((a, b) => b - a);
  const cell = (year, side) => {
    const one = points.find((point) => point.year === year && point.side === side);
    if (one) return el("button", { type: "button", class: "value", onclick: () => pick(one) }, words.told(one.value, one.upper, one.qualifier, scale.factor));
    return el("span", { class: "why" }, columns[side] ? whyEmpty(data, columns[side], year) ?? "—" : "—");
  };
  return el("table", { class: "series" },
    el("thead", {}, el("tr", {}, [words.t("year"), ...sides.map(words.t)].map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, years.map((year) => el("tr", {}, el("th", { scope: "row" }, String(year)), sides.map((side) => el("td", {}, cell(year, side)))))));
}

const keyOf = (region, cell) => [words.site().release, region.id, String(cell.year).padStart(4, "0"), cell.column.name].join("/");

function citationOf(region, cell) {
  const what = `${words.name(region)} ${cell.year}, ${words.name(cell.column)}`;
  return words.t("cite_cell", { whole: words.site().citation, what, key: keyOf(region, cell), title: cell.report.title, address: cell.report.address });
}

function story(region, cell, scale) {
  const { sentence, begins, length } = cell, key = keyOf(region, cell), address = cell.report.address ?? "";
  const quoted = length ? [sentence.slice(0, begins), el("mark", {}, sentence.slice(begins, begins + length)), sentence.slice(begins + length)] : [sentence];
  const facts = [
    [words.t("value"), `${words.told(cell.value, cell.upper, cell.qualifier, scale.factor)} ${words.unit(scale.unit)} (${words.word("status", cell.status)})`],
    [words.t("doubt"), cell.doubt === null ? "—" : words.t("doubt_told", { percent: words.number(100 * cell.doubt) })],
    [words.t("document"), cell.report.title ?? cell.report.id],
    [words.t("address"), /^https?:\/\//.test(address) ? el("a", { href: address, rel: "noreferrer noopener" }, address) : address],
    [words.t("snapshot"), el("code", {}, cell.report.sha256)],
    [words.t("cell_key"), [el("code", {}, key), " ", copyButton(key, words.t("copy"))]],
  ];
  const citation = citationOf(region, cell);
  return el("section", { class: "story", "aria-live": "polite" },
    el("h3", {}, `${cell.year} · ${words.t(cell.side)}`),
    el("blockquote", { lang: "zh", class: "sentence" }, quoted),
    cell.english ? el("p", { class: "english", lang: "en" }, cell.english) : "",
    el("dl", {}, facts.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    el("p", { class: "citation" }, citation), copyButton(citation, words.t("copy_citation")));
}

function regionRows(region, data) {
  const head = ["region_id", "region_name", "year", "column", "value", "upper", "qualifier", "unit", "status", "doubt", "sentence", "title", "address", "sha256", "key"];
  const rows = cellsOf(data, words.site().columns).map((cell) => [region.id, region.zh, cell.year, cell.column.name, cell.value, cell.upper, cell.qualifier,
    cell.column.unit, cell.status, cell.doubt, cell.sentence, cell.report.title, cell.report.address, cell.report.sha256, keyOf(region, cell)]);
  return [head, ...rows];
}

function coverageLine(region) {
  const { years, states, of } = words.site().coverage;
  const letters = of[region.id] ?? "";
  const told = [...letters].map((letter, at) => (letter === "." ? null : el("li", { class: `state-${states[letter].split("_")[0]}` },
    el("b", {}, String(years[at])), " ", words.state(states[letter]))));
  return el("details", {}, el("summary", {}, words.t("coverage")), el("ul", { class: "states" }, told));
}
