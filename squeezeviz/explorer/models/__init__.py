"""The models of a page: how one comes, where it is kept, what is said of it, and a second one beside it."""
