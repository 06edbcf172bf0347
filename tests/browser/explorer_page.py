"""What the browser tests do with the explorer, and how they read it."""


def ready(page, layer):
    """Wait until a layer's maps are drawn, and everything that goes with them."""
    page.wait_for_function(
        """layer => { const root = document.querySelector('.sqv-explorer') ?? document;
            return root.querySelector('.sqv-layer-name')?.textContent === layer && root.querySelector('.sqv-grid canvas')
                && !root.querySelector('.sqv-late') && root.querySelector('.sqv-read-out b')?.textContent === layer; }""",
        arg=layer,
        timeout=120_000,
    )


def frames(page, count=30):
    """Let the page draw so many frames. For what must not come: on a slow machine they take as long as everything else."""
    page.evaluate(
        """async count => { for (let n = 0; n < count; n += 1) await new Promise(requestAnimationFrame); }""", count
    )


def choose_layer(page, part):
    page.locator(f'.sqv-explorer [data-part="{part}"] > .sqv-hit').click()


def chosen(page):
    layer = page.locator(".sqv-explorer .sqv-layer-name").inner_text()
    channel = int(page.locator(".sqv-explorer .sqv-channel h2").inner_text().split()[1])
    return {"layer": layer, "channel": channel}


def fact(page, name):
    return page.locator(f'.sqv-explorer [data-fact="{name}"]').inner_text()


def hover_cell(page, channel, cell, place=None):
    """Move the pointer over a cell of a channel; or of the map that stands at (group, index)."""
    page.locator(".sqv-explorer .sqv-groups").scroll_into_view_if_needed()
    spot = page.evaluate(
        """([channel, cell, place]) => {
            const groups = [...document.querySelectorAll('.sqv-explorer .sqv-group')];
            const grids = groups.map(g => g.querySelector('.sqv-grid').dataset.grid.split(' ').map(Number));
            let [group, index] = place ?? [0, channel];
            if (!place) while (index >= grids[group][0]) index -= grids[group++][0];
            const canvas = groups[group].querySelector('canvas');
            canvas.scrollIntoView({block: 'center'});
            const box = canvas.getBoundingClientRect();
            const [, columns, wide, across, high, down, height, width] = grids[group];
            const x = index % columns, y = Math.floor(index / columns);
            return [box.left + x * across + (cell[1] + 0.5) * wide / width, box.top + y * down + (cell[0] + 0.5) * high / height];
        }""",
        [channel, list(cell), place],
    )
    page.mouse.move(*spot)
    page.wait_for_function(
        "cell => document.querySelector('.sqv-explorer [data-fact=cell]').textContent === cell",
        arg=f"{cell[0]}, {cell[1]}",
    )
    if channel is not None:
        page.wait_for_function(
            "n => document.querySelector('.sqv-explorer [data-fact=channel]').textContent === n", arg=str(channel)
        )


def box_of(page):
    """The widest box over the photo: left, top, width, height, in shares of the stage's side."""
    return page.evaluate(
        """() => { const over = document.querySelector('.sqv-explorer .sqv-over');
            return over.dataset.box.split(' ').map(v => Number(v) / over.clientWidth); }"""
    )


def shown_classes(page):
    rows = page.eval_on_selector_all(
        ".sqv-explorer .sqv-prediction > .sqv-rows:not(.sqv-pinned, .sqv-found) > .sqv-row",
        """rows => rows.map(row => [Number(row.dataset.index), ...['.sqv-label', '.sqv-p', '.sqv-logit']
            .map(name => row.querySelector(name).textContent)])""",
    )
    return [tuple(row) for row in rows]
