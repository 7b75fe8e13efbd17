// The points of a picture with the keyboard: one stop for all, arrow keys from point to point.
// Without it every point is still a link for the mouse, and the list of firms has all of them.
"use strict";
for (const picture of document.querySelectorAll("svg[data-points]")) {
  const points = Array.from(picture.querySelectorAll("a"));
  const told = picture.parentElement.querySelector("[data-told]");
  const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageDown: 20, PageUp: -20, Home: -points.length, End: points.length };
  const tell = point => { told.textContent = point.getAttribute("aria-label"); };
  picture.addEventListener("keydown", event => {
    const from = points.indexOf(document.activeElement), step = steps[event.key];
    if (from < 0 || step === undefined) return;
    event.preventDefault();
    const to = points[Math.min(Math.max(from + step, 0), points.length - 1)];
    points[from].setAttribute("tabindex", "-1");
    to.setAttribute("tabindex", "0");
    to.focus();
  });
  picture.addEventListener("focusin", event => { const point = event.target.closest("a"); if (point) tell(point); });
  picture.addEventListener("mouseover", event => { const point = event.target.closest("a"); if (point) tell(point); });
}
