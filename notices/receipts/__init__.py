"""How well a receipt is proven, and the ladder by which it is asked for."""
