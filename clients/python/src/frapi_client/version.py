"""The package's version, which stands here only."""

__version__ = "0.1.0"
