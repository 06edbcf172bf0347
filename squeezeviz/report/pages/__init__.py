"""Results as static pages: they link one another, need no script, and lie on a disk or any host."""
