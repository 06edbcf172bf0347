"""Running a network: sessions, a model, its parts, getting it ready."""
