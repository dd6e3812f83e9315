"""Packs and places to publish: archives, bundles, indexes, carriers, sums, signatures.

Nothing here talks to a network: folders are prepared, and what to run next is said.
"""
