"""Sanxiang 三响: a telephone hotline that keeps its written service standard."""

__version__ = "0.1.0.dev0"
