"""Saved and live models: their configuration becomes a text that the ordinary reader reads.

Nothing of a file is loaded, imported or executed, and nothing here imports Keras.
"""
