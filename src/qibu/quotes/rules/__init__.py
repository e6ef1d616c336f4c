"""The rules of quotations: plain Python, one file a subject."""
