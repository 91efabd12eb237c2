// A vote on two dances: keys 1, 2 and 0, carried from page to page in the address, saved as a file at the end.
// Nothing here knows which side is whose.
(() => {
  const place = document.getElementById("vote");
  const { number, count, comparison } = place.dataset;
  const votes = location.hash.slice(1).split("").slice(0, Number(count));
  const WORDS = { 1: "left", 2: "right", 0: "same" };
  const at = Number(number);
  const pageOf = (k) => `pair-${String(k).padStart(2, "0")}.html`;

  function go(k) {
    location.href = `${pageOf(k)}#${votes.join("")}`;
  }

  function saved() {
    const words = Array.from({ length: Number(count) }, (_, k) => WORDS[votes[k]] ?? null);
    return JSON.stringify({ format: "footlights-votes-1", comparison, votes: words });
  }

  function finish() {
    const link = document.getElementById("save");
    link.href = URL.createObjectURL(new Blob([saved()], { type: "application/json" }));
    link.download = `votes-${comparison}.json`;
    document.getElementById("text").value = saved();
    document.getElementById("done").hidden = false;
    document.getElementById("done").scrollIntoView();
  }

  function vote(choice) {
    while (votes.length < at) votes.push("-");
    votes[at - 1] = choice;
    history.replaceState(null, "", `#${votes.join("")}`);
    show();
    if (at < Number(count)) go(at + 1);
    else finish();
  }

  function show() {
    for (const button of place.querySelectorAll("button[data-vote]")) {
      button.setAttribute("aria-pressed", String(votes[at - 1] === button.dataset.vote));
    }
  }

  for (const button of place.querySelectorAll("button[data-vote]")) {
    button.addEventListener("click", () => vote(button.dataset.vote));
  }
  document.getElementById("before")?.addEventListener("click", () => go(at - 1));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea")) return;
    if (event.key in WORDS) vote(event.key);
    else if (event.key === "Backspace" && at > 1) go(at - 1);
  });
  show();
})();
