"""Which attribution may be believed? Measures of each method, on photos and against what is known."""
