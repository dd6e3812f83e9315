"""Calculators for training and evaluation: exact, cited, and free of heavy libraries."""
