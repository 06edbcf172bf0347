"""How axe-core is asked for what is serious or worse."""

# What passed is neither described nor handed out: that took axe and the way to here longer than the rules themselves.
OPTIONS = {"resultTypes": ["violations"], "selectors": False, "preload": False}
SERIOUS = """async ([root, options]) => (await axe.run(root, options)).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary]))"""
