"""Load tests: one scenario, run repeatedly and concurrently, with statistics.

Pure unless a module says otherwise: a run falls due, a slot plays it, its figures are counted.
"""
