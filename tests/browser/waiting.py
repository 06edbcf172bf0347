"""Waiting for what a test asserts: a page draws in its next frame, or when the kernel has answered, not at once."""

import time

import pytest

PATIENCE_MS = 120_000  # other work may keep the machine busy
_EVERY_MS = 30


def until(page, expression):
    """Wait for something on a page whose own policy forbids what Playwright's waiting does there."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(expression):
        if time.monotonic() > deadline:
            pytest.fail(f"never came true: {expression}")
        page.wait_for_timeout(_EVERY_MS)


def retry_assertions(page, check):
    """Make a test's assertions again until they hold, and return what ``check()`` does; in the end the test's own fails.

    This is for what is to come. What must stay as it is can be asserted only once the page is through with its work.
    """
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        page.wait_for_timeout(_EVERY_MS)
