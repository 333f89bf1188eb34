"""The page: a Dash app around the landscapes and the optimizers."""

__version__ = "0.5.0"
