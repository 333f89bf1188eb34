"""Colours of a chart that is looked at alone; on the page those of assets/style.css replace them.

The ramp is muted, so that the runs' saturated colours stay readable on it.
"""

RAMP = [[0.0, "#fbfaf6"], [0.5, "#cfd6da"], [1.0, "#8796a5"]]
LINE = "#93a0ac"
INK = "#1c2530"
