"""The embedded model's world: shapes and patterns, drawn from a seed."""
