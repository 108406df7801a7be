// Makes and uses passkeys: fetches what the server asks, lets the browser put it to the person, and sends the answer with
// the form. Without a script, or where a browser has no passkeys, the page shows its other words.

const ask = {
  create: (question) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(question) }),
  get: (question) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(question) }),
};

async function answer(form) {
  const body = new URLSearchParams({ csrf: form.elements.csrf.value });
  const reply = await fetch(form.dataset.question, { method: "POST", body });
  // The sign-in has ended or moved on: the page as it is now says what is next.
  if (!reply.ok) return location.reload();
  const { publicKey } = await reply.json();
  const credential = await ask[form.dataset.passkey](publicKey);
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name: "passkey", value: JSON.stringify(credential) });
  form.append(input);
  // The button is named `submit`, which hides the form's own method of that name.
  HTMLFormElement.prototype.submit.call(form);
}

if (window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const button = form.querySelector("button");
    const say = (which) => {
      for (const words of form.querySelectorAll("[data-say]")) words.hidden = words.dataset.say !== which;
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      say("");
      button.disabled = true;
      try {
        await answer(form);
      } catch (error) {
        say(error.name === "InvalidStateError" ? "known" : "failed");
        button.disabled = false;
      }
    });
  }
  for (const words of document.querySelectorAll("[data-without-passkeys]")) words.hidden = true;
}
