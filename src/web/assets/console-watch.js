// Shows the part of the page that is watched as it changes. Whoever has no script, or looks elsewhere for long, looks again by hand.
{
  const watched = document.getElementById("watched");
  const told = Object.assign(document.createElement("p"), { className: "hidden", role: "status" });
  watched.after(told);
  const events = new EventSource(watched.dataset.watch);
  // No longer, so that a window that was left open keeps nobody signed in.
  setTimeout(() => events.close(), 15 * 60 * 1000);
  let was = watched.textContent;

  events.addEventListener("changed", () => {
    const page = new XMLHttpRequest();
    page.open("GET", location.href);
    page.responseType = "document";
    page.onload = () => {
      const found = page.response?.getElementById("watched");
      if (page.status !== 200 || !found) return events.close();
      if (found.textContent === was) return;
      was = found.textContent;
      watched.replaceChildren(...document.adoptNode(found).childNodes);
      told.textContent = document.getElementById("now").textContent;
    };
    page.send();
  });
}
