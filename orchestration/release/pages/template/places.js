"use strict";
/* Many regions at once: one value a region on tiles, and which reports there are. */
function groupsOf() {
  const regions = words.site().regions, provinces = regions.filter((one) => one.level === "province");
  const below = (code) => regions.filter((one) => one.province === code && one.level !== "province");
  const found = provinces.length > 1 ? [{ value: "all", text: words.t("whole_country"), regions: provinces }] : [];
  for (const province of provinces) {
    for (const level of ["city", "county"]) {
      const inside = below(province.code).filter((one) => one.level === level);
      if (inside.length) found.push({ value: `${province.code}-${level}`, text: `${words.name(province)} · ${words.word("level", level)}`, regions: inside });
    }
  }
  if (!found.length) found.push({ value: "all", text: words.t("all_levels"), regions });
  return found;
}

/* To begin with: the first group in which several regions have figures. */
function groupOf(groups, wanted) {
  const counts = groups.map((one) => one.regions.filter((region) => region.cells).length);
  return groups.find((one) => one.value === wanted) ?? groups[counts.findIndex((one) => one > 1)] ?? groups[counts.findIndex((one) => one)] ?? groups[0];
}

async function showTiles(main, [within, columnName, wantedYear]) {
  const site = words.site(), groups = groupsOf();
  const group = groupOf(groups, within);
  const column = site.columns.find((one) => one.name === columnName) ?? site.columns.find((one) => one.name === "gdp_tgt_g_pct") ?? site.columns[0];
  const rows = (column && (await baogao.need(`column/${column.name}`))) || [];
  const ids = new Set(group.regions.map((one) => one.id));
  const mine = rows.filter((row) => ids.has(row[0]));
  const years = [...new Set(mine.map((row) => row[1]))].sort();
  const most = years.length ? years.reduce((best, year) => (count(mine, year) >= count(mine, best) ? year : best)) : null;
  const year = years.includes(Number(wantedYear)) ? Number(wantedYear) : most;
  const byIndicator = new Map(site.indicators.map((one) => [one.code, words.name(one)]));
  main.append(el("h1", {}, words.t("provinces")), el("div", { class: "choices" },
    select(words.t("places_of"), groups.map((one) => ({ value: one.value, text: one.text })), group.value, (one) => go("tiles", one, column.name, String(year))),
    select(words.t("indicator"), site.columns.map((one) => ({ value: one.name, group: byIndicator.get(one.indicator),
      text: `${byIndicator.get(one.indicator)} · ${words.word("measure", one.measure)} · ${words.t(one.side)}` })), column.name,
      (one) => go("tiles", group.value, one, String(year))),
    years.length ? select(words.t("year"), years.map((one) => ({ value: String(one), text: String(one) })), String(year), (one) => go("tiles", group.value, column.name, one)) : "",
    el("div", { class: "field" }, el("span", {}, words.t("data")), csvButton(column.name, () => tileRows(column, mine)))));
  if (!years.length) return void main.append(el("p", {}, words.t("no_values_here")));
  const scale = words.scale(column.unit, Math.max(...mine.filter((row) => row[1] === year).map((row) => Math.abs(row[2]))));
  const tiles = group.regions.map((region) => {
    const row = mine.find((one) => one[0] === region.id && one[1] === year);
    const text = row ? words.told(row[2], row[3], row[4], scale.factor) : "—";
    return { region, value: row ? row[2] : null, text, label: `${words.name(region)} ${year}: ${row ? `${text} ${words.unit(scale.unit)}` : words.t("nothing")}` };
  });
  main.append(el("h2", {}, `${year} · ${byIndicator.get(column.indicator)} · ${words.word("measure", column.measure)} · ${words.t(column.side)} (${words.unit(scale.unit)})`),
    tileChart(tiles, site.tiles, (one) => go("series", one.region.id, column.indicator, column.measure, String(year), column.name)),
    el("p", { class: "quiet" }, words.t("press_a_tile")));
}
const count = (rows, year) => rows.filter((row) => row[1] === year).length;

function tileRows(column, rows) {
  const head = ["region_id", "region_name", "year", "column", "value", "upper", "qualifier", "unit", "key"];
  return [head, ...rows.map(([id, year, value, upper, qualifier]) => [id, words.region(id).zh, year, column.name, value, upper, qualifier, column.unit,
    keyOf(words.region(id), { year, column })])];
}

async function showCoverage(main, [within]) {
  const { years, states, of } = words.site().coverage, groups = groupsOf();
  const group = groupOf(groups, within);
  const kinds = Object.values(states), counted = new Map();
  const row = (region) => el("tr", {}, el("th", { scope: "row" }, el("a", { href: link("series", region.id) }, words.name(region))),
    years.map((year, at) => {
      const state = states[(of[region.id] ?? "")[at]];
      if (!state) return el("td", {});
      counted.set(state, (counted.get(state) ?? 0) + 1);
      const told = `${words.name(region)} ${year}: ${words.state(state)}`;
      return el("td", { class: `state-${state.split("_")[0]}`, title: told }, el("span", { class: "aside" }, words.state(state)));
    }));
  const body = group.regions.filter((region) => of[region.id]).map(row);
  main.append(el("h1", {}, words.t("coverage")), el("div", { class: "choices" },
    select(words.t("places_of"), groups.map((one) => ({ value: one.value, text: one.text })), group.value, (one) => go("coverage", one))),
    el("ul", { class: "states" }, kinds.filter((state) => counted.has(state)).map((state) => el("li", { class: `state-${state.split("_")[0]}`, title: words.word("state_why", state.split("_")[0]) },
      words.state(state), " ", el("b", {}, String(counted.get(state)))))),
    el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": words.t("coverage") }, el("table", { class: "coverage" },
      el("thead", {}, el("tr", {}, el("th", {}), years.map((year) => el("th", { scope: "col" }, String(year))))), el("tbody", {}, body))));
  main.append(el("h2", {}, words.t("quality")), ...errorCard());
}

function errorCard() {
  const card = words.site().card;
  if (!card.length) return [el("p", {}, words.t("no_card"))];
  const percent = (one) => (100 * one).toFixed(1);
  return [el("table", { class: "card" }, el("tbody", {}, card.map((one) => el("tr", {},
    el("th", { scope: "row" }, `${words.word("measured_on", one.measured_on)} · ${words.word("figure", one.figure)}`),
    el("td", {}, `${percent(one.estimate)} % (${percent(one.lower)}–${percent(one.upper)}), n = ${one.n}`)))))];
}
