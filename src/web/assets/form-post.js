// Posts the answer to the application without a click. The button below does the same by hand.
// The prototype's submit, because a control with the name or id "submit" hides the form's own.
const form = document.querySelector("form[data-post-at-once]");
if (form) HTMLFormElement.prototype.submit.call(form);
