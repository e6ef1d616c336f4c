"""WeChat names and e-mail addresses."""


def mask_address(value: str) -> str:
    """wa****@163.com, zh****: enough to recognise one's own, too little to write to."""
    name, at, host = value.partition("@")
    shown = name[:2] if len(name) > 3 else name[:1]
    return f"{shown}****{at}{host}"
