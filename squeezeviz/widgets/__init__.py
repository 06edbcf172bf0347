"""Widgets: state and answers in Python, drawing in the browser."""
