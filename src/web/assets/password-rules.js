// Marks the rules that the password kept so far, while it is typed. Only the server decides, and it alone knows what is common.
const field = document.getElementById("password");
const kinds = {
  length: /[^]/gu,
  upper: /\p{Lu}/gu,
  lower: /\p{Ll}/gu,
  digit: /\p{N}/gu,
  special: /[^\p{L}\p{N}]/gu,
};
field.addEventListener("input", () => {
  for (const rule of document.querySelectorAll("#rules [data-kind]")) {
    const found = field.value.match(kinds[rule.dataset.kind]) ?? [];
    rule.classList.toggle("kept", found.length >= Number(rule.dataset.least));
  }
});
