"use strict";
/* Words, numbers and names in the language that was chosen. */
const words = {
  language: "zh",
  site: () => baogao.get("site"),
  t(key, values = {}) {
    const found = words.site().words.site[key] ?? words.site().words.labels[key];
    return (found ? found[words.language] : key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  },
  word(kind, code) {
    const found = (words.site().words[kind] ?? {})[code];
    return found ? found[words.language] : String(code);
  },
  state(code) {
    const reason = code.startsWith("refused_") ? code.slice(8) : "";
    return reason ? `${words.t("refused")}: ${words.word("refusal", reason)}` : words.word("state", code);
  },
  name: (thing) => thing[words.language],
  unit: (unit) => words.word("unit", unit),
  isRate: (unit) => words.site().unscaled.includes(unit),
  /* Chinese reports count by 万 and 亿, and so does this: as sources/magnitudes.py does. */
  scale(unit, largest) {
    if (words.isRate(unit) || unit.includes("/")) return { factor: 1, unit };
    if (largest >= 1e8) return { factor: 1e8, unit: `亿${unit}` };
    if (largest >= 1e6 || (words.site().money.includes(unit) && largest >= 1e4)) return { factor: 1e4, unit: `万${unit}` };
    return { factor: 1, unit };
  },
  number(value, factor = 1) {
    const shown = value / factor, size = Math.abs(shown);
    return shown.toLocaleString("en-US", { maximumFractionDigits: size >= 10000 ? 0 : size >= 1000 ? 1 : 2 });
  },
  told(value, upper, qualifier, factor = 1) {
    const sign = { at_least: "≥", at_most: "≤", about: "≈" }[qualifier] ?? "";
    return sign + words.number(value, factor) + (upper === null ? "" : `–${words.number(upper, factor)}`);
  },
  /* Regions by what was typed: any name, pinyin or code; those that begin so come first. */
  find(typed) {
    const wanted = typed.trim().toLowerCase().replace(/[\s']/g, "");
    if (!wanted) return [];
    const ranked = [];
    for (const region of words.site().regions) {
      const names = [region.zh, region.en.toLowerCase().replace(/[\s']/g, ""), ...region.names, ...region.find];
      if (!region.parentNames) {
        const above = words.region(region.parent, "code");
        region.parentNames = above ? [above.zh, ...above.find] : [];
      }
      const whole = region.parentNames.flatMap((above) => names.map((name) => above + name));
      const rank = names.includes(wanted) ? 0 : names.some((name) => name.startsWith(wanted)) ? 1
        : [...names, ...whole].some((name) => name.includes(wanted)) ? 2 : -1;
      if (rank >= 0) ranked.push([rank, -region.cells, region]);
    }
    return ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map((one) => one[2]);
  },
  region: (value, by = "id") => words.site().regions.find((one) => one[by] === value),
  place(region) {
    const above = words.region(region.parent, "code");
    const told = above && region.level !== "province" ? `${words.name(above)} · ` : "";
    return `${told}${words.word("level_one", region.level)} · ${region.code}`;
  },
};
