"use strict";
/* Data come as scripts, since a page that is opened from a disk may fetch nothing. */
const baogao = (() => {
  const held = new Map(), asked = new Map();
  /* What is dear is packed: JSON, gzip, base64. */
  async function unpacked(content) {
    if (typeof content !== "string") return content;
    const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }
  return {
    put(name, content) { held.set(name, content); },
    get: (name) => held.get(name),
    /* Give what data/NAME.js holds, null where there is no such file. */
    need(name) {
      if (!asked.has(name)) {
        asked.set(name, new Promise((done) => {
          const script = document.createElement("script");
          script.src = `data/${name}.js`;
          script.onload = () => done(unpacked(held.get(name) ?? null));
          script.onerror = () => done(null);
          document.head.append(script);
        }));
      }
      return asked.get(name);
    },
  };
})();
