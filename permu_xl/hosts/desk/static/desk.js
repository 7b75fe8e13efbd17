// What a page needs beside htmx: to say that it is there, and that it is going.
"use strict";
(() => {
  const body = document.body;
  // Another one for each page that is shown: the copy of a tab would have the same one.
  const page = Array.from(crypto.getRandomValues(new Uint32Array(3)), n => n.toString(36)).join("");
  const said = () => new URLSearchParams({ page, about: body.dataset.about });
  const lost = () => { document.getElementById("lost").hidden = false; };
  const here = async () => {
    try {
      const answer = await fetch(body.dataset.here, { method: "POST", body: said() });
      if (answer.ok) document.getElementById("others").innerHTML = await answer.text();
      else lost();
    } catch { lost(); }
  };
  here();
  setInterval(here, 20000);
  addEventListener("pagehide", () => navigator.sendBeacon(body.dataset.gone, said()));
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
  body.addEventListener("htmx:sendError", lost);
})();
