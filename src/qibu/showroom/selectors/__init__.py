"""What people may read of the show-room. Every read of visitors starts from `visible`."""

from qibu.showroom.selectors.visitors import visible, visitor_or_404, with_files

__all__ = ["visible", "visitor_or_404", "with_files"]
