"""Arrays → pictures: palettes and grids, without pyplot and without global state."""
