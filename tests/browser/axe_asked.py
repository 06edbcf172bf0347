"""How axe-core is asked for what is serious or worse."""

# What passed is neither described nor handed out: that took axe and the way to here longer than the rules themselves.
OPTIONS = {"resultTypes": ["violations"], "selectors": False, "preload": False}
# What hangs on colours, and so on a theme: all other rules are asked of one.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
SERIOUS = """async ([root, options]) => (await axe.run(root, options)).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary]))"""
