// Light the words that are linked to the one under the pointer, within its bead.
document.querySelectorAll(".bead").forEach((bead) => {
  const words = [...bead.querySelectorAll("span[data-l]")];
  const links = new Map(words.map((word) => [word, new Set(word.dataset.l.split(" "))]));
  const light = (event) => {
    const own = links.get(event.target.closest("span[data-l]"));
    words.forEach((word) => word.classList.toggle("lit", !!own && [...links.get(word)].some((l) => own.has(l))));
  };
  bead.addEventListener("pointerover", light);
  bead.addEventListener("pointerleave", () => words.forEach((word) => word.classList.remove("lit")));
});
