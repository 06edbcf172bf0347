"""Shapes and patterns, drawn from a seed: samples that anybody has, and the world of the bundled model."""
