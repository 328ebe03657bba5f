"""Servers that behave as the push providers do, and the phones behind them.

They know only what a gateway was sent over the wire, never our database.
"""
