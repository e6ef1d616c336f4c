"""Taking a load back, set by set: what nobody touched since goes, what changed since stays and is listed."""
