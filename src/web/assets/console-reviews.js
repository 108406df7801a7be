// The keyboard of the workbench: k keeps, r removes, n goes to the next place and p to the one before. The keys can be switched
// off with those of the console (WCAG 2.1.4). How many places are decided is told while that changes.

const form = document.getElementById("workbench");
const places = form ? [...form.querySelectorAll(".place")] : [];
const ready = document.getElementById("ready");

const areOn = () => document.querySelector("#keys input")?.checked ?? true;
const here = () => places.find((it) => it.contains(document.activeElement));
const go = (place) => place?.querySelector("input[type=radio]:checked, input[type=radio]")?.focus();

function count() {
  const decided = places.filter((it) => it.querySelector("input[type=radio]:checked")).length;
  ready.textContent = ready.dataset.of.replace("%1", decided).replace("%2", places.length);
}

function choose(place, key) {
  place.querySelector(`[data-key=${key}]`).checked = true;
  count();
  go(places[places.indexOf(place) + 1] ?? place);
}

document.addEventListener("keydown", (event) => {
  if (!areOn() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=radio]), select, textarea, dialog, .menu")) return;
  const at = here();
  const act = {
    k: () => choose(at ?? places[0], "k"),
    r: () => choose(at ?? places[0], "r"),
    n: () => go(places[places.indexOf(at) + 1] ?? places[0]),
    p: () => go(places[places.indexOf(at) - 1] ?? places[0]),
  }[event.key];
  if (!act || places.length === 0) return;
  event.preventDefault();
  act();
});

form?.addEventListener("change", count);
if (ready) count();
