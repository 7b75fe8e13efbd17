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
  addEventListener("focus", here);
  addEventListener("pagehide", () => navigator.sendBeacon(body.dataset.gone, said()));
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
  body.addEventListener("htmx:sendError", lost);
  // Where a part of the page cannot be had, the sentence that says why stands in its place.
  body.addEventListener("htmx:beforeSwap", event => { if (event.detail.xhr.status >= 400) event.detail.shouldSwap = true; });
})();

// Small helps of forms; everything also works without them.
(() => {
  document.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("checkAll" in button.dataset)
      for (const box of button.form.querySelectorAll("input[name=file]")) box.checked = true;
    if ("asProposed" in button.dataset)
      for (const select of button.form.querySelectorAll("select[name^=letter-]"))
        if (!select.value) select.value = select.closest("tr").querySelector("[data-final]").textContent.trim();
  });
  for (const form of document.querySelectorAll(".drop")) {
    const input = form.querySelector("input[type=file]");
    for (const name of ["dragover", "dragleave", "drop"])
      form.addEventListener(name, event => {
        event.preventDefault();
        form.classList.toggle("over", name === "dragover");
        if (name === "drop" && event.dataTransfer.files.length) {
          input.files = event.dataTransfer.files;
          form.submit();
        }
      });
  }
  // What takes longer than a moment is not begun twice; a part of a page may be asked for again.
  document.addEventListener("submit", event => {
    if (event.target.hasAttribute("hx-post")) return;
    for (const button of event.target.querySelectorAll("button"))
      setTimeout(() => { button.disabled = true; }, 0);
  });
})();
