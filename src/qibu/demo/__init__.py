"""The demo world: a fictional manufacturer, its stores, and ten years of their customers."""
