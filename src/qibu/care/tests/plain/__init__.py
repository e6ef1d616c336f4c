"""What falls due, worked out a second time: plainly, day by day, with nothing of the product's own.

The oracles of care compare the product with these. Where both agree on every day of eleven years and it is wrong all
the same, the law was misread twice.
"""
