// Copies the page's address, which holds the whole experiment.

function share(component) {
  const button = component.parentElement.querySelector("button");
  const said = component.parentElement.querySelector(".said");
  button.onclick = async () => {
    const link = linkWithPlace();
    let copied = true;
    try {
      await navigator.clipboard.writeText(link);
    } catch {
      // Without https a page may not write to the clipboard; the old way still may.
      const field = make("textarea", { style: "position:fixed;opacity:0" });
      field.value = link;
      document.body.append(field);
      field.select();
      copied = document.execCommand("copy");
      field.remove();
    }
    const own = link.includes("picture=upload-") ? " Your own picture stays with you: others see the cat." : "";
    said.textContent = copied ? `Link copied.${own}` : "Copy the address of this page instead.";
    setTimeout(() => { said.textContent = ""; }, 4000);
  };
}
