// The keyboard of the console. The letters of a row listen only while the focus is in it; the others listen outside of fields.
// All of them can be switched off, in this browser (WCAG 2.1.4).

const STORE = "doorward-keys";
const rows = [...document.querySelectorAll(".grid tbody tr")];
const help = document.getElementById("keys");
const opener = document.getElementById("show-keys");
const box = help.querySelector("input");

const go = (row) => ["th a", ".more", ".pick input"].map((it) => row?.querySelector(it)).find(Boolean)?.focus();
const inRow = {
  j: (row) => go(rows[rows.indexOf(row) + 1]),
  k: (row) => go(rows[rows.indexOf(row) - 1]),
  x: (row) => row.querySelector(".pick input")?.click(),
  e: (row) => (row.querySelector('.menu a[href$="/edit"]') ?? row.querySelector(".more"))?.click(),
};
const onPage = {
  "/": () => document.getElementById("search")?.focus(),
  "?": () => help.showModal(),
  j: () => go(rows[0]),
};

/** A browser that keeps nothing for a page leaves the keys on. */
function areOn() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

box.checked = areOn();
box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "on" : "off"));
opener.hidden = false;
opener.addEventListener("click", () => help.showModal());

let isAfterG = false;

document.addEventListener("keydown", (event) => {
  if (areOn() && (event.ctrlKey || event.metaKey) && event.key === "k" && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    return document.getElementById("go").click();
  }
  if (!areOn() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, .menu, dialog")) return;
  const row = event.target.closest(".grid tbody tr");
  const isUsers = isAfterG && event.key === "u";
  isAfterG = event.key === "g";
  const act = (row && inRow[event.key]) || onPage[event.key];
  if (isUsers) location.assign("/console/users");
  else if (act) act(row);
  else return;
  event.preventDefault();
});
