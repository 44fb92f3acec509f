"use strict";
/* Elements, copying, files. Text is always set as text: what a page of the web held never becomes markup here. */
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}
const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

/* A mark of a chart that keys reach as well as the mouse. */
function pressable(mark, label, press) {
  const named = svg("g", { tabindex: 0, role: "button", class: "mark", "aria-label": label, onclick: press }, mark);
  named.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); press(); }
  });
  named.append(svg("title", {}, label));
  return named;
}

function select(label, options, chosen, change) {
  const groups = new Map();
  for (const option of options) {
    const made = el("option", { value: option.value, selected: option.value === chosen ? "" : null }, option.text);
    if (!groups.has(option.group)) groups.set(option.group, []);
    groups.get(option.group).push(made);
  }
  const inside = [...groups].map(([group, made]) => (group ? el("optgroup", { label: group }, made) : made));
  const box = el("select", { onchange: (event) => change(event.target.value) }, inside);
  return el("label", { class: "field" }, el("span", {}, label), box);
}

async function toClipboard(text) {
  try { await navigator.clipboard.writeText(text); return true; } catch { /* no right to it, or no such thing */ }
  const area = el("textarea", { class: "aside" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

function copyButton(text, label) {
  const button = el("button", { type: "button", class: "copy", onclick: async () => {
    button.textContent = words.t((await toClipboard(text)) ? "copied" : "not_copied");
    setTimeout(() => { button.textContent = label; }, 1500);
  } }, label);
  return button;
}

/* A cell of a CSV that a spreadsheet takes for text: as sources/outgoing.py does. */
function csvCell(value) {
  let text = value === null || value === undefined ? "" : String(value);
  if (typeof value === "string" && /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^[+-]?[0-9]+(\.[0-9]+)?%?$/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvButton(name, rows) {
  return el("button", { type: "button", onclick: () => {
    const text = "\ufeff" + rows().map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    el("a", { href: address, download: `baogao_${words.site().release}_${name}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  } }, `↓ CSV`);
}

/* A box in which a region is found by any of its names; arrows and Enter choose. */
function regionSearch(chosen, choose) {
  const list = el("ul", { id: "found", role: "listbox", hidden: "" });
  let at = -1, shown = [];
  const draw = () => {
    list.replaceChildren(...shown.map((region, number) => el("li", {
      role: "option", id: `found-${number}`, "aria-selected": number === at ? "true" : "false",
      onmousedown: (event) => { event.preventDefault(); choose(region); },
    }, el("b", {}, words.name(region)), " ", words.language === "en" ? region.zh : "", " ",
      el("small", {}, [words.place(region), ...region.names].join(" · ")))));
    if (box.value.trim() && !shown.length) list.append(el("li", { class: "none" }, words.t("found_none")));
    list.hidden = !list.children.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.setAttribute("aria-activedescendant", at >= 0 ? `found-${at}` : "");
  };
  const box = el("input", {
    type: "search", role: "combobox", "aria-controls": "found", "aria-expanded": "false", autocomplete: "off", spellcheck: "false",
    placeholder: words.t("region_help"), value: "",
    oninput: () => { shown = words.find(box.value).slice(0, 12); at = shown.length ? 0 : -1; draw(); },
    onblur: () => { list.hidden = true; },
    onkeydown: (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (shown.length) at = (at + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length;
        draw();
      } else if (event.key === "Enter" && shown[at]) choose(shown[at]);
      else if (event.key === "Escape") { shown = []; draw(); }
    },
  });
  return el("div", { class: "search" }, el("label", { class: "field" }, el("span", {}, words.t("region")), box), list);
}
