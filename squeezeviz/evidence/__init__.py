"""Why: numbers that add up."""

from squeezeviz.evidence.arithmetic import Arithmetic, Calculation, Term

__all__ = ["Arithmetic", "Calculation", "Term"]
