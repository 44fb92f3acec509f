"use strict";
/* Addresses are behind the #, so that they work from a disk: #/series/REGION/INDICATOR/MEASURE/YEAR/COLUMN, #/tiles/…,
   #/coverage/…, and the key of a cell, #/RELEASE/REGION/YEAR/COLUMN. */
const VIEWS = { series: showSeries, tiles: showTiles, coverage: showCoverage };
const link = (...parts) => `#/${parts.filter((part) => part !== undefined && part !== null).map(encodeURIComponent).join("/")}`;
const go = (...parts) => { location.hash = link(...parts); };

function place() {
  const parts = location.hash.replace(/^#\/?/, "").split("/").map((part) => { try { return decodeURIComponent(part); } catch { return ""; } });
  if (VIEWS[parts[0]]) return { view: parts[0], rest: parts.slice(1) };
  const column = words.site().columns.find((one) => one.name === parts[3]);
  if (parts.length === 4 && column) {
    return { view: "series", rest: [parts[1], column.indicator, column.measure, parts[2], column.name], asked: parts[0] };
  }
  return { view: "series", rest: [] };
}

function drawHead(view) {
  const other = words.language === "zh" ? "English" : "中文";
  document.getElementById("head").replaceChildren(
    el("a", { class: "home", href: "#/series" }, "baogao"),
    el("nav", { "aria-label": "baogao" }, Object.keys(VIEWS).map((name) => el("a", { href: link(name), "aria-current": name === view ? "page" : null },
      words.t(name === "tiles" ? "provinces" : name)))),
    el("button", { type: "button", id: "language", lang: words.language === "zh" ? "en" : "zh", onclick: () => speak(words.language === "zh" ? "en" : "zh") }, other));
}

function drawFoot() {
  const site = words.site();
  document.getElementById("foot").replaceChildren(
    el("p", {}, `${site.citation}${site.licence ? ` · ${site.licence}` : ""}${site.contact ? ` · ${site.contact}` : ""}`),
    el("p", {}, el("a", { href: "data/city_year_panel.csv", download: "" }, words.t("panel_csv")), " · ",
      el("a", { href: "data/codebook.md", download: "" }, words.t("codebook"))));
}

function speak(language) {
  words.language = language;
  document.documentElement.lang = language;
  try { localStorage.setItem("baogao_language", language); } catch { /* a browser that keeps nothing */ }
  draw();
}

let drawing = 0;
async function draw() {
  const { view, rest, asked } = place(), turn = ++drawing;
  const main = document.getElementById("main"), fresh = el("div", {});
  drawHead(view);
  drawFoot();
  document.title = `baogao · ${words.t(view === "tiles" ? "provinces" : view)}`;
  main.replaceChildren(fresh);
  if (asked && asked !== words.site().release) fresh.append(el("p", { class: "warning" }, words.t("other_release", { asked, here: words.site().release })));
  await VIEWS[view](fresh, rest);
  if (turn !== drawing) fresh.remove(); // another view was asked for meanwhile
  else if (rest[4]) fresh.querySelector(".story")?.scrollIntoView({ block: "nearest" });
}

{
  let language = (navigator.language || "zh").startsWith("zh") ? "zh" : "en";
  try { language = localStorage.getItem("baogao_language") ?? language; } catch { /* likewise */ }
  window.addEventListener("hashchange", draw);
  speak(language === "en" ? "en" : "zh");
}
