// Copies an address at the press of the button beside it. Without scripts the buttons stay
// hidden, and the fields can be selected by hand.
for (const button of document.querySelectorAll("button[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  const label = button.querySelector("[data-done]");
  const said = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch { // plain HTTP has no clipboard of that kind
      if (!document.execCommand("copy")) return;
    }
    label.textContent = label.dataset.done;
    document.getElementById("copied").textContent = label.dataset.done + ": " + field.value;
    setTimeout(() => { label.textContent = said; }, 2000);
  });
}
