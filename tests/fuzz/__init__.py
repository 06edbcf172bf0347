"""Fuzzers: ``python -m tests.fuzz --seconds 60`` tries what strangers might hand in, and tells what breaks a law.

A target is a module with three functions. `make(rng)` returns a case, the same one for the same seed: file names → bytes;
`whole()` one in which nothing is wrong.
`try_(case, folder)` hands it to squeezeviz, with an empty folder to write into; it returns where the case is taken, and
raises an error of `squeezeviz.errors` where it is refused. `law.py` says what else holds; every finding ends as a test.
"""
