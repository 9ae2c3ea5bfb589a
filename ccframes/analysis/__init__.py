"""Numbers one can trust, from the loaders' frames: over what, and how sure, is always said."""
