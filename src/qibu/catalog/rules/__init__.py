"""The rules of what is sold: plain Python."""
