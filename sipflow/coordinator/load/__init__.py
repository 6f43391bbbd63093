"""Load: one scenario, run again and again, many at once, and what it was like.

Pure but for the modules that say otherwise: a run falls due, a slot plays it, its figures are
counted.
"""
