// The explorer in a frame has the colours of the page around it: a frame's "as the system" is its element's color-scheme.
const follow = () => {
  const isDark = document.body.dataset.mdColorScheme === "slate";
  document.documentElement.style.colorScheme = isDark ? "dark" : "light";
};
follow();
new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });

// Beside this version's folder lies a list of all, where `make docs` has written them; a copy by itself has none.
const others = document.getElementById("sqv-versions");
if (others) {
  const list = document.createElement("script");
  list.src = "../versions.js";
  list.onload = () => {
    const rows = globalThis.squeezevizVersions.map((name) => {
      const [row, link] = [document.createElement("li"), document.createElement("a")];
      link.href = `../${name}/index.html`;
      link.textContent = name;
      row.append(link);
      return row;
    });
    const all = document.createElement("ul");
    all.append(...rows);
    others.append(all);
  };
  document.head.append(list);
}
