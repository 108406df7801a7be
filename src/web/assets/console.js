// Brings pages closer that work without it: a page with a question becomes a dialog, and a right click opens the menu of a
// row. Nothing here writes markup: a document is read and its nodes are moved.

const dialog = document.createElement("dialog");
document.body.append(dialog);

/** Shows the question of a page in the dialog; goes to the page when it has none. */
function ask(address, opener) {
  const request = new XMLHttpRequest();
  request.open("GET", address);
  request.responseType = "document";
  request.onload = () => {
    const content = request.response?.querySelector("[data-dialog-content]");
    if (request.status !== 200 || !content) return location.assign(address);
    dialog.replaceChildren(document.adoptNode(content));
    dialog.setAttribute("aria-labelledby", "ask");
    dialog.showModal();
    dialog.querySelector("[autofocus], input:not([type=hidden]), select")?.focus();
    dialog.onclose = () => {
      dialog.replaceChildren();
      opener.focus();
    };
  };
  request.onerror = () => location.assign(address);
  request.send();
}

/** What a click came from: a link in an open menu gives way to the button of the menu. */
function openerOf(link) {
  const menu = link.closest("[popover]");
  menu?.hidePopover();
  return (menu && document.querySelector(`[popovertarget="${menu.id}"]`)) || link;
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a");
  if (link?.matches("[data-close]") && dialog.open) {
    event.preventDefault();
    dialog.close();
  } else if (link?.matches("[data-dialog]")) {
    event.preventDefault();
    ask(link.href, openerOf(link));
  } else if (event.target === dialog) {
    dialog.close();
  }
});

document.addEventListener("contextmenu", (event) => {
  const menu = event.target.closest(".grid tbody tr")?.querySelector("[popover]");
  if (!menu || event.target.closest("a, input, [popover]")) return;
  event.preventDefault();
  menu.showPopover({ source: menu.parentElement.querySelector("[popovertarget]") });
});

// The places of the command palette are narrowed while one types; Enter opens the first that is left, or asks the server.
const folded = (text) => text.normalize("NFKC").toLowerCase();
document.addEventListener("input", (event) => {
  if (event.target.id !== "q") return;
  const wanted = folded(event.target.value).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  for (const link of document.querySelectorAll("#places a")) {
    const words = folded(`${link.textContent} ${link.dataset.words}`).split(/[^\p{L}\p{N}]+/u);
    link.parentElement.hidden = !wanted.every((start) => words.some((word) => word.startsWith(start)));
  }
  clearTimeout(asking);
  asking = setTimeout(findMore, 200, event.target);
});

// A moment later the server says what it finds besides: people, and places that an earlier search had left out.
let asking = 0;
let answer = new XMLHttpRequest();
function findMore(field) {
  answer.abort();
  answer = new XMLHttpRequest();
  answer.open("GET", `/console/go?q=${encodeURIComponent(field.value)}`);
  answer.responseType = "document";
  answer.onload = ({ target }) => {
    for (const id of ["places", "found", "go-count"]) {
      const found = target.response?.getElementById(id);
      const shown = document.getElementById(id);
      // Whoever has gone on to what is found keeps it under the finger.
      if (target.status === 200 && document.activeElement === field && found && shown) shown.replaceChildren(...document.adoptNode(found).childNodes);
    }
  };
  answer.send();
}
document.addEventListener("submit", (event) => {
  clearTimeout(asking);
  const first = event.target.querySelector("#q")?.value && document.querySelector("#places li:not([hidden]) a");
  if (!first) return;
  event.preventDefault();
  location.assign(first.href);
});

// The head of a list ticks all its rows, and what is done with the selected says how many they are.
const bar = document.getElementById("selected");
if (bar) {
  const boxes = [...document.querySelectorAll(".grid td.pick input")];
  const place = document.querySelector(".grid th.pick");
  const all = Object.assign(document.createElement("input"), { type: "checkbox", ariaLabel: place.dataset.all });
  const told = Object.assign(document.createElement("p"), { className: "hidden", role: "status" });
  // Where the rows are stacked the head is not seen, and a button of the bar does the same.
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button of-stack" });
  button.textContent = place.dataset.all;
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
    bar.textContent = bar.dataset.count.replace(/\d+/, ticked);
  };
  let saying = 0;
  const say = () => {
    count();
    // What is said aloud waits until nothing changes any more.
    clearTimeout(saying);
    saying = setTimeout(() => (told.textContent = bar.textContent), 300);
  };
  const tick = (isOn) => {
    for (const box of boxes) box.checked = isOn;
    say();
  };
  place.replaceChildren(all);
  bar.after(button);
  bar.closest("form").after(told);
  all.addEventListener("change", () => tick(all.checked));
  button.addEventListener("click", () => tick(true));
  for (const box of boxes) box.addEventListener("change", say);
  count();
}
